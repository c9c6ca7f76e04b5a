import { deserialize, serialize } from 'node:v8';
import type Database from 'better-sqlite3';
import { FACETS, type FacetName } from '../types';
import { Numbers } from './numbers';
import { ROW_SPAN } from './schema';

/** What of a work is counted, filtered and sorted by, as the writer keeps it. */
export interface FacetsOf {
  type: string;
  year: number | null;
  languages: string[];
  collections: string[];
  /** [value, label]: `person:12` with the name shown, or the name twice. */
  authors: [string, string][];
  /** [folded, as catalogued] */
  subjects: [string, string][];
  /** [code, name] */
  specialities: [string, string][];
  access: string;
  hasFile: boolean;
  ownerId: number | null;
  /** `udc:94(575.2)`, folded. */
  codes: string[];
  titleKey: string;
  publishedAt: string;
}

/** One work in memory, but for what is counted. */
export interface Row {
  /** Its place in `Columns`. */
  number: number;
  workId: number;
  ownerId: number | null;
  titleKey: string;
  publishedAt: string;
  codes: string[];
  live: boolean;
}

/** Orders that do not depend on what was asked. */
export type FixedOrder = 'newest' | 'year' | 'oldest' | 'title';

/** Who may find the text of a row of `ft` that is not for everyone. */
export interface RowAccess {
  level: string;
  openFrom: string | null;
}

/**
 * The works of an index in memory, so that counting a result is a walk over arrays of numbers: the facet values of work
 * `n` are `values[from[n]]` to `values[until[n]]`.
 */
export class Columns {
  readonly rows: Row[] = [];
  readonly accessOf = new Map<number, RowAccess>();
  /** The year of each work, 0 where none is known. */
  readonly year = new Numbers(Int16Array);
  readonly from = new Numbers(Uint32Array);
  readonly until = new Numbers(Uint32Array);
  readonly values = new Numbers(Uint32Array);
  /** Of every facet value: its facet, what is sent, what is shown. */
  readonly facetOf = new Numbers(Int32Array);
  readonly valueOf: string[] = [];
  readonly labelOf: (string | null)[] = [];
  /** The lowest work that has the value: its writing is shown, and it decides between equals without comparing strings. */
  readonly firstWork = new Numbers(Int32Array);
  /** Values by name, made when first asked for. */
  private names: Map<string, number> | null = null;
  private readonly rowOf: (Row | undefined)[] = [];
  private readonly orders = new Map<FixedOrder, Int32Array>();
  private change = -1;
  private live = 0;
  private readonly statements;

  constructor(db: Database.Database) {
    this.statements = {
      works: db.prepare<[number], { work_id: number; change: number; facets: string | null }>(
        'SELECT work_id, change, facets FROM works WHERE change > ? ORDER BY change',
      ),
      facets: db.prepare<[number], string>('SELECT facets FROM works WHERE work_id = ?').pluck(),
      kept: db.prepare<[], Buffer>("SELECT bytes FROM blobs WHERE key = 'columns'").pluck(),
      access: db.prepare<[], { id: number; level: string; open_from: string | null }>(
        "SELECT id, level, open_from FROM ft_rows WHERE level <> 'public'",
      ),
      accessOfWork: db.prepare<[number, number], { id: number; level: string; open_from: string | null }>(
        "SELECT id, level, open_from FROM ft_rows WHERE level <> 'public' AND id BETWEEN ? AND ?",
      ),
    };
  }

  get works(): number {
    return this.live;
  }

  row(workId: number): Row | undefined {
    return this.rowOf[workId];
  }

  /** The number of a facet value, or undefined where no work has it. */
  number(facet: FacetName, value: string): number | undefined {
    return this.numbers.get(`${facet} ${value}`);
  }

  /** The place of every work in an order, by its number: 0 stands first. Sorted once, until something changes. */
  order(by: FixedOrder): Int32Array {
    let places = this.orders.get(by);
    if (!places) {
      const year = this.year.values;
      const compare: Record<FixedOrder, (a: Row, b: Row) => number> = {
        newest: (a, b) => compareText(b.publishedAt, a.publishedAt),
        year: (a, b) => year[b.number]! - year[a.number]!,
        oldest: (a, b) => (year[a.number] || 9999) - (year[b.number] || 9999),
        title: (a, b) => compareText(a.titleKey, b.titleKey),
      };
      const sorted = [...this.rows].sort((a, b) => compare[by](a, b) || b.workId - a.workId);
      places = new Int32Array(sorted.length);
      for (const [place, row] of sorted.entries()) places[row.number] = place;
      this.orders.set(by, places);
    }
    return places;
  }

