import { sql } from 'kysely';
import type { Clock } from '../clock';
import type { Database } from '../database/database';
import { Conflict, type FieldIssue, NotFound, Outdated } from '../errors';
import { touch } from './changes';
import { FileStore, type RestoredFile, WORKING_COPY } from './file-store';
import { lenient } from './lenient';
import { type AccessLevel, type Metadata, metadataSchema } from './schema';
import { identifierKey, type Work, type WorkState, yearOf } from './work';

type DraftState = 'draft' | 'submitted' | 'returned' | 'rejected';

export type WorkTables = {
  works: {
    id: number;
    owner_id: number | null;
    state: 'unpublished' | 'published' | 'withdrawn';
    version: number;
    metadata: string | null;
    type: string | null;
    title_key: string | null;
    letter: string | null;
    year: number | null;
    access_level: AccessLevel | null;
    open_from: string | null;
    view_only: number;
    created_at: string;
    updated_at: string;
    published_at: string | null;
    withdrawn_at: string | null;
    withdrawn_reason: string | null;
    archive_version: number;
    change_number: number | null;
    datestamp: string | null;
  };
  drafts: {
    work_id: number;
    state: DraftState;
    input: string;
    revision: number;
    comment: string | null;
    licence_accepted_at: string | null;
    submitted_at: string | null;
    updated_by: number | null;
    created_at: string;
    updated_at: string;
  };
  versions: { work_id: number; number: number; metadata: string; published_at: string; published_by: number | null };
  work_contributors: {
    work_id: number;
    position: number;
    role: string;
    name: string;
    name_key: string;
    letter: string;
    person_id: number | null;
  };
  work_subjects: {
    work_id: number;
    position: number;
    scheme: string;
    value: string;
    value_key: string;
    letter: string;
    lang: string | null;
  };
  work_languages: { work_id: number; lang: string };
  work_identifiers: { work_id: number; scheme: string; value: string };
  work_collections: { work_id: number; collection_id: number };
  work_relations: { work_id: number; position: number; type: string; target: string };
  events: {
    id: number;
    work_id: number;
    at: string;
    account_id: number | null;
    act: string;
    version: number | null;
    comment: string | null;
  };
};

/** The copy being prepared, with what it still lacks. */
export interface WorkingCopy extends Work {
  /** As typed: it may not be valid yet. */
  input: unknown;
  issues: FieldIssue[];
  /** What the librarian wrote who returned or rejected it. */
  comment: string | null;
  submittedAt: string | null;
  licenceAcceptedAt: string | null;
  /** The account that last changed it, where that is known. */
  updatedBy: number | null;
}

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

/** How a language sorts and heads its lists; `language/` knows, and the floors below are told. */
export interface SortKeys {
  sortKey(text: string): string;
  letterOf(text: string): string;
}

