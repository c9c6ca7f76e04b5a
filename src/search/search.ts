import type { Visitor } from '../accounts/visitor';
import { type Gathered, Gatherer } from './index-work';
import { asksForWords, asksNothing } from './query';
import { type ReadableHit, readableHits, readablePassages, showsWhy } from './readable';
import { type SqliteEngineOptions, SqliteSearchEngine } from './sqlite/sqlite-engine';
import {
  FACETS,
  type PassagesQuery,
  type PassagesResult,
  type SearchParams,
  type SearchResult,
  type SearchStats,
  type SuggestedEntry,
  type Suggestion,
} from './types';

export interface SearchParts extends Gathered, SqliteEngineOptions {
  /** The library's local day, YYYY-MM-DD. */
  today(): string;
  /** Those of these works, as keys, whose last change waits to be indexed. */
  notIndexed(workIds: readonly number[]): Promise<Set<string>>;
  /** Told of each search how long it took, for whoever measures. */
  onSearch?(milliseconds: number): void;
}

/** How the index and the catalogue differ about one work, or about what is offered while typing. */
export interface Difference {
  kind: 'work' | SuggestedEntry['kind'];
  /** As the index has it: `person:12`. */
  id: string;
  problem: 'missing' | 'outdated' | 'surplus';
}

/** What was found, as the catalogue bears it out. */
export interface Found extends SearchResult {
  hits: ReadableHit[];
  /** As many the index counts, by which pages are told apart; `total` is without those of this page that were taken out since. */
  indexed: number;
}

const LONGEST_PAGE = 100;
/** Nobody reads the ten-thousandth hit; asking for it is a mistake or a machine's. */
export const DEEPEST = 10_000;

export const NO_PARAMS: SearchParams = {
  q: '',
  type: [],
  language: [],
  collection: [],
  author: [],
  subject: [],
  speciality: [],
  access: [],
  hasFile: null,
  from: null,
  until: null,
  sort: 'relevance',
  page: 1,
  perPage: 20,
};

const NOTHING: Found = {
  total: 0,
  indexed: 0,
  hits: [],
  facets: Object.fromEntries(FACETS.map((facet) => [facet, []])) as unknown as SearchResult['facets'],
  understood: [],
  suggestion: null,
  tookMs: 0,
  cut: false,
};

/** The search as the house knows it: what doors ask, and what jobs keep in step. */
export class Search {
  private readonly gatherer: Gatherer;

  private constructor(
    readonly engine: SqliteSearchEngine,
    private readonly parts: SearchParts,
  ) {
    this.gatherer = new Gatherer(parts);
  }

  static async open(parts: SearchParts): Promise<Search> {
    return new Search(await SqliteSearchEngine.open(parts), parts);
  }

  // What doors ask

  /**
   * Works that answer `params`, under the rights of `visitor` today, each with its work. What is not given is not asked.
   * The catalogue is asked for all hits of the page: what it has closed or withdrawn is not shown, whatever the index says.
   * Counts of facets follow with the index.
   */
  async query(visitor: Visitor, params: Partial<SearchParams>): Promise<Found> {
    const all = { ...NO_PARAMS, ...params };
    if (asksNothing(all.q)) return NOTHING; // not everything, which nobody asked for either
    const perPage = Math.min(LONGEST_PAGE, Math.max(1, Math.floor(all.perPage) || 1));
    const page = Math.min(Math.max(1, Math.floor(all.page) || 1), Math.ceil(DEEPEST / perPage));
    const today = this.parts.today();
    const result = await this.engine.search(visitor, { ...all, page, perPage }, today);
    this.parts.onSearch?.(result.tookMs);
    if (result.hits.length === 0) return { ...result, hits: [], indexed: result.total };
    const ids = result.hits.map((hit) => hit.workId);
    const works = await this.parts.works.publishedMany(ids);
    const silent = asksForWords(all.q) ? result.hits.filter((hit) => !showsWhy(hit)).map((hit) => hit.workId) : [];
    const notIndexed = silent.length > 0 ? await this.parts.notIndexed(silent) : new Set<string>();
    const hits = readableHits(result.hits, works, notIndexed, visitor, today);
    const total = result.total - (result.hits.length - hits.length);
    if (total === 0) return { ...NOTHING, understood: result.understood, cut: result.cut, indexed: result.total };
    // A better spelling may be a word of a text that was closed meanwhile.
    const suggestion = total === result.total ? result.suggestion : null;
    return { ...result, hits, total, suggestion, indexed: result.total };
  }

