import { randomBytes } from 'node:crypto';
import type { Database } from './database';

/** The secret called `name`, 256 bits; made when it is first asked for, the same for every process from then on. */
export async function keptSecret(database: Database, name: string): Promise<Buffer> {
  const db = database.withTables<{ kept_secrets: { name: string; secret: string } }>();
  const fresh = randomBytes(32).toString('base64url');
  await db
    .insertInto('kept_secrets')
    .values({ name, secret: fresh })
    .onConflict((conflict) => conflict.column('name').doNothing()) // another process may have been first
    .execute();
  const { secret } = await db
    .selectFrom('kept_secrets')
    .select('secret')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return Buffer.from(secret, 'base64url');
}
