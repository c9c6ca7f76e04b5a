import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import type { Block } from './blocks';
import { decodeLines, encodeLines, type OutlineEntry, type TextLine, type TextPage } from './page';

/** Pages of one file lie side by side: `id = fileId * PAGE_SPAN + page`. */
export const PAGE_SPAN = 65_536;

export interface StoredPage extends TextPage {
  /** Mean confidence of the recognition, 0–100; null for text that was never a picture. */
  confidence: number | null;
  /** What tells a page of a book from all others, wherever it stands in it; null for other files. */
  origin: string | null;
}

/** A page as {@link TextStore.replace} takes it. */
export type PageToKeep = TextPage & {
  confidence?: number | null;
  origin?: string | null;
  /** A picture whose text is still to be read off. */
  waiting?: boolean;
};

/** A page of a book as it was kept, to be kept again in another place. */
export type KeptPage = StoredPage & { waiting: boolean };

/** A page without the places of its words: what the index reads. */
export interface PageText {
  number: number;
  label: string | null;
  text: string;
}

/** A page without its text: what a list of pages needs. */
export interface PageShape {
  number: number;
  label: string | null;
  width: number;
  height: number;
  confidence: number | null;
  problem: string | null;
}

export interface StoredText {
  fileId: number;
  pages: number;
  source: string;
  outline: OutlineEntry[];
  /** False while pages are still coming, or when the process was ended meanwhile. */
  complete: boolean;
  /** Grows whenever the text, or a page of it, is kept anew: by it the index is known to be behind. */
  changes: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS texts (
  file_id  INTEGER PRIMARY KEY,
  pages    INTEGER NOT NULL CHECK (pages >= 0),
  source   TEXT NOT NULL,
  outline  TEXT NOT NULL CHECK (json_valid(outline)),
  complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
  changes  INTEGER NOT NULL DEFAULT 0 -- how often it, or a page of it, was kept anew
) STRICT;
CREATE TABLE IF NOT EXISTS pages (
  id         INTEGER PRIMARY KEY, -- file_id * ${PAGE_SPAN} + number
  label      TEXT,
  width      REAL NOT NULL,
  height     REAL NOT NULL,
  confidence REAL,
  problem    TEXT,
  waiting    INTEGER NOT NULL DEFAULT 0, -- 1: a picture whose text is still to be read off
  origin     TEXT,             -- of a page of a book: digest of its file, page in it, turn
  text       BLOB NOT NULL,       -- UTF-16 after its mark, or UTF-8 as before; raw deflate
  lines      BLOB NOT NULL        -- encodeLines(), raw deflate
) STRICT;
CREATE INDEX IF NOT EXISTS page_labels ON pages (label) WHERE label IS NOT NULL; -- and by id, as every index
CREATE TABLE IF NOT EXISTS documents (
  id     INTEGER PRIMARY KEY, -- as in pages
  blocks BLOB NOT NULL        -- JSON, as text is kept
) STRICT;
`;

/** Grows with the schema. An older file is emptied: everything in it can be made again. */
const SCHEMA_VERSION = 4;

/** Where pages of one batch go in one transaction: short enough that nobody waits for the lock. */
const BATCH = 25;

interface PageRow {
  id: number;
  label: string | null;
  width: number;
  height: number;
  confidence: number | null;
  problem: string | null;
  origin: string | null;
  text: Buffer;
  lines: Buffer;
}

/**
 * The text of every page with the places of its words, in a database of its own: all of it can be made again, so it
 * is no part of a backup and its commits need not reach the disk one by one.
 */
export class TextStore {
  private readonly db: Database.Database;
  private readonly statements;

  constructor(path: string, options: { readOnly?: boolean } = {}) {
    this.db = new Database(path, { readonly: options.readOnly ?? false });
    this.db.pragma('busy_timeout = 10000');
    this.db.pragma('cache_size = -8000'); // the upper pages of a tree of a million pages, which every look passes through
    if (!options.readOnly) {
      this.db.pragma('page_size = 32768'); // of the pages of one work, which a search shows together, some are read at once
      this.db.pragma('wal_autocheckpoint = 500');
      this.db.pragma('journal_mode = WAL');
      this.db.pragma('synchronous = NORMAL'); // a lost last second is extracted again
      const version = this.db.pragma('user_version', { simple: true });
      if (version === 2 || version === 3) {
        if (version === 2) this.db.exec('ALTER TABLE pages ADD COLUMN origin TEXT');
        this.db.exec('ALTER TABLE texts ADD COLUMN changes INTEGER NOT NULL DEFAULT 0');
        this.db.pragma(`user_version = ${SCHEMA_VERSION}`);
      } else if (version !== SCHEMA_VERSION) {
        this.db.exec('DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS pages; DROP TABLE IF EXISTS documents;');
        this.db.pragma(`user_version = ${SCHEMA_VERSION}`);
      }
      this.db.exec(SCHEMA);
    }
    const page = 'SELECT id, label, width, height, confidence, problem, origin, text, lines FROM pages';
    this.statements = {
      begin: this.db.prepare(
        'INSERT INTO texts (file_id, pages, source, outline, complete) VALUES (?, 0, ?, ?, 0) ON CONFLICT (file_id) DO UPDATE SET pages = 0, source = excluded.source, outline = excluded.outline, complete = 0, changes = changes + 1',
      ),
      change: this.db.prepare('UPDATE texts SET changes = changes + 1 WHERE file_id = ?'),
      clear: this.db.prepare('DELETE FROM pages WHERE id > ? AND id < ?'),
      put: this.db.prepare(
        'INSERT OR REPLACE INTO pages (id, label, width, height, confidence, problem, waiting, origin, text, lines) VALUES (?, ?, ?, ?, ?, ?, ?, coalesce(?, (SELECT origin FROM pages WHERE id = ?)), ?, ?)',
      ),
      finish: this.db.prepare('UPDATE texts SET pages = ?, outline = ?, complete = 1 WHERE file_id = ?'),
      clearBlocks: this.db.prepare('DELETE FROM documents WHERE id > ? AND id < ?'),
      putBlocks: this.db.prepare('INSERT OR REPLACE INTO documents (id, blocks) VALUES (?, ?)'),
      dropBlocks: this.db.prepare('DELETE FROM documents WHERE id = ?'),
      blocks: this.db.prepare<[number], Buffer>('SELECT blocks FROM documents WHERE id = ?').pluck(),
      text: this.db.prepare<
        [number],
        { pages: number; source: string; outline: string; complete: number; changes: number }
      >('SELECT pages, source, outline, complete, changes FROM texts WHERE file_id = ?'),
      remove: this.db.prepare('DELETE FROM texts WHERE file_id = ?'),
      page: this.db.prepare<[number], PageRow>(`${page} WHERE id = ?`),
      pages: this.db.prepare<[number, number], PageRow>(`${page} WHERE id BETWEEN ? AND ? ORDER BY id`),
      texts: this.db.prepare<[number, number, number], Pick<PageRow, 'id' | 'label' | 'text'>>(
        'SELECT id, label, text FROM pages WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
      ),
      shapes: this.db.prepare<[number, number], Omit<PageRow, 'text' | 'lines' | 'origin'>>(
        'SELECT id, label, width, height, confidence, problem FROM pages WHERE id > ? AND id < ? ORDER BY id',
      ),
      plain: this.db.prepare<[number], Buffer>('SELECT text FROM pages WHERE id = ?').pluck(),
      extent: this.db.prepare<[number], { pages: number; complete: number; source: string }>(
        'SELECT pages, complete, source FROM texts WHERE file_id = ?',
      ),
      frame: this.db.prepare<[number], { width: number; height: number; problem: string | null }>(
        'SELECT width, height, problem FROM pages WHERE id = ?',
      ),
      kept: this.db.prepare<[number, number], PageRow & { waiting: number }>(
        `SELECT id, label, width, height, confidence, problem, text, lines, origin, waiting FROM pages
         WHERE id > ? AND id < ? AND origin IS NOT NULL`,
      ),
      firstShown: this.db
        .prepare<[number, number], number>(
          'SELECT id FROM pages WHERE id > ? AND id < ? AND width > 0 ORDER BY id LIMIT 1',
        )
        .pluck(),
      recognised: this.db.prepare<[number, number]>(
        'SELECT 1 FROM pages WHERE id > ? AND id < ? AND confidence IS NOT NULL LIMIT 1',
      ),
      contents: this.db.prepare<[number, number], PageRow>(
        `${page} WHERE id > ? AND id < ? ORDER BY id LIMIT ${BATCH}`,
      ),
      mark: this.db.prepare('UPDATE pages SET waiting = 1 WHERE id = ?'),
      waiting: this.db
        .prepare<[number, number], number>('SELECT id FROM pages WHERE id > ? AND id < ? AND waiting = 1 ORDER BY id')
        .pluck(),
      labelOf: this.db.prepare<[number], string | null>('SELECT label FROM pages WHERE id = ?').pluck(),
      label: this.db.prepare<[number, number, string], { id: number }>(
        'SELECT id FROM pages WHERE id > ? AND id < ? AND label = ? ORDER BY id LIMIT 1',
      ),
    };
  }

  /**
   * Keeps the pages of a file in place of whatever was kept of it, as they come, and says how many there were. When
   * `pages` throws, what came before it stays readable and is marked incomplete.
   */
  async replace(
    fileId: number,
    text: { source: string; outline: OutlineEntry[] },
    pages: AsyncIterable<PageToKeep>,
  ): Promise<number> {
    this.db.transaction(() => {
      this.statements.begin.run(fileId, text.source, JSON.stringify(text.outline));
      this.statements.clear.run(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN);
      this.statements.clearBlocks.run(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN);
    })();
    let count = 0;
    let batch: PageToKeep[] = [];
    const write = this.db.transaction(() => {
      for (const page of batch) this.put(fileId, page);
      batch = [];
    });
    try {
      for await (const page of pages) {
        count = Math.max(count, page.number);
        batch.push(page);
        if (batch.length >= BATCH) write();
      }
    } finally {
      write();
    }
    this.statements.finish.run(count, JSON.stringify(text.outline), fileId);
    return count;
  }

  /** Keeps one page anew: recognised, or corrected. */
  async putPage(fileId: number, page: PageToKeep): Promise<void> {
    this.db.transaction(() => {
      this.put(fileId, page);
      this.statements.change.run(fileId);
    })();
  }

  private put(fileId: number, page: PageToKeep): void {
    const id = fileId * PAGE_SPAN + page.number;
    this.statements.put.run(
      id,
      page.label,
      page.width,
      page.height,
      page.confidence ?? null,
      page.problem,
      page.waiting ? 1 : 0,
      page.origin ?? null,
      id,
      deflated(page.text),
      page.lines.length === 0 ? NOTHING : deflateRawSync(encodeLines(page.lines)),
    );
    if (page.blocks && page.blocks.length > 0) {
      this.statements.putBlocks.run(id, deflated(JSON.stringify(page.blocks)));
    } else this.statements.dropBlocks.run(id);
  }

  /** Pages of books by their origin, to be taken over when a book is arranged anew. Those that could not be read are not. */
  async keptByOrigin(fileIds: readonly number[]): Promise<Map<string, KeptPage>> {
    const kept = new Map<string, KeptPage>();
    for (const fileId of fileIds) {
      const rows = this.statements.kept.all(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN);
      for (const { waiting, ...row } of rows) {
        const better = row.confidence !== null || !kept.has(row.origin!);
        if (row.problem === null && better) kept.set(row.origin!, { ...stored(row), waiting: waiting === 1 });
      }
    }
    return kept;
  }

  /** These pages are pictures: their text is to be read off. */
  async markWaiting(fileId: number, numbers: readonly number[]): Promise<void> {
    this.db.transaction(() => {
      for (const number of numbers) this.statements.mark.run(fileId * PAGE_SPAN + number);
    })();
  }

  /** Pages that were marked and not kept anew since. */
  async waiting(fileId: number): Promise<number[]> {
    const ids = this.statements.waiting.all(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN) as number[];
    return ids.map((id) => id % PAGE_SPAN);
  }

  async about(fileId: number): Promise<StoredText | null> {
    const row = this.statements.text.get(fileId);
    if (!row) return null;
    return {
      fileId,
      pages: row.pages,
      source: row.source,
      outline: JSON.parse(row.outline) as OutlineEntry[],
      complete: row.complete === 1,
      changes: row.changes,
    };
  }

  /** Pages kept of a file; 0 when none, or while they are still coming. */
  async count(fileId: number): Promise<number> {
    return this.statements.text.get(fileId)?.pages ?? 0;
  }

  /** As much of {@link about} as tells which pages there are. */
  async extent(fileId: number): Promise<{ pages: number; complete: boolean; source: string } | null> {
    const row = this.statements.extent.get(fileId);
    return row ? { ...row, complete: row.complete === 1 } : null;
  }

  /** Width and height of a page in points where it has a size, and why it cannot be read; null when it is not known. */
  async frame(
    fileId: number,
    number: number,
  ): Promise<{ size: { width: number; height: number } | null; problem: string | null } | null> {
    const row = this.statements.frame.get(fileId * PAGE_SPAN + number);
    if (!row) return null;
    const { problem, ...size } = row;
    return { size: size.width > 0 && size.height > 0 ? size : null, problem };
  }

  async page(fileId: number, number: number): Promise<StoredPage | null> {
    const row = this.statements.page.get(fileId * PAGE_SPAN + number);
    if (!row) return null;
    const blocks = this.statements.blocks.get(row.id) as Buffer | undefined;
    return { ...stored(row), ...(blocks ? { blocks: JSON.parse(inflated(blocks)) as Block[] } : {}) };
  }

  /** Pages `from` to `to`, both included. */
  async pages(fileId: number, from: number, to: number): Promise<StoredPage[]> {
    return this.statements.pages.all(fileId * PAGE_SPAN + from, fileId * PAGE_SPAN + to).map(stored);
  }

  /** The text of one page alone, or null: what a search shows a passage from, in its own thread. */
  text(fileId: number, number: number): string | null {
    const bytes = this.statements.plain.get(fileId * PAGE_SPAN + number);
    return bytes ? inflated(bytes) : null;
  }

  /** Every page's text in order, some at a time, so that a long book is never whole in memory. */
  async *texts(fileId: number, batch = 100): AsyncGenerator<PageText> {
    let after = fileId * PAGE_SPAN;
    for (;;) {
      const rows = this.statements.texts.all(after, (fileId + 1) * PAGE_SPAN, batch);
      for (const row of rows) yield { number: row.id % PAGE_SPAN, label: row.label, text: inflated(row.text) };
      if (rows.length < batch) return;
      after = rows.at(-1)!.id;
    }
  }

  /** The number of the first page that has a size, or null where none is known. */
  async firstShown(fileId: number): Promise<number | null> {
    const id = this.statements.firstShown.get(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN);
    return id === undefined ? null : id % PAGE_SPAN;
  }

  /** Was a page of the file read off its picture? */
  async isRecognised(fileId: number): Promise<boolean> {
    return this.statements.recognised.get(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN) !== undefined;
  }

  /** Another whenever text, places or labels of the file's pages are. */
  async fingerprint(fileId: number): Promise<string> {
    const hash = createHash('sha256');
    let after = fileId * PAGE_SPAN;
    for (;;) {
      const rows = this.statements.contents.all(after, (fileId + 1) * PAGE_SPAN);
      for (const { id, label, width, height, problem, text, lines } of rows) {
        hash.update(JSON.stringify([id % PAGE_SPAN, label, width, height, problem, text.length, lines.length]));
        hash.update(text).update(lines);
      }
      if (rows.length < BATCH) return hash.digest('base64url');
      after = rows.at(-1)!.id;
      await new Promise(setImmediate);
    }
  }

  async shapes(fileId: number): Promise<PageShape[]> {
    return this.statements.shapes
      .all(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN)
      .map(({ id, ...shape }) => ({ number: id % PAGE_SPAN, ...shape }));
  }

  /** What is printed on each of these pages, where anything is known of it. */
  async labels(fileId: number, numbers: readonly number[]): Promise<Map<number, string>> {
    const labels = new Map<number, string>();
    for (const number of numbers) {
      const label = this.statements.labelOf.get(fileId * PAGE_SPAN + number) as string | null | undefined;
      if (label) labels.set(number, label);
    }
    return labels;
  }

  /** The number of the page on which `label` is printed, or null. */
  async pageLabelled(fileId: number, label: string): Promise<number | null> {
    const row = this.statements.label.get(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN, label);
    return row ? row.id % PAGE_SPAN : null;
  }

  async remove(fileId: number): Promise<void> {
    this.db.transaction(() => {
      this.statements.remove.run(fileId);
      this.statements.clear.run(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN);
      this.statements.clearBlocks.run(fileId * PAGE_SPAN, (fileId + 1) * PAGE_SPAN);
    })();
  }

  close(): void {
    this.db.close();
  }
}

const NOTHING = Buffer.alloc(0);
/** What no UTF-8 begins with: tells pages kept in UTF-16 from those of before. */
const IN_UTF16 = '\ufeff';
/** Of Cyrillic no larger than UTF-8 once deflated, and read in a third of the time. */
const deflated = (text: string) => deflateRawSync(Buffer.from(IN_UTF16 + text, 'utf16le'));

function inflated(bytes: Buffer): string {
  const plain = inflateRawSync(bytes);
  return plain[0] === 0xff && plain[1] === 0xfe ? plain.toString('utf16le', 2) : plain.toString('utf8');
}
const linesOf = (bytes: Buffer): TextLine[] => (bytes.length === 0 ? [] : decodeLines(inflateRawSync(bytes)));

const stored = ({ id, text, lines, ...row }: PageRow): StoredPage => ({
  number: id % PAGE_SPAN,
  ...row,
  text: inflated(text),
  lines: linesOf(lines),
});
