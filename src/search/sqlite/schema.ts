import Database from 'better-sqlite3';

/**
 * One index file. `ft` holds one row a work (a second only where files of one work differ in access), so that ranking
 * never meets a page; `page_sets` holds for each page a Bloom filter of its words, by which the pages of the few works
 * shown are found without reading their text. Raising VERSION makes the next start build anew.
 */
export const VERSION = 8;

/**
 * Columns of `ft`, in the order bm25() takes their weights. `outstanding` has tokens of its own for the stems by which the
 * works worth ranking are told where a word stands in thousands: short lists, so that the long ones are not walked twice.
 */
export const COLUMNS = ['titles', 'names', 'subjects', 'outstanding', 'abstracts', 'other', 'body'] as const;
export type Column = (typeof COLUMNS)[number];
export const COLUMN_WEIGHTS: Record<Column, number> = {
  titles: 10,
  names: 7,
  subjects: 6,
  outstanding: 0,
  abstracts: 3,
  other: 2,
  body: 1,
};

/** Before the token of a stem of titles, names and subjects, or said far oftener than in texts in general (champions.ts). */
export const STANDS_OUT = '_';
/** Before that of other stems of abstracts, journals and publishers. */
export const STANDS_OUT_LESS = '__';

/** Between two words of one name stand at most so many others; between two names more stands in the index. */
export const NAME_SPAN = 7;

/**
 * `ft` rows of one work: `work_id * ROW_SPAN` is what everyone may find; the others hold text of narrower access, and the
 * public text again, so that words of two files of one work are found together.
 */
export const ROW_SPAN = 64;

/** What is shown of one row of `ft` lies side by side, from `row * SET_SPAN` on: reading it is one look at the disk. */
export const SET_SPAN = 65_536;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS works (
  work_id     INTEGER PRIMARY KEY,
  change      INTEGER NOT NULL,
  fingerprint TEXT,               -- null: taken out
  facets      TEXT,               -- JSON, see FacetsOf in columns.ts
  titles      TEXT                -- JSON, as in metadata: what is offered while typing is read from them all
) STRICT;
CREATE INDEX IF NOT EXISTS works_by_change ON works (change);
CREATE TABLE IF NOT EXISTS ft_rows (
  id        INTEGER PRIMARY KEY,  -- rowid of ft
  level     TEXT NOT NULL,        -- 'public', or the access of the text in it
  open_from TEXT,
  pages     INTEGER NOT NULL      -- that page_sets must have for it
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS ft USING fts5 (
  ${COLUMNS.join(', ')},
  content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_'"
);
CREATE TABLE IF NOT EXISTS page_sets (
  id      INTEGER PRIMARY KEY,    -- row of ft * SET_SPAN, and so on
  file_id INTEGER NOT NULL,
  view_only INTEGER NOT NULL,     -- 1: passages are kept short
  count   INTEGER NOT NULL,       -- of pages in it
  shown   TEXT,                   -- in the first of a work, which may have no pages: JSON, see Shown in taken-of-work.ts
  pages   BLOB NOT NULL           -- see page-sets.ts
) STRICT;
CREATE TABLE IF NOT EXISTS stems (
  id   INTEGER PRIMARY KEY,       -- its token in ft, written in base 36
  stem TEXT NOT NULL UNIQUE,
  occurrences REAL NOT NULL       -- in the text of all works, by the last count
) STRICT;
CREATE TABLE IF NOT EXISTS forms (
  form    TEXT NOT NULL,          -- as written, folded
  lang    TEXT NOT NULL,          -- of the page it was met on; '' for metadata kept unstemmed
  stem_id INTEGER NOT NULL,
  bare    TEXT,                   -- without ө ү ң ş …, where that is another
  works   INTEGER NOT NULL,       -- how many works hold it, by the last count
  PRIMARY KEY (form, lang)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS forms_by_bare ON forms (bare) WHERE bare IS NOT NULL;
CREATE INDEX IF NOT EXISTS forms_by_stem ON forms (stem_id);
CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS offers (
  kind   TEXT NOT NULL,
  id     TEXT NOT NULL,
  names  TEXT,                    -- JSON; null: taken back
  change INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS offers_by_change ON offers (change);
`;

/** Opens the index for its one writer, making it where it is not there. */
export function openForWriting(file: string): Database.Database {
  const db = new Database(file);
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL'); // derived data: after a power cut the last commits are indexed again
  db.pragma('busy_timeout = 15000');
  db.pragma('cache_size = -32000');
  db.exec(SCHEMA);
  db.prepare("INSERT OR IGNORE INTO meta VALUES ('version', ?)").run(VERSION);
  return db;
}

/** The version of the index in `file`, or null where it is none. */
export function versionOf(file: string): number | null {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], number>("SELECT value FROM meta WHERE key = 'version'").pluck().get() ?? null;
  } catch {
    return null; // something else, or half written
  } finally {
    db.close();
  }
}

/** @param cacheMb pages of the file kept by this connection; the system keeps more, where there is room. */
export function openForReading(file: string, cacheMb = 12): Database.Database {
  const db = new Database(file, { readonly: true });
  db.pragma('busy_timeout = 5000');
  db.pragma(`cache_size = -${cacheMb * 1000}`);
  db.pragma('query_only = ON');
  return db;
}
