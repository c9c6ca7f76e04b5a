import { sql } from 'kysely';
import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { NotFound } from '../errors';
import { isAlive, processName } from '../process-name';

interface JobRow {
  id: number;
  kind: string;
  key: string;
  payload: string;
  state: 'waiting' | 'running' | 'dead';
  priority: number;
  attempts: number;
  run_after: string;
  lease_until: string | null;
  /** Name of the process that has it in hand. */
  owner: string | null;
  last_error: string | null;
  created_at: string;
}

export interface Job {
  id: number;
  kind: string;
  key: string;
  payload: unknown;
  state: 'waiting' | 'running' | 'dead';
  attempts: number;
  runAfter: string;
  lastError: string | null;
  createdAt: string;
}

export interface JobOptions {
  payload?: unknown;
  /** Greater goes first; 0 unless told. What a reader waits for is above 0, what may take the night below. */
  priority?: number;
  runAfter?: Date;
}

/** A job after which trying again is of no use: a person must look. */
export class GiveUp extends Error {}

const MAX_ATTEMPTS = 5;
const KILLED = {
  state: 'dead',
  lease_until: null,
  owner: null,
  last_error: 'The process died while it was at this job',
} as const;
/** A runner that lives renews its lease many times within. */
const LEASE_MS = 5 * 60_000;

/**
 * The queue of work to be done later: a table, so that a job is promised in the very transaction that calls for it.
 * Jobs are safe to repeat. One that fails comes back after 10 s, 40 s, 160 s and 640 s, and then waits for a person.
 */
