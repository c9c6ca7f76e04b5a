import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { Log } from '../log';
import type { PeopleStore } from '../people/people';
import { isBook } from '../works/book';
import type { Change } from '../works/changes';
import { type ChangeLog, touchAll } from '../works/changes';
import type { CollectionStore } from '../works/collections';
import type { WorkStore } from '../works/work-store';
import { catalogueRecord } from './catalogue-record';
import { codeFingerprint, fingerprint } from './fingerprint';
import type { MetadataFormat } from './format';
import type { KeptRecord, KeptRecords } from './kept-records';
import type { CatalogueRecord } from './record';

type CrosswalkTables = { crosswalks: { format: string; fingerprint: string } };

export interface RecordParts {
  db: Database;
  clock: Clock;
  log: Log;
  works: WorkStore;
  people: PeopleStore;
  collections: CollectionStore;
  changes: ChangeLog;
  kept: KeptRecords;
  formats: readonly MetadataFormat[];
  /** The compiled file whose code decides in which sets a work is. */
  headersFrom: string;
  repository: { name: string; id: string; baseUrl: string };
  /** The day at the library, YYYY-MM-DD. */
  today: () => string;
  /** The PDF made of a scanned book, or null. */
  searchable: (fileId: number) => Promise<{ size: number } | null>;
}

export interface FoundRecords {
  /** By work. */
  xml: Map<number, string>;
  missing: { number: number; record: CatalogueRecord }[];
}

/**
 * The records of works, written in each format once for each change and kept. A kept record counts only for the
 * change number it was made for: none can be stale, and one that is missing is made when it is asked for.
 */
export class RecordStore {
  private noticing: Promise<void> | null = null;

  constructor(private readonly parts: RecordParts) {}

  get formats(): readonly MetadataFormat[] {
    return this.parts.formats;
  }

  format(prefix: string): MetadataFormat | null {
    return this.parts.formats.find((format) => format.prefix === prefix) ?? null;
  }

  /** One published work in one format. @throws NotFound when there is no such format, or the work is not published. */
  async serialised(workId: number, prefix: string): Promise<string> {
    const format = this.format(prefix);
    if (!format) throw new NotFound();
    await this.ready();
    const found = await this.parts.changes.reading(async (tx) => {
      const change = await this.parts.changes.of(tx, workId);
      if (!change || change.withdrawn) throw new NotFound();
      return this.of(tx, [change], format);
    });
    return (await this.complete(found, format)).get(workId)!;
  }

  /** The kept records of `changes`, and what is needed to make those that are not kept. Tombstones have none. */
  async of(tx: Database, changes: readonly Change[], format: MetadataFormat): Promise<FoundRecords> {
    const living = changes.filter((change) => !change.withdrawn);
    if (living.length === 0) return { xml: new Map(), missing: [] };
    const xml = this.parts.kept.many(format.prefix, living);
    const lacking = living.filter((change) => !xml.has(change.workId));
    const records = await this.catalogueRecords(
      tx,
      lacking.map((change) => change.workId),
    );
    return { xml, missing: lacking.map(({ workId, number }) => ({ number, record: records.get(workId)! })) };
  }

  /**
   * Makes what is missing, keeps it, and gives all records by work. Outside the reading, and a few at a time, so that
   * a harvester of many new records keeps nobody waiting.
   */
  async complete({ xml, missing }: FoundRecords, format: MetadataFormat): Promise<Map<number, string>> {
    const made: KeptRecord[] = [];
    for (const { number, record } of missing) {
      const row = { workId: record.id, format: format.prefix, number, xml: format.serialise(record) };
      made.push(row);
      xml.set(row.workId, row.xml);
      if (made.length % 5 === 0) await new Promise(setImmediate);
    }
    this.keep(made);
    return xml;
  }

  /** What cannot be kept now, because the disk is full or another process is long at its writing, is given all the same. */
  private keep(made: readonly KeptRecord[]): void {
    if (made.length === 0) return;
    try {
      this.parts.kept.put(made);
    } catch (error) {
      this.parts.log.warn({ err: error, records: made.length }, 'records could not be kept');
    }
  }

  /** To be awaited before the first record is asked for. */
  ready(): Promise<void> {
    this.noticing ??= this.noticeNewCrosswalks().catch((error) => {
      this.noticing = null; // to be tried again, not to be passed over
      throw error;
    });
    return this.noticing;
  }

  /** Makes a changed work's records anew before somebody asks: in the first format, and in those it was asked in before. */
  async renew(workId: number): Promise<void> {
    const found = await this.parts.changes.reading(async (tx) => {
      const change = await this.parts.changes.of(tx, workId);
      if (!change || change.withdrawn) {
        this.parts.kept.remove(workId);
        return [];
      }
      const asked = this.parts.kept.formatsOf(workId);
      const wanted = this.parts.formats.filter((format, i) => i === 0 || asked.includes(format.prefix));
      return Promise.all(wanted.map(async (format) => ({ format, records: await this.of(tx, [change], format) })));
    });
    for (const { format, records } of found) await this.complete(records, format);
  }

  /**
   * Asks every crosswalk whether it still writes what it wrote, and the rule of the sets whether it is what it was.
   * Where one is not, after an upgrade or under a new name or address, every record changes for harvesters.
   */
  private async noticeNewCrosswalks(): Promise<void> {
    await inTransaction(this.parts.db, async (tx) => {
      const db = tx.withTables<CrosswalkTables>();
      const known = new Map(
        (await db.selectFrom('crosswalks').selectAll().execute()).map((row) => [row.format, row.fingerprint]),
      );
      let changed = false;
      const fingerprints = this.parts.formats.map((format) => [
        format.prefix,
        fingerprint(format, this.parts.repository),
      ]);
      // No format can be called so: a prefix has no blanks.
      fingerprints.push(['sets of works', codeFingerprint(this.parts.headersFrom)]);
      for (const [format, now] of fingerprints as [string, string][]) {
        const before = known.get(format);
        if (before === now) continue;
        changed ||= before !== undefined;
        await db
          .insertInto('crosswalks')
          .values({ format, fingerprint: now })
          .onConflict((conflict) => conflict.column('format').doUpdateSet({ fingerprint: now }))
          .execute();
      }
      if (changed) await touchAll(tx, this.parts.clock);
    });
  }

  private async catalogueRecords(tx: Database, workIds: readonly number[]): Promise<Map<number, CatalogueRecord>> {
    if (workIds.length === 0) return new Map();
    const works = await this.parts.works.in(tx).publishedMany(workIds);
    const people = await this.parts.people
      .in(tx)
      .many([...works.values()].flatMap(({ metadata }) => metadata.contributors.flatMap((c) => c.personId ?? [])));
    const paths = [...(await this.parts.collections.in(tx).paths()).values()];
    const bySlug = new Map(paths.map((path) => [path.slug, path]));
    const today = this.parts.today();
    const made = new Map<number, number>();
    for (const { id } of [...works.values()].flatMap(({ files }) => files.filter(isBook))) {
      const pdf = await this.parts.searchable(id);
      if (pdf) made.set(id, pdf.size);
    }
    return new Map(
      [...works].map(([id, work]) => [id, catalogueRecord(work, people, bySlug, this.parts.repository, today, made)]),
    );
  }
}
