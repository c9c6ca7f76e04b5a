import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ExtractionFailed } from './extraction-failed';
import { LONGEST_SIDE, MOST_PIXELS } from './image-size';
import { cleanText, type OutlineEntry, PageBuilder, type TextPage } from './page';
import { onlyJpegOn, type PlacedJpeg } from './pdf-jpeg';

/**
 * PDFium, the engine of Chromium, as WebAssembly. It reads hostile files in memory that is this process's own, so
 * only a process that can be killed may load it.
 */
export interface Pdfium {
  HEAPU8: Uint8Array;
  HEAP32: Int32Array;
  HEAPU32: Uint32Array;
  HEAPF32: Float32Array;
  HEAPF64: Float64Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _FPDF_LoadMemDocument(at: number, bytes: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidthF(page: number): number;
  _FPDF_GetPageHeightF(page: number): number;
  _FPDF_GetPageLabel(document: number, index: number, at: number, bytes: number): number;
  _FPDF_GetMetaText(document: number, tag: number, at: number, bytes: number): number;
  _FPDF_GetPageSizeByIndex(document: number, index: number, width: number, height: number): number;
  _FPDFBookmark_GetFirstChild(document: number, bookmark: number): number;
  _FPDFBookmark_GetNextSibling(document: number, bookmark: number): number;
  _FPDFBookmark_GetTitle(bookmark: number, at: number, bytes: number): number;
  _FPDFBookmark_GetDest(document: number, bookmark: number): number;
  _FPDFBookmark_GetAction(bookmark: number): number;
  _FPDFAction_GetDest(document: number, action: number): number;
  _FPDFDest_GetDestPageIndex(document: number, destination: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetFontSize(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, at: number): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, at: number, stride: number): number;
  _FPDFBitmap_FillRect(
    bitmap: number,
    left: number,
    top: number,
    width: number,
    height: number,
    colour: number,
  ): number | undefined;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
  _FPDFBitmap_GetBuffer(bitmap: number): number;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFPageObj_GetMatrix(object: number, matrix: number): number;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFTextObj_GetTextRenderMode(text: number): number;
  _FPDFImageObj_GetBitmap(image: number): number;
  _FPDFImageObj_GetImageFilterCount(image: number): number;
  _FPDFImageObj_GetImageFilter(image: number, index: number, at: number, bytes: number): number;
  _FPDFImageObj_GetImageDataRaw(image: number, at: number, bytes: number): number;
  _FPDFImageObj_GetImagePixelSize(image: number, width: number, height: number): number;
  _FPDF_PageToDevice(
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    pageX: number,
    pageY: number,
    deviceX: number,
    deviceY: number,
  ): number;
}

const BITMAP_BGRX = 3;
const [PATH_OBJECT, IMAGE_OBJECT, FORM_OBJECT] = [2, 3, 5];
/** Looked at on one page; a scan has one or two, of a page in stripes some dozens. */
const MOST_PICTURES = 50;
const RENDER_ANNOTATIONS = 0x01;
/** An outline a person can use; a hostile one may be endless or a ring. */
const OUTLINE_LIMITS = { entries: 5_000, depth: 8 };

// The package's types are of its ESM half only; its CommonJS half is what we load.
const { PDFiumLibrary } = require('@hyzyla/pdfium') as { PDFiumLibrary: { init(): Promise<{ module: Pdfium }> } };

let engine: Promise<Pdfium> | null = null;
async function loadEngine(): Promise<Pdfium> {
  engine ??= PDFiumLibrary.init().then((library) => library.module);
  return engine;
}

/** An open PDF. Close it: its memory is not the garbage collector's. */
export class PdfDocument {
  private constructor(
    private readonly pdfium: Pdfium,
    private readonly document: number,
    private readonly bytesAt: number,
  ) {}