  /** Pages of one work that answer `q`: more than a result shows, and the search inside a book. */
  async passages(
    visitor: Visitor,
    query: Omit<PassagesQuery, 'offset' | 'limit' | 'fileId'> & Partial<PassagesQuery>,
  ): Promise<PassagesResult> {
    const limit = Math.min(LONGEST_PAGE, Math.max(1, query.limit ?? 20));
    const asked = { fileId: null, ...query, limit, offset: Math.max(0, query.offset ?? 0) };
    const today = this.parts.today();
    const result = await this.engine.passages(visitor, asked, today);
    const work = (await this.parts.works.publishedMany([query.workId])).get(query.workId);
    const passages = work ? readablePassages(result.passages, work, visitor, today) : [];
    return passages.length === result.passages.length ? result : { total: passages.length, exact: false, passages };
  }

  /** Titles, people, subjects and collections that begin so, misspelt or not. */
  suggest(text: string, limit = 10): Promise<Suggestion[]> {
    return this.engine.suggest(text, Math.min(50, Math.max(1, limit)));
  }

  stats(): Promise<SearchStats> {
    return this.engine.stats();
  }

  // What jobs do

  /** Takes the work in as it is now, or out when it is published no more. Safe to repeat. */
  async indexWork(id: number): Promise<void> {
    const work = await this.gatherer.work(id);
    if (work) await this.engine.index(work);
    else await this.engine.remove(id);
  }

  async indexPerson(id: number): Promise<void> {
    await this.engine.offer('person', `person:${id}`, await this.gatherer.person(id));
  }

  async indexCollection(slug: string): Promise<void> {
    await this.engine.offer('collection', slug, await this.gatherer.collection(slug));
  }

  /** Builds the whole index anew beside the one in use, and puts it in place without a gap. */
  async reindex(progress?: (done: number) => void): Promise<void> {
    await this.engine.rebuild(this.gatherer.all(), await this.gatherer.offers(), progress);
    // What another process indexed and offered meanwhile went into the old file.
    for (const difference of await this.outOfStep()) await this.mend(difference);
  }

  private async mend({ kind, id }: Difference): Promise<void> {
    if (kind === 'work') await this.indexWork(Number(id));
    else if (kind === 'person') await this.indexPerson(Number(id.replace('person:', '')));
    else if (kind === 'collection') await this.indexCollection(id);
  }

  /** Is the index new and empty while it should not be? Then it is to be built. */
  async isEmptyByMistake(): Promise<boolean> {
    const { value } = await this.gatherer.all().next();
    return value !== undefined && (await this.engine.fingerprints()).size === 0;
  }

  /** What the index lacks, holds out of date, or holds by mistake: what `doctor` tells. Empty when it is right. */
  async differences(): Promise<Difference[]> {
    await this.engine.check();
    return this.outOfStep();
  }

  private async outOfStep(): Promise<Difference[]> {
    const held = new Map([...(await this.engine.fingerprints())].map(([id, state]) => [`work ${id}`, state]));
    for (const { kind, id, names } of await this.engine.offers()) held.set(`${kind} ${id}`, names.join('\n'));
    const found: Difference[] = [];
    const compare = (kind: Difference['kind'], id: string, state: string) => {
      const its = held.get(`${kind} ${id}`);
      held.delete(`${kind} ${id}`);
      if (its !== state) found.push({ kind, id, problem: its === undefined ? 'missing' : 'outdated' });
    };
    for await (const work of this.gatherer.all()) compare('work', String(work.id), work.fingerprint);
    for (const { kind, id, names } of await this.gatherer.offers()) compare(kind, id, names.join('\n'));
    for (const key of held.keys()) {
      const [kind, id] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
      found.push({ kind: kind as Difference['kind'], id, problem: 'surplus' });
    }
    return found;
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
