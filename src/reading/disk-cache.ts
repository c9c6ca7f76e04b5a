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
  private bytes: number;

  /** @param limitBytes kept on disk before the least recently used go. */
  constructor(
    private readonly folder: string,
    listPath: string,
    private readonly limitBytes: number,
  ) {
    this.db = openList(listPath);
    this.bytes = this.sum();
  }

  /** Nothing is known of what lies in the folder: the list is new, or was lost. */
  get isUnknown(): boolean {
    return this.bytes === 0;
  }

  /** The bytes of a file that is there, its use noted; null where it is not. One that the list does not know joins it. */
  async use(key: string): Promise<number | null> {
    const size = await sizeOf(path.join(this.folder, key));
    if (size !== null) this.touch(key, size);
    return size;
  }

  /** A file has come, or another in its place. Others may go for it. */
  keep(key: string, size: number): void {
    this.db.prepare('INSERT OR REPLACE INTO images (key, bytes, used_at) VALUES (?, ?, ?)').run(key, size, Date.now());
    this.bytes += size;
    if (this.bytes > this.limitBytes) this.makeRoom();
  }

  async drop(key: string): Promise<void> {
    this.db.prepare('DELETE FROM images WHERE key = ?').run(key);
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
    const { changes } = this.db.prepare('UPDATE images SET used_at = ? WHERE key = ?').run(now, key);
    if (changes === 0) this.keep(key, size);
  }

  private makeRoom(): void {
    this.bytes = this.sum(); // another process may have kept or dropped some
    const goal = this.limitBytes * 0.9;
    const oldest = this.db.prepare<[], { key: string; bytes: number }>(
      'SELECT key, bytes FROM images ORDER BY used_at, key LIMIT 500',
    );
    const forget = this.db.prepare('DELETE FROM images WHERE key = ?');
    while (this.bytes > goal) {
      const rows = oldest.all();
      if (rows.length === 0) return;
      for (const row of rows) {
        if (this.bytes <= goal) return;
        forget.run(row.key);
        this.bytes -= row.bytes;
        void rm(path.join(this.folder, row.key), { force: true });
      }
    }
  }

  private sum(): number {
    return this.db.prepare<[], number>('SELECT coalesce(sum(bytes), 0) FROM images').pluck().get() as number;
  }
}

/** The list of what is kept, begun anew when it cannot be read: all it names can be made again. */
function openList(file: string): Database.Database {
  const opened = () => {
    const db = new Database(file);
    try {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = OFF'); // a power cut may spoil it, and then it is begun anew
      db.pragma('busy_timeout = 5000');
      db.exec(`CREATE TABLE IF NOT EXISTS images (
        key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS images_by_use ON images (used_at);`);
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
