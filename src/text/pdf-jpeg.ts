import type { Turn } from '../works/book';
import type { Pdfium } from './pdfium';

export interface PlacedJpeg {
  jpeg: Buffer;
  /** Degrees clockwise by which it is turned on the page. */
  turn: Turn;
}

const [TEXT, IMAGE] = [1, 3];
/** Neither filled nor stroked: what a recogniser lays under a scan. */
const INVISIBLE = 3;

/**
 * The JPEG that covers a page of a PDF, as the scanner wrote it; null where anything else is to be seen. What colours and
 * masks make of it only a comparison tells.
 */
export function onlyJpegOn(pdfium: Pdfium, page: number): PlacedJpeg | null {
  if (pdfium._FPDFPage_GetAnnotCount(page) > 0) return null;
  let image = 0;
  const objects = pdfium._FPDFPage_CountObjects(page);
  for (let i = 0; i < objects; i++) {
    const object = pdfium._FPDFPage_GetObject(page, i);
    const type = pdfium._FPDFPageObj_GetType(object);
    if (type === IMAGE && image === 0) image = object;
    else if (type !== TEXT || pdfium._FPDFTextObj_GetTextRenderMode(object) !== INVISIBLE) return null;
  }
  if (image === 0 || pdfium._FPDFImageObj_GetImageFilterCount(image) !== 1) return null;
  const filter = bytesOf(pdfium, (at, bytes) => pdfium._FPDFImageObj_GetImageFilter(image, 0, at, bytes));
  const turn = turnOf(pdfium, page, image);
  if (filter.toString('latin1') !== 'DCTDecode\0' || turn === null) return null;
  const jpeg = bytesOf(pdfium, (at, bytes) => pdfium._FPDFImageObj_GetImageDataRaw(image, at, bytes));
  // A camera's «this side up» counts where a JPEG stands alone, and not in a PDF; and whether four colours mean ink or
  // its absence, writers of PDF say each in their way.
  return jpeg.subarray(0, 65_536).includes('Exif\0') || coloursOf(jpeg) > 3 ? null : { jpeg, turn };
}

/** How many colours a JPEG has: one in grey, three on a screen, four in print; more than any where it does not say. */
function coloursOf(jpeg: Buffer): number {
  for (let at = 2; at + 10 <= jpeg.length && jpeg[at] === 0xff; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return jpeg[at + 9]!;
  }
  return Number.POSITIVE_INFINITY;
}

/** Where the upper left, upper right and lower left corner of a picture lie that is turned so. */
const CORNERS = new Map<string, Turn>([
  ['0,0 1,0 0,1', 0],
  ['1,0 1,1 0,0', 90],
  ['1,1 0,1 1,0', 180],
  ['0,1 0,0 1,1', 270],
]);
/** Across and down the page, and how far from its corner a picture may begin that still covers it. */
const [ACROSS, NEAR] = [1_000, 8];

/** Null where the picture does not cover the page exactly, lies crooked or is mirrored. */
function turnOf(pdfium: Pdfium, page: number, image: number): Turn | null {
  const at = pdfium._malloc(24);
  try {
    if (!pdfium._FPDFPageObj_GetMatrix(image, at)) return null;
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = pdfium.HEAPF32.slice(at >> 2, (at >> 2) + 6);
    const side = (value: number) => {
      const nearest = Math.round(value / ACROSS);
      return Math.abs(value - nearest * ACROSS) <= NEAR ? nearest : Number.NaN;
    };
    const corner = (x: number, y: number): string => {
      pdfium._FPDF_PageToDevice(page, 0, 0, ACROSS, ACROSS, 0, a * x + c * y + e, b * x + d * y + f, at, at + 4);
      return `${side(pdfium.HEAP32[at >> 2]!)},${side(pdfium.HEAP32[(at >> 2) + 1]!)}`;
    };
    return CORNERS.get([corner(0, 1), corner(1, 1), corner(0, 0)].join(' ')) ?? null;
  } finally {
    pdfium._free(at);
  }
}

/** What `ask` writes, asked first for its length. */
function bytesOf(pdfium: Pdfium, ask: (at: number, bytes: number) => number): Buffer {
  const bytes = ask(0, 0);
  const at = pdfium._malloc(bytes || 1);
  try {
    ask(at, bytes);
    return Buffer.from(pdfium.HEAPU8.subarray(at, at + bytes));
  } finally {
    pdfium._free(at);
  }
}
