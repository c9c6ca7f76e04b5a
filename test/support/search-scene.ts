import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NO_PARAMS } from '../../src/search/search';
import { SqliteSearchEngine } from '../../src/search/sqlite/sqlite-engine';
import type { IndexedWork, SearchEngine, Searcher, SearchParams, SearchResult } from '../../src/search/types';
import { TextStore } from '../../src/text/text-store';
import { type Access, metadataSchema } from '../../src/works/schema';

export const anyone: Searcher = { accountId: null, role: null, onCampus: false };
export const member: Searcher = { accountId: 7, role: 'reader', onCampus: false };
export const onCampus: Searcher = { accountId: null, role: null, onCampus: true };
export const librarian: Searcher = { accountId: 2, role: 'reviewer', onCampus: false };
export const TODAY = '2026-11-22';

export const asked = (q: string, more: Partial<SearchParams> = {}): SearchParams => ({
  ...NO_PARAMS,
  q,
  perPage: 10,
  ...more,
});

export interface SceneWork {
  id: number;
  title?: string;
  lang?: string;
  /** Anything else of the metadata. */
  metadata?: Record<string, unknown>;
  /** The text of its files, page by page, each with the file's access. */
  files?: { pages: string[]; access?: Partial<Access> }[];
  pages?: string[];
  access?: Partial<Access>;
  ownerId?: number;
  collections?: string[];
  personNames?: Record<number, string[]>;
}

/** An engine on a folder of its own, with a text store beside it. */
export class SearchScene {
  private fileId = 100;

  private constructor(
    readonly folder: string,
    readonly texts: TextStore,
    readonly engine: SearchEngine & SqliteSearchEngine,
  ) {}

  static async open(): Promise<SearchScene> {
    const folder = mkdtempSync(path.join(tmpdir(), 'achyk-search-'));
    const textFile = path.join(folder, 'text.sqlite');
    const texts = new TextStore(textFile);
    return new SearchScene(folder, texts, await SqliteSearchEngine.open({ folder, textFile, readers: 1 }));
  }

  async close(): Promise<void> {
    await this.engine.close();
    this.texts.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async work(scene: SceneWork): Promise<IndexedWork> {
    const metadata = metadataSchema.parse({
      type: 'article',
      languages: [scene.lang ?? 'ky'],
      titles: [{ value: scene.title ?? `Эмгек ${scene.id}`, lang: scene.lang ?? 'ky' }],
      issued: '2020',
      ...scene.metadata,
      ...(scene.access ? { access: scene.access } : {}),
    });
    const files = scene.files ?? (scene.pages ? [{ pages: scene.pages }] : []);
    const indexed: IndexedWork = {
      id: scene.id,
      ownerId: scene.ownerId ?? null,
      metadata,
      personNames: scene.personNames ?? {},
      collections: scene.collections ?? metadata.collections,
      publishedAt: `2026-01-01T00:00:${String(scene.id % 60).padStart(2, '0')}.000Z`,
      files: [],
      fingerprint: '',
      day: '',
    };
    for (const file of files) {
      const id = this.fileId++;
      await this.texts.replace(id, { source: 'test', outline: [] }, numbered(file.pages));
      indexed.files.push({ id, access: { ...metadata.access, ...file.access } });
    }
    indexed.fingerprint = JSON.stringify([metadata, files, indexed.collections]);
    return indexed;
  }

  async add(...scenes: SceneWork[]): Promise<void> {
    for (const scene of scenes) await this.engine.index(await this.work(scene));
  }

  search(
    q: string,
    more: Partial<SearchParams> = {},
    searcher: Searcher = anyone,
    today = TODAY,
  ): Promise<SearchResult> {
    return this.engine.search(searcher, asked(q, more), today);
  }

  /** Ids of the works found, best first. */
  async found(
    q: string,
    more: Partial<SearchParams> = {},
    searcher: Searcher = anyone,
    today = TODAY,
  ): Promise<number[]> {
    return (await this.search(q, more, searcher, today)).hits.map((hit) => hit.workId);
  }
}

async function* numbered(pages: string[]) {
  for (const [i, text] of pages.entries()) {
    yield { number: i + 1, label: null, width: 595, height: 842, text, lines: [], problem: null };
  }
}

/** Segments as a reader sees them: hits in square brackets. */
export const shown = (segments: { text: string; hit: boolean }[]): string =>
  segments.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');
