import type Database from 'better-sqlite3';
import { isEmbargoed, levelsOf } from '../../access/access';
import { isStaff } from '../../accounts/visitor';
import { fold } from '../../language/normalise';
import { tokenise } from '../../language/tokenise';
import type { TextStore } from '../../text/text-store';
import type { AccessLevel } from '../../works/schema';
import { bestPassage, holdsPhrases, type Matcher, marked, matcherOf } from '../passage';
import { parseQuery, type Query } from '../query';
import {
  FACETS,
  type FacetName,
  type Facets,
  type Passage,
  type PassagesQuery,
  type PassagesResult,
  type Searcher,
  type SearchHit,
  type SearchParams,
  type SearchResult,
} from '../types';
import { Columns, type Row } from './columns';
import { BM25, type ExpandedQuery, Expander, ftsExpression, noneExpression, type Word } from './expand';
import type { Shown } from './index-writer';
import { PageSets } from './page-sets';
import { COLUMN_WEIGHTS, openForReading, ROW_SPAN } from './schema';
import { Speller } from './speller';

/** Works whose order is judged anew by exact forms, titles and words standing on one page. */
const JUDGED = 24;
const PASSAGES = 3;
const FACET_VALUES = 50;
/** Beyond so many works, how often a common word stands in each no longer tells them apart in time. */
const MOST_RANKED = 60_000;
/** Pages read, at most, to show three of a work. */
const PAGES_READ = 4;
const PAGES_READ_FOR_PHRASE = 24;

interface Found {
  row: Row;
  /** Greater is better. */
  score: number;
  /** Rows of `ft` this reader may see and that matched. */
  ftRows: number[];
}

