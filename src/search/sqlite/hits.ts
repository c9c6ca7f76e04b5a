import type Database from 'better-sqlite3';
import { tokenise } from '../../language/tokenise';
import type { TextStore } from '../../text/text-store';
import {
  bestPassage,
  type Extent,
  holdsPhrases,
  type Matcher,
  marked,
  matcherOf,
  PASSAGE,
  viewOnlyExtent,
} from '../passage';
import type { Passage, SearchHit } from '../types';
import type { Columns, Row } from './columns';
import type { ExpandedQuery, Expander, Word } from './expand';
import type { Found } from './found';
import { STRICT } from './matching';
import { closeness, type FilePages, rankedPages } from './page-ranking';
import { hashOf, PageSets } from './page-sets';
import type { MayFind } from './rights';
import { ROW_SPAN, SET_SPAN } from './schema';
import type { Shown } from './taken-of-work';
import { exactKey, LONGEST } from './vocabulary';

const PASSAGES = 3;
/** Pages of one work read, at most, to show the three, and so many while there is none to show. A set may err, and words of a phrase may stand apart. */
const PAGES_READ = 60;
const MOST_PAGES_READ = 240;
/** And of all works shown together. */
const PAGES_READ_IN_ALL = 600;
/** Works and pages looked through, at most, for one word as it is written. */
const MOST_LOOKS = 60;

/** What the index file has to show of one row of `ft`. */
interface ShownRow {
  /** Of everyone's row only. */
  metadata: Shown | null;
  pages: FilePages[];
}

/** Reads what is shown of single works. */
export class ShownWorks {
  private readonly rows;

  constructor(db: Database.Database) {
    this.rows = db.prepare<
      [number, number],
      { file_id: number; view_only: number; count: number; shown: string | null; pages: Buffer }
    >('SELECT file_id, view_only, count, shown, pages FROM page_sets WHERE id BETWEEN ? AND ? ORDER BY id');
  }

  row(ftRow: number): ShownRow {
    const row: ShownRow = { metadata: null, pages: [] };
    for (const { file_id, view_only, count, shown, pages } of this.rows.all(
      ftRow * SET_SPAN,
      (ftRow + 1) * SET_SPAN - 1,
    )) {
      if (shown !== null) row.metadata = JSON.parse(shown) as Shown;
      if (count > 0) row.pages.push({ fileId: file_id, isViewOnly: view_only === 1, sets: new PageSets(pages) });
    }
    return row;
  }
}

/** What one query shows of the works found: their order among the best, and the places where its words stand. */
export class Hits {
  readonly words: Word[];
  readonly matcher: Matcher;
  /** Phrases of the query, as numbers of its words in the order of `words`. */
  readonly phrases: number[][];
  private readonly shown = new Map<number, ShownRow>();
  private pagesLeft = PAGES_READ_IN_ALL;

  constructor(
    private readonly works: ShownWorks,
    private readonly texts: TextStore,
    private readonly columns: Columns,
    private readonly expanded: ExpandedQuery,
  ) {
    this.words = expanded.all.flatMap(({ any }) => any.flatMap((term) => term.words));
    this.matcher = matcherFor(this.words);
    this.phrases = expanded.all.flatMap(({ any }) =>
      any.length === 1 && any[0]!.words.length > 1 && any[0]!.term.field === null
        ? [any[0]!.words.map((word) => this.words.indexOf(word))]
        : [],
    );
  }

  /**
   * Puts the best in the order a reader expects: the title itself, exact forms, words close together, mildly the new.
   * @param numbers of works, the best first. @returns them in their order.
   */
  judge(numbers: readonly number[], found: Found): number[] {
    if (numbers.length < 2) return [...numbers];
    const { scores } = found;
    const typed = this.words.map(({ word }) => word).join(' ');
    const end = this.words.at(-1)?.prefix ? '' : ' ';
    const top = scores[numbers[0]!]! % STRICT || 1;
    const thisYear = new Date().getUTCFullYear();
    for (const number of numbers) {
      const row = this.columns.rows[number]!;
      let bonus = closeness(this.shownOf(row, found).pages, this.expanded, this.words);
      let titleBonus = 0;
      for (const { value } of this.shownOf(row, found).metadata?.titles ?? []) {
        const title = tokenise(value)
          .map((token) => token.word)
          .join(' ');
        if (title === typed) titleBonus = Math.max(titleBonus, 1.5);
        else if (` ${title} `.includes(` ${typed}${end}`)) titleBonus = Math.max(titleBonus, 0.6);
      }
      bonus += titleBonus;
      const year = this.columns.year.values[number]!;
      if (year !== 0) bonus += 0.08 * Math.max(0, 1 - Math.max(0, thisYear - year) / 30);
      scores[number]! += bonus * Math.abs(top);
    }
    const newest = (a: number, b: number) => this.columns.rows[b]!.workId - this.columns.rows[a]!.workId;
    return [...numbers].sort((a, b) => scores[b]! - scores[a]! || newest(a, b));
  }

