import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

/** The catalogue, or a transaction in it. A store names its own tables: `db.withTables<WorkTables>()`. */
// biome-ignore lint/complexity/noBannedTypes: Kysely's own word for "no tables named yet"
export type Database = Kysely<{}>;

export interface OpenDatabase {
  db: Database;
  /** The connection itself, for pragmas and backups. */
  sqlite: BetterSqlite3.Database;
  close(): Promise<void>;
}

/** Opens (or makes) the SQLite file at `file` as the house keeps it: WAL, FULL, foreign keys. */
export function openDatabase(file: string): OpenDatabase {
  mkdirSync(path.dirname(file), { recursive: true });
  const sqlite = new BetterSqlite3(file);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL'); // an archive prefers a slower commit to a lost one
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('busy_timeout = 10000');
  sqlite.pragma('cache_size = -16000');
  // biome-ignore lint/complexity/noBannedTypes: as above
  const db = new Kysely<{}>({ dialect: new SqliteDialect({ database: rememberingStatements(sqlite) }) });
  return { db, sqlite, close: () => db.destroy() };
}

const MOST_STATEMENTS = 500;

/**
 * The connection as Kysely uses it, with each statement prepared once: to prepare one costs as much as to run it.
 * Every query reads all its rows at once, so a statement is never asked again while it is still answering.
 */
function rememberingStatements(sqlite: BetterSqlite3.Database): SqliteDatabase {
  const known = new Map<string, BetterSqlite3.Statement>();
  return {
    prepare: (sql) => {
      const statement = known.get(sql) ?? sqlite.prepare(sql);
      known.delete(sql);
      known.set(sql, statement);
      if (known.size > MOST_STATEMENTS) known.delete(known.keys().next().value!);
      return statement as unknown as SqliteStatement;
    },
    close: () => sqlite.close(),
  };
}

/**
 * Applies the migrations in `folder` that `sqlite` has not seen, each in one transaction, in the order of their
 * names. @returns the names applied. @throws when one fails (nothing of it stays) or when the database has been
 * changed by a newer version of the program.
 */
export function migrate(sqlite: BetterSqlite3.Database, folder: string): string[] {
  sqlite.exec(
    'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT, WITHOUT ROWID',
  );
  const known = readdirSync(folder)
    .filter((name) => /^\d{3}-.*\.sql$/.test(name))
    .sort();
  const applied = new Set(sqlite.prepare('SELECT name FROM migrations').pluck().all() as string[]);
  const foreign = [...applied].filter((name) => !known.includes(name));
  if (foreign.length > 0) {
    throw new Error(`A newer Achyk has changed this database (${foreign.join(', ')}). Use that version.`);
  }
  const fresh = known.filter((name) => !applied.has(name));
  for (const name of fresh) {
    try {
      sqlite.transaction(() => {
        sqlite.exec(readFileSync(path.join(folder, name), 'utf8'));
        sqlite.prepare('INSERT INTO migrations VALUES (?, ?)').run(name, new Date().toISOString());
      })();
    } catch (cause) {
      throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
    }
  }
  return fresh;
}

/** Runs `act` in the transaction at hand, or in a new one of its own. */
export function inTransaction<T>(db: Database, act: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? act(db) : db.transaction().execute(act);
}
