import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { TextStore } from '../../text/text-store';
import type {
  IndexedWork,
  PassagesQuery,
  PassagesResult,
  SearchEngine,
  Searcher,
  SearchParams,
  SearchResult,
  SearchStats,
  SuggestedEntry,
  Suggestion,
} from '../types';
import { FACETS, type Facets } from '../types';
import { Abandoned } from './abandoned';
import { openForWriting, VERSION, versionOf } from './schema';
import { SearchThread, TooSlow } from './search-thread';

export interface SqliteEngineOptions {
  /** The folder of derived files; the index is `search-N.sqlite` in it, and `search-current` says which N. */
  folder: string;
  /** The text store's file. */
  textFile: string;
  /** Reading threads; 2, or fewer on a smaller machine, unless told. */
  readers?: number;
  /** After so long a search gives what it has and says that it was cut; 2000 unless told. */
  limitMs?: number;
}

/** A search that is cut gives up altogether after so many times its limit. */
const PATIENCE = 2.5;
/** How often it is looked whether another process has put a new index in place. */
const LOOK_EVERY_MS = 1000;

interface Open {
  name: string;
  writer: SearchThread;
  readers: SearchThread[];
  suggester: SearchThread;
}

/** SQLite FTS5 behind the port: one writing thread, a few reading ones, nothing on the thread of the server. */
export class SqliteSearchEngine implements SearchEngine {
  private current: Open;
  private lookedAt = 0;
  private rebuilding: Rebuilding | null = null;

  private readonly abandoned: Abandoned;

  private constructor(private readonly options: Required<SqliteEngineOptions>) {
    this.abandoned = new Abandoned(options.readers); // as many again as are wanted
    this.current = this.openNamed(this.currentName() ?? this.begin());
  }

  static async open(options: SqliteEngineOptions): Promise<SqliteSearchEngine> {
    mkdirSync(options.folder, { recursive: true });
    new TextStore(options.textFile).close(); // the threads open it read-only: it must be there
    return new SqliteSearchEngine({ readers: Math.max(1, Math.min(2, cpus().length)), limitMs: 2000, ...options });
  }

  async index(work: IndexedWork): Promise<void> {
    this.look(0);
    this.rebuilding?.changed.set(work.id, work);
    await this.current.writer.ask('index', [work]);
  }

  async remove(workId: number): Promise<void> {
    this.look(0);
    this.rebuilding?.changed.set(workId, null);
    await this.current.writer.ask('remove', [workId]);
  }

  async search(searcher: Searcher, params: SearchParams, today: string): Promise<SearchResult> {
    const { limitMs } = this.options;
    try {
      return await this.reader().ask<SearchResult>(
        'search',
        [plain(searcher), params, today, limitMs],
        limitMs * PATIENCE,
      );
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      return {
        total: 0,
        hits: [],
        facets: noFacets(),
        understood: [],
        suggestion: null,
        tookMs: limitMs * PATIENCE,
        cut: true,
      };
    }
  }

  async passages(searcher: Searcher, query: PassagesQuery, today: string): Promise<PassagesResult> {
    try {
      return await this.reader().ask('passages', [plain(searcher), query, today], this.options.limitMs * PATIENCE);
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      return { total: 0, exact: false, passages: [] };
    }
  }

  suggest(text: string, limit: number): Promise<Suggestion[]> {
    this.look();
    return this.current.suggester.ask('suggest', [text, limit]);
  }

  async offer(kind: SuggestedEntry['kind'], id: string, entry: SuggestedEntry | null): Promise<void> {
    this.look(0);
    const names = entry?.names ?? null;
    this.rebuilding?.offers.push([kind, id, names]);
    await this.current.writer.ask('offer', [kind, id, names]);
  }

  offers(): Promise<SuggestedEntry[]> {
    this.look();
    return this.current.suggester.ask('offers', []);
  }

  async fingerprints(): Promise<Map<number, string>> {
    return new Map(await this.reader().ask<[number, string][]>('fingerprints', []));
  }

  async stats(): Promise<SearchStats> {
    const { works, pages, vocabulary } = await this.reader().ask<{ works: number; pages: number; vocabulary: number }>(
      'stats',
      [],
    );
    const { entries, bytes } = await this.current.suggester.ask<{ entries: number; bytes: number }>('stats', []);
    const file = this.file(this.current.name);
    const bytesOnDisk = ['', '-wal'].reduce(
      (sum, end) => sum + (existsSync(file + end) ? statSync(file + end).size : 0),
      0,
    );
    return {
      engine: 'sqlite-fts5',
      works,
      pages,
      vocabulary,
      bytesOnDisk,
      suggestions: entries,
      suggestionBytes: bytes,
    };
  }

  /** The index file in use. */
  fileInUse(): string {
    return this.file(this.current.name);
  }

  /** Looks through the whole full-text index. @throws when it contradicts itself. */
  async check(): Promise<void> {
    await this.current.writer.ask('check', []);
  }