/** Answers from one index file, read-only, in whatever thread it lives. */
export class IndexReader {
  private readonly db: Database.Database;
  private readonly columns: Columns;
  private readonly speller: Speller;
  private readonly expander: Expander;
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
    this.statements = {
      ranked: this.db
        .prepare<[string], [number, number]>(`SELECT rowid, ${BM25(COLUMN_WEIGHTS)} FROM ft WHERE ft MATCH ?`)
        .raw(),
      unranked: this.db.prepare<[string], number>('SELECT rowid FROM ft WHERE ft MATCH ?').pluck(),
      rowsOfWork: this.db
        .prepare<[string, number, number], number>('SELECT rowid FROM ft WHERE ft MATCH ? AND rowid BETWEEN ? AND ?')
        .pluck(),
      allRowsOfWork: this.db
        .prepare<[number, number], number>('SELECT id FROM ft_rows WHERE id BETWEEN ? AND ?')
        .pluck(),
      sets: this.db.prepare<[number], { file_id: number; pages: Buffer }>(
        'SELECT file_id, pages FROM page_sets WHERE row_id = ? ORDER BY id',
      ),
      shown: this.db.prepare<[number], string | null>('SELECT shown FROM works WHERE work_id = ?').pluck(),
      fingerprints: this.db
        .prepare<[], [number, string]>('SELECT work_id, fingerprint FROM works WHERE fingerprint IS NOT NULL')
        .raw(),
      pages: this.db.prepare<[], number>('SELECT coalesce(sum(count), 0) FROM page_sets').pluck(),
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
    const expanded = this.expander.query(query, Date.now());
    const found = this.match(expanded, rights, params.sort === 'relevance');
    const { passing, facets } = this.count(found, params, query);
    const words = expanded.all.flatMap(({ any }) => any.flatMap((term) => term.words));
    let cut = isLate();
    const sets = new Map<number, { fileId: number; sets: PageSets }[]>();
    if (params.sort === 'relevance' && words.length > 0) {
      passing.sort((a, b) => b.score - a.score || a.row.workId - b.row.workId);
      if (!cut) this.judge(passing, expanded, words, query, sets);
    } else sortBy(passing, params.sort === 'relevance' ? 'newest' : params.sort);
    const page = passing.slice((params.page - 1) * params.perPage, params.page * params.perPage);
    cut ||= isLate();
    const matcher = this.matcher(words);
    const hits = page.map((one) => this.hit(one, words, expanded, matcher, sets, !isLate()));
    const suggestion =
      words.length > 0 && !isLate() ? this.suggestion(params.q, query, expanded, rights, passing.length) : null;
    return {
      total: passing.length,
      hits,
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
    const expanded = this.expander.query(query, Date.now());
    const words = expanded.all.flatMap(({ any }) => any.flatMap((term) => term.words));
    if (words.length === 0) return none;
    const rights = new Rights(searcher, today, this.columns);
    const from = asked.workId * ROW_SPAN;
    const ftRows = this.statements.allRowsOfWork.all(from, from + ROW_SPAN - 1).filter((id) => rights.mayFind(id, row));
    const sets = ftRows
      .flatMap((id) => this.setsOf(id))
      .filter(({ fileId }) => asked.fileId === null || fileId === asked.fileId);
    // In one book the reader goes from place to place: pages in their order, those with the whole query before the others.
    const pages = rankedPages(sets, expanded).sort(
      (a, b) => Number(b.complete) - Number(a.complete) || a.fileId - b.fileId || a.page - b.page,
    );
    const wanted = pages.some((page) => page.complete) ? pages.filter((page) => page.complete) : pages;
    const matcher = this.matcher(words);
    const phrases = phrasesOf(expanded, words);
    const passages: Passage[] = [];
    let skipped = 0;
    let doubtful = 0;
    let read = 0;
    for (const { fileId, page } of wanted) {
      if (passages.length >= asked.limit || read >= 400) break;
      const text = this.texts.text(fileId, page);
      read += 1;
      const best =
        text !== null && (phrases.length === 0 || holdsPhrases(text, matcher, phrases))
          ? bestPassage(text, matcher, phrases)
          : null;
      if (!best) doubtful += 1;
      else if (skipped < asked.offset) skipped += 1;
      else passages.push({ fileId, page, segments: best.segments });
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

  private match(query: ExpandedQuery, rights: Rights, ranked: boolean): Found[] {
    const strict = ftsExpression(query, false, this.expander);
    if (strict === null) return this.withoutWords(noneExpression(query, this.expander), rights);
    const found = new Map<Row, Found>();
    this.collect(strict, 1000, ranked, rights, found);
    const isLoose = query.all.some(({ any }) => any.some(({ words }) => words.some((word) => word.loose.length > 0)));
    if (isLoose) this.collect(ftsExpression(query, true, this.expander) ?? strict, 0, ranked, rights, found);
    return [...found.values()];
  }

  /** @param bonus what sets this way of finding above the ways below it. */
  private collect(expression: string, bonus: number, ranked: boolean, rights: Rights, found: Map<Row, Found>): void {
    const take = (rowId: number, score: number) => {
      const row = this.columns.row(Math.floor(rowId / ROW_SPAN));
      if (!row?.live || !rights.mayFind(rowId, row)) return;
      const known = found.get(row);
      if (!known) found.set(row, { row, score, ftRows: [rowId] });
      else if (!known.ftRows.includes(rowId)) {
        known.ftRows.push(rowId);
        known.score = Math.max(known.score, score);
      }
    };
    if (ranked && this.columns.works <= MOST_RANKED) {
      for (const [rowId, score] of this.statements.ranked.all(expression)) take(rowId, bonus - score);
    } else for (const rowId of this.statements.unranked.all(expression)) take(rowId, bonus);
  }

  private withoutWords(none: string | null, rights: Rights): Found[] {
    const excluded = new Set<Row>();
    if (none !== null) {
      for (const rowId of this.statements.unranked.all(none)) {
        const row = this.columns.row(Math.floor(rowId / ROW_SPAN));
        if (row && rights.mayFind(rowId, row)) excluded.add(row);
      }
    }
    return this.columns.rows
      .filter((row) => row.live && !excluded.has(row))
      .map((row) => ({ row, score: 0, ftRows: [row.workId * ROW_SPAN] }));
  }

  /** Which of the works found pass the facets chosen, and how many would have each value. */
  private count(found: Found[], params: SearchParams, query: Query): { passing: Found[]; facets: Facets } {
    const columns = this.columns;
    const { filters } = query;
    const from = params.from ?? filters.from;
    const until = params.until ?? filters.until;
    const chosen: Record<FacetName, string[]> = {
      type: [...params.type, ...filters.types],
      language: [...params.language, ...filters.languages],
      collection: params.collection,
      author: params.author,
      subject: params.subject.map((subject) => fold(subject)),
      speciality: params.speciality,
      access: params.access,
      hasFile: params.hasFile === null ? [] : [String(params.hasFile)],
      year: [],
    };
    const tests = FACETS.flatMap((facet, number) => {
      const values = chosen[facet];
      if (values.length === 0) return [];
      return [{ number, wanted: new Set(values.map((value) => columns.number(facet, value) ?? -1)) }];
    });
    const year = FACETS.indexOf('year');
    const counts = new Uint32Array(columns.valueOf.length);
    const passing: Found[] = [];
    for (const one of found) {
      const { row } = one;
      if (filters.codes.length > 0 && !filters.codes.every((code) => row.codes.some((own) => own.startsWith(code))))
        continue;
      if (filters.specialities.length > 0 && !this.hasSpeciality(row, filters.specialities)) continue;
      let failed = -1;
      let failures = 0;
      for (const { number, wanted } of tests) {
        let has = false;
        for (let i = 0; i < row.values.length && !has; i += 1) has = wanted.has(row.values[i]!);
        if (!has) {
          failed = number;
          failures += 1;
        }
      }
      if (
        (from !== null || until !== null) &&
        (row.year === null || row.year < (from ?? 0) || row.year > (until ?? 9999))
      ) {
        failed = year;
        failures += 1;
      }
      if (failures > 1) continue;
      // A facet counts what choosing another of its values would give, so its own choice does not narrow it.
      for (let i = 0; i < row.values.length; i += 1) {
        const value = row.values[i]!;
        if (failures === 0 || columns.facetOf[value] === failed) counts[value]! += 1;
      }
      if (failures === 0) passing.push(one);
    }
    return { passing, facets: this.facets(counts, chosen) };
  }

  private hasSpeciality(row: Row, beginnings: string[]): boolean {
    const speciality = FACETS.indexOf('speciality');
    return [...row.values].some(
      (value) =>
        this.columns.facetOf[value] === speciality &&
        beginnings.some((beginning) => this.columns.valueOf[value]!.startsWith(beginning)),
    );
  }

  private facets(counts: Uint32Array, chosen: Record<FacetName, string[]>): Facets {
    const { facetOf, valueOf: values, labelOf } = this.columns;
    const lists: { value: string; label: string | null; count: number; chosen: boolean }[][] = FACETS.map(() => []);
    const picked = FACETS.map((facet) => new Set(chosen[facet]));
    for (let number = 0; number < counts.length; number += 1) {
      const facet = facetOf[number]!;
      const isChosen = picked[facet]!.has(values[number]!);
      if (counts[number] === 0 && !isChosen) continue;
      lists[facet]!.push({
        value: values[number]!,
        label: labelOf[number] ?? null,
        count: counts[number]!,
        chosen: isChosen,
      });
    }
    return Object.fromEntries(
      FACETS.map((facet, i) => {
        const list = lists[i]!;
        if (facet === 'year') return [facet, list.sort((a, b) => Number(a.value) - Number(b.value))];
        list.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
        return [facet, list.filter((value, place) => place < FACET_VALUES || value.chosen)];
      }),
    ) as Facets;
  }

  /** Puts the best in the order a reader expects: the title itself, exact forms, words close together, mildly the new. */
  private judge(
    passing: Found[],
    expanded: ExpandedQuery,
    words: Word[],
    query: Query,
    sets: Map<number, { fileId: number; sets: PageSets }[]>,
  ): void {
    const judged = passing.slice(0, JUDGED);
    if (judged.length < 2) return;
    const typed = query.all.flatMap(({ any }) => any.flatMap((term) => term.words)).join(' ');
    const best = judged[0]!.score % 1000 || 1;
    const thisYear = new Date().getUTCFullYear();
    for (const one of judged) {
      let bonus = 0;
      const shown = this.shownOf(one.row.workId);
      for (const { value } of shown?.titles ?? []) {
        const title = tokenise(value)
          .map((token) => token.word)
          .join(' ');
        if (title === typed) bonus = Math.max(bonus, 1.5);
        else if (` ${title} `.includes(` ${typed} `)) bonus = Math.max(bonus, 0.6);
      }
      const pages = this.pagesOf(one, sets);
      bonus += closeness(pages, expanded, words);
      if (one.row.year !== null) bonus += 0.08 * Math.max(0, 1 - Math.max(0, thisYear - one.row.year) / 30);
      one.score += bonus * Math.abs(best);
    }
    judged.sort((a, b) => b.score - a.score || a.row.workId - b.row.workId);
    for (const [i, one] of judged.entries()) passing[i] = one;
  }

  private pagesOf(
    one: Found,
    known: Map<number, { fileId: number; sets: PageSets }[]>,
  ): { fileId: number; sets: PageSets }[] {
    let sets = known.get(one.row.workId);
    if (!sets) {
      sets = one.ftRows.flatMap((id) => this.setsOf(id));
      known.set(one.row.workId, sets);
    }
    return sets;
  }

  private setsOf(ftRow: number): { fileId: number; sets: PageSets }[] {
    return this.statements.sets
      .all(ftRow)
      .map(({ file_id, pages }) => ({ fileId: file_id, sets: new PageSets(pages) }));
  }

  private shownOf(workId: number): Shown | null {
    const shown = this.statements.shown.get(workId);
    return shown ? (JSON.parse(shown) as Shown) : null;
  }

  /** A word of a text is looked up only where it begins as a word of the query does: stemming never changes two letters. */
  private matcher(words: Word[]): Matcher {
    return matcherOf(
      words.map((word) => {
        const stems = new Set([...word.stems, ...word.loose]);
        const beginnings = new Set([word.word, ...stems].map((stem) => stem.slice(0, 2)));
        return {
          beginnings,
          matches: (folded: string) =>
            folded === word.word ||
            (word.prefix && folded.startsWith(word.word)) ||
            (!word.prefix &&
              beginnings.has(folded.slice(0, 2)) &&
              this.expander.stemsOf(folded).some((stem) => stems.has(stem))),
        };
      }),
    );
  }

  private hit(
    one: Found,
    words: Word[],
    expanded: ExpandedQuery,
    matcher: Matcher,
    known: Map<number, { fileId: number; sets: PageSets }[]>,
    inTime: boolean,
  ): SearchHit {
    const hit: SearchHit = {
      workId: one.row.workId,
      score: Math.round(one.score * 1000) / 1000,
      titles: [],
      contributors: [],
      subjects: [],
      abstract: null,
      passages: [],
      morePassages: false,
    };
    if (words.length === 0) return hit;
    const shown = this.shownOf(one.row.workId);
    for (const { lang, value } of shown?.titles ?? []) {
      const segments = marked(value, matcher);
      if (segments) hit.titles.push({ lang, segments });
    }
    for (const name of shown?.names ?? []) {
      const segments = marked(name, matcher);
      if (segments) hit.contributors.push({ segments });
    }
    for (const subject of shown?.subjects ?? []) {
      const segments = marked(subject, matcher);
      if (segments) hit.subjects.push({ segments });
    }
    let abstractScore = 0;
    for (const { lang, value } of shown?.abstracts ?? []) {
      const best = bestPassage(value, matcher);
      if (best && best.score > abstractScore) {
        hit.abstract = { lang, segments: best.segments };
        abstractScore = best.score;
      }
    }
    if (!inTime) return hit;
    const phrases = phrasesOf(expanded, words);
    const pages = rankedPages(this.pagesOf(one, known), expanded);
    const most = phrases.length > 0 ? PAGES_READ_FOR_PHRASE : PAGES_READ;
    const best: (Passage & { score: number })[] = [];
    let read = 0;
    for (const { fileId, page } of pages) {
      if (read >= most || (phrases.length > 0 && best.length >= PASSAGES)) break;
      const text = this.texts.text(fileId, page);
      read += 1;
      if (text === null || (phrases.length > 0 && !holdsPhrases(text, matcher, phrases))) continue;
      const passage = bestPassage(text, matcher, phrases);
      if (passage) best.push({ fileId, page, ...passage });
    }
    best.sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.page - b.page);
    hit.passages = best.slice(0, PASSAGES).map(({ fileId, page, segments }) => ({ fileId, page, segments }));
    hit.morePassages = best.length > PASSAGES || pages.length > read;
    return hit;
  }

  /** The query with its rarest misspelling put right, if that finds something this reader may find. */
  private suggestion(
    typed: string,
    query: Query,
    expanded: ExpandedQuery,
    rights: Rights,
    total: number,
  ): string | null {
    if (total > 20) return null;
    let better = typed;
    let shift = 0;
    for (const { any } of expanded.all) {
      for (const { term, words } of any) {
        if (words.length !== 1 || words[0]!.prefix || /\d/.test(words[0]!.word)) continue;
        const [word] = words;
        const works = this.expander.worksWith(word!.word);
        if (!word!.unknown && (works > 2 || total > 5)) continue;
        const [nearest] = this.speller.nearest(word!.word, 1, Date.now());
        if (!nearest || (!word!.unknown && nearest.works < 10 * Math.max(1, works))) continue;
        const raw = typed.slice(term.start, term.end);
        const token = tokenise(raw).find((one) => one.word === word!.word);
        if (!token) continue;
        const from = term.start + shift + token.start;
        better = better.slice(0, from) + nearest.form + better.slice(from + token.end - token.start);
        shift += nearest.form.length - (token.end - token.start);
      }
    }
    if (better === typed) return null;
    const again = this.expander.query(parseQuery(better), Date.now());
    const expression = ftsExpression(again, false, this.expander);
    if (expression === null || query.all.length === 0) return null;
    for (const rowId of this.statements.unranked.iterate(expression)) {
      const row = this.columns.row(Math.floor(rowId / ROW_SPAN));
      if (row?.live && rights.mayFind(rowId, row)) return better;
    }
    return null;
  }
}

/** What one reader may find today, of rows of `ft`. */
class Rights {
  private readonly levels;
  private readonly isStaff;

  constructor(
    private readonly searcher: Searcher,
    private readonly today: string,
    private readonly columns: Columns,
  ) {
    const visitor = { ...searcher, name: null };
    this.levels = levelsOf(visitor);
    this.isStaff = isStaff(visitor);
  }

  mayFind(ftRow: number, row: Row): boolean {
    if (ftRow % ROW_SPAN === 0 || this.isStaff) return true;
    const access = this.columns.accessOf.get(ftRow);
    if (!access) return false; // a row nothing is known of is nobody's
    if (this.searcher.accountId !== null && this.searcher.accountId === row.ownerId) return true;
    const level = access.level as AccessLevel;
    return (
      !isEmbargoed({ level, openFrom: access.openFrom, viewOnly: false }, this.today) && this.levels.includes(level)
    );
  }
}

interface RankedPage {
  fileId: number;
  page: number;
  score: number;
  /** All words of the query may stand on it. */
  complete: boolean;
}

/** Pages on which words of the query may stand, the best first. */
function rankedPages(files: { fileId: number; sets: PageSets }[], expanded: ExpandedQuery): RankedPage[] {
  const pages: RankedPage[] = [];
  for (const { fileId, sets } of files) {
    for (let index = 0; index < sets.count; index += 1) {
      let score = 0;
      let complete = true;
      for (const { any } of expanded.all) {
        let best = 0;
        for (const { words } of any) {
          let sum = 0;
          for (const word of words) sum += wordScore(sets, index, word);
          if (words.length > 1 && words.some((word) => wordScore(sets, index, word) === 0)) sum = 0; // a phrase is whole or not there
          best = Math.max(best, sum);
        }
        score += best;
        if (best === 0) complete = false;
      }
      if (score > 0)
        pages.push({
          fileId,
          page: sets.pageNumber(index),
          score: complete ? score + expanded.all.length : score,
          complete,
        });
    }
  }
  return pages.sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.page - b.page);
}

function wordScore(sets: PageSets, index: number, word: Word): number {
  if (!word.prefix && sets.mayHold(index, word.exact)) return 1.3;
  for (const hash of word.stemHashes) if (sets.mayHold(index, hash)) return 1;
  for (const hash of word.looseHashes) if (sets.mayHold(index, hash)) return 0.6;
  return 0;
}

/** From 0 to about 0.5: exact forms in the text, and all words on one page. */
function closeness(files: { sets: PageSets }[], expanded: ExpandedQuery, words: Word[]): number {
  let exact = 0;
  let together = 0;
  for (const { sets } of files) {
    for (let index = 0; index < sets.count; index += 1) {
      let here = 0;
      for (const word of words) {
        const score = wordScore(sets, index, word);
        if (score > 0) here += 1;
        if (score > 1) exact += 1;
      }
      if (here === words.length) together += 1;
    }
  }
  const isMany = expanded.all.length > 1;
  return 0.2 * saturated(exact, 3 * words.length) + (isMany ? 0.35 * saturated(together, 3) : 0);
}

const saturated = (count: number, half: number): number => count / (count + half);

/** Phrases of the query, as numbers of its words in the order of `words`. */
function phrasesOf(expanded: ExpandedQuery, words: Word[]): number[][] {
  return expanded.all.flatMap(({ any }) =>
    any.length === 1 && any[0]!.words.length > 1 && any[0]!.term.field === null
      ? [any[0]!.words.map((word) => words.indexOf(word))]
      : [],
  );
}

function sortBy(found: Found[], sort: 'newest' | 'year' | 'oldest' | 'title'): void {
  const by: Record<typeof sort, (a: Row, b: Row) => number> = {
    newest: (a, b) => compare(b.publishedAt, a.publishedAt),
    year: (a, b) => (b.year ?? 0) - (a.year ?? 0),
    oldest: (a, b) => (a.year ?? 9999) - (b.year ?? 9999),
    title: (a, b) => compare(a.titleKey, b.titleKey),
  };
  found.sort((a, b) => by[sort](a.row, b.row) || b.row.workId - a.row.workId);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function understood({ filters }: Query): { field: string; value: string }[] {
  const list: { field: string; value: string }[] = [];
  if (filters.from !== null || filters.until !== null)
    list.push({ field: 'year', value: `${filters.from ?? ''}..${filters.until ?? ''}` });
  for (const value of filters.types) list.push({ field: 'type', value });
  for (const value of filters.languages) list.push({ field: 'language', value });
  for (const value of filters.specialities) list.push({ field: 'speciality', value });
  for (const code of filters.codes)
    list.push({ field: code.slice(0, code.indexOf(':')), value: code.slice(code.indexOf(':') + 1) });
  return list;
}