  /** Of a passage of a page. */
  extent(isViewOnly: boolean): Extent {
    return isViewOnly ? viewOnlyExtent(this.expanded.all.flatMap(({ any }) => any)) : PASSAGE;
  }

  /** @param withPages false: what needs no page to be read. */
  hit(number: number, found: Found, withPages: boolean): SearchHit {
    const row = this.columns.rows[number]!;
    const hit: SearchHit = {
      workId: row.workId,
      score: Math.round(found.scores[number]! * 1000) / 1000,
      titles: [],
      contributors: [],
      subjects: [],
      abstract: null,
      passages: [],
      morePassages: false,
    };
    if (this.words.length === 0) return hit;
    this.markMetadata(hit, this.shownOf(row, found).metadata);
    if (withPages) this.findPassages(hit, row, found);
    return hit;
  }

  /**
   * A folded form as a text that may be found has it, or null where none is met soon. Folding loses letters (Turkish ı), and
   * what stands in closed texts alone must not be told.
   */
  asWritten(form: string, expander: Expander, mayFind: MayFind): string | null {
    let looks = 0;
    const hash = hashOf(exactKey(form));
    for (const stem of expander.stemsOf(form)) {
      for (const ftRow of expander.rowsWith(stem, mayFind)) {
        looks += 1;
        if (looks > MOST_LOOKS) return null;
        const { metadata } = this.works.row(ftRow - (ftRow % ROW_SPAN));
        for (const { value } of [...(metadata?.titles ?? []), ...(metadata?.abstracts ?? [])]) {
          const written = wordIn(value, form);
          if (written) return written;
        }
        for (const value of [...(metadata?.names ?? []), ...(metadata?.subjects ?? [])]) {
          const written = wordIn(value, form);
          if (written) return written;
        }
        for (const { fileId, sets } of this.works.row(ftRow).pages) {
          for (let page = 0; page < sets.count; page += 1) {
            if (!sets.mayHold(page, hash)) continue;
            const written = wordIn(this.texts.text(fileId, sets.pageNumber(page)) ?? '', form);
            if (written) return written;
            looks += 1;
          }
        }
      }
    }
    return null;
  }

  private markMetadata(hit: SearchHit, shown: Shown | null): void {
    const { matcher } = this;
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
  }

  private findPassages(hit: SearchHit, row: Row, found: Found): void {
    const { matcher, phrases } = this;
    const pages = rankedPages(this.shownOf(row, found).pages, this.expanded);
    const best: (Passage & { score: number })[] = [];
    let read = 0;
    for (const { fileId, page, isViewOnly } of pages) {
      const most = Math.min(this.pagesLeft, best.length === 0 ? MOST_PAGES_READ : PAGES_READ);
      if (best.length >= PASSAGES || read >= most) break;
      const text = this.texts.text(fileId, page);
      read += 1;
      if (text === null || (phrases.length > 0 && !holdsPhrases(text, matcher, phrases))) continue;
      const passage = bestPassage(text, matcher, phrases, this.extent(isViewOnly));
      if (passage) best.push({ fileId, page, ...passage });
    }
    this.pagesLeft -= read;
    best.sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.page - b.page);
    hit.passages = best.map(({ fileId, page, segments }) => ({ fileId, page, segments }));
    hit.morePassages = pages.length > read;
  }

  /** What is shown of a work: its metadata, and the pages of every row by which it was found. */
  private shownOf(row: Row, found: Found): ShownRow {
    let shown = this.shown.get(row.number);
    if (!shown) {
      const [everyones, ...narrower] = found.ftRows(row).map((id) => this.works.row(id));
      shown = { ...everyones!, pages: [everyones!, ...narrower].flatMap(({ pages }) => pages) };
      this.shown.set(row.number, shown);
    }
    return shown;
  }
}

/** The first word of `text` that folds to `form`, in small letters; null where there is none. */
function wordIn(text: string, form: string): string | null {
  for (const { word, start, end } of tokenise(text)) {
    if (word !== form) continue;
    const raw = text.slice(start, end);
    if (!/^[\p{L}\p{M}\p{N}]+$/u.test(raw)) return form;
    return /[ıİğşç]/u.test(raw) ? raw.toLocaleLowerCase('tr') : raw.toLowerCase();
  }
  return null;
}

/** A word of a text is looked up only where it begins as a word of the query does: stemming never changes two letters. */
function matcherFor(words: readonly Word[]): Matcher {
  return matcherOf(
    words.map(({ word, prefix, stems, loose, forms }) => {
      if (prefix) {
        const matches = (folded: string) => folded.startsWith(word) || forms.has(folded.slice(0, LONGEST));
        return { beginnings: [word.slice(0, 2)], matches };
      }
      const beginnings = new Set([word, ...stems, ...loose].map((stem) => stem.slice(0, 2)));
      return {
        beginnings,
        matches: (folded: string) => folded === word || forms.has(folded.slice(0, LONGEST)),
      };
    }),
  );
}