  /** @throws ExtractionFailed `encrypted` when it asks for a password, `damaged` when it is no whole PDF. */
  static async open(path: string): Promise<PdfDocument> {
    const pdfium = await loadEngine();
    const file = openSync(path, 'r');
    try {
      const size = fstatSync(file).size;
      const at = pdfium._malloc(size || 1);
      if (!at) throw new ExtractionFailed('tooMuchMemory');
      let read = 0;
      while (read < size) {
        const got = readSync(file, pdfium.HEAPU8, at + read, Math.min(size - read, 1 << 26), read);
        if (got === 0) break;
        read += got;
      }
      const document = pdfium._FPDF_LoadMemDocument(at, read, 0);
      if (!document) {
        const error = pdfium._FPDF_GetLastError();
        pdfium._free(at);
        throw new ExtractionFailed(error === 4 || error === 5 ? 'encrypted' : 'damaged');
      }
      return new PdfDocument(pdfium, document, at);
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    this.pdfium._FPDF_CloseDocument(this.document);
    this.pdfium._free(this.bytesAt);
  }

  get pageCount(): number {
    return this.pdfium._FPDF_GetPageCount(this.document);
  }

  /** Width and height in points as the page is shown: cropped and turned. */
  size(number: number): [number, number] {
    const at = this.pdfium._malloc(16);
    try {
      // Of a page that cannot be opened it writes nothing.
      if (!this.pdfium._FPDF_GetPageSizeByIndex(this.document, number - 1, at, at + 8)) return [0, 0];
      return [this.pdfium.HEAPF64[at >> 3]!, this.pdfium.HEAPF64[(at >> 3) + 1]!];
    } finally {
      this.pdfium._free(at);
    }
  }

  /** The label of a page, or null where it has none or it is only its number. */
  label(number: number): string | null {
    const label = this.text((at, bytes) => this.pdfium._FPDF_GetPageLabel(this.document, number - 1, at, bytes));
    return label === '' || label === String(number) ? null : label.slice(0, 100);
  }

  /** `Title`, `Author`, `CreationDate`… as the file's own description gives them; '' where it does not. */
  info(tag: string): string {
    const name = Buffer.from(`${tag}\0`, 'latin1');
    const at = this.pdfium._malloc(name.length);
    this.pdfium.HEAPU8.set(name, at);
    try {
      return this.text((to, bytes) => this.pdfium._FPDF_GetMetaText(this.document, at, to, bytes));
    } finally {
      this.pdfium._free(at);
    }
  }

  outline(): OutlineEntry[] {
    let left = OUTLINE_LIMITS.entries;
    const below = (bookmark: number, depth: number): OutlineEntry[] => {
      const entries: OutlineEntry[] = [];
      let child = this.pdfium._FPDFBookmark_GetFirstChild(this.document, bookmark);
      while (child && left-- > 0) {
        entries.push({
          title: this.text((at, bytes) => this.pdfium._FPDFBookmark_GetTitle(child, at, bytes)).slice(0, 500),
          page: this.destination(child),
          children: depth < OUTLINE_LIMITS.depth ? below(child, depth + 1) : [],
        });
        child = this.pdfium._FPDFBookmark_GetNextSibling(this.document, child);
      }
      return entries;
    };
    return below(0, 1);
  }

  private destination(bookmark: number): number | null {
    const { pdfium } = this;
    let destination = pdfium._FPDFBookmark_GetDest(this.document, bookmark);
    if (!destination) {
      const action = pdfium._FPDFBookmark_GetAction(bookmark);
      if (action) destination = pdfium._FPDFAction_GetDest(this.document, action);
    }
    const index = destination ? pdfium._FPDFDest_GetDestPageIndex(this.document, destination) : -1;
    return index < 0 ? null : index + 1;
  }

  /** The text of a page with the place of each word. @throws ExtractionFailed `damaged` for a page that cannot be read. */
  page(number: number): TextPage {
    return this.onPage(number, (page) => {
      const width = this.pdfium._FPDF_GetPageWidthF(page);
      const height = this.pdfium._FPDF_GetPageHeightF(page);
      const builder = new PageBuilder(number, width, height);
      for (const line of this.linesOf(page, width, height)) {
        if (line.newBlock) builder.block();
        for (const word of line.words) builder.word(word.text, word.left, word.top, word.width, word.height);
        builder.endLine();
      }
      return builder.page(this.label(number));
    });
  }

  /** The lines of a page as printed: text, size of the letters in points, and how far down they stand (0 to 1). */
  printedLines(number: number): PrintedLine[] {
    return this.onPage(number, (page) => {
      const height = this.pdfium._FPDF_GetPageHeightF(page);
      return this.linesOf(page, this.pdfium._FPDF_GetPageWidthF(page), height).map((line) => ({
        text: line.words.map((word) => cleanText(word.text)).join(' '),
        size: line.size,
        down: height > 0 ? Math.min(...line.words.map((word) => word.top)) / height : 0,
      }));
    });
  }

  /**
   * Does the page show a picture, or so many drawn shapes that they may be letters turned into curves? `tooLarge` when
   * a picture on it has more pixels than we unpack.
   */
  isPictured(number: number): boolean | 'tooLarge' {
    return this.onPage(number, (page) => {
      let shapes = 0;
      let isPictured = false;
      const count = Math.min(5_000, this.pdfium._FPDFPage_CountObjects(page));
      for (let i = 0; i < count; i++) {
        const object = this.pdfium._FPDFPage_GetObject(page, i);
        const type = this.pdfium._FPDFPageObj_GetType(object);
        if (type === IMAGE_OBJECT && this.pixelsOf(object) > MOST_PIXELS) return 'tooLarge';
        if (type === IMAGE_OBJECT || type === FORM_OBJECT) isPictured = true;
        if (type === PATH_OBJECT && ++shapes > 100) isPictured = true;
      }
      return isPictured;
    });
  }

  private pixelsOf(image: number): number {
    const at = this.pdfium._malloc(8);
    try {
      if (!this.pdfium._FPDFImageObj_GetImagePixelSize(image, at, at + 4)) return 0;
      return this.pdfium.HEAPU32[at >> 2]! * this.pdfium.HEAPU32[(at >> 2) + 1]!;
    } finally {
      this.pdfium._free(at);
    }
  }

  /** Is there a picture on the page that cannot be decoded? Nothing is drawn where it stands. */
  hasBrokenPicture(number: number): boolean {
    return this.onPage(number, (page) => {
      const { pdfium } = this;
      const count = Math.min(MOST_PICTURES, pdfium._FPDFPage_CountObjects(page));
      for (let i = 0; i < count; i++) {
        const object = pdfium._FPDFPage_GetObject(page, i);
        if (pdfium._FPDFPageObj_GetType(object) !== IMAGE_OBJECT) continue;
        const bitmap = pdfium._FPDFImageObj_GetBitmap(object);
        if (!bitmap) return true;
        pdfium._FPDFBitmap_Destroy(bitmap);
      }
      return false;
    });
  }

  /** The JPEG that is all there is to see of the page, as the scanner wrote it; null of any other page. */
  onlyJpeg(number: number): PlacedJpeg | null {
    return this.onPage(number, (page) => onlyJpegOn(this.pdfium, page));
  }

  /** The page as pixels, `width` wide: RGBX rows from the top. */
  render(number: number, width: number, mostPixels: number): { pixels: Uint8Array; width: number; height: number } {
    return this.onPage(number, (page) => {
      const { pdfium } = this;
      const points = { width: pdfium._FPDF_GetPageWidthF(page), height: pdfium._FPDF_GetPageHeightF(page) };
      if (!(points.width > 0 && points.height > 0)) throw new ExtractionFailed('damaged');
      let [across, down] = [width, Math.max(1, Math.round((width * points.height) / points.width))];
      if (across * down > mostPixels || down > LONGEST_SIDE) {
        const shrink = Math.min(Math.sqrt(mostPixels / (across * down)), LONGEST_SIDE / down);
        [across, down] = [Math.max(1, Math.floor(across * shrink)), Math.max(1, Math.floor(down * shrink))];
      }
      const bitmap = pdfium._FPDFBitmap_CreateEx(across, down, BITMAP_BGRX, 0, 0);
      if (!bitmap) throw new ExtractionFailed('tooMuchMemory');
      try {
        pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xffffffff);
        pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, RENDER_ANNOTATIONS);
        const at = pdfium._FPDFBitmap_GetBuffer(bitmap);
        const pixels = pdfium.HEAPU8.slice(at, at + across * down * 4);
        for (let i = 0; i < pixels.length; i += 4) {
          const blue = pixels[i]!;
          pixels[i] = pixels[i + 2]!;
          pixels[i + 2] = blue;
          pixels[i + 3] = 255;
        }
        return { pixels, width: across, height: down };
      } finally {
        pdfium._FPDFBitmap_Destroy(bitmap);
      }
    });
  }