export class JobQueue {
  private readonly db;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly wake: { call: () => void } = { call: () => {} },
    private readonly owner = processName,
  ) {
    this.db = database.withTables<{ jobs: JobRow }>();
  }

  in(tx: Database): JobQueue {
    return new JobQueue(tx, this.clock, this.wake, this.owner);
  }

  /** `act` is called whenever a job is added, to spare a runner its waiting. */
  onAdd(act: () => void): void {
    this.wake.call = act;
  }

  /** Asks for a job. While the same (kind, key) waits already, this one joins it. */
  async add(kind: string, key: string | number, options: JobOptions = {}): Promise<void> {
    const now = this.clock.now().toISOString();
    await this.db
      .insertInto('jobs')
      .values({
        kind,
        key: String(key),
        payload: JSON.stringify(options.payload ?? null),
        priority: options.priority ?? 0,
        run_after: (options.runAfter ?? this.clock.now()).toISOString(),
        created_at: now,
        state: 'waiting',
        attempts: 0,
      } as JobRow)
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'key'])
          .where('state', '=', sql.lit('waiting')) // a parameter would not match the partial index
          .doUpdateSet((eb) => ({
            payload: eb.ref('excluded.payload'),
            priority: sql<number>`max(jobs.priority, excluded.priority)`,
            run_after: sql<string>`min(jobs.run_after, excluded.run_after)`,
          })),
      )
      .execute();
    this.wake.call();
  }

  /**
   * Takes the next job due of one of `kinds`, or null. A job whose runner died is taken again when its lease ends. One
   * that was asked for again while it runs waits for it to end: two at once, and the older could write last.
   * @param inHand numbers of the jobs the asker is at: a machine that slept has let their leases end.
   */
  async take(kinds: readonly string[], inHand: readonly number[] = []): Promise<Job | null> {
    const now = this.clock.now();
    return inTransaction(this.database, async (tx) => {
      const db = tx.withTables<{ jobs: JobRow; running: JobRow }>();
      await this.in(tx).giveUpOnKillers(now, inHand);
      const row = await db
        .selectFrom('jobs')
        .selectAll()
        .where('kind', 'in', [...kinds])
        .where((eb) =>
          eb.or([
            eb.and([
              eb('state', '=', 'waiting'),
              eb('run_after', '<=', now.toISOString()),
              eb.not(
                eb.exists(
                  eb
                    .selectFrom('jobs as running')
                    .select('running.id')
                    .whereRef('running.kind', '=', 'jobs.kind')
                    .whereRef('running.key', '=', 'jobs.key')
                    .where('running.state', '=', 'running'),
                ),
              ),
            ]),
            eb.and([
              eb('state', '=', 'running'),
              eb('lease_until', '<', now.toISOString()),
              eb('id', 'not in', [...inHand]),
            ]),
          ]),
        )
        .orderBy('priority', 'desc')
        .orderBy('run_after')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      if (!row) return null;
      await db
        .updateTable('jobs')
        .set({ state: 'running', attempts: row.attempts + 1, lease_until: this.lease(), owner: this.owner })
        .where('id', '=', row.id)
        .execute();
      return toJob({ ...row, state: 'running', attempts: row.attempts + 1 });
    });
  }

  /** Says that the runner of a long job still lives. @returns false when another process has taken it over. */
  async renew(id: number): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('jobs')
      .set({ lease_until: this.lease() })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('owner', '=', this.owner)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0;
  }

  /** @returns false when another process has taken it over, and it is that one's to end. */
  async done(id: number): Promise<boolean> {
    const { numDeletedRows } = await this.db
      .deleteFrom('jobs')
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('owner', '=', this.owner)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0;
  }

  /**
   * Puts a failed job back for later, or, after its last attempt, aside for a person. One that another process has taken
   * over is left to it.
   */
  async failed(job: Job, error: Error): Promise<'waiting' | 'dead'> {
    const state = error instanceof GiveUp || job.attempts >= MAX_ATTEMPTS ? 'dead' : 'waiting';
    const delayMs = 10_000 * 4 ** (job.attempts - 1);
    await inTransaction(this.database, async (tx) => {
      const db = tx.withTables<{ jobs: JobRow }>();
      if (state === 'waiting') {
        // The same was asked for again meanwhile: that asking carries on alone.
        if (await this.in(tx).waiting(job)) {
          await this.in(tx).done(job.id);
          return;
        }
      }
      await db
        .updateTable('jobs')
        .set({
          state,
          lease_until: null,
          owner: null,
          last_error: `${error.name}: ${error.message}`.slice(0, 2000),
          run_after: new Date(this.clock.now().getTime() + delayMs).toISOString(),
        })
        .where('id', '=', job.id)
        .where('state', '=', 'running')
        .where('owner', '=', this.owner)
        .execute();
    });
    return state;
  }

  /** A person says: try that one again. @throws NotFound when it is no longer set aside. */
  async restart(id: number): Promise<void> {
    const row = await this.db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', id)
      .where('state', '=', 'dead')
      .executeTakeFirst();
    if (!row) throw new NotFound();
    await inTransaction(this.database, async (tx) => {
      await tx.withTables<{ jobs: JobRow }>().deleteFrom('jobs').where('id', '=', id).execute();
      await this.in(tx).add(row.kind, row.key, { payload: JSON.parse(row.payload), priority: row.priority });
    });
  }

  /**
   * Jobs of processes that died go back to the queue at once; those of processes that live beside this one, or cannot be
   * seen from here, stay theirs. What had been tried counts on, so that a job which kills its process does not do so
   * for ever.
   */
  async reclaim(): Promise<void> {
    if ((await this.lost()).length === 0) return;
    await inTransaction(this.database, async (tx) => {
      const db = tx.withTables<{ jobs: JobRow }>();
      const queue = this.in(tx);
      for (const row of await queue.lost()) {
        const job = () => db.updateTable('jobs').where('id', '=', row.id);
        const isAskedAgain = (await queue.waiting(row)) !== undefined;
        if (row.attempts >= MAX_ATTEMPTS) await job().set(KILLED).execute();
        // The same was asked for again meanwhile: that asking carries on alone.
        else if (isAskedAgain) await db.deleteFrom('jobs').where('id', '=', row.id).execute();
        else await job().set({ state: 'waiting', lease_until: null, owner: null }).execute();
      }
    });
    this.wake.call();
  }

  /** Running jobs whose process is known to have died. */
  private async lost(): Promise<JobRow[]> {
    const running = await this.db.selectFrom('jobs').selectAll().where('state', '=', 'running').execute();
    return running.filter((row) => row.owner === null || isAlive(row.owner) === false);
  }

  /** How many jobs are in each state. */
  async counts(): Promise<Record<Job['state'], number>> {
    const rows = await this.db
      .selectFrom('jobs')
      .select((eb) => ['state', eb.fn.countAll<number>().as('n')])
      .groupBy('state')
      .execute();
    const counts = { waiting: 0, running: 0, dead: 0 };
    for (const row of rows) counts[row.state] = Number(row.n);
    return counts;
  }

  /** Those of `keys` for which a job of this kind is still to be done, or could not be. */
  async openFor(kind: string, keys: readonly (string | number)[]): Promise<Set<string>> {
    const rows = await this.db
      .selectFrom('jobs')
      .select('key')
      .where('kind', '=', kind)
      .where('key', 'in', keys.map(String))
      .execute();
    return new Set(rows.map(({ key }) => key));
  }

  /** What there is to do now, and since when: jobs that wait for a later hour or for a person do not count. */
  async backlog(): Promise<{ due: number; running: number; oldestDue: string | null }> {
    const now = this.clock.now().toISOString();
    const { due, oldest, lost } = await this.db
      .selectFrom('jobs')
      .select([
        sql<number>`count(*) FILTER (WHERE state = 'waiting')`.as('due'),
        sql<number>`count(*) FILTER (WHERE state = 'running')`.as('lost'),
        sql<string | null>`min(run_after)`.as('oldest'),
      ])
      .where((eb) =>
        eb.or([
          eb.and([eb('state', '=', 'waiting'), eb('run_after', '<=', now)]),
          eb.and([eb('state', '=', 'running'), eb('lease_until', '<', now)]),
        ]),
      )
      .executeTakeFirstOrThrow();
    const { running } = await this.counts();
    return { due: Number(due) + Number(lost), running: running - Number(lost), oldestDue: oldest };
  }

  /** The newest `limit` jobs, those that wait for a person first. */
  async list(limit = 200): Promise<Job[]> {
    const rows = await this.db
      .selectFrom('jobs')
      .selectAll()
      .orderBy(sql`CASE state WHEN 'dead' THEN 0 WHEN 'running' THEN 1 ELSE 2 END`)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(toJob);
  }

  private waiting({ kind, key }: Pick<Job, 'kind' | 'key'>): Promise<{ id: number } | undefined> {
    return this.db
      .selectFrom('jobs')
      .select('id')
      .where('kind', '=', kind)
      .where('key', '=', key)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
  }

  /** Sets aside for a person what was running when its runner died, as often as a job may be tried. */
  private async giveUpOnKillers(now: Date, inHand: readonly number[]): Promise<void> {
    await this.db
      .updateTable('jobs')
      .set(KILLED)
      .where('state', '=', 'running')
      .where('lease_until', '<', now.toISOString())
      .where('attempts', '>=', MAX_ATTEMPTS)
      .where('id', 'not in', [...inHand])
      .execute();
  }

  private lease(): string {
    return new Date(this.clock.now().getTime() + LEASE_MS).toISOString();
  }
}

const toJob = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  key: row.key,
  payload: JSON.parse(row.payload),
  state: row.state,
  attempts: row.attempts,
  runAfter: row.run_after,
  lastError: row.last_error,
  createdAt: row.created_at,
});
