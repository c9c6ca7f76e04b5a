import { rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';

/** A use is noted once in so long: the order of forgetting needs no more. */
const NOTED_EVERY_MS = 10 * 60_000;

/**
 * Files of a folder that can be made again, kept within a limit: the least recently used go first. The list of them is
 * shared by the processes of the library.
 */
export class DiskCache {
  private readonly db: Database.Database;
  private readonly touched = new Map<string, number>();

  /** @param limitBytes kept in the folder, by all processes together, before the least recently used go. */
  constructor(
    private readonly folder: string,
    listPath: string,
    private readonly limitBytes: number,
  ) {
    this.db = openList(listPath);
  }

  /** Nothing is known of what lies in the folder: the list is new, or was lost. */
  get isUnknown(): boolean {
    return this.bytes() === 0;
  }

  /** The bytes of a file that is there, its use noted; null where it is not. One that the list does not know joins it. */
  async use(key: string): Promise<number | null> {
    const size = await sizeOf(path.join(this.folder, key));
    if (size !== null) this.touch(key, size);
    return size;
  }

  /** A file has come, or another in its place. Others may go for it. */
  keep(key: string, size: number): void {
    this.db
      .prepare(
        `INSERT INTO kept_files (key, bytes, used_at) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, used_at = excluded.used_at`,
      )
      .run(key, size, Date.now());
    if (this.bytes() > this.limitBytes) this.makeRoom();
  }

  async drop(key: string): Promise<void> {
    this.db.prepare('DELETE FROM kept_files WHERE key = ?').run(key);
    this.touched.delete(key);
    await rm(path.join(this.folder, key), { force: true });
  }

  close(): void {
    this.db.close();
  }

  private touch(key: string, size: number): void {
    const now = Date.now();
    if (now - (this.touched.get(key) ?? 0) < NOTED_EVERY_MS) return;
    if (this.touched.size > 50_000) this.touched.clear();
    this.touched.set(key, now);
    const { changes } = this.db.prepare('UPDATE kept_files SET used_at = ? WHERE key = ?').run(now, key);
    if (changes === 0) this.keep(key, size);
  }

  private makeRoom(): void {
    const oldest = this.db.prepare<[], string>('SELECT key FROM kept_files ORDER BY used_at, key LIMIT 100').pluck();
    const forget = this.db.prepare('DELETE FROM kept_files WHERE key = ?');
    const gone: string[] = [];
    // Immediately, or two processes would each make room for both.
    this.db
      .transaction(() => {
        while (this.bytes() > this.limitBytes * 0.9) {
          const keys = oldest.all();
          if (keys.length === 0) break;
          for (const key of keys) {
            if (this.bytes() <= this.limitBytes * 0.9) break;
            forget.run(key);
            gone.push(key);
          }
        }
      })
      .immediate();
    for (const key of gone) void rm(path.join(this.folder, key), { force: true });
  }

  /** Of all that is kept, by whichever process. */
  private bytes(): number {
    return this.db.prepare<[], number>('SELECT bytes FROM kept_bytes').pluck().get()!;
  }
}

/** The sum is kept beside the rows: it is asked for with every file, and there may be a hundred thousand. */
const LIST = `
  BEGIN IMMEDIATE;
  DROP TABLE IF EXISTS images; -- what the list was called when it knew only pictures
  CREATE TABLE IF NOT EXISTS kept_files (
    key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS kept_files_by_use ON kept_files (used_at);
  CREATE TABLE IF NOT EXISTS kept_bytes (bytes INTEGER NOT NULL) STRICT;
  INSERT INTO kept_bytes SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM kept_bytes);
  CREATE TRIGGER IF NOT EXISTS kept_files_come AFTER INSERT ON kept_files
    BEGIN UPDATE kept_bytes SET bytes = bytes + new.bytes; END;
  CREATE TRIGGER IF NOT EXISTS kept_files_change AFTER UPDATE OF bytes ON kept_files
    BEGIN UPDATE kept_bytes SET bytes = bytes + new.bytes - old.bytes; END;
  CREATE TRIGGER IF NOT EXISTS kept_files_go AFTER DELETE ON kept_files
    BEGIN UPDATE kept_bytes SET bytes = bytes - old.bytes; END;
  COMMIT;`;

/** The list of what is kept, begun anew when it cannot be read: all it names can be made again. */
function openList(file: string): Database.Database {
  const opened = () => {
    const db = new Database(file);
    try {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = OFF'); // a power cut may spoil it, and then it is begun anew
      db.pragma('busy_timeout = 5000');
      db.exec(LIST);
      if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Error('The list is damaged');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  };
  try {
    return opened();
  } catch {
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    return opened();
  }
}

/** The bytes of a file; null where there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? found.size : null;
}
