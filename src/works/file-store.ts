import type { Clock } from '../clock';
import type { Database } from '../database/database';
import { Conflict, NotFound } from '../errors';
import { uniqueName } from '../safe-name';
import { BOOK_MEDIA_TYPE } from './book-file';
import type { Access, AccessLevel, FileRole } from './schema';
import type { ScanState, TextState, WorkFile } from './work';

export type FileTables = {
  files: {
    id: number;
    work_id: number;
    sha512: string;
    size: number;
    media_type: string;
    incoming: string | null;
    archived_in: number | null;
    scan: ScanState;
    scan_detail: string | null;
    text_state: TextState;
    text_pages: number | null;
    text_source: string | null;
    text_reason: string | null;
    created_at: string;
  };
  version_files: {
    work_id: number;
    version: number;
    position: number;
    file_id: number;
    role: FileRole;
    name: string;
    access_level: AccessLevel | null;
    open_from: string | null;
    view_only: number;
  };
};

export interface NewFile {
  role: FileRole;
  name: string;
  size: number;
  mediaType: string;
  sha512: string;
  /** Name of the bytes in `incoming/`. */
  incoming: string;
}

/** A file as the archive tells it. */
export type RestoredFile = Pick<
  WorkFile,
  'id' | 'role' | 'name' | 'size' | 'mediaType' | 'sha512' | 'access' | 'createdAt'
> & { archivedIn: number };

/** Version 0 of a work's files is the copy being prepared. */
export const WORKING_COPY = 0;

/** The files of works: which version has which, under what name, and what became of their text. */
export class FileStore {
  private readonly db;

  constructor(
    database: Database,
    private readonly clock: Clock,
  ) {
    this.db = database.withTables<FileTables>();
  }

  in(tx: Database): FileStore {
    return new FileStore(tx, this.clock);
  }

  /** Adds a file to the copy being prepared. @throws Conflict when that copy has the very same bytes already. */
  async add(workId: number, file: NewFile): Promise<WorkFile> {
    const present = await this.of(workId, WORKING_COPY);
    const same = present.find((other) => other.sha512 === file.sha512);
    if (same) throw new Conflict('error.sameFile', { name: same.name });
    const row = await this.db
      .insertInto('files')
      .values({
        work_id: workId,
        sha512: file.sha512,
        size: file.size,
        media_type: file.mediaType,
        incoming: file.incoming,
        created_at: this.clock.now().toISOString(),
      } as FileTables['files'])
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.db
      .insertInto('version_files')
      .values({
        work_id: workId,
        version: WORKING_COPY,
        position: present.length,
        file_id: row.id,
        role: file.role,
        name: uniqueName(
          file.name,
          present.map((other) => other.name),
        ),
      } as FileTables['version_files'])
      .execute();
    return this.inVersion(workId, WORKING_COPY, row.id);
  }

  /** The files of a version, in order. */
  async of(workId: number, version: number): Promise<WorkFile[]> {
    return (await this.ofMany([{ id: workId, version }])).get(workId) ?? [];
  }

  /** The files of many works at once, each in the version named. */
  async ofMany(works: readonly { id: number; version: number }[]): Promise<Map<number, WorkFile[]>> {
    const found = new Map<number, WorkFile[]>(works.map((work) => [work.id, []]));
    if (works.length === 0) return found;
    const rows = await this.select()
      .where('version_files.work_id', 'in', [...found.keys()])
      .where('version_files.version', 'in', [...new Set(works.map((work) => work.version))])
      .orderBy('version_files.work_id')
      .orderBy('version_files.position')
      .orderBy('version_files.file_id')
      .execute();
    const wanted = new Map(works.map((work) => [work.id, work.version]));
    for (const row of rows) if (wanted.get(row.work_id) === row.version) found.get(row.work_id)!.push(toFile(row));
    return found;
  }

  /** @throws NotFound when that version has no such file. */
  async inVersion(workId: number, version: number, fileId: number): Promise<WorkFile> {
    const file = (await this.of(workId, version)).find((candidate) => candidate.id === fileId);
    if (!file) throw new NotFound();
    return file;
  }

  /** Where the bytes are and whose they are, for a job that knows only the number. @throws NotFound */
  async bytesOf(fileId: number): Promise<{
    id: number;
    workId: number;
    sha512: string;
    size: number;
    mediaType: string;
    incoming: string | null;
    archivedIn: number | null;
  }> {
    const row = await this.db.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirst();
    if (!row) throw new NotFound();
    return {
      id: row.id,
      workId: row.work_id,
      sha512: row.sha512,
      size: row.size,
      mediaType: row.media_type,
      incoming: row.incoming,
      archivedIn: row.archived_in,
    };
  }

