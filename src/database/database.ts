import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';

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
  const db = new Kysely<{}>({ dialect: new HouseDialect({ database: rememberingStatements(sqlite) }) });
  return { db, sqlite, close: () => db.destroy() };
}

/**
 * A transaction that writes takes the right to write when it begins. SQLite's own way, to ask at the first write, fails at
 * once and whatever the patience when another process (`achyk work`) has written since the transaction first read.
 */
class HouseDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}

class HouseDialect extends SqliteDialect {
  constructor(private readonly given: SqliteDialectConfig) {
    super(given);
  }
  override createDriver(): SqliteDriver {
    return new HouseDriver(this.given);
  }
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
      sqlite
        .transaction(() => {
          const isApplied = sqlite.prepare('SELECT 1 FROM migrations WHERE name = ?').get(name);
          if (isApplied) return; // another process did it while this one waited for its turn
          sqlite.exec(readFileSync(path.join(folder, name), 'utf8'));
          sqlite.prepare('INSERT INTO migrations VALUES (?, ?)').run(name, new Date().toISOString());
        })
        .immediate();
    } catch (cause) {
      throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
    }
  }
  return fresh;
}

/** Runs `act` on one state of the database, while others go on writing. `act` must not write. */
export function onOneState<T>(db: Database, act: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? act(db) : db.transaction().setAccessMode('read only').execute(act);
}

/** Runs `act` in the transaction at hand, or in a new one of its own. */
export function inTransaction<T>(db: Database, act: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? act(db) : db.transaction().execute(act);
}
