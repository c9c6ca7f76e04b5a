import { type FileHandle, open } from 'node:fs/promises';
import { MOST_BOOK_PAGES } from '../works/book';
import { ExtractionFailed } from './extraction-failed';

/** One page of a TIFF as its directory tells it (TIFF 6.0 §2). */
export interface TiffPage {
  /** Pixels, as the page is shown. */
  width: number;
  height: number;
  dpi: number | null;
}

interface Entry {
  tag: number;
  type: number;
  count: number;
  /** The values' bytes, wherever they lie. */
  at: number;
}

interface Directory extends TiffPage {
  entries: Entry[];
}

/** Bytes of one value, by the number of its type. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const [WIDTH, HEIGHT, ORIENTATION, RESOLUTION, RESOLUTION_UNIT, SUBFILE] = [256, 257, 274, 282, 296, 254];
const [STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES] = [273, 279, 324, 325];
/** What a decoder needs to know; all else (previews, cameras' notes, further directories) is left behind. */
const NEEDED = [
  WIDTH,
  HEIGHT,
  258,
  259,
  262,
  266,
  ORIENTATION,
  277,
  278,
  284,
  292,
  293,
  317,
  320,
  322,
  323,
  338,
  339,
  347,
];
const MOST_ENTRIES = 1_000;
const MOST_PIECES = 200_000;
const MOST_BYTES = 400_000_000;

/** The pages of the TIFF at `path`, from its directories alone. @throws ExtractionFailed `damaged`, `tooManyPages` */
export async function tiffPages(path: string): Promise<TiffPage[]> {
  return reading(path, async (tiff) =>
    (await tiff.directories()).map(({ width, height, dpi }) => ({ width, height, dpi })),
  );
}

/**
 * Page `number` of the TIFF at `path` (counted from 1) as a TIFF of its own: only its own bytes are read, so a long
 * file is never in memory. @throws ExtractionFailed `damaged`, `tooLarge`
 */
export async function cutTiffPage(path: string, number: number): Promise<ArrayBuffer> {
  return reading(path, async (tiff) => {
    const directory = (await tiff.directories())[number - 1];
    if (!directory) throw new ExtractionFailed('damaged');
    const { little } = tiff;
    const find = (tag: number) => directory.entries.find((entry) => entry.tag === tag);
    const tiled = Boolean(find(TILE_OFFSETS));
    const [offsetTag, bytesTag] = tiled ? [TILE_OFFSETS, TILE_BYTES] : [STRIP_OFFSETS, STRIP_BYTES];
    const offsets = await tiff.numbers(find(offsetTag));
    const given = find(bytesTag);
    const lengths = given ? await tiff.numbers(given) : offsets.map((at) => tiff.size - at);
    if (offsets.length === 0 || lengths.length < offsets.length) throw new ExtractionFailed('damaged');
    const pieces = offsets.map((at, i) => ({ at, length: Math.max(0, Math.min(lengths[i]!, tiff.size - at)) }));
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (total > MOST_BYTES) throw new ExtractionFailed('tooLarge');

    const kept: { tag: number; type: number; count: number; bytes: Buffer }[] = [];
    for (const tag of NEEDED) {
      const entry = find(tag);
      if (entry) kept.push({ tag, type: entry.type, count: entry.count, bytes: await tiff.bytesOf(entry) });
    }
    const long = (tag: number) => ({ tag, type: 4, count: pieces.length, bytes: Buffer.alloc(pieces.length * 4) });
    const [newOffsets, newLengths] = [long(offsetTag), long(bytesTag)];
    kept.push(newOffsets, newLengths);
    kept.sort((a, b) => a.tag - b.tag);

    const start = 8 + 2 + kept.length * 12 + 4;
    const beside = kept.reduce((sum, { bytes }) => sum + (bytes.length > 4 ? bytes.length : 0), 0);
    const result = new ArrayBuffer(start + beside + total);
    const out = Buffer.from(result);
    const u16 = (value: number, at: number) => (little ? out.writeUInt16LE(value, at) : out.writeUInt16BE(value, at));
    const u32 = (value: number, at: number, to = out) =>
      little ? to.writeUInt32LE(value, at) : to.writeUInt32BE(value, at);
    let at = start + beside;
    for (const [i, piece] of pieces.entries()) {
      u32(at, i * 4, newOffsets.bytes);
      u32(piece.length, i * 4, newLengths.bytes);
      await tiff.into(out, at, piece.at, piece.length);
      at += piece.length;
    }
    out.write(little ? 'II' : 'MM', 0, 'latin1');
    u16(42, 2);
    u32(8, 4);
    u16(kept.length, 8);
    let free = start;
    for (const [i, { tag, type, count, bytes }] of kept.entries()) {
      const entry = 10 + i * 12;
      u16(tag, entry);
      u16(type, entry + 2);
      u32(count, entry + 4);
      if (bytes.length <= 4) bytes.copy(out, entry + 8);
      else {
        u32(free, entry + 8);
        bytes.copy(out, free);
        free += bytes.length;
      }
    }
    return result;
  });
}