  /** The file of a work with these bytes, or null; one in which a virus was found is not given to anybody. */
  async withDigest(workId: number, sha512: string): Promise<number | null> {
    const row = await this.db
      .selectFrom('files')
      .select('id')
      .where('work_id', '=', workId)
      .where('sha512', '=', sha512)
      .where('scan', '<>', 'infected')
      .orderBy('id')
      .executeTakeFirst();
    return row?.id ?? null;
  }

  /** The books of a work, in all its versions, the oldest first. */
  booksOf(workId: number): Promise<number[]> {
    return this.everOf(workId, [BOOK_MEDIA_TYPE]);
  }

  /** The files of a work of these types, in all its versions, the oldest first. */
  async everOf(workId: number, mediaTypes: readonly string[]): Promise<number[]> {
    const rows = await this.db
      .selectFrom('files')
      .select('id')
      .where('work_id', '=', workId)
      .where('media_type', 'in', [...mediaTypes])
      .orderBy('id')
      .execute();
    return rows.map((row) => row.id);
  }

  /** Is the file read as part of a book and nowhere by itself, in the copy being prepared and in the newest version? */
  async isPageOfBook(fileId: number): Promise<boolean> {
    const places = await this.db
      .selectFrom('version_files')
      .select(['work_id', 'version', 'role'])
      .where('file_id', '=', fileId)
      .orderBy('version')
      .execute();
    const now = [...new Set([places.find(({ version }) => version === WORKING_COPY), places.at(-1)])];
    for (const place of now) {
      if (place && (place.role !== 'page' || !(await this.hasBook(place.work_id, place.version)))) return false;
    }
    return places.length > 0;
  }

  private async hasBook(workId: number, version: number): Promise<boolean> {
    const book = await this.db
      .selectFrom('version_files')
      .innerJoin('files', 'files.id', 'version_files.file_id')
      .select('files.id')
      .where('version_files.work_id', '=', workId)
      .where('version_files.version', '=', version)
      .where('files.media_type', '=', BOOK_MEDIA_TYPE)
      .executeTakeFirst();
    return book !== undefined;
  }

  /**
   * Gives a file of the copy being prepared other bytes under its own number, as long as no version holds it.
   * @returns the name in `incoming/` that is free now
   */
  async replaceBytes(
    fileId: number,
    bytes: { sha512: string; size: number; incoming: string },
  ): Promise<string | null> {
    const { incoming, archivedIn } = await this.bytesOf(fileId);
    if (archivedIn !== null) throw new Error(`File ${fileId} is in the archive: its bytes do not change`);
    await this.db
      .updateTable('files')
      .set({ ...bytes, text_state: 'waiting' })
      .where('id', '=', fileId)
      .execute();
    return incoming;
  }

  /** Does a file of the catalogue have its bytes under this name in `incoming/`? */
  async isIncoming(name: string): Promise<boolean> {
    return Boolean(await this.db.selectFrom('files').select('id').where('incoming', '=', name).executeTakeFirst());
  }

  /** Where the bytes of every file should be, work by work. */
  async whereabouts(): Promise<
    { id: number; workId: number; sha512: string; size: number; incoming: string | null }[]
  > {
    const rows = await this.db
      .selectFrom('files')
      .select(['id', 'work_id', 'sha512', 'size', 'incoming'])
      .orderBy('work_id')
      .orderBy('id')
      .execute();
    return rows.map(({ id, work_id, sha512, size, incoming }) => ({ id, workId: work_id, sha512, size, incoming }));
  }

  /** Takes a file out of the copy being prepared. @returns the name in `incoming/` when no version holds it any more. */
  async removeFromCopy(workId: number, fileId: number): Promise<string | null> {
    const { incoming } = await this.bytesOf(fileId);
    await this.db
      .deleteFrom('version_files')
      .where('work_id', '=', workId)
      .where('version', '=', WORKING_COPY)
      .where('file_id', '=', fileId)
      .execute();
    const kept = await this.db
      .selectFrom('version_files')
      .select('file_id')
      .where('file_id', '=', fileId)
      .executeTakeFirst();
    if (kept) return null;
    await this.db.deleteFrom('files').where('id', '=', fileId).execute();
    return incoming;
  }

  /** Changes how the copy being prepared names and shows a file. */
  async changeInCopy(
    workId: number,
    fileId: number,
    change: { role?: FileRole; access?: Access | null; position?: number },
  ): Promise<void> {
    const values: Partial<FileTables['version_files']> = {};
    if (change.role !== undefined) values.role = change.role;
    if (change.position !== undefined) values.position = change.position;
    if (change.access !== undefined) {
      values.access_level = change.access?.level ?? null;
      values.open_from = change.access?.openFrom ?? null;
      values.view_only = change.access?.viewOnly ? 1 : 0;
    }
    if (Object.keys(values).length === 0) return;
    await this.db
      .updateTable('version_files')
      .set(values)
      .where('work_id', '=', workId)
      .where('version', '=', WORKING_COPY)
      .where('file_id', '=', fileId)
      .execute();
  }

