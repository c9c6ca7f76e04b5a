import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { ExtractionFailed } from './extraction-failed';
import { ZIP_LIMITS } from './media-type';

/** Bytes of one picture in a ZIP. A4 in colour at 600 dpi, uncompressed, has 105 million. */
const MOST_ENTRY_BYTES = 200_000_000;

const PICTURE = /\.(jpe?g|png|tiff?|webp)$/i;
const JUNK = /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export interface ZippedPictures {
  /** Names of the pictures, as a person counts pages: 2 before 10. */
  pictures: string[];
  /** Other files that mean something. */
  others: number;
}

/** The pictures in the ZIP at `filePath`. @throws ExtractionFailed `damaged`, `tooManyPages` */
export async function zippedPictures(filePath: string): Promise<ZippedPictures> {
  const zip = await openZip(filePath);
  try {
    const entries = await listed(zip, filePath);
    return { pictures: entries.pictures.map((entry) => entry.fileName), others: entries.others };
  } finally {
    zip.close();
  }
}

/**
 * Unpacks the pictures numbered `pages` one after another and calls `use` with each; its file goes afterwards. What
 * cannot be unpacked comes as the reason. Bytes are counted as they come: what the directory claims counts for nothing.
 */
export async function withZipped(
  filePath: string,
  pages: readonly number[],
  use: (page: number, unpacked: string | ExtractionFailed) => Promise<void>,
): Promise<void> {
  const zip = await openZip(filePath);
  const folder = await mkdtemp(path.join(tmpdir(), 'achyk-zip-'));
  try {
    const { pictures } = await listed(zip, filePath);
    for (const page of pages) {
      const target = path.join(folder, 'picture');
      const entry = pictures[page - 1];
      const unpacked = entry
        ? await unpack(zip, entry, target).then(
            () => target,
            (error) => reasonFor(error),
          )
        : new ExtractionFailed('damaged');
      await use(page, unpacked);
      await rm(target, { force: true });
    }
  } finally {
    zip.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function reasonFor(error: unknown): ExtractionFailed {
  return error instanceof ExtractionFailed ? error : new ExtractionFailed('damaged', { cause: error });
}

function openZip(filePath: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(filePath, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(new ExtractionFailed('damaged', { cause: error })) : resolve(zip),
    );
  });
}

interface Listed {
  pictures: yauzl.Entry[];
  others: number;
}

/** Books are read page after page: the list of a thousand names is not read anew for each. */
const lists = new Map<string, Listed>();
const MOST_LISTS = 8;

async function listed(zip: yauzl.ZipFile, filePath: string): Promise<Listed> {
  const { ino, size, mtimeMs } = await stat(filePath);
  const key = `${filePath} ${ino} ${size} ${mtimeMs}`;
  const list = lists.get(key) ?? (await entriesOf(zip));
  lists.delete(key);
  lists.set(key, list);
  if (lists.size > MOST_LISTS) lists.delete(lists.keys().next().value as string);
  return list;
}

function entriesOf(zip: yauzl.ZipFile): Promise<Listed> {
  return new Promise((resolve, reject) => {
    const pictures: yauzl.Entry[] = [];
    let others = 0;
    if (zip.entryCount > ZIP_LIMITS.entries) return reject(new ExtractionFailed('tooManyPages'));
    zip.on('error', (cause) => reject(new ExtractionFailed('damaged', { cause })));
    zip.on('end', () => resolve({ pictures: pictures.sort((a, b) => byName.compare(a.fileName, b.fileName)), others }));
    zip.on('entry', (entry: yauzl.Entry) => {
      const isFolder = entry.fileName.endsWith('/');
      if (!isFolder && !JUNK.test(entry.fileName)) {
        if (PICTURE.test(entry.fileName)) pictures.push(entry);
        else others += 1;
      }
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function unpack(zip: yauzl.ZipFile, entry: yauzl.Entry, target: string): Promise<void> {
  if (entry.isEncrypted()) throw new ExtractionFailed('encrypted');
  if (entry.uncompressedSize > MOST_ENTRY_BYTES) throw new ExtractionFailed('tooLarge');
  const stream = await new Promise<Readable>((resolve, reject) =>
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  let bytes = 0;
  const most = Math.min(MOST_ENTRY_BYTES, Math.max(10_000_000, entry.compressedSize * ZIP_LIMITS.ratio));
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > most ? new ExtractionFailed('tooLarge') : null, chunk);
    },
  });
  await pipeline(stream, counted, createWriteStream(target));
}
