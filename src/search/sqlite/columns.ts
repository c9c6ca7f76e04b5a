import type Database from 'better-sqlite3';
import { FACETS, type FacetName } from '../types';
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

/** One work in memory. */
export interface Row {
  workId: number;
  year: number | null;
  ownerId: number | null;
  titleKey: string;
  publishedAt: string;
  codes: string[];
  /** Numbers of all its facet values, all facets together. */
  values: Uint32Array;
  live: boolean;
}

/** Who may find the text of a row of `ft` that is not for everyone. */
export interface RowAccess {
  level: string;
  openFrom: string | null;
}

/** The works of an index in memory, so that counting a result is a walk over arrays of numbers. */
export class Columns {
  readonly rows: Row[] = [];
  readonly accessOf = new Map<number, RowAccess>();
  /** Of every facet value: its facet, what is sent, what is shown. */
  readonly facetOf: number[] = [];
  readonly valueOf: string[] = [];
  readonly labelOf: (string | null)[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly rowOf = new Map<number, Row>();
  private change = -1;
  private live = 0;
  private readonly statements;

  constructor(db: Database.Database) {
    this.statements = {
      works: db.prepare<[number], { work_id: number; change: number; facets: string | null }>(
        'SELECT work_id, change, facets FROM works WHERE change > ? ORDER BY change',
      ),
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
    return this.rowOf.get(workId);
  }

  /** The number of a facet value, or undefined where no work has it. */
  number(facet: FacetName, value: string): number | undefined {
    return this.numbers.get(`${facet} ${value}`);
  }

  /** Takes in what the writer changed since. */
  refresh(): void {
    const first = this.change < 0;
    if (first) for (const row of this.statements.access.all()) this.setAccess(row);
    for (const { work_id, change, facets } of this.statements.works.all(this.change)) {
      let row = this.rowOf.get(work_id);
      if (!row) {
        row = {
          workId: work_id,
          year: null,
          ownerId: null,
          titleKey: '',
          publishedAt: '',
          codes: [],
          values: NONE,
          live: false,
        };
        this.rows.push(row);
        this.rowOf.set(work_id, row);
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
    }
    this.change = Math.max(this.change, 0);
  }

  private setAccess({ id, level, open_from }: { id: number; level: string; open_from: string | null }): void {
    this.accessOf.set(id, { level, openFrom: open_from });
  }

  private fill(row: Row, facets: FacetsOf): void {
    row.year = facets.year;
    row.ownerId = facets.ownerId;
    row.titleKey = facets.titleKey;
    row.publishedAt = facets.publishedAt;
    row.codes = facets.codes;
    const values: number[] = [];
    const put = (facet: FacetName, value: string, label: string | null = null) =>
      values.push(this.numberFor(facet, value, label));
    put('type', facets.type);
    if (facets.year !== null) put('year', String(facets.year));
    for (const language of facets.languages) put('language', language);
    for (const slug of facets.collections) put('collection', slug);
    for (const [value, label] of facets.authors) put('author', value, label);
    for (const [value, label] of facets.subjects) put('subject', value, label);
    for (const [value, label] of facets.specialities) put('speciality', value, label);
    put('access', facets.access);
    put('hasFile', String(facets.hasFile));
    row.values = Uint32Array.from(values);
  }

  private numberFor(facet: FacetName, value: string, label: string | null): number {
    const key = `${facet} ${value}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.valueOf.length;
      this.numbers.set(key, number);
      this.facetOf.push(FACETS.indexOf(facet));
      this.valueOf.push(value);
      this.labelOf.push(label);
    } else if (label !== null) this.labelOf[number] = label;
    return number;
  }
}

const NONE = new Uint32Array(0);
