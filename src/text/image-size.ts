import { open } from 'node:fs/promises';

export interface ImageSize {
  /** Pixels, as the picture is shown. */
  width: number;
  height: number;
  /** Dots per inch where the file says so, else null. */
  dpi: number | null;
}

/** More is refused before anything is decoded: 60,000 × 60,000 would take 14 GB. A4 at 600 dpi has 35 million. */
export const MOST_PIXELS = 120_000_000;

/** Pixels of the longer side of a picture we make: JPEG ends at 65,500, and a ribbon of a page is no book. */
export const LONGEST_SIDE = 16_000;

/** The size that a JPEG, PNG, WebP or TIFF says it has, read from its head; null where it says nothing. */
export async function imageSize(path: string): Promise<ImageSize | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (at: number, count: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, at);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(0, 64);
    if (head.toString('hex', 0, 8) === '89504e470d0a1a0a') return png(await read(0, 4_096));
    if (head.toString('hex', 0, 2) === 'ffd8') return await jpeg(read, size);
    if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return webp(head);
    if (['49492a00', '4d4d002a'].includes(head.toString('hex', 0, 4))) return await tiff(read);
    return null;
  } catch (error) {
    if ((error as Error).name === 'RangeError') return null; // it ends in the middle of what it should say
    throw error;
  } finally {
    await file.close();
  }
}

/** What kind of picture it is that we can draw, by its first bytes; null for anything else. */
export async function imageTypeOf(path: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(16);
    await file.read(head, 0, 16, 0);
    if (head.toString('hex', 0, 8) === '89504e470d0a1a0a') return 'image/png';
    if (head.toString('hex', 0, 2) === 'ffd8') return 'image/jpeg';
    if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
    return ['49492a00', '4d4d002a'].includes(head.toString('hex', 0, 4)) ? 'image/tiff' : null;
  } finally {
    await file.close();
  }
}

type Read = (at: number, count: number) => Promise<Buffer>;

function png(head: Buffer): ImageSize {
  const size = { width: head.readUInt32BE(16), height: head.readUInt32BE(20), dpi: null as number | null };
  const at = head.indexOf('pHYs', 0, 'latin1');
  if (at > 0 && at + 13 <= head.length && head[at + 12] === 1)
    size.dpi = Math.round(head.readUInt32BE(at + 4) * 0.0254);
  return size;
}

async function jpeg(read: Read, size: number): Promise<ImageSize | null> {
  let dpi: number | null = null;
  let turned = false;
  for (let at = 2; at < size; ) {
    const segment = await read(at, 4_096);
    if (segment[0] !== 0xff) return null;
    const marker = segment[1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = segment.readUInt16BE(2);
    if (marker === 0xe0 && segment.toString('latin1', 4, 8) === 'JFIF' && segment[11] === 1) {
      dpi = segment.readUInt16BE(12);
    }
    if (marker === 0xe1 && segment.toString('latin1', 4, 8) === 'Exif') turned = exifTurns(segment.subarray(10));
    // Start of frame: every SOFn but DHT, JPG and DAC.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [width, height] = [segment.readUInt16BE(7), segment.readUInt16BE(5)];
      return turned ? { width: height, height: width, dpi } : { width, height, dpi };
    }
    if (marker === 0xda) return null;
    at += 2 + length;
  }
  return null;
}

/** Does the camera say the picture lies on its side (orientation 5 to 8)? */
function exifTurns(tiffHead: Buffer): boolean {
  const little = tiffHead.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiffHead.readUInt16LE(at) : tiffHead.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiffHead.readUInt32LE(at) : tiffHead.readUInt32BE(at));
  try {
    const directory = u32(4);
    for (let i = 0; i < u16(directory); i++) {
      const entry = directory + 2 + i * 12;
      if (u16(entry) === 0x0112) return u16(entry + 8) >= 5;
    }
  } catch (error) {
    if ((error as Error).name !== 'RangeError') throw error;
  }
  return false;
}

function webp(head: Buffer): ImageSize | null {
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1, dpi: null };
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, dpi: null };
    }
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff, dpi: null };
    default:
      return null;
  }
}

async function tiff(read: Read): Promise<ImageSize | null> {
  const head = await read(0, 8);
  const little = head[0] === 0x49;
  const u16 = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const start = u32(head, 4);
  const count = u16(await read(start, 2), 0);
  const entries = await read(start + 2, count * 12);
  const size: ImageSize = { width: 0, height: 0, dpi: null };
  let [liesOnItsSide, isPerCentimetre] = [false, false];
  for (let i = 0; i < count; i++) {
    const at = i * 12;
    const value = u16(entries, at + 2) === 3 ? u16(entries, at + 8) : u32(entries, at + 8);
    if (u16(entries, at) === 256) size.width = value;
    if (u16(entries, at) === 257) size.height = value;
    if (u16(entries, at) === 274) liesOnItsSide = value > 4;
    if (u16(entries, at) === 282) {
      const ratio = await read(value, 8);
      size.dpi = u32(ratio, 0) / Math.max(1, u32(ratio, 4));
    }
    if (u16(entries, at) === 296) isPerCentimetre = value === 3;
  }
  if (size.dpi !== null) size.dpi = Math.round(size.dpi * (isPerCentimetre ? 2.54 : 1));
  if (liesOnItsSide) [size.width, size.height] = [size.height, size.width];
  return size.width > 0 && size.height > 0 ? size : null;
}
