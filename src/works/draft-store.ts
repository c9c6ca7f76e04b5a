import type { Clock } from '../clock';
import type { Database } from '../database/database';
import { Conflict, type FieldIssue, NotFound, Outdated } from '../errors';
import { type FileStore, WORKING_COPY } from './file-store';
import { lenient } from './lenient';
import type { DraftState, WorkTables } from './tables';
import type { Work } from './work';
import { toWork } from './work-row';

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

type Selection = ReturnType<DraftStore['selectCopies']>;

/** The copies being prepared: works that are not published yet, and next versions of those that are. */
export class DraftStore {
  private readonly db;

  constructor(
    database: Database,
    private readonly clock: Clock,
    private readonly files: FileStore,
  ) {
    this.db = database.withTables<WorkTables>();
  }

  /** The copy being prepared, or null when none is. */
  async of(id: number): Promise<WorkingCopy | null> {
    return (await this.read((query) => query.where('drafts.work_id', '=', id)))[0] ?? null;
  }

  /** The copies an account is preparing, the last touched first. */
  ofAccount(accountId: number): Promise<WorkingCopy[]> {
    return this.read((query) => query.where('works.owner_id', '=', accountId));
  }

  /** The review queue: copies in `state`, the longest waiting first. */
  queue(state: DraftState = 'submitted'): Promise<WorkingCopy[]> {
    return this.read((query) => query.where('drafts.state', '=', state).clearOrderBy().orderBy('drafts.submitted_at'));
  }

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

  /** A copy of what is published, to be changed. @throws NotFound, Conflict when one is in hand already. */
  async startRevision(id: number): Promise<void> {
    const published = await this.db
      .selectFrom('works')
      .select(['version', 'metadata'])
      .where('id', '=', id)
      .where('state', '!=', 'unpublished')
      .executeTakeFirst();
    if (!published) throw new NotFound();
    if (await this.of(id)) throw new Conflict('error.revisionInHand');
    await this.putDraft(id, JSON.parse(published.metadata!));
    await this.files.copyVersion(id, published.version, WORKING_COPY);
  }

  /**
   * Keeps what was typed. @param expected the revision the writer saw, or null not to ask. @param by the writer.
   * @returns the new revision. @throws Outdated when someone else saved meanwhile.
   */
  async save(id: number, input: unknown, expected: number | null, by: number | null = null): Promise<number> {
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

  async setState(
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
  async discard(id: number): Promise<string[]> {
    const freed = await this.files.dropCopy(id);
    await this.db.deleteFrom('drafts').where('work_id', '=', id).execute();
    await this.db.deleteFrom('works').where('id', '=', id).where('state', '=', 'unpublished').execute();
    return freed;
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

  private async read(narrow: (query: Selection) => Selection): Promise<WorkingCopy[]> {
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

  private now(): string {
    return this.clock.now().toISOString();
  }
}