  private onPage<T>(number: number, use: (page: number) => T): T {
    const page = this.pdfium._FPDF_LoadPage(this.document, number - 1);
    if (!page) throw new ExtractionFailed('damaged');
    try {
      return use(page);
    } finally {
      this.pdfium._FPDF_ClosePage(page);
    }
  }

  private linesOf(page: number, width: number, height: number): Line[] {
    const { pdfium } = this;
    const place = this.placing(page, width, height);
    const text = pdfium._FPDFText_LoadPage(page);
    if (!text) throw new ExtractionFailed('damaged');
    const box = pdfium._malloc(16);
    try {
      const lines: Line[] = [];
      let line: Line | null = null;
      let word: PrintedWord | null = null;
      const count = pdfium._FPDFText_CountChars(text);
      for (let i = 0; i < count; i++) {
        const code = pdfium._FPDFText_GetUnicode(text, i);
        if (code === 13) continue;
        if (code === 10) {
          [line, word] = [null, null];
          continue;
        }
        const letter = code > 0x10ffff || code === 0 ? '' : String.fromCodePoint(code);
        if (letter === '' || /\s/.test(letter)) {
          word = null;
          continue;
        }
        if (!pdfium._FPDFText_GetLooseCharBox(text, i, box)) continue;
        const at = box >> 2;
        const corner = place(
          pdfium.HEAPF32[at]!,
          pdfium.HEAPF32[at + 1]!,
          pdfium.HEAPF32[at + 2]!,
          pdfium.HEAPF32[at + 3]!,
        );
        if (!line) {
          line = { words: [], size: pdfium._FPDFText_GetFontSize(text, i), newBlock: false };
          lines.push(line);
        }
        if (!word) {
          word = { text: '', ...corner };
          line.words.push(word);
        }
        word.text += code === 2 ? '-' : letter;
        const right = Math.max(word.left + word.width, corner.left + corner.width);
        const bottom = Math.max(word.top + word.height, corner.top + corner.height);
        word.left = Math.min(word.left, corner.left);
        word.top = Math.min(word.top, corner.top);
        word.width = right - word.left;
        word.height = bottom - word.top;
        if (code === 2) [line, word] = [null, null]; // a hyphen that parts a word: the engine tells no line end here
      }
      return withBlocks(lines.filter((candidate) => candidate.words.length > 0));
    } finally {
      pdfium._free(box);
      pdfium._FPDFText_ClosePage(text);
    }
  }