  /**
   * Builds an index of `works` beside the one in use, applies what changed meanwhile, and puts it in place: searches go
   * on, on the old one until the last moment. A build that is killed leaves a file that the next one removes.
   */
  async rebuild(
    works: AsyncIterable<IndexedWork>,
    offers: Iterable<SuggestedEntry>,
    progress: (done: number) => void = () => {},
  ): Promise<void> {
    if (this.rebuilding) throw new Error('The index is being rebuilt already');
    const rebuilding: Rebuilding = { changed: new Map(), offers: [] };
    this.rebuilding = rebuilding;
    const name = `search-${Number(/\d+/.exec(this.current.name)?.[0] ?? 0) + 1}.sqlite`;
    removeIndex(this.file(name));
    const writer = this.thread('writer', name);
    let next: Open | null = null;
    try {
      let done = 0;
      for await (const work of works) {
        await writer.ask('index', [work, false]);
        done += 1;
        progress(done);
      }
      for (const { kind, id, names } of offers) await writer.ask('offer', [kind, id, names]);
      await writer.ask('commit', []);
      await writer.ask('optimise', []);
      await takeChanges(rebuilding, writer);
      next = this.openNamed(name, writer);
      await Promise.all([...next.readers, next.suggester].map((thread) => thread.ask('stats', []))); // warm before it serves
      // What changed while they read. Nothing can come between the last look and the new index being the one in use.
      await takeChanges(rebuilding, writer);
    } catch (error) {
      this.rebuilding = null;
      await (next ? closeAll(next) : writer.close());
      removeIndex(this.file(name));
      throw error;
    }
    const old = this.current;
    this.point(name);
    this.current = next;
    this.rebuilding = null;
    await closeAll(old);
    for (const left of readdirSync(this.options.folder)) {
      if (/^search-\d+\.sqlite$/.test(left) && left !== name) removeIndex(this.file(left));
    }
  }

  async close(): Promise<void> {
    await closeAll(this.current);
  }

  private reader(): SearchThread {
    this.look();
    return this.current.readers.reduce((least, thread) => (thread.load < least.load ? thread : least));
  }

  /** Another process may have rebuilt the index: then its file is opened and the old one let go. */
  private look(everyMs = LOOK_EVERY_MS): void {
    const now = Date.now();
    if (now - this.lookedAt < everyMs || this.rebuilding) return;
    this.lookedAt = now;
    const name = this.pointedAt();
    if (!name || name === this.current.name || !existsSync(this.file(name))) return;
    if (versionOf(this.file(name)) !== VERSION) return; // of a newer program, started beside this one
    const old = this.current;
    this.current = this.openNamed(name);
    void closeAll(old);
  }

  private openNamed(name: string, writer = this.thread('writer', name)): Open {
    return {
      name,
      writer,
      readers: Array.from({ length: this.options.readers }, () => this.thread('reader', name)),
      suggester: this.thread('suggester', name),
    };
  }

  private thread(role: 'reader' | 'writer' | 'suggester', name: string): SearchThread {
    return new SearchThread({ role, file: this.file(name), textFile: this.options.textFile }, this.abandoned);
  }

  private file(name: string): string {
    return path.join(this.options.folder, name);
  }

  private pointedAt(): string | null {
    const pointer = this.file('search-current');
    const name = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : '';
    return /^search-\d+\.sqlite$/.test(name) ? name : null;
  }

  /** The index in use, if there is one and this program can read it. */
  private currentName(): string | null {
    const name = this.pointedAt();
    if (!name || !existsSync(this.file(name))) return null;
    return versionOf(this.file(name)) === VERSION ? name : null;
  }

  /** An empty index, in place; `fingerprints` tells that all is missing. */
  private begin(): string {
    const name = `search-${Date.now()}.sqlite`;
    openForWriting(this.file(name)).close();
    this.point(name);
    return name;
  }

  private point(name: string): void {
    writeFileSync(this.file('search-current.new'), `${name}\n`);
    renameSync(this.file('search-current.new'), this.file('search-current'));
  }
}

interface Rebuilding {
  changed: Map<number, IndexedWork | null>;
  offers: [string, string, string[] | null][];
}

/** Applies to the index being built what was asked of the one in use, until nothing is left. */
async function takeChanges(rebuilding: Rebuilding, writer: SearchThread): Promise<void> {
  while (rebuilding.changed.size > 0 || rebuilding.offers.length > 0) {
    const changed = [...rebuilding.changed];
    const offers = rebuilding.offers.splice(0);
    rebuilding.changed.clear();
    for (const [id, work] of changed) await (work ? writer.ask('index', [work]) : writer.ask('remove', [id]));
    for (const offer of offers) await writer.ask('offer', offer);
  }
}

const closeAll = (open: Open) =>
  Promise.all([open.writer, ...open.readers, open.suggester].map((thread) => thread.close()));

function removeIndex(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
}

const plain = ({ accountId, role, onCampus }: Searcher): Searcher => ({ accountId, role, onCampus });
const noFacets = (): Facets => Object.fromEntries(FACETS.map((facet) => [facet, []])) as unknown as Facets;
