import type Database from 'better-sqlite3';
import type { Columns } from './columns';
import { BM25, championExpression, type ExpandedQuery, type Expander, ftsExpression, noneExpression } from './expand';
import { Found } from './found';
import type { Rights } from './rights';
import { COLUMN_WEIGHTS, ROW_SPAN } from './schema';

/** What matches by stem stands so much above what matches by a guess at the spelling. */
export const STRICT = 1000;
/** Up to so many works are all ranked; of more only those in which a word stands out. */
const ALL_RANKED = 600;
/** Of champions by their abstracts, too, so many; of more only those by title, name, subject or much in the text. */
const MOST_RANKED = 3000;
/** With so many found by stem, those found by a guess at the spelling are counted, not ranked. */
const ENOUGH = 100;

/** Finds the works that match a query, and ranks those worth it. */
export class Matching {
  private readonly found: Found;
  private readonly statements;

  constructor(
    db: Database.Database,
    private readonly columns: Columns,
    private readonly expander: Expander,
  ) {
    this.found = new Found(columns);
    this.statements = {
      ranked: db
        .prepare<[string], [number, number]>(`SELECT rowid, ${BM25(COLUMN_WEIGHTS)} FROM ft WHERE ft MATCH ?`)
        .raw(),
      // As one text: handing over ten thousand rows one by one takes ten times as long as finding them.
      matching: db.prepare<[string], string>('SELECT json_group_array(rowid) FROM ft WHERE ft MATCH ?').pluck(),
      count: db.prepare<[string], number>('SELECT count(*) FROM ft WHERE ft MATCH ?').pluck(),
    };
  }

  /** Good until the next call. @param ranked false: in whatever order. */
  find(query: ExpandedQuery, rights: Rights, ranked: boolean): Found {
    const { found } = this;
    found.clear();
    const excluded = this.excluded(query, rights);
    if (query.all.length === 0) {
      for (const row of this.columns.rows)
        if (row.live && !excluded.has(row.number)) found.add(row, row.workId * ROW_SPAN, 0);
      return found;
    }
    this.collect(query, false, ranked, rights, excluded);
    const isLoose = query.all.some(({ any }) => any.some(({ words }) => words.some((word) => word.loose.length > 0)));
    if (isLoose) this.collect(query, true, ranked && found.numbers.length < ENOUGH, rights, excluded);
    return found;
  }

  private collect(
    query: ExpandedQuery,
    loosely: boolean,
    ranked: boolean,
    rights: Rights,
    excluded: ReadonlySet<number>,
  ): void {
    const { columns, found } = this;
    const all = ftsExpression(query, loosely, this.expander)!;
    const expression = loosely ? `(${all}) NOT (${ftsExpression(query, false, this.expander)})` : all;
    const base = loosely ? 0 : STRICT;
    const before = found.numbers.length;
    for (const rowId of this.matching(expression)) {
      const row = columns.row(Math.floor(rowId / ROW_SPAN));
      if (!row?.live || !rights.mayFind(rowId, row)) continue;
      if (!excluded.has(row.number)) found.add(row, rowId, base);
    }
    if (!ranked || found.numbers.length === before) return;
    const matched = found.numbers.length - before;
    for (const [rowId, score] of this.statements.ranked.all(
      matched > ALL_RANKED ? this.champions(expression, query, loosely, matched) : expression,
    )) {
      const row = columns.row(Math.floor(rowId / ROW_SPAN));
      if (!row || !found.has(row.number) || !rights.mayFind(rowId, row)) continue;
      found.scores[row.number] = Math.max(found.scores[row.number]!, base - score);
    }
  }

  private champions(expression: string, query: ExpandedQuery, loosely: boolean, matched: number): string {
    const champions = (less: boolean) => championExpression(query, loosely, this.expander, less);
    const both = (less: boolean) => `(${expression}) AND ${champions(less)}`;
    if (matched <= MOST_RANKED) return both(true);
    // Of a word alone its champions are at least those that match: counted by themselves they cost a tenth.
    const counted = query.all.length === 1 ? champions(true) : both(true);
    return both((this.statements.count.get(counted) ?? 0) <= MOST_RANKED);
  }

  /** Works in which something stands that was not to be found, in whichever of their texts this reader may read. */
  private excluded(query: ExpandedQuery, rights: Rights): Set<number> {
    const excluded = new Set<number>();
    const none = noneExpression(query, this.expander);
    for (const rowId of none === null ? [] : this.matching(none)) {
      const row = this.columns.row(Math.floor(rowId / ROW_SPAN));
      if (row && rights.mayFind(rowId, row)) excluded.add(row.number);
    }
    return excluded;
  }

  private matching(expression: string): number[] {
    return JSON.parse(this.statements.matching.get(expression) ?? '[]') as number[];
  }
}