  /** Gives version `to` the same files as version `from`, in place of what it had. */
  async copyVersion(workId: number, from: number, to: number): Promise<void> {
    await this.db.deleteFrom('version_files').where('work_id', '=', workId).where('version', '=', to).execute();
    const rows = await this.db
      .selectFrom('version_files')
      .selectAll()
      .where('work_id', '=', workId)
      .where('version', '=', from)
      .execute();
    if (rows.length > 0) {
      await this.db
        .insertInto('version_files')
        .values(rows.map((row) => ({ ...row, version: to })))
        .execute();
    }
  }

  /** The copy being prepared is over. @returns names in `incoming/` that nothing needs any more. */
  async dropCopy(workId: number): Promise<string[]> {
    const freed: string[] = [];
    for (const file of await this.of(workId, WORKING_COPY)) {
      const name = await this.removeFromCopy(workId, file.id);
      if (name) freed.push(name);
    }
    return freed;
  }

  /** The bytes of `fileId` are now in the work's archive object, first held by its version `archivedIn`. */
  async archived(fileId: number, archivedIn: number): Promise<void> {
    await this.db
      .updateTable('files')
      .set({ archived_in: archivedIn, incoming: null })
      .where('id', '=', fileId)
      .execute();
  }

  /** Puts the files of a work's versions back under their own numbers. What was read in them is to be read again. */
  async restore(workId: number, versions: readonly { number: number; files: RestoredFile[] }[]): Promise<void> {
    const all = new Map(versions.flatMap((version) => version.files.map((file) => [file.id, file])));
    for (const file of all.values()) {
      await this.db
        .insertInto('files')
        .values({
          id: file.id,
          work_id: workId,
          sha512: file.sha512,
          size: file.size,
          media_type: file.mediaType,
          archived_in: file.archivedIn,
          created_at: file.createdAt,
        } as FileTables['files'])
        .execute();
    }
    for (const version of versions) {
      for (const [position, file] of version.files.entries()) {
        await this.db
          .insertInto('version_files')
          .values({
            work_id: workId,
            version: version.number,
            position,
            file_id: file.id,
            role: file.role,
            name: file.name,
            access_level: file.access?.level ?? null,
            open_from: file.access?.openFrom ?? null,
            view_only: file.access?.viewOnly ? 1 : 0,
          })
          .execute();
      }
    }
  }

  async setScan(fileId: number, scan: ScanState, detail: string | null = null): Promise<void> {
    await this.db.updateTable('files').set({ scan, scan_detail: detail }).where('id', '=', fileId).execute();
  }

  async setText(
    fileId: number,
    text: { state: TextState; pages?: number | null; source?: string | null; reason?: string | null },
  ): Promise<void> {
    await this.db
      .updateTable('files')
      .set({
        text_state: text.state,
        text_pages: text.pages ?? null,
        text_source: text.source ?? null,
        text_reason: text.reason ?? null,
      })
      .where('id', '=', fileId)
      .execute();
  }

  /** Published files whose text could not be read, newest first. */
  async failures(limit = 100): Promise<{ workId: number; fileId: number; name: string; reason: string | null }[]> {
    const rows = await this.db
      .selectFrom('files')
      .innerJoin('version_files', 'version_files.file_id', 'files.id')
      .select(['files.work_id', 'files.id', 'version_files.name', 'files.text_reason'])
      .where('files.text_state', '=', 'failed')
      .groupBy('files.id')
      .orderBy('files.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ workId: row.work_id, fileId: row.id, name: row.name, reason: row.text_reason }));
  }

  /** Numbers of all files, for a re-extraction of everything. */
  async ids(): Promise<number[]> {
    return (await this.db.selectFrom('files').select('id').orderBy('id').execute()).map((row) => row.id);
  }

  private select() {
    return this.db
      .selectFrom('version_files')
      .innerJoin('files', 'files.id', 'version_files.file_id')
      .selectAll('version_files')
      .select([
        'files.sha512',
        'files.size',
        'files.media_type',
        'files.archived_in',
        'files.scan',
        'files.text_state',
        'files.text_pages',
        'files.text_source',
        'files.text_reason',
        'files.created_at',
      ]);
  }
}

type JoinedRow = FileTables['version_files'] & Omit<FileTables['files'], 'id' | 'work_id' | 'incoming' | 'scan_detail'>;

const toFile = (row: JoinedRow): WorkFile => ({
  id: row.file_id,
  workId: row.work_id,
  role: row.role,
  name: row.name,
  size: row.size,
  mediaType: row.media_type,
  sha512: row.sha512,
  scan: row.scan,
  text: { state: row.text_state, pages: row.text_pages, source: row.text_source, reason: row.text_reason },
  access:
    row.access_level === null
      ? null
      : { level: row.access_level, openFrom: row.open_from, viewOnly: row.view_only === 1 },
  archivedIn: row.archived_in,
  createdAt: row.created_at,
});
