import { readFile, rm, writeFile } from 'node:fs/promises';
import { type Canvas, createCanvas, type Image, ImageData, loadImage } from '@napi-rs/canvas';
import type { Block } from '../text/blocks';
import { ExtractionFailed } from '../text/extraction-failed';
import { imageSize, MOST_PIXELS } from '../text/image-size';
import { answerTasks } from '../text/killable-process';
import { PdfDocument } from '../text/pdfium';
import {
  adaptive,
  evenlyLit,
  grainOf,
  greyOf,
  median,
  quarterTurned,
  readPgm,
  scaled,
  shadowOf,
  skewOf,
  softened,
  stretched,
  turned,
  writePgm,
} from '../text/picture';
import { cutTiffPage } from '../text/tiff';
import type { Turn } from '../works/book';
import type { ImageRequest } from './iiif-image';
import { registerFonts, SANS, typeset } from './typeset';

/** What runs in the process that draws: PDF pages by PDFium, pictures of pages, and the watermark. */

export interface DrawTask {
  path: string;
  to: string;
  /** Pixels; a picture that is smaller stays as it is. */
  width: number;
  quality: number;
  mostPixels: number;
  /** In a file of several pages, counted from 1. */
  page: number;
  turn: Turn;
}

// The document last drawn from stays open: who reads a page reads the next one too.
let last: { path: string; pdf: PdfDocument } | null = null;
async function openPdf(path: string): Promise<PdfDocument> {
  if (last?.path === path) return last.pdf;
  last?.pdf.close();
  last = null;
  const pdf = await PdfDocument.open(path);
  last = { path, pdf };
  return pdf;
}

// And the pictures of the document last shown from: its other pictures are asked for next.
let lastDocument: { path: string; pictures: Promise<(Buffer | null)[]> } | null = null;
function openDocument(path: string, mediaType: string): Promise<(Buffer | null)[]> {
  if (lastDocument?.path !== path) {
    // Loaded only here: most processes that draw never see a document.
    const { picturesInDocument } = require('../text/document-pictures') as typeof import('../text/document-pictures');
    lastDocument = { path, pictures: picturesInDocument(path, mediaType) };
    lastDocument.pictures.catch(() => (lastDocument = null));
  }
  return lastDocument.pictures;
}

// The package describes a browser's global; only what is used here.
interface Utif {
  decode(bytes: ArrayBuffer): TiffDirectory[];
  decodeImage(bytes: ArrayBuffer, directory: TiffDirectory): void;
  toRGBA8(directory: TiffDirectory): Uint8Array;
}
interface TiffDirectory {
  width: number;
  height: number;
  data?: Uint8Array;
}

/** The picture at `path`; of a TIFF, its page `page`. Its size is known to be bearable before it is decoded. */
async function decode(path: string, page = 1): Promise<Image | Canvas> {
  try {
    const bytes = await readFile(path);
    const mark = bytes.toString('hex', 0, 4);
    if (mark === '49492a00' || mark === '4d4d002a') return await decodeTiff(path, page);
    if (mark.startsWith('5036')) return decodePpm(bytes);
    const size = await imageSize(path);
    if (size && size.width * size.height > MOST_PIXELS) throw new ExtractionFailed('tooLarge');
    return await loadImage(bytes);
  } catch (cause) {
    if (cause instanceof ExtractionFailed) throw cause;
    throw new ExtractionFailed('damaged', { cause });
  }
}

async function decodeTiff(path: string, page: number): Promise<Canvas> {
  const utif = require('utif2') as Utif;
  const cut = await cutTiffPage(path, page);
  const [directory] = utif.decode(cut);
  const size = directory as unknown as Record<'t256' | 't257' | 't274', number[]> | undefined;
  if (!directory || !((size?.t256?.[0] ?? 0) * (size?.t257?.[0] ?? 0) > 0)) throw new ExtractionFailed('damaged');
  if (size!.t256[0]! * size!.t257[0]! > MOST_PIXELS) throw new ExtractionFailed('tooLarge');
  utif.decodeImage(cut, directory);
  return oriented(canvasOf(utif.toRGBA8(directory), directory.width, directory.height), size!.t274?.[0] ?? 1);
}

/** A picture as the scanner says that it is to be held: TIFF 6.0, `Orientation`; from 5 on it lies on its side. */
function oriented(canvas: Canvas, orientation: number): Canvas {
  const { width: w, height: h } = canvas;
  const placed: [number, number, number, number, number, number][] = [
    [-1, 0, 0, 1, w, 0],
    [-1, 0, 0, -1, w, h],
    [1, 0, 0, -1, 0, h],
    [0, 1, 1, 0, 0, 0],
    [0, 1, -1, 0, h, 0],
    [0, -1, -1, 0, h, w],
    [0, -1, 1, 0, 0, w],
  ];
  const place = placed[orientation - 2];
  if (!place) return canvas;
  const upright = orientation > 4 ? createCanvas(h, w) : createCanvas(w, h);
  const context = upright.getContext('2d');
  context.transform(...place);
  context.drawImage(canvas, 0, 0);
  return upright;
}

