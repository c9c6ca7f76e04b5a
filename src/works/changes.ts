import { sql } from 'kysely';
import type { Clock } from '../clock';
import { type Database, onOneState } from '../database/database';

type ChangeTables = {
  last_change: { id: number; number: number; datestamp: string };
  works: {
    id: number;
    state: 'unpublished' | 'published' | 'withdrawn';
    version: number;
    open_from: string | null;
    change_number: number | null;
    datestamp: string | null;
  };
  version_files: { work_id: number; version: number; open_from: string | null };
  changes: { number: number; work_id: number; datestamp: string; withdrawn: number; sets: string };
  work_sets: { set_spec: string; number: number };
  works_to_touch: { work_id: number };
  harvest_state: { name: string; value: string };
};

/**
 * Moves `workIds` to the end of the order of harvest: each gets a new change number and a datestamp (UTC, to the
 * second) that is never before the last one given, whatever the machine's clock does. Call it in the transaction of
 * the change.
 */
export async function touch(tx: Database, clock: Clock, workIds: readonly number[]): Promise<void> {
  const db = tx.withTables<ChangeTables>();
  const { number: last, datestamp } = await next(tx, clock);
  let number = last;
  for (const id of workIds) {
    number += 1;
    await db.updateTable('works').set({ change_number: number, datestamp }).where('id', '=', id).execute();
  }
  await db.updateTable('last_change').set({ number, datestamp }).execute();
}

/** Touches everything that was ever published, in the order of the last changes. */
export async function touchAll(tx: Database, clock: Clock): Promise<void> {
  const { number, datestamp } = await next(tx, clock);
  const { numAffectedRows } = await sql`
    UPDATE works SET change_number = ${number} + place, datestamp = ${datestamp}
    FROM (SELECT id AS touched, row_number() OVER (ORDER BY change_number) AS place
          FROM works WHERE state <> 'unpublished')
    WHERE id = touched`.execute(tx);
  await tx
    .withTables<ChangeTables>()
    .updateTable('last_change')
    .set({ number: number + Number(numAffectedRows ?? 0), datestamp })
    .execute();
}

async function next(tx: Database, clock: Clock): Promise<{ number: number; datestamp: string }> {
  const last = await tx
    .withTables<ChangeTables>()
    .selectFrom('last_change')
    .select(['number', 'datestamp'])
    .executeTakeFirstOrThrow();
  return { number: last.number, datestamp: later(seconds(clock.now()), last.datestamp) };
}

/** The last change of one work, as harvesters see it. */
export interface Change {
  number: number;
  workId: number;
  /** UTC, to the second. */
  datestamp: string;
  withdrawn: boolean;
  /** The deepest sets it is in; their parents hold it too. */
  sets: string[];
}

/** Both ends belong to it; to the second. */
export interface ChangeRange {
  from?: string | null;
  until?: string | null;
  set?: string | null;
}

/**
 * The deepest sets of each work of `workIds`.
 * @param before the sets a withdrawn work was in: its tombstone stays in them.
 */
export type SetsOf = (
  tx: Database,
  workIds: readonly number[],
  before: ReadonlyMap<number, string[]>,
) => Promise<Map<number, string[]>>;

const BATCH = 500;
/** Others wait ten seconds for the right to write, then give up. */
const LONGEST_TRANSACTION_MS = 60_000;

/**
 * Published and withdrawn works in the order they last changed. The log follows `works`: whoever changed them, it is
 * brought up to date before it is read.
 */