async function reading<T>(path: string, use: (tiff: Tiff) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await use(await Tiff.of(file));
  } catch (error) {
    if ((error as Error).name === 'RangeError') throw new ExtractionFailed('damaged', { cause: error });
    throw error;
  } finally {
    await file.close();
  }
}

class Tiff {
  private constructor(
    private readonly file: FileHandle,
    readonly size: number,
    readonly little: boolean,
    private readonly first: number,
  ) {}

  static async of(file: FileHandle): Promise<Tiff> {
    const head = Buffer.alloc(8);
    await file.read(head, 0, 8, 0);
    const mark = head.toString('hex', 0, 4);
    if (mark !== '49492a00' && mark !== '4d4d002a') throw new ExtractionFailed('damaged');
    const little = head[0] === 0x49;
    return new Tiff(file, (await file.stat()).size, little, little ? head.readUInt32LE(4) : head.readUInt32BE(4));
  }

  /** One for each page; small copies of pages (`NewSubfileType` 1) are none. */
  async directories(): Promise<Directory[]> {
    const found: Directory[] = [];
    const seen = new Set<number>();
    for (let at = this.first; at !== 0; ) {
      if (seen.has(at)) break; // a ring of directories: what came so far are its pages
      seen.add(at);
      if (seen.size > MOST_BOOK_PAGES) throw new ExtractionFailed('tooManyPages');
      const read = await this.directory(at).catch((error) => {
        if ((error as Error).name === 'RangeError' && found.length > 0) return null; // cut off: the pages before it are whole
        throw error;
      });
      if (!read) break;
      if (read.directory) found.push(read.directory);
      at = read.next;
    }
    return found;
  }

  private async directory(start: number): Promise<{ directory: Directory | null; next: number }> {
    const count = this.u16(await this.read(start, 2), 0);
    if (count > MOST_ENTRIES) throw new RangeError('Too many entries');
    const bytes = await this.read(start + 2, count * 12 + 4);
    const entries: Entry[] = [];
    for (let i = 0; i < count; i++) {
      const at = i * 12;
      const [tag, type, values] = [this.u16(bytes, at), this.u16(bytes, at + 2), this.u32(bytes, at + 4)];
      const size = (SIZES[type] ?? 0) * values;
      entries.push({ tag, type, count: values, at: size <= 4 ? start + 2 + at + 8 : this.u32(bytes, at + 8) });
    }
    const number = async (tag: number) => (await this.numbers(entries.find((entry) => entry.tag === tag)))[0] ?? null;
    const liesOnItsSide = ((await number(ORIENTATION)) ?? 1) > 4;
    const [width, height] = [
      await number(liesOnItsSide ? HEIGHT : WIDTH),
      await number(liesOnItsSide ? WIDTH : HEIGHT),
    ];
    const isPage = width && height && ((await number(SUBFILE)) ?? 0) % 2 === 0;
    const next = this.u32(bytes, count * 12);
    if (!isPage) return { directory: null, next };
    const resolution = await number(RESOLUTION);
    const perInch = resolution && (await number(RESOLUTION_UNIT)) === 3 ? resolution * 2.54 : resolution;
    return { directory: { entries, width, height, dpi: perInch ? Math.round(perInch) : null }, next };
  }

  /** Whole numbers and ratios as numbers; none for an entry that is not there. */
  async numbers(entry: Entry | undefined): Promise<number[]> {
    if (!entry) return [];
    const bytes = await this.bytesOf(entry);
    const values: number[] = [];
    for (let i = 0; i < entry.count; i++) {
      if (entry.type === 3) values.push(this.u16(bytes, i * 2));
      else if (entry.type === 4) values.push(this.u32(bytes, i * 4));
      else if (entry.type === 5) values.push(this.u32(bytes, i * 8) / Math.max(1, this.u32(bytes, i * 8 + 4)));
      else if (entry.type === 1) values.push(bytes[i]!);
      else throw new RangeError('Not a number');
    }
    return values;
  }

  async bytesOf(entry: Entry): Promise<Buffer> {
    const size = (SIZES[entry.type] ?? 0) * entry.count;
    if (entry.count > MOST_PIECES && size > 1_000_000) throw new RangeError('Too many values');
    return this.read(entry.at, size);
  }

  /** Copies `length` bytes at `from`; what the file no longer has stays zero. */
  async into(target: Buffer, at: number, from: number, length: number): Promise<void> {
    if (length > 0) await this.file.read(target, at, length, from);
  }

  private async read(at: number, count: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.file.read(Buffer.alloc(count), 0, count, at);
    if (bytesRead < count) throw new RangeError('The file ends before');
    return buffer;
  }

  private u16(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  private u32(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
