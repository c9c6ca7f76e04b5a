import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, readdir, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Small acts on the disk that are finished when they return: a power cut after them takes nothing back. */

/** Writes a file and waits until the disk has it. The folder that names it is the caller's to sync. */
export async function writeDurably(file: string, bytes: Buffer | string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until the disk has the names in `folder`. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there, and NTFS journals its names
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes `folder` and what is missing above it, each name on disk before the next. */
export async function makeFolderDurably(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (!first) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await syncFolder(path.dirname(made));
}

/**
 * Gives the file at `from` a second name at `to`: a hard link where the file system can, else a copy. Either way the
 * bytes are on disk, and read-only, for two names of one file must not be written through either.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
  const handle = await open(to, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(to, 0o444).catch(() => {}); // a help against accidents, not a promise: not every file system has modes
}

/** The SHA-512 of a file, lower-case hexadecimal, and its size in bytes. */
export async function hashFile(file: string): Promise<{ sha512: string; size: number }> {
  const hash = createHash('sha512');
  let size = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { sha512: hash.digest('hex'), size };
}

export const sha512Of = (bytes: Buffer | string): string => createHash('sha512').update(bytes).digest('hex');

/** Removes `folder` and then each folder above it that is empty, up to and without `top`. */
export async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  for (let each = folder; each !== top && each.startsWith(top + path.sep); each = path.dirname(each)) {
    try {
      await rmdir(each);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return;
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** The names in a folder, sorted; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';
