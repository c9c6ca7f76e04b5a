import { readFile, writeFile } from 'node:fs/promises';
import { createCanvas, type Image, ImageData, loadImage } from '@napi-rs/canvas';
import { ExtractionFailed } from '../text/extraction-failed';
import { answerTasks } from '../text/killable-process';
import { PdfDocument } from '../text/pdfium';
import {
  adaptive,
  grainOf,
  greyOf,
  median,
  readPgm,
  scaled,
  skewOf,
  softened,
  stretched,
  turned,
  writePgm,
} from '../text/picture';
import type { ImageRequest } from './iiif-image';

/** What runs in the process that draws: PDF pages by PDFium, pictures of pages, and the watermark. */

export interface DrawTask {
  path: string;
  to: string;
  /** Pixels; a picture that is smaller stays as it is. */
  width: number;
  quality: number;
  mostPixels: number;
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

async function decode(path: string): Promise<Image> {
  try {
    return await loadImage(await readFile(path));
  } catch (cause) {
    throw new ExtractionFailed('damaged', { cause });
  }
}

answerTasks({
  pdf: async ({ path, to, width, quality, mostPixels, page }: DrawTask & { page: number }) => {
    const drawn = (await openPdf(path)).render(page, width, mostPixels);
    const canvas = createCanvas(drawn.width, drawn.height);
    const pixels = new Uint8ClampedArray(drawn.pixels.buffer, drawn.pixels.byteOffset, drawn.pixels.byteLength);
    canvas.getContext('2d').putImageData(new ImageData(pixels, drawn.width, drawn.height), 0, 0);
    await writeFile(to, await canvas.encode('jpeg', quality));
  },

  picture: async ({ path, to, width, quality, mostPixels }: DrawTask) => {
    const picture = await decode(path);
    const shrink = Math.min(1, width / picture.width, Math.sqrt(mostPixels / (picture.width * picture.height)));
    const [across, down] = [
      Math.max(1, Math.round(picture.width * shrink)),
      Math.max(1, Math.round(picture.height * shrink)),
    ];
    const canvas = createCanvas(across, down);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff'; // what is transparent is paper
    context.fillRect(0, 0, across, down);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, across, down);
    await writeFile(to, await canvas.encode('jpeg', quality));
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
  greyPdf: async ({ path, to, page, width, mostPixels }: DrawTask & { page: number }) => {
    const drawn = (await openPdf(path)).render(page, width, mostPixels);
    await writePgm(to, greyOf(drawn.pixels, drawn.width, drawn.height));
  },

  /** A picture in grey, as a PGM `width` wide. */
  greyPicture: async ({ path, to, width, mostPixels }: DrawTask) => {
    const picture = await decode(path);
    if (picture.width * picture.height > mostPixels) throw new ExtractionFailed('tooMuchMemory');
    const canvas = createCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    const grey = greyOf(data, picture.width, picture.height);
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

  /** The share of the picture that is ink (a blank page needs no reading) and how grainy it is. */
  look: async ({ from }: { from: string }) => {
    const picture = await readPgm(from);
    let dark = 0;
    for (const shade of picture.data) if (shade < 128) dark += 1;
    return { ink: dark / picture.data.length, grain: grainOf(picture) };
  },

  /** `text` again and again across the picture, so faint that one reads past it. */
  watermark: async ({ path, text, quality }: { path: string; text: string; quality: number }) => {
    const picture = await decode(path);
    const canvas = createCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const size = Math.max(11, Math.round(picture.width / 55));
    context.font = `${size}px "DejaVu Sans", sans-serif`;
    context.fillStyle = 'rgba(90, 90, 90, 0.16)';
    context.rotate(-Math.PI / 7);
    const step = context.measureText(text).width + size * 4;
    const reach = picture.width + picture.height;
    for (let row = -reach; row < reach * 1.5; row += size * 9) {
      for (let column = -reach + ((row / (size * 9)) % 2) * (step / 2); column < reach; column += step) {
        context.fillText(text, column, row);
      }
    }
    return new Uint8Array(await canvas.encode('jpeg', quality));
  },
});