export class ChangeLog {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly setsOf: SetsOf,
    /** The day at the library, YYYY-MM-DD. */
    private readonly today: () => string,
  ) {}

  /** Runs `act` on one state of the catalogue in which the log is up to date. */
  async reading<T>(act: (tx: Database) => Promise<T>): Promise<T> {
    const read = await onOneState(this.database, async (tx) => {
      return (await this.isBehind(tx)) ? null : { answer: await act(tx) };
    });
    if (read) return read.answer;
    await this.catchUp();
    // What changed since then is little, and is followed in the same breath: a busy import never shuts readers out.
    return this.database.transaction().execute(async (tx) => {
      await this.touchWhatWaits(tx);
      while (await this.follow(tx));
      return act(tx);
    });
  }

  /** Takes over what changed since the last time, a few hundred at a breath. Safe to repeat. */
  async catchUp(): Promise<void> {
    await this.database.transaction().execute((tx) => this.touchWhatWaits(tx));
    while (await this.database.transaction().execute((tx) => this.follow(tx))) await new Promise(setImmediate);
  }

  /**
   * At most `limit` changes of the range after change number `after`, by growing change number. A work that changes
   * while someone reads moves to the end: it may be met twice and is never missed.
   */
  async changes(tx: Database, range: ChangeRange, limit: number, after: number): Promise<Change[]> {
    const bounds = await this.bounds(tx, range);
    if (!bounds) return [];
    const first = Math.max(after + 1, bounds.first);
    const rows = await sql<ChangeTables['changes']>`
      SELECT c.number, c.work_id, c.datestamp, c.withdrawn, c.sets FROM ${
        range.set ? sql`work_sets s CROSS JOIN changes c ON c.number = s.number` : sql`changes c`
      } WHERE ${
        range.set
          ? sql`s.set_spec = ${range.set} AND s.number BETWEEN ${first} AND ${bounds.last} ORDER BY s.number`
          : sql`c.number BETWEEN ${first} AND ${bounds.last} ORDER BY c.number`
      } LIMIT ${limit}`.execute(tx);
    return rows.rows.map(toChange);
  }

  /** The last change of the range that has no larger number than `upTo`, or null. */
  async lastOf(tx: Database, range: ChangeRange, upTo: number): Promise<Change | null> {
    const bounds = await this.bounds(tx, range);
    if (!bounds) return null;
    const last = Math.min(upTo, bounds.last);
    const { rows } = await sql<ChangeTables['changes']>`
      SELECT number, work_id, datestamp, withdrawn, sets FROM changes WHERE number = (${
        range.set
          ? sql`SELECT max(number) FROM work_sets
                WHERE set_spec = ${range.set} AND number BETWEEN ${bounds.first} AND ${last}`
          : sql`SELECT max(number) FROM changes WHERE number BETWEEN ${bounds.first} AND ${last}`
      })`.execute(tx);
    return rows[0] ? toChange(rows[0]) : null;
  }

  /** How many changes the range has: a walk over the index, so ask once for a list and carry it. */
  async count(tx: Database, range: ChangeRange): Promise<number> {
    const bounds = await this.bounds(tx, range);
    if (!bounds) return 0;
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${
      range.set
        ? sql`work_sets WHERE set_spec = ${range.set} AND number BETWEEN ${bounds.first} AND ${bounds.last}`
        : range.from || range.until
          ? sql`changes WHERE datestamp BETWEEN ${range.from ?? ''} AND ${range.until ?? '9'}`
          : sql`changes`
    }`.execute(tx);
    return rows[0]!.n;
  }

  /** The last change of one work, or null when it was never published. */
  async of(tx: Database, workId: number): Promise<Change | null> {
    const row = await tx
      .withTables<ChangeTables>()
      .selectFrom('changes')
      .selectAll()
      .where('work_id', '=', workId)
      .executeTakeFirst();
    return row ? toChange(row) : null;
  }

  /** The first datestamp ever given, or null. */
  async earliest(tx: Database): Promise<string | null> {
    return state(tx, 'earliest');
  }

  /** The sets that hold, or held, at least one work, in the order of their names. */
  async sets(tx: Database): Promise<string[]> {
    // A step for each set, not for each work.
    const { rows } = await sql<{ spec: string }>`
      WITH RECURSIVE found (spec) AS (
        SELECT min(set_spec) FROM work_sets
        UNION ALL
        SELECT (SELECT min(set_spec) FROM work_sets WHERE set_spec > spec) FROM found WHERE spec IS NOT NULL
      ) SELECT spec FROM found WHERE spec IS NOT NULL`.execute(tx);
    return rows.map((row) => row.spec);
  }

  private async isBehind(tx: Database): Promise<boolean> {
    const { rows } = await sql<{ last: number; done: string | null; day: string | null; waiting: number }>`
      SELECT number AS last,
             (SELECT value FROM harvest_state WHERE name = 'done') AS done,
             (SELECT value FROM harvest_state WHERE name = 'day') AS day,
             EXISTS (SELECT 1 FROM works_to_touch) AS waiting
      FROM last_change`.execute(tx);
    const { last, done, day, waiting } = rows[0]!;
    return Number(done ?? 0) < last || day !== this.today() || waiting === 1;
  }

  private async touchWhatWaits(tx: Database): Promise<void> {
    await this.touchWhatOpened(tx);
    const db = tx.withTables<ChangeTables>();
    const waiting = await db.selectFrom('works_to_touch').select('work_id').orderBy('work_id').execute();
    if (waiting.length === 0) return;
    await touch(
      tx,
      this.clock,
      waiting.map((row) => row.work_id),
    );
    await db.deleteFrom('works_to_touch').execute();
  }

  /**
   * An embargo that ended alters the record of a work that nobody touched. So does one that is in force again, because
   * the clock had run ahead and was set right.
   */
  private async touchWhatOpened(tx: Database): Promise<void> {
    const today = this.today();
    const before = await state(tx, 'day');
    if (before === today) return;
    if (before !== null) {
      const [first, last] = before < today ? [before, today] : [today, before];
      const ended = (column: string) => sql`${sql.ref(column)} > ${first} AND ${sql.ref(column)} <= ${last}`;
      const { rows } = await sql<{ id: number }>`
        SELECT id FROM works WHERE state = 'published' AND ${ended('open_from')}
        UNION
        SELECT works.id FROM works JOIN version_files ON work_id = works.id AND version_files.version = works.version
        WHERE state = 'published' AND ${ended('version_files.open_from')}
        ORDER BY id`.execute(tx);
      await touch(
        tx,
        this.clock,
        rows.map((row) => row.id),
      );
    }
    await setState(tx, 'day', today);
  }

  /** Follows one batch of changes. @returns whether more may be waiting. */
  private async follow(tx: Database): Promise<boolean> {
    const db = tx.withTables<ChangeTables>();
    const { number: last } = await db.selectFrom('last_change').select('number').executeTakeFirstOrThrow();
    const done = Number((await state(tx, 'done')) ?? 0);
    if (done >= last) return false;
    const rows = await db
      .selectFrom('works')
      .select(['id', 'state', 'change_number', 'datestamp'])
      .where('change_number', '>', done)
      .orderBy('change_number')
      .limit(BATCH)
      .execute();
    const seen = rows.filter((row) => row.state !== 'unpublished');
    const ids = seen.map((row) => row.id);
    if (ids.length > 0) {
      const known = await db.selectFrom('changes').select(['work_id', 'sets']).where('work_id', 'in', ids).execute();
      const before = new Map(known.map((row) => [row.work_id, row.sets.split(' ')]));
      const sets = await this.setsOf(tx, ids, before);
      const dated = await this.dating(tx);
      await db.deleteFrom('changes').where('work_id', 'in', ids).execute();
      for (const row of seen) {
        const deepest = sets.get(row.id) ?? [];
        await db
          .insertInto('changes')
          .values({
            number: row.change_number!,
            work_id: row.id,
            datestamp: dated(row.datestamp!),
            withdrawn: row.state === 'withdrawn' ? 1 : 0,
            sets: deepest.join(' '),
          })
          .execute();
        const memberships = [...withParents(deepest)].map((set_spec) => ({ set_spec, number: row.change_number! }));
        if (memberships.length > 0) await db.insertInto('work_sets').values(memberships).execute();
      }
      if ((await state(tx, 'earliest')) === null) await setState(tx, 'earliest', seen[0]!.datestamp!);
    }
    const isLast = rows.length < BATCH;
    await setState(tx, 'done', String(isLast ? last : rows.at(-1)!.change_number!));
    return !isLast;
  }

  /**
   * The datestamp under which harvesters are told of a change. One that another process made may have been dated some
   * seconds before it was committed, and a harvester have been answered between: it comes back from then on. So what is
   * new is dated when the log takes it over. What is older by more than any transaction lasts (a library that is
   * followed for the first time) keeps its date.
   */
  private async dating(tx: Database): Promise<(touchedAt: string) => string> {
    const db = tx.withTables<ChangeTables>();
    const now = seconds(this.clock.now());
    const fresh = seconds(new Date(this.clock.now().getTime() - LONGEST_TRANSACTION_MS));
    const last = await db
      .selectFrom('changes')
      .select('datestamp')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    let floor = last?.datestamp ?? '';
    await db
      .updateTable('last_change')
      .set({ datestamp: later(now, floor) })
      .where('datestamp', '<', later(now, floor))
      .execute();
    return (touchedAt) => {
      floor = later(floor, touchedAt > fresh ? later(now, touchedAt) : touchedAt);
      return floor;
    };
  }

  /** The range in change numbers: datestamps never go back, so neither do the numbers within them. */
  private async bounds(tx: Database, { from, until }: ChangeRange): Promise<{ first: number; last: number } | null> {
    const { rows } = await sql<{ first: number | null; last: number | null }>`
      SELECT ${
        from ? sql`(SELECT number FROM changes WHERE datestamp >= ${from} ORDER BY datestamp, number LIMIT 1)` : sql`1`
      } AS first, ${
        until
          ? sql`(SELECT number FROM changes WHERE datestamp <= ${until} ORDER BY datestamp DESC, number DESC LIMIT 1)`
          : sql`(SELECT max(number) FROM changes)`
      } AS last`.execute(tx);
    const { first, last } = rows[0]!;
    return first === null || last === null || first > last ? null : { first, last };
  }
}

const seconds = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;

const later = (a: string, b: string): string => (a > b ? a : b);

/** `a:b:c` with `a:b` and `a`. */
function withParents(sets: readonly string[]): Set<string> {
  const all = new Set<string>();
  for (const spec of sets) {
    const parts = spec.split(':');
    for (let depth = 1; depth <= parts.length; depth++) all.add(parts.slice(0, depth).join(':'));
  }
  return all;
}

const toChange = (row: ChangeTables['changes']): Change => ({
  number: row.number,
  workId: row.work_id,
  datestamp: row.datestamp,
  withdrawn: row.withdrawn === 1,
  sets: row.sets === '' ? [] : row.sets.split(' '),
});

/** One of the few facts that harvesting keeps between two requests. */
export async function state(tx: Database, name: string): Promise<string | null> {
  const row = await tx
    .withTables<ChangeTables>()
    .selectFrom('harvest_state')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value ?? null;
}

export async function setState(tx: Database, name: string, value: string): Promise<void> {
  await tx
    .withTables<ChangeTables>()
    .insertInto('harvest_state')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
