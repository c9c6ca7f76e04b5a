import type { Clock } from '../clock';
import type { Database } from '../database/database';

type ChangeTables = {
  last_change: { id: number; number: number; datestamp: string };
  works: { id: number; change_number: number | null; datestamp: string | null };
};

/**
 * Moves `workIds` to the end of the order of harvest: each gets a new change number and a datestamp (UTC, to the
 * second) that is never before the last one given, whatever the machine's clock does. Works never published are
 * passed over. Call it in the transaction of the change.
 */
export async function touch(tx: Database, clock: Clock, workIds: readonly number[]): Promise<void> {
  const db = tx.withTables<ChangeTables>();
  const last = await db.selectFrom('last_change').select(['number', 'datestamp']).executeTakeFirstOrThrow();
  const now = `${clock.now().toISOString().slice(0, 19)}Z`;
  const datestamp = now > last.datestamp ? now : last.datestamp;
  let number = last.number;
  for (const id of workIds) {
    number += 1;
    await db.updateTable('works').set({ change_number: number, datestamp }).where('id', '=', id).execute();
  }
  await db.updateTable('last_change').set({ number, datestamp }).execute();
}
