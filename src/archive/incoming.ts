import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busy, Invalid } from '../errors';
import { codeOf, makeFolderDurably, namesIn, syncFolder } from './durable';

export interface Received {
  /** What to keep in the catalogue; `pathOf(key)` finds the file wherever the data folder stands. */
  key: string;
  /** Absolute. */
  path: string;
  /** Bytes. */
  size: number;
  /** Lower-case hexadecimal. */
  sha512: string;
}

export interface Limits {
  /** @throws Invalid (`fileTooLarge`) past this. */
  limitBytes: number;
  /** What the sender says will come, if they do: refused at once where it cannot fit. */
  expectedBytes?: number;
  signal?: AbortSignal;
}

/** What stays free for the catalogue, the log and the archive's own work. */
const RESERVED_BYTES = 256 * 1024 * 1024;
const UNFINISHED = '.part';

/**
 * Uploads on their way into the library. A file is here whole, hashed and on disk, or not at all; it is named by a
 * key of the house's own and never by what the sender called it.
 */
export class Incoming {
  private constructor(
    readonly folder: string,
    private readonly reservedBytes: number,
  ) {}

  /** Opens the folder, making it where there is none, and clears uploads whose process died. */
  static async open(folder: string, { reservedBytes = RESERVED_BYTES } = {}): Promise<Incoming> {
    const incoming = new Incoming(path.resolve(folder), reservedBytes);
    await makeFolderDurably(incoming.folder);
    await incoming.sweepUnfinished();
    return incoming;
  }

  /**
   * Takes a stream in, hashing it while it is written; the memory used does not depend on its length.
   * @throws Invalid when it is longer than `limitBytes`, Busy when the disk has no room; whatever is thrown, nothing
   * stays behind.
   */
  async receive(stream: Readable, { limitBytes, expectedBytes = 0, signal }: Limits): Promise<Received> {
    const key = randomUUID();
    const file = this.pathOf(key);
    const hash = createHash('sha512');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        if (size > limitBytes) return done(new Invalid([tooLarge(limitBytes)]));
        hash.update(chunk);
        done(null, chunk);
      },
    });
    let written: WriteStream | undefined;
    try {
      if (expectedBytes > limitBytes) throw new Invalid([tooLarge(limitBytes)]);
      await this.requireRoom(expectedBytes);
      written = createWriteStream(file + UNFINISHED, { flags: 'wx' });
      await pipeline(stream, measure, written, { signal });
      const handle = await open(file + UNFINISHED, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(file + UNFINISHED, file);
      await syncFolder(this.folder);
    } catch (error) {
      stream.resume(); // what is still on its way is read and forgotten, so that the sender hears the answer
      if (written) await closed(written);
      await rm(file + UNFINISHED, { force: true });
      await rm(file, { force: true });
      throw ['ENOSPC', 'EDQUOT'].includes(codeOf(error)) ? new Busy('error.diskFull', 3600) : error;
    }
    return { key, path: file, size, sha512: hash.digest('hex') };
  }

  pathOf(key: string): string {
    if (!/^[0-9a-f-]{36}$/.test(key)) throw new Error(`Not a key of incoming: ${JSON.stringify(key)}`);
    return path.join(this.folder, key);
  }

  /** Removes an upload; one that is gone already is no error. */
  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  /** Removes uploads of no draft: `isWanted` is asked of each that is older than `olderThanMs`. Gives their number. */
  async sweep(isWanted: (key: string) => Promise<boolean>, olderThanMs = 86_400_000): Promise<number> {
    let removed = await this.sweepUnfinished();
    for (const name of await namesIn(this.folder)) {
      if (name.endsWith(UNFINISHED) || !(await this.isOlder(name, olderThanMs)) || (await isWanted(name))) continue;
      await rm(path.join(this.folder, name), { force: true });
      removed++;
    }
    return removed;
  }

  /** @throws Busy when so many bytes more would fill the disk. */
  async requireRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    if (bavail * bsize < bytes + this.reservedBytes) throw new Busy('error.diskFull', 3600);
  }

  /** A part that nobody has written to for an hour is of a process that died, or of a sender that will not come back. */
  private async sweepUnfinished(): Promise<number> {
    let removed = 0;
    for (const name of await namesIn(this.folder)) {
      if (!name.endsWith(UNFINISHED) || !(await this.isOlder(name, 3_600_000))) continue;
      await rm(path.join(this.folder, name), { force: true });
      removed++;
    }
    return removed;
  }

  private async isOlder(name: string, ageMs: number): Promise<boolean> {
    try {
      return Date.now() - (await stat(path.join(this.folder, name))).mtimeMs >= ageMs;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
}

/** A file that is still being opened when its stream breaks off would be made after it was removed. */
function closed(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve();
    stream
      .once('close', resolve)
      .on('error', () => {})
      .destroy();
  });
}

export const tooLarge = (limitBytes: number) => ({
  path: 'file',
  message: 'fileTooLarge',
  params: { limit: Math.floor(limitBytes / 1_048_576) },
});