  /** Takes in what the writer changed since. */
  refresh(): void {
    const first = this.change < 0;
    if (first) {
      for (const row of this.statements.access.all()) this.setAccess(row);
      this.takeKept();
    }
    const orphans = new Set<number>();
    for (const { work_id, change, facets } of this.statements.works.iterate(this.change)) {
      let row = this.rowOf[work_id];
      if (row?.live) this.orphaned(row, orphans);
      if (!row) {
        const number = this.rows.length;
        row = { number, workId: work_id, ownerId: null, titleKey: '', publishedAt: '', codes: [], live: false };
        this.rows.push(row);
        this.rowOf[work_id] = row;
        this.year.add(0);
        this.from.add(0);
        this.until.add(0);
      }
      if (row.live) this.live -= 1;
      row.live = facets !== null;
      if (facets !== null) {
        this.live += 1;
        this.fill(row, JSON.parse(facets) as FacetsOf);
      }
      if (!first) {
        for (let id = work_id * ROW_SPAN; id < (work_id + 1) * ROW_SPAN; id += 1) this.accessOf.delete(id);
        for (const access of this.statements.accessOfWork.all(work_id * ROW_SPAN, (work_id + 1) * ROW_SPAN - 1)) {
          this.setAccess(access);
        }
      }
      this.change = Math.max(this.change, change);
      this.orders.clear();
    }
    for (const value of orphans) this.adopt(value);
    this.change = Math.max(this.change, 0);
  }

  /** Values whose first work may be losing them. */
  private orphaned({ number, workId }: Row, orphans: Set<number>): void {
    for (let i = this.from.values[number]!; i < this.until.values[number]!; i += 1) {
      const value = this.values.values[i]!;
      if (this.firstWork.values[value] === workId) orphans.add(value);
    }
  }

  /** Finds the lowest work that has a value now, and takes its writing. */
  private adopt(value: number): void {
    let first: Row | null = null;
    for (const row of this.rows) {
      if (!row.live || (first && row.workId > first.workId)) continue;
      const values = this.values.values.subarray(this.from.values[row.number], this.until.values[row.number]);
      if (values.includes(value)) first = row;
    }
    if (first?.workId === this.firstWork.values[value]) return;
    this.firstWork.values[value] = first?.workId ?? NO_WORK;
    if (!first || this.labelOf[value] === null) return;
    const { authors, subjects, specialities } = JSON.parse(this.statements.facets.get(first.workId)!) as FacetsOf;
    const labelled = { author: authors, subject: subjects, speciality: specialities }[
      FACETS[this.facetOf.values[value]!] as 'author' | 'subject' | 'speciality'
    ];
    this.labelOf[value] = labelled.find(([own]) => own === this.valueOf[value])?.[1] ?? this.labelOf[value]!;
  }

  /** All but the rights, as a thread that starts takes it over: reading every work's own takes five times as long. */
  kept(): Buffer {
    const { rows } = this;
    const from = new Uint32Array(rows.length);
    const until = new Uint32Array(rows.length);
    const values = new Uint32Array(this.values.length);
    let length = 0;
    for (const { number, live } of rows) {
      from[number] = length;
      for (let i = this.from.values[number]!; live && i < this.until.values[number]!; i += 1) {
        values[length] = this.values.values[i]!;
        length += 1;
      }
      until[number] = length;
    }
    const kept: Kept = {
      change: this.change,
      rows: {
        workId: rows.map(({ workId }) => workId),
        ownerId: rows.map(({ ownerId }) => ownerId),
        titleKey: rows.map(({ titleKey }) => titleKey),
        publishedAt: rows.map(({ publishedAt }) => publishedAt),
        live: rows.map(({ live }) => live),
        codes: rows.flatMap(({ number, codes }) => (codes.length > 0 ? [[number, codes] as [number, string[]]] : [])),
      },
      year: this.year.kept(),
      from,
      until,
      values: values.slice(0, length),
      facetOf: this.facetOf.kept(),
      valueOf: this.valueOf,
      labelOf: this.labelOf,
      firstWork: this.firstWork.kept(),
    };
    return serialize(kept);
  }

