import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { PageRenderer, PageToRender } from './renderer';
import { RenderFailed } from './renderer';
import { Turns, type Urgency } from './turns';
import { withoutLeftovers } from './unfinished';

/** The widths pictures are made in, in pixels: a thumbnail, a small screen, a page to read, one to look at closely. */
export const WIDTHS = [200, 900, 1400, 2000] as const;
export type Width = (typeof WIDTHS)[number];
export const THUMBNAIL: Width = 200;

export interface PageImagesOptions {
  /** Bytes kept on disk before the least recently used go. */
  limitBytes?: number;
  /** Pictures made at the same time, and waiting to be made. */
  atOnce?: number;
  waiting?: number;
}

/**
 * Pictures of pages: made when first asked for, kept on disk within a limit, the least recently used dropped first.
 * Who asks for what is being made waits for that one; too many askers are told to come back. A page that someone
 * looks at goes before one fetched ahead, and both before a small picture.
 */
export class PageImages {
  private readonly db: Database.Database;
  private readonly limitBytes: number;
  private readonly turns: Turns;
  private readonly making = new Map<string, { picture: Promise<string>; turn: symbol }>();
  /** Pages that could not be drawn: tried again after a while, not at every request. */
  private readonly failed = new Map<string, { error: RenderFailed; until: number }>();
  private readonly touched = new Map<string, number>();
  private readonly unfinished: string;
  private readonly ready: Promise<unknown>;
  private bytes: number;

  constructor(
    private readonly folder: string,
    private readonly renderer: PageRenderer,
    databasePath: string,
    options: PageImagesOptions = {},
  ) {
    this.limitBytes = options.limitBytes ?? 4_000_000_000;
    this.turns = new Turns(options.atOnce ?? 2, options.waiting ?? 300);
    this.unfinished = path.join(folder, 'unfinished');
    this.db = openList(databasePath);
    this.bytes = this.sum();
    this.ready = this.tidy();
    this.ready.catch(() => {}); // whoever asks first hears of it
  }

  /** The path of the JPEG of a page in `width`. @throws RenderFailed, Busy */
  async image(file: PageToRender & { sha512: string }, width: Width, urgency: Urgency = 'shown'): Promise<string> {
    const turned = file.turn ? `r${file.turn}` : '';
    const key = `${file.sha512.slice(0, 2)}/${file.sha512.slice(2, 34)}/${file.page}${turned}-${width}.jpg`;
    const target = path.join(this.folder, key);
    await this.ready;
    const size = await sizeOf(target);
    if (size !== null) {
      this.touch(key, size);
      return target;
    }
    const known = this.failed.get(key);
    if (known && known.until > Date.now()) throw known.error;
    const wanted = width === THUMBNAIL ? 'small' : urgency;
    const making = this.making.get(key);
    if (making) {
      this.turns.hurry(making.turn, wanted);
      return making.picture;
    }
    const turn = Symbol(key);
    const picture = this.turns
      .take(turn, wanted, () => this.make(key, target, file, width))
      .finally(() => this.making.delete(key));
    this.making.set(key, { picture, turn });
    return picture;
  }

  /** Waiting and under way. */
  get load(): number {
    return this.turns.load;
  }

  close(): void {
    this.db.close();
  }

  private async make(key: string, target: string, page: PageToRender, width: Width): Promise<string> {
    const unfinished = path.join(this.unfinished, `${randomUUID()}.jpg`);
    try {
      await this.renderer.render(page, width, unfinished);
      const [{ size }] = await Promise.all([stat(unfinished), mkdir(path.dirname(target), { recursive: true })]);
      await rename(unfinished, target);
      this.keep(key, size);
    } catch (error) {
      await rm(unfinished, { force: true });
      // A file that went elsewhere meanwhile says nothing of its page.
      if (error instanceof RenderFailed && (await sizeOf(page.path)) !== null) this.remember(key, error);
      throw error;
    }
    return target;
  }

  /** Without its list nobody knows what is oldest: then all pictures go. */
  private async tidy(): Promise<void> {
    if (this.bytes === 0) await rm(this.folder, { recursive: true, force: true });
    await withoutLeftovers(this.unfinished);
  }

  private remember(key: string, error: RenderFailed): void {
    if (this.failed.size > 10_000) this.failed.clear();
    this.failed.set(key, { error, until: Date.now() + 10 * 60_000 });
  }

  private keep(key: string, size: number): void {
    this.db.prepare('INSERT OR REPLACE INTO images (key, bytes, used_at) VALUES (?, ?, ?)').run(key, size, Date.now());
    this.bytes += size;
    if (this.bytes > this.limitBytes) this.makeRoom();
  }

  /**
   * Notes a use once in ten minutes at most: the order of forgetting needs no more. A picture that the list does not
   * know (it was lost with the power) joins it.
   */
  private touch(key: string, size: number): void {
    const now = Date.now();
    if (now - (this.touched.get(key) ?? 0) < 10 * 60_000) return;
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

/** The list of what is kept, begun anew when it cannot be read: all it names can be drawn again. */
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
      if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Error('The list of pictures is damaged');
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
async function sizeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? found.size : null;
}
