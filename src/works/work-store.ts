import type { Clock } from '../clock';
import type { Database } from '../database/database';
import { Conflict, NotFound } from '../errors';
import { touch } from './changes';
import { DraftStore } from './draft-store';
import { FileStore, type RestoredFile, WORKING_COPY } from './file-store';
import { indexPublished, type SortKeys, shownColumns } from './published-rows';
import type { Metadata } from './schema';
import type { WorkTables } from './tables';
import type { Work } from './work';
import { toWork } from './work-row';

export interface WorkEvent {
  at: string;
  accountId: number | null;
  accountName: string | null;
  act: string;
  version: number | null;
  comment: string | null;
}

/** A work as the archive tells it. */
export interface RestoredWork {
  id: number;
  ownerId: number | null;
  createdAt: string;
  updatedAt: string;
  publishedAt: string;
  withdrawn: { at: string; reason: string } | null;
  archiveVersion: number;
  versions: {
    number: number;
    metadata: Metadata;
    publishedAt: string;
    publishedBy: number | null;
    files: RestoredFile[];
  }[];
  history: Omit<WorkEvent, 'accountName'>[];
}

/** Works in the catalogue: what the world sees, the history, and, each in its own store, files and drafts. */
export class WorkStore {
  private readonly db;
  readonly files: FileStore;
  readonly drafts: DraftStore;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly keys: SortKeys,
  ) {
    this.db = database.withTables<WorkTables>();
    this.files = new FileStore(database, clock);
    this.drafts = new DraftStore(database, clock, this.files);
  }

  in(tx: Database): WorkStore {
    return new WorkStore(tx, this.clock, this.keys);
  }

  // Reading

  /** What the world sees of a work: its newest version, or its tombstone. @throws NotFound when it was never published. */
  async published(id: number): Promise<Work> {
    const work = (await this.publishedMany([id])).get(id);
    if (!work) throw new NotFound();
    return work;
  }

  /** The published works (and tombstones) among `ids`. */
  async publishedMany(ids: readonly number[]): Promise<Map<number, Work>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db
      .selectFrom('works')
      .selectAll()
      .where('id', 'in', [...ids])
      .where('state', '!=', 'unpublished')
      .execute();
    const files = await this.files.ofMany(rows);
    return new Map(rows.map((row) => [row.id, toWork(row, files.get(row.id)!)]));
  }

  /** One version as it was published. @throws NotFound */
  async version(id: number, number: number): Promise<Work> {
    const row = await this.db
      .selectFrom('versions')
      .innerJoin('works', 'works.id', 'versions.work_id')
      .selectAll('works')
      .select(['versions.metadata as then', 'versions.published_at as then_at'])
      .where('versions.work_id', '=', id)
      .where('versions.number', '=', number)
      .executeTakeFirst();
    if (!row) throw new NotFound();
    const work = toWork(row, await this.files.of(id, number));
    return { ...work, version: number, metadata: JSON.parse(row.then), updatedAt: row.then_at };
  }

  /** Every version's number and day, the newest first. */
  async versions(id: number): Promise<{ number: number; publishedAt: string }[]> {
    const rows = await this.db
      .selectFrom('versions')
      .select(['number', 'published_at'])
      .where('work_id', '=', id)
      .orderBy('number', 'desc')
      .execute();
    return rows.map((row) => ({ number: row.number, publishedAt: row.published_at }));
  }

  /** Published works and tombstones of an account, newest first. */
  async ownedBy(accountId: number): Promise<Work[]> {
    const rows = await this.db
      .selectFrom('works')
      .selectAll()
      .where('owner_id', '=', accountId)
      .where('state', '!=', 'unpublished')
      .orderBy('updated_at', 'desc')
      .execute();
    const files = await this.files.ofMany(rows);
    return rows.map((row) => toWork(row, files.get(row.id)!));
  }

  /** Published works that name one of `targets` (the addresses and identifiers of one work) in a relation. */
  async relatedTo(targets: readonly string[]): Promise<{ workId: number; type: string }[]> {
    const rows = await this.db
      .selectFrom('work_relations')
      .innerJoin('works', 'works.id', 'work_relations.work_id')
      .select(['work_relations.work_id', 'work_relations.type'])
      .where('works.state', '=', 'published')
      .where('work_relations.target', 'in', [...targets])
      .orderBy('works.title_key')
      .limit(500)
      .execute();
    return rows.map((row) => ({ workId: row.work_id, type: row.type }));
  }

  /** Whose it is and whether it exists, without the rest. @throws NotFound */
  async facts(id: number): Promise<{
    id: number;
    ownerId: number | null;
    state: WorkTables['works']['state'];
    version: number;
    archiveVersion: number;
  }> {
    const row = await this.db
      .selectFrom('works')
      .select(['id', 'owner_id', 'state', 'version', 'archive_version'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw new NotFound();
    return {
      id: row.id,
      ownerId: row.owner_id,
      state: row.state,
      version: row.version,
      archiveVersion: row.archive_version,
    };
  }

  /** The newest archive version the catalogue knows of each work that has one, or of one work alone. */
  async archiveVersions(id?: number): Promise<Map<number, number>> {
    const rows = await this.db
      .selectFrom('works')
      .select(['id', 'archive_version'])
      .where('archive_version', '>', 0)
      .$if(id !== undefined, (query) => query.where('id', '=', id!))
      .orderBy('id')
      .execute();
    return new Map(rows.map((row) => [row.id, row.archive_version]));
  }

  /** Published and withdrawn works that name a person, by number. */
  async idsOfPerson(personId: number): Promise<number[]> {
    const rows = await this.db
      .selectFrom('work_contributors')
      .select('work_id')
      .distinct()
      .where('person_id', '=', personId)
      .orderBy('work_id')
      .execute();
    return rows.map((row) => row.work_id);
  }

  /** Who did what when, the oldest first. */
  async history(id: number): Promise<WorkEvent[]> {
    const rows = await this.db
      .withTables<{ accounts: { id: number; name: string } }>()
      .selectFrom('events')
      .leftJoin('accounts', 'accounts.id', 'events.account_id')
      .selectAll('events')
      .select('accounts.name as account_name')
      .where('events.work_id', '=', id)
      .orderBy('events.id')
      .execute();
    return rows.map((row) => ({
      at: row.at,
      accountId: row.account_id,
      accountName: row.account_name,
      act: row.act,
      version: row.version,
      comment: row.comment,
    }));
  }

  // What the world sees

  /**
   * Makes the copy being prepared the newest version. Its bytes must be in the archive already.
   * @param archiveVersion the version of the work's archive object that holds it.
   */
  async publish(id: number, metadata: Metadata, by: number | null, archiveVersion: number): Promise<void> {
    const { version: before, state } = await this.facts(id);
    if (state === 'withdrawn') throw new Conflict('error.withdrawn');
    const version = before + 1;
    const now = this.now();
    await this.db
      .insertInto('versions')
      .values({ work_id: id, number: version, metadata: JSON.stringify(metadata), published_at: now, published_by: by })
      .execute();
    await this.files.copyVersion(id, WORKING_COPY, version);
    for (const file of await this.files.of(id, version)) {
      if (file.archivedIn === null) await this.files.archived(file.id, archiveVersion);
    }
    await this.files.dropCopy(id);
    await this.db.deleteFrom('drafts').where('work_id', '=', id).execute();
    // The change number first: the row's own rule wants it on everything published.
    await touch(this.database, this.clock, [id]);
    await this.db
      .updateTable('works')
      .set((eb) => ({
        state: 'published' as const,
        version,
        ...shownColumns(metadata, this.keys),
        updated_at: now,
        published_at: eb.fn.coalesce('published_at', eb.val(now)),
        archive_version: archiveVersion,
      }))
      .where('id', '=', id)
      .execute();
    await indexPublished(this.db, this.keys, id, metadata);
  }

  /** Takes a published work from the world and leaves its tombstone. */
  async withdraw(id: number, reason: string, archiveVersion: number): Promise<void> {
    const now = this.now();
    await this.db
      .updateTable('works')
      .set({
        state: 'withdrawn',
        withdrawn_at: now,
        withdrawn_reason: reason,
        updated_at: now,
        archive_version: archiveVersion,
      })
      .where('id', '=', id)
      .where('state', '=', 'published')
      .execute();
    await touch(this.database, this.clock, [id]);
  }

  /** The work's archive object has one more version, in which the work itself is as it was. */
  async archived(id: number, archiveVersion: number): Promise<void> {
    await this.db.updateTable('works').set({ archive_version: archiveVersion }).where('id', '=', id).execute();
  }

  async record(
    id: number,
    act: string,
    by: number | null,
    detail: { version?: number; comment?: string } = {},
  ): Promise<void> {
    await this.db
      .insertInto('events')
      .values({
        work_id: id,
        at: this.now(),
        account_id: by,
        act,
        version: detail.version ?? null,
        comment: detail.comment ?? null,
      } as WorkTables['events'])
      .execute();
  }

  /**
   * Puts a work back as the archive tells it, under its own number and its files' own numbers; its versions the oldest
   * first. Harvesters will see it as changed now. `isPerson` says whether a person is in the catalogue.
   */
  async restore(given: RestoredWork, isPerson: (id: number) => boolean): Promise<void> {
    const { id, withdrawn } = given;
    const last = given.versions.at(-1)!;
    const { metadata } = last;
    await this.db
      .insertInto('works')
      .values({
        id,
        owner_id: given.ownerId,
        state: 'unpublished',
        created_at: given.createdAt,
        updated_at: given.updatedAt,
      } as WorkTables['works'])
      .execute();
    await this.files.restore(id, given.versions);
    for (const version of given.versions) {
      await this.db
        .insertInto('versions')
        .values({
          work_id: id,
          number: version.number,
          metadata: JSON.stringify(version.metadata),
          published_at: version.publishedAt,
          published_by: version.publishedBy,
        })
        .execute();
    }
    await touch(this.database, this.clock, [id]);
    await this.db
      .updateTable('works')
      .set({
        ...shownColumns(metadata, this.keys),
        state: withdrawn ? 'withdrawn' : 'published',
        version: last.number,
        published_at: given.publishedAt,
        withdrawn_at: withdrawn?.at ?? null,
        withdrawn_reason: withdrawn?.reason ?? null,
        archive_version: given.archiveVersion,
      })
      .where('id', '=', id)
      .execute();
    const contributors = metadata.contributors.map((contributor) => ({
      ...contributor,
      personId: contributor.personId !== null && isPerson(contributor.personId) ? contributor.personId : null,
    }));
    await indexPublished(this.db, this.keys, id, { ...metadata, contributors });
    for (const event of given.history) {
      await this.db
        .insertInto('events')
        .values({
          work_id: id,
          at: event.at,
          account_id: event.accountId,
          act: event.act,
          version: event.version,
          comment: event.comment,
        } as WorkTables['events'])
        .execute();
    }
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}