  private takeKept(): void {
    const bytes = this.statements.kept.get();
    if (!bytes) return;
    const kept = deserialize(bytes) as Kept;
    const { workId, ownerId, titleKey, publishedAt, live, codes } = kept.rows;
    for (let number = 0; number < workId.length; number += 1) {
      const row: Row = {
        number,
        workId: workId[number]!,
        ownerId: ownerId[number]!,
        titleKey: titleKey[number]!,
        publishedAt: publishedAt[number]!,
        codes: NONE,
        live: live[number]!,
      };
      this.rows.push(row);
      this.rowOf[row.workId] = row;
      if (row.live) this.live += 1;
    }
    for (const [number, list] of codes) this.rows[number]!.codes = list;
    for (const value of kept.valueOf) this.valueOf.push(value);
    for (const label of kept.labelOf) this.labelOf.push(label);
    this.year.take(kept.year);
    this.from.take(kept.from);
    this.until.take(kept.until);
    this.values.take(kept.values);
    this.facetOf.take(kept.facetOf);
    this.firstWork.take(kept.firstWork);
    this.change = kept.change;
  }

  private get numbers(): Map<string, number> {
    if (!this.names) {
      this.names = new Map();
      for (const [number, value] of this.valueOf.entries())
        this.names.set(`${FACETS[this.facetOf.values[number]!]} ${value}`, number);
    }
    return this.names;
  }

  private setAccess({ id, level, open_from }: { id: number; level: string; open_from: string | null }): void {
    this.accessOf.set(id, { level, openFrom: open_from });
  }

  private fill(row: Row, facets: FacetsOf): void {
    row.ownerId = facets.ownerId;
    row.titleKey = facets.titleKey;
    row.publishedAt = facets.publishedAt;
    row.codes = facets.codes.length === 0 ? NONE : facets.codes;
    this.year.values[row.number] = facets.year ?? 0;
    // Values a work had before stay where they were: few works change while a thread lives.
    this.from.values[row.number] = this.values.length;
    const put = (facet: FacetName, value: string, label: string | null = null) =>
      this.values.add(this.numberFor(row.workId, facet, value, label));
    put('type', facets.type);
    if (facets.year !== null) put('year', String(facets.year));
    for (const language of facets.languages) put('language', language);
    for (const slug of facets.collections) put('collection', slug);
    for (const [value, label] of facets.authors) put('author', value, label);
    for (const [value, label] of facets.subjects) put('subject', value, label);
    for (const [value, label] of facets.specialities) put('speciality', value, label);
    put('access', facets.access);
    put('hasFile', String(facets.hasFile));
    this.until.values[row.number] = this.values.length;
  }

  private numberFor(workId: number, facet: FacetName, value: string, label: string | null): number {
    const key = `${facet} ${value}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.facetOf.add(FACETS.indexOf(facet));
      this.numbers.set(key, number);
      this.firstWork.add(workId);
      this.valueOf.push(value);
      this.labelOf.push(label);
    } else {
      if (workId <= this.firstWork.values[number]!) {
        this.firstWork.values[number] = workId;
        this.labelOf[number] = label;
      }
    }
    return number;
  }
}

/** {@link Columns} as they are kept in the index file; `rows` by their numbers. */
interface Kept {
  change: number;
  rows: {
    workId: number[];
    ownerId: (number | null)[];
    titleKey: string[];
    publishedAt: string[];
    live: boolean[];
    /** Of those that have any. */
    codes: [number, string[]][];
  };
  year: Int16Array<ArrayBuffer>;
  from: Uint32Array<ArrayBuffer>;
  until: Uint32Array<ArrayBuffer>;
  values: Uint32Array<ArrayBuffer>;
  facetOf: Int32Array<ArrayBuffer>;
  valueOf: readonly string[];
  labelOf: readonly (string | null)[];
  firstWork: Int32Array<ArrayBuffer>;
}

/** Of a value that no work has: above every number of a work, so that the next that comes has it first. */
const NO_WORK = 0x7fffffff;
const NONE: string[] = [];
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