/** What ddjvu draws: a binary PPM. */
function decodePpm(bytes: Buffer): Canvas {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 100));
  if (!head) throw new ExtractionFailed('damaged');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0, at = head[0].length; i < pixels.length; i += 4, at += 3) {
    pixels[i] = bytes[at]!;
    pixels[i + 1] = bytes[at + 1]!;
    pixels[i + 2] = bytes[at + 2]!;
  }
  return canvasOf(pixels, width, height);
}

function canvasOf(rgba: Uint8Array, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const pixels = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, width * height * 4);
  canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

/** A canvas `across` and `down` before it is turned, white, its context so turned that one draws as if it were not. */
function turnedCanvas(across: number, down: number, turn: Turn) {
  const [width, height] = turn % 180 === 0 ? [across, down] : [down, across];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff'; // what is transparent is paper
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.translate(width / 2, height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.translate(-across / 2, -down / 2);
  return { canvas, context };
}

answerTasks({
  /** A PDF page, `width` wide before it is turned. */
  pdf: async ({ path, to, width, quality, mostPixels, page, turn }: DrawTask) => {
    const drawn = (await openPdf(path)).render(page, width, mostPixels);
    let canvas = canvasOf(drawn.pixels, drawn.width, drawn.height);
    if (turn !== 0) {
      const turned = turnedCanvas(drawn.width, drawn.height, turn);
      turned.context.drawImage(canvas, 0, 0);
      canvas = turned.canvas;
    }
    await writeFile(to, await canvas.encode('jpeg', quality));
  },

  /** A picture, no wider than `width` after it is turned. */
  picture: drawPicture,

  /** The picture `page` of a document that was written, no wider than `width`. */
  inside: async ({ path, to, width, quality, mostPixels, page, mediaType }: DrawTask & { mediaType: string }) => {
    const bytes = (await openDocument(path, mediaType))[page - 1];
    if (bytes === undefined) throw new ExtractionFailed('noPages');
    if (bytes === null) throw new ExtractionFailed('tooLarge');
    const raw = `${to}.raw`;
    try {
      await writeFile(raw, bytes);
      if ((await imageSize(raw)) === null) throw new ExtractionFailed('damaged'); // its size is known before it is decoded
      await drawPicture({ path: raw, to, width, quality, mostPixels, page: 1, turn: 0 });
    } finally {
      await rm(raw, { force: true });
    }
  },

  /** A part of a picture, in another size, turned clockwise. */
  region: async ({ path, wanted, quality }: { path: string; wanted: ImageRequest; quality: number }) => {
    const picture = await decode(path);
    const { region, width, height, rotation } = wanted;
    const upright = rotation % 180 === 0;
    const canvas = createCanvas(upright ? width : height, upright ? height : width);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((rotation * Math.PI) / 180);
    context.drawImage(picture, region.x, region.y, region.width, region.height, -width / 2, -height / 2, width, height);
    return new Uint8Array(await canvas.encode('jpeg', quality));
  },

  /** A PDF page in grey, as a PGM of `dpi`. */
  greyPdf: async ({ path, to, page, width, mostPixels, turn }: DrawTask) => {
    const drawn = (await openPdf(path)).render(page, width, mostPixels);
    await writePgm(to, quarterTurned(greyOf(drawn.pixels, drawn.width, drawn.height), turn));
  },

  /** A grey picture turned. */
  turnGrey: async ({ path, to, turn }: { path: string; to: string; turn: Turn }) => {
    await writePgm(to, quarterTurned(await readPgm(path), turn));
  },

  /** A picture in grey, as a PGM `width` wide. */
  greyPicture: async ({ path, to, width, mostPixels, page, turn }: DrawTask) => {
    const picture = await decode(path, page);
    if (picture.width * picture.height > mostPixels) throw new ExtractionFailed('tooMuchMemory');
    const canvas = createCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    const grey = quarterTurned(greyOf(data, picture.width, picture.height), turn);
    await writePgm(to, Math.abs(width / grey.width - 1) < 0.02 ? grey : scaled(grey, width / grey.width));
  },

  /**
   * A poor scan made better, in two ways: without grain and specks, larger and level; and that in black and white.
   * The order was found by trying: softening before and after counts for more than any one of the filters.
   */
  prepare: async ({ from, clean, stark }: { from: string; clean: string; stark: string }) => {
    const large = stretched(softened(softened(scaled(median(softened(await readPgm(from))), 2))));
    const skew = skewOf(large);
    const level = Math.abs(skew) < 0.15 ? large : turned(large, -skew);
    await writePgm(clean, level);
    await writePgm(stark, adaptive(level));
    return Math.abs(skew) < 0.15 ? 0 : skew;
  },

  /** The JPEG that a scanned PDF page is, as it came; where it does not look as the page does, none. @returns its turn */
  onlyJpeg: async ({ path, to, page }: { path: string; to: string; page: number }): Promise<Turn | null> => {
    const pdf = await openPdf(path);
    const only = pdf.onlyJpeg(page);
    if (!only) return null;
    await writeFile(to, only.jpeg);
    const drawn = pdf.render(page, COMPARED, COMPARED * COMPARED * 16);
    const picture = await decode(to).catch(() => null);
    if (!picture) return null;
    const [across, down] = only.turn % 180 === 0 ? [drawn.width, drawn.height] : [drawn.height, drawn.width];
    const { canvas, context } = turnedCanvas(across, down, only.turn);
    context.drawImage(picture, 0, 0, across, down);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return looksLike(drawn.pixels, data, drawn.width, drawn.height) ? only.turn : null;
  },

  /** Is there a picture on the PDF page that cannot be decoded? */
  broken: async ({ path, page }: { path: string; page: number }) => (await openPdf(path)).hasBrokenPicture(page),

  /** A picture with shadows, lit alike everywhere, in its place. */
  light: async ({ path }: { path: string }) => writePgm(path, evenlyLit(await readPgm(path))),

  /** The share of the picture that is ink (a blank page needs no reading), how grainy it is, and how deep its shadows. */
  look: async ({ from }: { from: string }) => {
    const picture = await readPgm(from);
    let dark = 0;
    for (const shade of picture.data) if (shade < 128) dark += 1;
    return { ink: dark / picture.data.length, grain: grainOf(picture), shadow: shadowOf(picture) };
  },

  watermark: async ({ path, text, quality }: { path: string; text: string; quality: number }) => {
    const picture = await decode(path);
    const canvas = createCanvas(picture.width, picture.height);
    canvas.getContext('2d').drawImage(picture, 0, 0);
    return stamped(canvas, text, quality);
  },

  /** A page of text as a picture, with `text` across it. */
  typeset: async (task: { blocks: Block[]; width: number; text: string; quality: number }) =>
    stamped(typeset(task.blocks, task.width), task.text, task.quality),
});

async function drawPicture({ path, to, width, quality, mostPixels, page, turn }: DrawTask): Promise<void> {
  const picture = await decode(path, page);
  const shownWidth = turn % 180 === 0 ? picture.width : picture.height;
  const shrink = Math.min(1, width / shownWidth, Math.sqrt(mostPixels / (picture.width * picture.height)));
  const across = Math.max(1, Math.round(picture.width * shrink));
  const down = Math.max(1, Math.round(picture.height * shrink));
  const { canvas, context } = turnedCanvas(across, down, turn);
  context.drawImage(picture, 0, 0, across, down);
  await writeFile(to, await canvas.encode('jpeg', quality));
}

/** Pixels across of what is compared, and of the pieces whose mean colours must be alike, within so many shades of 255. */
const [COMPARED, PIECE, ALIKE] = [256, 16, 14];

/** Two pictures of one size, RGBA: does piece after piece have the same colour? */
function looksLike(one: Uint8Array, other: Uint8ClampedArray, width: number, height: number): boolean {
  for (let top = 0; top < height; top += PIECE) {
    for (let left = 0; left < width; left += PIECE) {
      for (let colour = 0; colour < 3; colour++) {
        let [difference, pixels] = [0, 0];
        for (let y = top; y < Math.min(height, top + PIECE); y++) {
          for (let x = left; x < Math.min(width, left + PIECE); x++, pixels++) {
            const at = (y * width + x) * 4 + colour;
            difference += one[at]! - other[at]!;
          }
        }
        if (Math.abs(difference / pixels) > ALIKE) return false;
      }
    }
  }
  return true;
}

/** The picture with `text` again and again across it, so faint that one reads past it, as a JPEG. */
async function stamped(canvas: Canvas, text: string, quality: number): Promise<Uint8Array> {
  registerFonts();
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  const size = Math.max(11, Math.round(width / 55));
  context.font = `${size}px "${SANS}", sans-serif`;
  context.fillStyle = 'rgba(90, 90, 90, 0.16)';
  context.rotate(-Math.PI / 7);
  const step = context.measureText(text).width + size * 4;
  const reach = width + height;
  for (let row = -reach; row < reach * 1.5; row += size * 9) {
    for (let column = -reach + ((row / (size * 9)) % 2) * (step / 2); column < reach; column += step) {
      context.fillText(text, column, row);
    }
  }
  return new Uint8Array(await canvas.encode('jpeg', quality));
}
