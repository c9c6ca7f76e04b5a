import Database from 'better-sqlite3';

/** A record as it was written for one change of its work. */
export interface KeptRecord {
  workId: number;
  format: string;
  /** Of the change. */
  number: number;
  xml: string;
}

const VERSION = 1;
// Records of one format side by side: a harvester of all of them reads the file from one end to the other.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS records (
  format  TEXT NOT NULL,
  work_id INTEGER NOT NULL,
  number  INTEGER NOT NULL,
  xml     TEXT NOT NULL,
  PRIMARY KEY (format, work_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_work ON records (work_id);
`;
/** So long it waits for another process that is writing; a record that cannot be kept is given all the same. */
const PATIENCE_MS = 1000;

/** The file of records that were written: derived from the catalogue, so it may be lost, and is in no backup. */
export class KeptRecords {
  private readonly db: Database.Database;
  private readonly statements;

  constructor(file: string) {
    this.db = new Database(file);
    this.db.pragma('page_size = 32768'); // seven records in each
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('wal_autocheckpoint = 250');
    this.db.pragma('synchronous = NORMAL'); // what the last second lost is written again
    this.db.pragma(`busy_timeout = ${PATIENCE_MS}`);
    this.db.pragma('cache_size = -4000');
    if (this.db.pragma('user_version', { simple: true }) !== VERSION) {
      this.db.exec('DROP TABLE IF EXISTS records');
      this.db.pragma(`user_version = ${VERSION}`);
    }
    this.db.exec(SCHEMA);
    this.statements = {
      many: this.db
        .prepare<[string, string], [number, number, string]>(
          'SELECT work_id, number, xml FROM records WHERE format = ? AND work_id IN (SELECT value FROM json_each(?))',
        )
        .raw(),
      put: this.db.prepare(
        `INSERT INTO records (format, work_id, number, xml) VALUES (@format, @workId, @number, @xml)
         ON CONFLICT (format, work_id) DO UPDATE SET number = excluded.number, xml = excluded.xml WHERE number < excluded.number`,
      ),
      formats: this.db.prepare<[number], string>('SELECT format FROM records WHERE work_id = ?').pluck(),
      remove: this.db.prepare('DELETE FROM records WHERE work_id = ?'),
    };
  }

  /** The records in a format of works that are kept for just these changes, by work. */
  many(format: string, changes: readonly { workId: number; number: number }[]): Map<number, string> {
    const numbers = new Map(changes.map(({ workId, number }) => [workId, number]));
    const xml = new Map<number, string>();
    for (const [workId, number, text] of this.statements.many.all(format, JSON.stringify([...numbers.keys()])))
      if (numbers.get(workId) === number) xml.set(workId, text);
    return xml;
  }

  /** Keeps records, except where one for a later change is kept. @throws when the disk is full or others write for long. */
  put(records: readonly KeptRecord[]): void {
    this.db.transaction(() => {
      for (const record of records) this.statements.put.run(record);
    })();
  }

  /** In which formats a work was ever asked for. */
  formatsOf(workId: number): string[] {
    return this.statements.formats.all(workId);
  }

  remove(workId: number): void {
    this.statements.remove.run(workId);
  }

  close(): void {
    this.db.close();
  }
}