/** Works in the catalogue: what the world sees, the copy being prepared, and the history. */
export class WorkStore {
  private readonly db;
  readonly files: FileStore;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly keys: SortKeys,
  ) {
    this.db = database.withTables<WorkTables>();
    this.files = new FileStore(database, clock);
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

  /** The copy being prepared, or null when none is. */
  async workingCopy(id: number): Promise<WorkingCopy | null> {
    return (await this.workingCopies((query) => query.where('drafts.work_id', '=', id)))[0] ?? null;
  }

  /** The copies an account is preparing, the last touched first. */
  copiesOf(accountId: number): Promise<WorkingCopy[]> {
    return this.workingCopies((query) => query.where('works.owner_id', '=', accountId));
  }

  /** The review queue: copies in `state`, the longest waiting first. */
  queue(state: DraftState = 'submitted'): Promise<WorkingCopy[]> {
    return this.workingCopies((query) =>
      query.where('drafts.state', '=', state).clearOrderBy().orderBy('drafts.submitted_at'),
    );
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

  // The copy being prepared

  /** A new work with nothing but what was typed. @returns its number */
  async create(ownerId: number | null, input: unknown): Promise<number> {
    const now = this.now();
    const { id } = await this.db
      .insertInto('works')
      .values({ owner_id: ownerId, state: 'unpublished', created_at: now, updated_at: now } as WorkTables['works'])
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.putDraft(id, input);
    return id;
  }

  /** A copy of what is published, to be changed. @throws Conflict when one is in hand already. */
  async startRevision(id: number): Promise<void> {
    const work = await this.published(id);
    if (await this.workingCopy(id)) throw new Conflict('error.revisionInHand');
    await this.putDraft(id, work.metadata);
    await this.files.copyVersion(id, work.version, WORKING_COPY);
  }

  /**
   * Keeps what was typed. @param expected the revision the writer saw, or null not to ask. @param by the writer.
   * @returns the new revision. @throws Outdated when someone else saved meanwhile.
   */
  async saveInput(id: number, input: unknown, expected: number | null, by: number | null = null): Promise<number> {
    const now = this.now();
    const row = await this.db
      .updateTable('drafts')
      .set((eb) => ({
        input: JSON.stringify(input),
        revision: eb('revision', '+', 1),
        updated_at: now,
        updated_by: by,
      }))
      .where('work_id', '=', id)
      .$if(expected !== null, (query) => query.where('revision', '=', expected!))
      .returning('revision')
      .executeTakeFirst();
    if (!row) throw new Outdated();
    await this.db
      .updateTable('works')
      .set({ updated_at: now })
      .where('id', '=', id)
      .where('state', '=', 'unpublished')
      .execute();
    return row.revision;
  }

  /** A file came or went: the copy is another now. */
  async bump(id: number): Promise<void> {
    await this.db
      .updateTable('drafts')
      .set((eb) => ({ revision: eb('revision', '+', 1), updated_at: this.now() }))
      .where('work_id', '=', id)
      .execute();
  }

  async setDraftState(
    id: number,
    state: DraftState,
    change: { comment?: string | null; licenceAccepted?: boolean } = {},
  ): Promise<void> {
    const now = this.now();
    await this.db
      .updateTable('drafts')
      .set((eb) => ({
        state,
        revision: eb('revision', '+', 1),
        updated_at: now,
        ...(change.comment !== undefined ? { comment: change.comment } : {}),
        ...(change.licenceAccepted ? { licence_accepted_at: now } : {}),
        ...(state === 'submitted' ? { submitted_at: now } : {}),
      }))
      .where('work_id', '=', id)
      .execute();
  }

  /** Throws the copy away; a work never published goes with it. @returns names in `incoming/` that nothing needs any more. */
  async discardCopy(id: number): Promise<string[]> {
    const freed = await this.files.dropCopy(id);
    await this.db.deleteFrom('drafts').where('work_id', '=', id).execute();
    await this.db.deleteFrom('works').where('id', '=', id).where('state', '=', 'unpublished').execute();
    return freed;
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
        ...this.shown(metadata),
        updated_at: now,
        published_at: eb.fn.coalesce('published_at', eb.val(now)),
        archive_version: archiveVersion,
      }))
      .where('id', '=', id)
      .execute();
    await this.indexPublished(id, metadata);
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
        ...this.shown(metadata),
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
    await this.indexPublished(id, { ...metadata, contributors });
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

  // Within

  /** The columns that lists and questions read of a published work's metadata. */
  private shown(metadata: Metadata) {
    const title = metadata.titles[0]!.value;
    return {
      metadata: JSON.stringify(metadata),
      type: metadata.type,
      title_key: this.keys.sortKey(title),
      letter: this.keys.letterOf(title),
      year: yearOf(metadata),
      access_level: metadata.access.level,
      open_from: metadata.access.openFrom,
      view_only: metadata.access.viewOnly ? 1 : 0,
    };
  }

  private now(): string {
    return this.clock.now().toISOString();
  }

  private async putDraft(id: number, input: unknown): Promise<void> {
    const now = this.now();
    await this.db
      .insertInto('drafts')
      .values({
        work_id: id,
        state: 'draft',
        input: JSON.stringify(input),
        created_at: now,
        updated_at: now,
      } as WorkTables['drafts'])
      .execute();
  }

  /** The rows that lists and questions are answered from. */
  private async indexPublished(id: number, metadata: Metadata): Promise<void> {
    for (const table of [
      'work_contributors',
      'work_subjects',
      'work_languages',
      'work_collections',
      'work_identifiers',
      'work_relations',
    ] as const) {
      await this.db.deleteFrom(table).where('work_id', '=', id).execute();
    }
    const contributors = metadata.contributors.map((contributor, position) => ({
      work_id: id,
      position,
      role: contributor.role,
      name: contributor.name,
      name_key: this.keys.sortKey(contributor.name),
      letter: this.keys.letterOf(contributor.name),
      person_id: contributor.personId,
    }));
    if (contributors.length > 0) await this.db.insertInto('work_contributors').values(contributors).execute();
    const subjects = metadata.subjects.map((subject, position) => ({
      work_id: id,
      position,
      scheme: subject.scheme,
      value: subject.value,
      value_key: this.keys.sortKey(subject.value),
      letter: this.keys.letterOf(subject.value),
      lang: subject.lang,
    }));
    if (subjects.length > 0) await this.db.insertInto('work_subjects').values(subjects).execute();
    const languages = [...new Set(metadata.languages)].map((lang) => ({ work_id: id, lang }));
    if (languages.length > 0) await this.db.insertInto('work_languages').values(languages).execute();
    const identifiers = metadata.identifiers.map(({ scheme, value }) => ({
      work_id: id,
      scheme,
      value: identifierKey(scheme, value),
    }));
    if (identifiers.length > 0) {
      await this.db
        .insertInto('work_identifiers')
        .values(identifiers)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const relations = metadata.relations.map(({ type, target }, position) => ({ work_id: id, position, type, target }));
    if (relations.length > 0) await this.db.insertInto('work_relations').values(relations).execute();
    if (metadata.collections.length > 0) {
      await this.db
        .withTables<{ collections: { id: number; slug: string } }>()
        .insertInto('work_collections')
        .columns(['work_id', 'collection_id'])
        .expression((eb) =>
          eb
            .selectFrom('collections')
            .select([sql<number>`${id}`.as('work_id'), 'collections.id'])
            .where('collections.slug', 'in', metadata.collections),
        )
        .execute();
    }
  }

  private async workingCopies(
    narrow: (query: ReturnType<WorkStore['selectCopies']>) => ReturnType<WorkStore['selectCopies']>,
  ): Promise<WorkingCopy[]> {
    const rows = await narrow(this.selectCopies()).execute();
    const files = await this.files.ofMany(rows.map((row) => ({ id: row.id, version: WORKING_COPY })));
    return rows.map((row) => {
      const input: unknown = JSON.parse(row.input);
      const { metadata, issues } = lenient(input);
      return {
        ...toWork({ ...row, metadata: null }, files.get(row.id)!),
        state: row.draft_state,
        version: row.version + 1,
        metadata,
        input,
        issues,
        revision: row.revision,
        updatedAt: row.draft_updated_at,
        comment: row.comment,
        submittedAt: row.submitted_at,
        licenceAcceptedAt: row.licence_accepted_at,
        updatedBy: row.draft_updated_by,
      };
    });
  }

  private selectCopies() {
    return this.db
      .selectFrom('drafts')
      .innerJoin('works', 'works.id', 'drafts.work_id')
      .selectAll('works')
      .select([
        'drafts.input',
        'drafts.revision',
        'drafts.state as draft_state',
        'drafts.comment',
        'drafts.submitted_at',
        'drafts.licence_accepted_at',
        'drafts.updated_at as draft_updated_at',
        'drafts.updated_by as draft_updated_by',
      ])
      .orderBy('drafts.updated_at', 'desc');
  }
}

const EMPTY = metadataSchema.parse({ type: 'other', titles: [{ value: '–', lang: 'ky' }] });

function toWork(row: WorkTables['works'], files: Work['files']): Work {
  return {
    id: row.id,
    ownerId: row.owner_id,
    state: (row.state === 'unpublished' ? 'draft' : row.state) as WorkState,
    version: row.version,
    publishedVersion: row.state === 'unpublished' ? null : row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    publishedAt: row.published_at,
    withdrawn: row.withdrawn_at ? { at: row.withdrawn_at, reason: row.withdrawn_reason ?? '' } : null,
    metadata: row.metadata ? JSON.parse(row.metadata) : EMPTY,
    files,
    revision: row.change_number ?? 0,
  };
}
