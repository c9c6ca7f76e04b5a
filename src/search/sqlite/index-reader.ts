import type Database from 'better-sqlite3';
import { tokenise } from '../../language/tokenise';
import type { TextStore } from '../../text/text-store';
import { bestPassage, holdsPhrases } from '../passage';
import { parseQuery, type Query, understood } from '../query';
import type { Passage, PassagesQuery, PassagesResult, Searcher, SearchParams, SearchResult } from '../types';
import { Columns } from './columns';
import { type ExpandedQuery, Expander } from './expand';
import { countFacets } from './facet-counts';
import { best } from './found';
import { Hits, ShownWorks } from './hits';
import { Matching } from './matching';
import { rankedPages } from './page-ranking';
import { Rights } from './rights';
import { openForReading, ROW_SPAN } from './schema';
import { Speller } from './speller';
import { LONGEST } from './vocabulary';

/** Works whose order is judged anew by exact forms, titles and words standing on one page: so many of many, or all of few. */
const JUDGED = 12;
const ALL_JUDGED = 48;
/** Words near to a misspelt one that are tried. */
const MOST_TRIED = 4;
/** Pages of one work that are read, at most, for one list of its passages. */
const PAGES_READ = 2000;

/** Answers from one index file, read-only, in whatever thread it lives. */
export class IndexReader {
  private readonly db: Database.Database;
  private readonly columns: Columns;
  private readonly speller: Speller;
  private readonly expander: Expander;
  private readonly matching: Matching;
  private readonly works: ShownWorks;
  private readonly statements;
  private version = -1;

  constructor(
    file: string,
    private readonly texts: TextStore,
  ) {
    this.db = openForReading(file);
    this.columns = new Columns(this.db);
    this.speller = new Speller(this.db);
    this.expander = new Expander(this.db, this.speller);
    this.matching = new Matching(this.db, this.columns, this.expander);
    this.works = new ShownWorks(this.db);
    this.statements = {
      allRowsOfWork: this.db
        .prepare<[number, number], number>('SELECT id FROM ft_rows WHERE id BETWEEN ? AND ?')
        .pluck(),
      fingerprints: this.db
        .prepare<[], [number, string]>('SELECT work_id, fingerprint FROM works WHERE fingerprint IS NOT NULL')
        .raw(),
      pages: this.db.prepare<[], number>('SELECT coalesce(sum(pages), 0) FROM ft_rows').pluck(),
      moment: this.db.prepare('SELECT 1 FROM meta'),
      vocabulary: this.db.prepare<[], number>('SELECT count(DISTINCT form) FROM forms').pluck(),
    };
    this.inOneMoment(() => {});
  }

  close(): void {
    this.db.close();
  }

  /** @param limitMs after this long what is found is given and `cut` says so. */
  search(searcher: Searcher, params: SearchParams, today: string, limitMs: number): SearchResult {
    return this.inOneMoment(() => this.searchNow(searcher, params, today, limitMs));
  }

  passages(searcher: Searcher, asked: PassagesQuery, today: string): PassagesResult {
    return this.inOneMoment(() => this.passagesNow(searcher, asked, today));
  }

  fingerprints(): [number, string][] {
    return this.statements.fingerprints.all();
  }

  stats(): { works: number; pages: number; vocabulary: number } {
    return this.inOneMoment(() => ({
      works: this.columns.works,
      pages: this.statements.pages.get() ?? 0,
      vocabulary: this.statements.vocabulary.get() ?? 0,
    }));
  }

  /**
   * Rights are read and rows are matched in one snapshot of the file: a work closed between the two would else be found by
   * the rights it had before.
   */
  private inOneMoment<T>(ask: () => T): T {
    this.db.exec('BEGIN');
    try {
      this.refresh();
      return ask();
    } finally {
      this.db.exec('COMMIT');
    }
  }

  private searchNow(searcher: Searcher, params: SearchParams, today: string, limitMs: number): SearchResult {
    const began = performance.now();
    const isLate = () => performance.now() - began > limitMs;
    const query = parseQuery(params.q);
    const rights = new Rights(searcher, today, this.columns);
    const expanded = this.expander.query(query, Date.now(), rights);
    const sort = params.sort === 'relevance' && expanded.all.length === 0 ? 'newest' : params.sort;
    const found = this.matching.find(expanded, rights, sort === 'relevance');
    const { passing, facets } = countFacets(found.numbers, this.columns, params, query);
    let cut = isLate();
    const hits = new Hits(this.works, this.texts, this.columns, expanded);
    const last = params.page * params.perPage;
    let first: number[];
    if (sort === 'relevance') {
      const judged = passing.length <= ALL_JUDGED ? ALL_JUDGED : JUDGED;
      first = best(passing, found.scores, Math.max(judged, last), this.columns);
      if (!cut) first = [...hits.judge(first.slice(0, judged), found), ...first.slice(judged)];
    } else {
      const places = this.columns.order(sort);
      first = best(
        passing,
        places.map((place) => -place),
        last,
        this.columns,
      );
    }
    cut ||= isLate();
    const shown = first.slice(last - params.perPage, last).map((number) => hits.hit(number, found, !isLate()));
    const suggestion =
      hits.words.length > 0 && !isLate()
        ? this.suggestion(params.q, query, expanded, hits, rights, passing.length)
        : null;
    return {
      total: passing.length,
      hits: shown,
      facets,
      understood: understood(query),
      suggestion,
      tookMs: Math.round((performance.now() - began) * 10) / 10,
      cut: cut || isLate(),
    };
  }

