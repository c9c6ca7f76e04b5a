import type Database from 'better-sqlite3';
import { tokenise } from '../../language/tokenise';
import type { TextStore } from '../../text/text-store';
import { bestPassage, holdsPhrases, type Matcher, marked, matcherOf, PASSAGE, VIEW_ONLY_PASSAGE } from '../passage';
import type { Passage, SearchHit } from '../types';
import type { Columns, Row } from './columns';
import type { ExpandedQuery, Expander, Word } from './expand';
import type { Found } from './found';
import type { Shown } from './index-writer';
import { STRICT } from './matching';
import { closeness, type FilePages, rankedPages } from './page-ranking';
import { hashOf, PageSets } from './page-sets';
import type { MayFind } from './rights';
import { ROW_SPAN } from './schema';
import { exactKey, LONGEST } from './vocabulary';

const PASSAGES = 3;
/** Pages read, at most, to show the three; and so many while there is none to show. A set may err, and words of a phrase may stand apart. */
const PAGES_READ = 6;
const MOST_PAGES_READ = 24;
/** Works and pages looked through, at most, for one word as it is written. */
const MOST_LOOKS = 60;

/** What the index file tells of a single work. */
export class ShownWorks {
  private readonly statements;

  constructor(db: Database.Database) {
    this.statements = {
      sets: db.prepare<[number], { file_id: number; view_only: number; pages: Buffer }>(
        'SELECT file_id, view_only, pages FROM page_sets WHERE row_id = ? ORDER BY id',
      ),
      shown: db.prepare<[number], string>('SELECT metadata FROM shown WHERE work_id = ?').pluck(),
    };
  }

  /** The pages in a row of `ft`. */
  pages(ftRow: number): FilePages[] {
    return this.statements.sets.all(ftRow).map(({ file_id, view_only, pages }) => ({
      fileId: file_id,
      isViewOnly: view_only === 1,
      sets: new PageSets(pages),
    }));
  }

  metadata(workId: number): Shown | null {
    const shown = this.statements.shown.get(workId);
    return shown ? (JSON.parse(shown) as Shown) : null;
  }
}

/** What one query shows of the works found: their order among the best, and the places where its words stand. */
export class Hits {
  readonly words: Word[];
  readonly matcher: Matcher;
  /** Phrases of the query, as numbers of its words in the order of `words`. */
  readonly phrases: number[][];
  private readonly pages = new Map<number, FilePages[]>();
  private readonly metadata = new Map<number, Shown | null>();

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
    const top = scores[numbers[0]!]! % STRICT || 1;
    const thisYear = new Date().getUTCFullYear();
    for (const number of numbers) {
      const row = this.columns.rows[number]!;
      let bonus = closeness(this.pagesOf(row, found), this.expanded, this.words);
      let titleBonus = 0;
      for (const { value } of this.metadataOf(row)?.titles ?? []) {
        const title = tokenise(value)
          .map((token) => token.word)
          .join(' ');
        if (title === typed) titleBonus = Math.max(titleBonus, 1.5);
        else if (` ${title} `.includes(` ${typed} `)) titleBonus = Math.max(titleBonus, 0.6);
      }
      bonus += titleBonus;
      const year = this.columns.year.values[number]!;
      if (year !== 0) bonus += 0.08 * Math.max(0, 1 - Math.max(0, thisYear - year) / 30);
      scores[number]! += bonus * Math.abs(top);
    }
    const newest = (a: number, b: number) => this.columns.rows[b]!.workId - this.columns.rows[a]!.workId;
    return [...numbers].sort((a, b) => scores[b]! - scores[a]! || newest(a, b));
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
    this.markMetadata(hit, row);
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
        const shown = this.works.metadata(Math.floor(ftRow / ROW_SPAN));
        for (const { value } of [...(shown?.titles ?? []), ...(shown?.abstracts ?? [])]) {
          const written = wordIn(value, form);
          if (written) return written;
        }
        for (const value of [...(shown?.names ?? []), ...(shown?.subjects ?? [])]) {
          const written = wordIn(value, form);
          if (written) return written;
        }
        for (const { fileId, sets } of this.works.pages(ftRow)) {
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

  private markMetadata(hit: SearchHit, row: Row): void {
    const { matcher } = this;
    const shown = this.metadataOf(row);
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
    const pages = rankedPages(this.pagesOf(row, found), this.expanded);
    const few = phrases.length > 0 ? MOST_PAGES_READ : PAGES_READ;
    const best: (Passage & { score: number })[] = [];
    let read = 0;
    for (const { fileId, page, isViewOnly } of pages) {
      if (best.length >= PASSAGES || read >= (best.length === 0 ? MOST_PAGES_READ : few)) break;
      const text = this.texts.text(fileId, page);
      read += 1;
      if (text === null || (phrases.length > 0 && !holdsPhrases(text, matcher, phrases))) continue;
      const passage = bestPassage(text, matcher, phrases, isViewOnly ? VIEW_ONLY_PASSAGE : PASSAGE);
      if (passage) best.push({ fileId, page, ...passage });
    }
    best.sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.page - b.page);
    hit.passages = best.map(({ fileId, page, segments }) => ({ fileId, page, segments }));
    hit.morePassages = pages.length > read;
  }

  private pagesOf(row: Row, found: Found): FilePages[] {
    let pages = this.pages.get(row.number);
    if (!pages) {
      pages = found.ftRows(row).flatMap((id) => this.works.pages(id));
      this.pages.set(row.number, pages);
    }
    return pages;
  }

  private metadataOf(row: Row): Shown | null {
    let shown = this.metadata.get(row.number);
    if (shown === undefined) {
      shown = this.works.metadata(row.workId);
      this.metadata.set(row.number, shown);
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
      if (prefix) return { beginnings: [word.slice(0, 2)], matches: (folded: string) => folded.startsWith(word) };
      const beginnings = new Set([word, ...stems, ...loose].map((stem) => stem.slice(0, 2)));
      return {
        beginnings,
        matches: (folded: string) => folded === word || forms.has(folded.slice(0, LONGEST)),
      };
    }),
  );
}
