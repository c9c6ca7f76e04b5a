import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import BetterSqlite3 from 'better-sqlite3';
import tar from 'tar-stream';
import { z } from 'zod';
import { Archive } from './archive';
import { COLLECTIONS_OBJECT, personObject, workObject } from './documents';
import { codeOf, exists, makeFolderDurably, namesIn, syncFolder } from './durable';

const aboutSchema = z.object({
  format: z.literal('achyk-backup/1'),
  program: z.string(),
  createdAt: z.string(),
  works: z.number(),
  people: z.number(),
  files: z.number(),
  bytes: z.number(),
});
/** What `achyk-backup.json`, the first entry of a backup, says of it. */
export type AboutBackup = z.infer<typeof aboutSchema>;

interface Folders {
  dataDir: string;
  databaseFile: string;
}

/** Files in the catalogue at one moment, told by the snapshot itself. */
interface Snapshot {
  file: string;
  objects: { id: string; version: number }[];
  incoming: string[];
  works: number;
  people: number;
}

/**
 * Writes the library into one tar file (gzipped when its name ends in gz) while it goes on working: a snapshot of the
 * catalogue, the archive exactly as that snapshot knows it, and the uploads its drafts need. What can be made again
 * (`derived/`) is left out. The file appears under its name only when it is whole and on disk.
 */