  /** From the file's own corner (y upwards, before cropping and rotation) to the page as it is shown. */
  private placing(page: number, width: number, height: number) {
    const { pdfium } = this;
    const fine = 1_000; // the engine answers in whole units: ask in thousandths of a point
    const at = pdfium._malloc(8);
    const shown = (x: number, y: number): [number, number] => {
      pdfium._FPDF_PageToDevice(page, 0, 0, width * fine, height * fine, 0, x, y, at, at + 4);
      return [pdfium.HEAP32[at >> 2]! / fine, pdfium.HEAP32[(at >> 2) + 1]! / fine];
    };
    const [originX, originY] = shown(0, 0);
    const [acrossX, acrossY] = shown(1_000, 0);
    const [upX, upY] = shown(0, 1_000);
    pdfium._free(at);
    const x = (px: number, py: number) => originX + ((acrossX - originX) * px + (upX - originX) * py) / 1_000;
    const y = (px: number, py: number) => originY + ((acrossY - originY) * px + (upY - originY) * py) / 1_000;
    return (left: number, top: number, right: number, bottom: number): Omit<PrintedWord, 'text'> => {
      const [x1, x2] = [x(left, top), x(right, bottom)];
      const [y1, y2] = [y(left, top), y(right, bottom)];
      return { left: Math.min(x1, x2), top: Math.min(y1, y2), width: Math.abs(x1 - x2), height: Math.abs(y1 - y2) };
    };
  }

  /** What `ask` writes as UTF-16, asked first for its length. */
  private text(ask: (at: number, bytes: number) => number): string {
    const bytes = ask(0, 0);
    if (bytes <= 2 || bytes > 1_000_000) return '';
    const at = this.pdfium._malloc(bytes);
    try {
      ask(at, bytes);
      const text = Buffer.from(this.pdfium.HEAPU8.subarray(at, at + bytes - 2)).toString('utf16le');
      return cleanText(text).replace(/\s+/g, ' ').trim();
    } finally {
      this.pdfium._free(at);
    }
  }
}

export interface PrintedLine {
  text: string;
  size: number;
  down: number;
}

interface PrintedWord {
  text: string;
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Line {
  words: PrintedWord[];
  size: number;
  newBlock: boolean;
}

/** A gap of more than a line, or a step back up the page, begins a new block. */
function withBlocks(lines: Line[]): Line[] {
  let before: Line | null = null;
  for (const line of lines) {
    if (before) {
      const [last, first] = [before.words[0]!, line.words[0]!];
      const gap = first.top - (last.top + last.height);
      line.newBlock = gap > Math.max(last.height, first.height) * 0.6 || first.top < last.top - last.height;
    }
    before = line;
  }
  return lines;
}
