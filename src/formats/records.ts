import { isOpenToAll } from '../access/access';
import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { PeopleStore, Person } from '../people/people';
import type { Change } from '../works/changes';
import { type ChangeLog, touchAll } from '../works/changes';
import type { CollectionPath, CollectionStore } from '../works/collections';
import type { Work } from '../works/work';
import type { WorkStore } from '../works/work-store';
import { fileStatus, isForReaders, workStatus } from './access-status';
import type { MetadataFormat } from './format';
import { fingerprint } from './index';
import type { Authority, CatalogueRecord } from './record';

type RecordTables = {
  records: { work_id: number; format: string; number: number; xml: string };
  crosswalks: { format: string; fingerprint: string };
};

export interface RecordParts {
  db: Database;
  clock: Clock;
  works: WorkStore;
  people: PeopleStore;
  collections: CollectionStore;
  changes: ChangeLog;
  formats: readonly MetadataFormat[];
  repository: { name: string; id: string; baseUrl: string };
  /** The day at the library, YYYY-MM-DD. */
  today: () => string;
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
    const { xml, made } = await this.parts.changes.reading(async (tx) => {
      const change = await this.parts.changes.of(tx, workId);
      if (!change || change.withdrawn) throw new NotFound();
      const { xml, made } = await this.of(tx, [change], format);
      return { xml: xml.get(workId)!, made };
    });
    await this.keep(made);
    return xml;
  }

  /**
   * The record of each change, by work; of tombstones none. What had to be made anew comes back in `made`, to be kept
   * when the reading is over.
   */
  async of(
    tx: Database,
    changes: readonly Change[],
    format: MetadataFormat,
  ): Promise<{ xml: Map<number, string>; made: RecordTables['records'][] }> {
    const living = changes.filter((change) => !change.withdrawn);
    const xml = new Map<number, string>();
    if (living.length === 0) return { xml, made: [] };
    const kept = await tx
      .withTables<RecordTables>()
      .selectFrom('records')
      .select(['work_id', 'number', 'xml'])
      .where('format', '=', format.prefix)
      .where(
        'work_id',
        'in',
        living.map((change) => change.workId),
      )
      .execute();
    const numbers = new Map(living.map((change) => [change.workId, change.number]));
    for (const row of kept) if (numbers.get(row.work_id) === row.number) xml.set(row.work_id, row.xml);

    const missing = living.filter((change) => !xml.has(change.workId));
    const records = await this.catalogueRecords(
      tx,
      missing.map((change) => change.workId),
    );
    const made = missing.map((change) => ({
      work_id: change.workId,
      format: format.prefix,
      number: change.number,
      xml: format.serialise(records.get(change.workId)!),
    }));
    for (const row of made) xml.set(row.work_id, row.xml);
    return { xml, made };
  }

  async keep(made: RecordTables['records'][]): Promise<void> {
    if (made.length === 0) return;
    await inTransaction(this.parts.db, async (tx) => {
      const db = tx.withTables<RecordTables>();
      for (const row of made) {
        await db
          .insertInto('records')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .columns(['work_id', 'format'])
              .doUpdateSet({ number: row.number, xml: row.xml })
              .where('records.number', '<', row.number),
          )
          .execute();
      }
    });
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
    const made = await this.parts.changes.reading(async (tx) => {
      const change = await this.parts.changes.of(tx, workId);
      if (!change || change.withdrawn) return [];
      const asked = await tx
        .withTables<RecordTables>()
        .selectFrom('records')
        .select('format')
        .where('work_id', '=', workId)
        .execute();
      const all: RecordTables['records'][] = [];
      for (const [i, format] of this.parts.formats.entries()) {
        if (i > 0 && !asked.some((row) => row.format === format.prefix)) continue;
        all.push(...(await this.of(tx, [change], format)).made);
      }
      return all;
    });
    await this.keep(made);
  }

  /**
   * Asks every crosswalk whether it still writes what it wrote. Where one does not, after an upgrade or under a new
   * name or address, every record changes for harvesters.
   */
  private async noticeNewCrosswalks(): Promise<void> {
    await inTransaction(this.parts.db, async (tx) => {
      const db = tx.withTables<RecordTables>();
      const known = new Map(
        (await db.selectFrom('crosswalks').selectAll().execute()).map((row) => [row.format, row.fingerprint]),
      );
      let changed = false;
      for (const format of this.parts.formats) {
        const now = fingerprint(format, this.parts.repository);
        const before = known.get(format.prefix);
        if (before === now) continue;
        changed ||= before !== undefined;
        await db
          .insertInto('crosswalks')
          .values({ format: format.prefix, fingerprint: now })
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
    return new Map(
      [...works].map(([id, work]) => [id, catalogueRecord(work, people, bySlug, this.parts.repository, today)]),
    );
  }
}

/** What the public may know of a published work today. */
export function catalogueRecord(
  work: Work,
  people: ReadonlyMap<number, Person>,
  collections: ReadonlyMap<string, CollectionPath>,
  repository: CatalogueRecord['repository'],
  today: string,
): CatalogueRecord {
  const landingUrl = `${repository.baseUrl}/works/${work.id}`;
  const { status, openFrom } = workStatus(work, today);
  return {
    id: work.id,
    identifier: `oai:${repository.id}:${work.id}`,
    landingUrl,
    metadata: work.metadata,
    version: work.version,
    publishedAt: work.publishedAt!,
    updatedAt: work.updatedAt,
    access: { status, openFrom, viewOnly: work.metadata.access.viewOnly },
    files: work.files.filter(isForReaders).map((file) => ({
      id: file.id,
      role: file.role,
      name: file.name,
      size: file.size,
      mediaType: file.mediaType,
      sha512: file.sha512,
      access: fileStatus(work, file, today),
      url: isOpenToAll(work, file, today) ? `${landingUrl}/files/${file.id}/${encodeURIComponent(file.name)}` : null,
    })),
    collections: work.metadata.collections.flatMap((slug) => collections.get(slug) ?? []),
    repository,
    authorities: new Map(
      work.metadata.contributors.flatMap(({ personId }): [number, Authority][] => {
        const person = personId === null ? undefined : people.get(personId);
        return person ? [[person.id, authority(person, work.metadata.languages[0], repository.baseUrl)]] : [];
      }),
    ),
  };
}

function authority(person: Person, language: string | undefined, baseUrl: string): Authority {
  const main = person.names.filter((name) => name.kind === 'main');
  return {
    name: main.find((name) => name.lang === language)?.value ?? person.mainName,
    orcid: person.orcid,
    born: person.born,
    died: person.died,
    url: `${baseUrl}/people/${person.id}`,
  };
}