  private passagesNow(searcher: Searcher, asked: PassagesQuery, today: string): PassagesResult {
    const row = this.columns.row(asked.workId);
    const none: PassagesResult = { total: 0, exact: true, passages: [] };
    if (!row?.live) return none;
    const query = parseQuery(asked.q);
    const rights = new Rights(searcher, today, this.columns);
    const expanded = this.expander.query(query, Date.now(), rights);
    const hits = new Hits(this.works, this.texts, this.columns, expanded);
    const { words, matcher, phrases } = hits;
    if (words.length === 0) return none;
    const from = asked.workId * ROW_SPAN;
    const ftRows = this.statements.allRowsOfWork.all(from, from + ROW_SPAN - 1).filter((id) => rights.mayFind(id, row));
    const sets = ftRows
      .flatMap((id) => this.works.row(id).pages)
      .filter(({ fileId }) => asked.fileId === null || fileId === asked.fileId);
    // In one book the reader goes from place to place: pages in their order, those with the whole query before the others.
    const pages = rankedPages(sets, expanded).sort(
      (a, b) => Number(b.complete) - Number(a.complete) || a.fileId - b.fileId || a.page - b.page,
    );
    const wanted = pages.some((page) => page.complete) ? pages.filter((page) => page.complete) : pages;
    const passages: Passage[] = [];
    let skipped = 0;
    let doubtful = 0;
    let read = 0;
    for (const { fileId, page, isViewOnly } of wanted) {
      if (passages.length >= asked.limit || read >= PAGES_READ) break;
      const text = this.texts.text(fileId, page);
      read += 1;
      const passage =
        text !== null && (phrases.length === 0 || holdsPhrases(text, matcher, phrases))
          ? bestPassage(text, matcher, phrases, hits.extent(isViewOnly))
          : null;
      if (!passage) doubtful += 1;
      else if (skipped < asked.offset) skipped += 1;
      else passages.push({ fileId, page, segments: passage.segments });
    }
    return { total: wanted.length - doubtful, exact: read === wanted.length, passages };
  }

  /** Called with a transaction open, so that what it reads is the moment that is then asked about. */
  private refresh(): void {
    this.statements.moment.get();
    const version = this.db.pragma('data_version', { simple: true }) as number;
    if (version === this.version) return;
    if (this.version >= 0) this.expander.refresh();
    this.version = version;
    this.columns.refresh();
  }

  /** The query with its misspellings put right by words that this reader may find, or null. */
  private suggestion(
    typed: string,
    query: Query,
    expanded: ExpandedQuery,
    hits: Hits,
    rights: Rights,
    total: number,
  ): string | null {
    if (total > 20 || query.all.length === 0) return null;
    let better = typed;
    let shift = 0;
    for (const { any } of expanded.all) {
      for (const { term, words } of any) {
        const [word] = words;
        if (words.length !== 1 || word!.prefix || /\d/.test(word!.word)) continue;
        if (word!.loose.length > 0 && !word!.guessed) continue; // found, but for letters of another keyboard
        const works = this.expander.worksWith(word!.word);
        if (!word!.unknown && (works > 2 || total > 5)) continue;
        const nearest = this.speller
          .nearest(word!.word, MOST_TRIED, Date.now(), (form) => this.expander.isFindable(form, rights.mayFindRow))
          .filter((one) => word!.unknown || one.works >= 10 * Math.max(1, works));
        const spelling = firstOf(nearest, ({ form }) => hits.asWritten(form, this.expander, rights.mayFindRow));
        if (spelling === null) continue;
        const raw = typed.slice(term.start, term.end);
        const token = tokenise(raw).find((one) => one.word.slice(0, LONGEST) === word!.word);
        if (!token) continue;
        const from = term.start + shift + token.start;
        better = better.slice(0, from) + spelling + better.slice(from + token.end - token.start);
        shift += spelling.length - (token.end - token.start);
      }
    }
    return better === typed ? null : better;
  }
}

function firstOf<T, R>(list: readonly T[], find: (one: T) => R | null): R | null {
  for (const one of list) {
    const found = find(one);
    if (found !== null) return found;
  }
  return null;
}
