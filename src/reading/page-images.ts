import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { Busy } from '../errors';
import type { PageRenderer, PageToRender } from './renderer';
import { RenderFailed } from './renderer';

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
 * Who asks for what is being made waits for that one; too many askers are told to come back.
 */
export class PageImages {
  private readonly db: Database.Database;
  private readonly limitBytes: number;
  private readonly atOnce: number;
  private readonly waitingLimit: number;
  private readonly making = new Map<string, Promise<string>>();
  /** Pages that could not be drawn: tried again after a while, not at every request. */
  private readonly failed = new Map<string, { error: RenderFailed; until: number }>();
  private readonly touched = new Map<string, number>();
  private readonly line: (() => void)[] = [];
  private active = 0;
  private bytes: number;

  constructor(
    private readonly folder: string,
    private readonly renderer: PageRenderer,
    databasePath: string,
    options: PageImagesOptions = {},
  ) {
    this.limitBytes = options.limitBytes ?? 4_000_000_000;
    this.atOnce = options.atOnce ?? 2;
    this.waitingLimit = options.waiting ?? 60;
    this.db = new Database(databasePath);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = OFF'); // a list of what can be drawn again
    this.db.pragma('busy_timeout = 5000');
    this.db.exec(`CREATE TABLE IF NOT EXISTS images (
      key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS images_by_use ON images (used_at);`);
    this.bytes = this.sum();
  }

  /** The path of the JPEG of a page in `width`. @throws RenderFailed, Busy */
  async image(file: PageToRender & { sha512: string }, width: Width): Promise<string> {
    const turned = file.turn ? `r${file.turn}` : '';
    const key = `${file.sha512.slice(0, 2)}/${file.sha512.slice(2, 34)}/${file.page}${turned}-${width}.jpg`;
    const target = path.join(this.folder, key);
    if (await exists(target)) {
      this.touch(key);
      return target;
    }
    const known = this.failed.get(key);
    if (known && known.until > Date.now()) throw known.error;
    let work = this.making.get(key);
    if (!work) {
      work = this.make(key, target, file, width).finally(() => this.making.delete(key));
      this.making.set(key, work);
    }
    return work;
  }

  /** Waiting and under way. */
  get load(): number {
    return this.line.length + this.active;
  }

  close(): void {
    this.db.close();
  }

  private async make(key: string, target: string, page: PageToRender, width: Width): Promise<string> {
    await this.turn();
    try {
      await mkdir(path.dirname(target), { recursive: true });
      const unfinished = path.join(path.dirname(target), `${randomUUID()}.jpg`);
      try {
        await this.renderer.render(page, width, unfinished);
        const { size } = await stat(unfinished);
        await rename(unfinished, target);
        this.keep(key, size);
      } catch (error) {
        await rm(unfinished, { force: true });
        if (error instanceof RenderFailed) this.remember(key, error);
        throw error;
      }
      return target;
    } finally {
      const next = this.line.shift();
      if (next)
        next(); // the place goes on to who waited longest
      else this.active -= 1;
    }
  }

  private async turn(): Promise<void> {
    if (this.active >= this.atOnce) {
      if (this.line.length >= this.waitingLimit) throw new Busy('error.busy', 5);
      return new Promise<void>((resolve) => this.line.push(resolve));
    }
    this.active += 1;
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

  /** Notes a use once in ten minutes at most: the order of forgetting needs no more. */
  private touch(key: string): void {
    const now = Date.now();
    if (now - (this.touched.get(key) ?? 0) < 10 * 60_000) return;
    if (this.touched.size > 50_000) this.touched.clear();
    this.touched.set(key, now);
    this.db.prepare('UPDATE images SET used_at = ? WHERE key = ?').run(now, key);
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

const exists = async (file: string): Promise<boolean> => (await stat(file).catch(() => null))?.isFile() ?? false;