export async function backUp(
  {
    dataDir,
    databaseFile,
    archive,
    program,
    createdAt,
  }: Folders & { archive: Archive; program: string; createdAt: string },
  target: string,
  progress: (files: number, bytes: number) => void = () => {},
): Promise<AboutBackup> {
  const file = path.resolve(target);
  const unfinished = `${file}.part`;
  const work = path.join(dataDir, `backup-${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await makeFolderDurably(path.join(work, 'incoming'));
  let unwritable: Error | null = null; // a full disk, told by the stream's end and not where we write to its beginning
  try {
    // Uploads get a second name before and after the snapshot, lest one vanish while we come to it.
    const incoming = path.join(dataDir, 'incoming');
    await linkAll(incoming, path.join(work, 'incoming'));
    const snapshot = await snapshotOf(databaseFile, path.join(work, 'achyk.sqlite'));
    await linkAll(incoming, path.join(work, 'incoming'));

    const pack = tar.pack();
    const written = pipeline([
      pack as unknown as NodeJS.ReadableStream,
      ...(/gz$/.test(file) ? [createGzip({ level: 1 })] : []), // PDF and images hardly shrink; the time would be lost
      createWriteStream(unfinished, { mode: 0o600 }),
    ]);
    written.catch((error: Error) => {
      unwritable = error;
    });
    const about: AboutBackup = {
      format: 'achyk-backup/1',
      program,
      createdAt,
      works: snapshot.works,
      people: snapshot.people,
      files: 0,
      bytes: 0,
    };
    const plan: { name: string; from: string; size: number }[] = [];
    const add = async (name: string, from: string) => {
      const { size } = await stat(from);
      plan.push({ name, from, size });
      about.files++;
      about.bytes += size;
    };
    await add('achyk.sqlite', snapshot.file);
    for await (const entry of archiveAt(archive, snapshot.objects)) await add(`archive/${entry.name}`, entry.from);
    for (const key of snapshot.incoming) {
      const from = path.join(work, 'incoming', key);
      if (await exists(from)) await add(`incoming/${key}`, from);
    }
    pack.entry({ name: 'achyk-backup.json' }, `${JSON.stringify(about, null, 2)}\n`);
    let [files, bytes] = [0, 0];
    for (const { name, from, size } of plan) {
      const entry = pack.entry({ name, size, mode: 0o644 });
      await Promise.race([pipeline(createReadStream(from), entry), written.then(() => {})]);
      files++;
      bytes += size;
      progress(files, bytes);
    }
    pack.finalize();
    await written;
    const handle = await open(unfinished, 'r');
    await handle.sync();
    await handle.close();
    await rename(unfinished, file);
    await syncFolder(path.dirname(file));
    return about;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw unwritable ?? error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Anything that keeps a backup from being put back, said so that a person can act on it. */
export class BackupRefused extends Error {}

/**
 * Puts a backup back into an empty data folder: all or nothing, each byte of the archive checked against its digest.
 * @throws BackupRefused when the folder is not empty, or the file is no backup or not whole.
 */
export async function restoreBackup(
  { dataDir, databaseFile }: Folders,
  source: string,
  progress: (files: number) => void = () => {},
): Promise<AboutBackup> {
  for (const taken of [databaseFile, ...['archive', 'incoming', 'derived'].map((name) => path.join(dataDir, name))]) {
    const isEmpty = (await exists(taken))
      ? (await stat(taken)).isDirectory() && (await namesIn(taken)).length === 0
      : true;
    if (!isEmpty) throw new BackupRefused(`${taken} is there already; restore into an empty DATA_DIR`);
  }
  const work = path.join(dataDir, `restore-${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await makeFolderDurably(work);
  try {
    const about = await unpack(source, work, progress);
    await checkRestored(work);
    await makeFolderDurably(path.dirname(databaseFile));
    for (const name of ['archive', 'incoming']) {
      if (!(await exists(path.join(work, name)))) continue;
      await rm(path.join(dataDir, name), { recursive: true, force: true });
      await rename(path.join(work, name), path.join(dataDir, name));
    }
    await syncFolder(dataDir);
    await moveFile(path.join(work, 'achyk.sqlite'), databaseFile); // last: with it the library is there
    await syncFolder(path.dirname(databaseFile));
    return about;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function linkAll(from: string, to: string): Promise<void> {
  for (const name of await namesIn(from)) {
    if (name.endsWith('.part')) continue;
    try {
      await link(path.join(from, name), path.join(to, name));
    } catch (error) {
      if (!['EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
    }
  }
}

/** A copy of the catalogue as it is at one moment, made beside a writing server, and what that copy refers to. */
async function snapshotOf(databaseFile: string, to: string): Promise<Snapshot> {
  const source = new BetterSqlite3(databaseFile, { readonly: true, fileMustExist: true });
  try {
    await source.backup(to);
  } finally {
    source.close();
  }
  const copy = new BetterSqlite3(to);
  try {
    copy.pragma('journal_mode = DELETE'); // one file, whole in itself
    const works = copy.prepare('SELECT id, archive_version AS version FROM works WHERE archive_version > 0').all();
    const people = copy.prepare('SELECT id, archived_in AS version FROM people WHERE archived_in IS NOT NULL').all();
    const row = z.object({ id: z.number(), version: z.number() });
    const objects = (rows: unknown[], idOf: (id: number) => string) =>
      z
        .array(row)
        .parse(rows)
        .map(({ id, version }) => ({ id: idOf(id), version }));
    return {
      file: to,
      objects: [...objects(works, workObject), ...objects(people, personObject)],
      incoming: z
        .array(z.string())
        .parse(copy.prepare('SELECT incoming FROM files WHERE incoming IS NOT NULL').pluck().all()),
      works: works.length,
      people: people.length,
    };
  } finally {
    copy.close();
  }
}

/** The archive's files as of the versions named; of the collections' object, which has no number in the catalogue, all. */
async function* archiveAt(
  archive: Archive,
  objects: { id: string; version: number }[],
): AsyncGenerator<{ name: string; from: string }> {
  for (const name of ['0=ocfl_1.1', 'ocfl_layout.json', 'ocfl_1.1.txt']) {
    yield { name, from: path.join(archive.folder, name) };
  }
  yield* filesUnder(archive.folder, `extensions/${archive.layoutName}`);
  const collections = await archive.head(COLLECTIONS_OBJECT);
  const all = collections > 0 ? [...objects, { id: COLLECTIONS_OBJECT, version: collections }] : objects;
  for (const { id, version } of all) {
    const folder = archive.folderOf(id);
    const inside = path.relative(archive.folder, folder).split(path.sep).join('/');
    yield { name: `${inside}/0=ocfl_object_1.1`, from: path.join(folder, '0=ocfl_object_1.1') };
    for (let number = 1; number <= version; number++) yield* filesUnder(archive.folder, `${inside}/v${number}`);
    for (const name of ['inventory.json', 'inventory.json.sha512']) {
      yield { name: `${inside}/${name}`, from: path.join(folder, `v${version}`, name) };
    }
  }
}

async function* filesUnder(root: string, inside: string): AsyncGenerator<{ name: string; from: string }> {
  for (const each of await namesIn(path.join(root, inside))) {
    const name = `${inside}/${each}`;
    const from = path.join(root, name);
    if ((await stat(from)).isDirectory()) yield* filesUnder(root, name);
    else yield { name, from };
  }
}

async function unpack(source: string, work: string, progress: (files: number) => void): Promise<AboutBackup> {
  const extract = tar.extract();
  const packed = createReadStream(source);
  const read = pipeline([packed, ...((await isGzip(source)) ? [createGunzip()] : []), extract as unknown as Writable]);
  read.catch(() => {}); // told by the loop below
  let about: AboutBackup | null = null;
  let [files, bytes] = [0, 0];
  try {
    for await (const entry of extract) {
      const { name, type } = entry.header;
      if (!about) {
        if (name !== 'achyk-backup.json') throw new BackupRefused(`${source} is no backup of Achyk`);
        let text = '';
        for await (const chunk of entry) text += String(chunk);
        about = aboutSchema.parse(JSON.parse(text));
        continue;
      }
      const isOurs = name === 'achyk.sqlite' || /^(archive|incoming)\/./.test(name);
      if (type !== 'file' || !isOurs || name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
        throw new BackupRefused(`${source} holds ${JSON.stringify(name)}, which no backup of Achyk does`);
      }
      const target = path.join(work, name);
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(entry as unknown as NodeJS.ReadableStream, createWriteStream(target, { flush: true } as object));
      if (/\/v\d+\//.test(name)) await chmod(target, 0o444);
      files++;
      bytes += (await stat(target)).size;
      progress(files);
    }
    await read;
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    throw new BackupRefused(`${source} cannot be read as a backup: ${(error as Error).message}`, { cause: error });
  } finally {
    packed.destroy();
  }
  if (!about || files !== about.files || bytes !== about.bytes) {
    throw new BackupRefused(`${source} is not whole: it ends after ${files} of ${about?.files ?? '?'} files`);
  }
  return about;
}

async function checkRestored(work: string): Promise<void> {
  const database = new BetterSqlite3(path.join(work, 'achyk.sqlite'), { readonly: true, fileMustExist: true });
  try {
    const answer = database.pragma('integrity_check', { simple: true });
    if (answer !== 'ok') throw new BackupRefused(`The catalogue in the backup is damaged: ${String(answer)}`);
  } finally {
    database.close();
  }
  const archive = await Archive.open(path.join(work, 'archive'));
  for await (const objectId of archive.objects()) {
    const [problem] = (await archive.verify(objectId)).problems;
    if (problem) throw new BackupRefused(`The backup is damaged: ${objectId}: ${problem.path} ${problem.detail}`);
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    await pipeline(createReadStream(from), createWriteStream(`${to}.part`));
    await rename(`${to}.part`, to);
  }
}
