import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';
import yazl from 'yazl';
import { findProgram } from '../../src/text/outside-program';
import { fontFile } from './sample-pdf';

/** A page as a scanner gives it: white, with `text` in large letters at the top left, and a black mark under it. */
export async function pagePicture(
  text: string,
  { width = 900, height = 1200, kind = 'jpeg' as 'jpeg' | 'png', turn = 0, mark = true } = {},
): Promise<Buffer> {
  GlobalFonts.registerFromPath(fontFile('DejaVuSerif'), 'DejaVuSerif');
  const canvas = createCanvas(turn % 180 === 0 ? width : height, turn % 180 === 0 ? height : width);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.translate(-width / 2, -height / 2);
  context.fillStyle = '#000';
  context.font = '40px DejaVuSerif';
  for (const [i, line] of text.split('\n').entries()) context.fillText(line, 80, 140 + i * 70);
  if (mark) context.fillRect(80, 1000, 200, 100);
  return kind === 'png' ? canvas.toBuffer('image/png') : canvas.toBuffer('image/jpeg', 90);
}

/** How dark a picture is, 0 (white) to 1, in the box given as shares of its width and height. */
export async function darkness(
  picture: Buffer | string,
  [left, top, right, bottom]: [number, number, number, number],
): Promise<number> {
  const image = await loadImage(picture);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const [x, y] = [Math.round(left * image.width), Math.round(top * image.height)];
  const { data } = context.getImageData(
    x,
    y,
    Math.max(1, Math.round(right * image.width) - x),
    Math.max(1, Math.round(bottom * image.height) - y),
  );
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 255 - data[i]!;
  return sum / (data.length / 4) / 255;
}

/** Where the black mark of {@link pagePicture} stands on an upright page. */
export const MARK: [number, number, number, number] = [0.1, 0.84, 0.3, 0.91];

export function zip(entries: Record<string, Buffer>, compress = false): Promise<Buffer> {
  const file = new yazl.ZipFile();
  for (const [name, content] of Object.entries(entries)) file.addBuffer(content, name, { compress });
  file.end();
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    file.outputStream
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', reject);
  });
}

export const hasTiffTools = ['tiffcp', 'tiffset'].every((program) => findProgram(program));

/** The TIFF written anew by libtiff's tools: `options` of `tiffcp`, and the number of its tag `Orientation`. */
export function tiffBy(file: Buffer, options: string[], orientation?: number): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-tiff-'));
  const [from, to] = [path.join(folder, 'from.tif'), path.join(folder, 'to.tif')];
  try {
    writeFileSync(from, file);
    execFileSync('tiffcp', [...options, from, to]);
    if (orientation) execFileSync('tiffset', ['-s', '274', String(orientation), to]);
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A TIFF with one page for each picture: in grey without compression, or in black and white as a fax is packed, where
 * `fax` counts ink and `packbits` counts paper.
 */
export async function tiff(pictures: Buffer[], form: 'grey' | 'packbits' | 'fax' = 'grey', dpi = 150): Promise<Buffer> {
  const parts: Buffer[] = [];
  let at = 8;
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  let nextField = { in: head, at: 4 };
  for (const picture of pictures) {
    const image = await loadImage(picture);
    const canvas = createCanvas(image.width, image.height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const { data } = canvas.getContext('2d').getImageData(0, 0, image.width, image.height);
    const grey = Buffer.alloc(image.width * image.height);
    for (let i = 0; i < grey.length; i++) grey[i] = data[i * 4]!;
    const bits = form === 'grey' ? grey : bilevel(grey, image.width, image.height, form === 'fax');
    const strip = form === 'grey' ? bits : packBits(bits, Math.ceil(image.width / 8));
    const directory = Buffer.alloc(2 + 12 * 12 + 4 + 8);
    const values: [number, number, number][] = [
      [256, 4, image.width],
      [257, 4, image.height],
      [258, 3, form === 'grey' ? 8 : 1],
      [259, 3, form === 'grey' ? 1 : 32773],
      [262, 3, form === 'fax' ? 0 : 1],
      [273, 4, at],
      [277, 3, 1],
      [278, 4, image.height],
      [279, 4, strip.length],
      [282, 5, at + strip.length + 2 + 12 * 12 + 4],
      [284, 3, 1],
      [296, 3, 2],
    ];
    directory.writeUInt16LE(values.length, 0);
    for (const [i, [tag, type, value]] of values.entries()) {
      directory.writeUInt16LE(tag, 2 + i * 12);
      directory.writeUInt16LE(type, 4 + i * 12);
      directory.writeUInt32LE(1, 6 + i * 12);
      if (type === 3) directory.writeUInt16LE(value, 10 + i * 12);
      else directory.writeUInt32LE(value, 10 + i * 12);
    }
    directory.writeUInt32LE(dpi, 2 + 12 * 12 + 4);
    directory.writeUInt32LE(1, 2 + 12 * 12 + 8);
    nextField.in.writeUInt32LE(at + strip.length, nextField.at);
    nextField = { in: directory, at: 2 + 12 * 12 };
    parts.push(strip, directory);
    at += strip.length + directory.length;
  }
  return Buffer.concat([head, ...parts]);
}

function bilevel(grey: Buffer, width: number, height: number, isInk: boolean): Buffer {
  const row = Math.ceil(width / 8);
  const bits = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      if (grey[y * width + x]! > 127 !== isInk) bits[y * row + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return bits;
}

/** @param row bytes: no run goes on in the next line (TIFF 6.0 §9). */
function packBits(bytes: Buffer, row: number): Buffer {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    let run = 1;
    while (run < 128 && (i + run) % row !== 0 && bytes[i + run] === bytes[i]) run += 1;
    if (run > 1) out.push(257 - run, bytes[i]!);
    else out.push(0, bytes[i]!);
    i += run;
  }
  return Buffer.from(out);
}

export const hasDjvu = ['c44', 'djvm', 'djvused', 'ddjvu'].every((program) => findProgram(program));

/** A DjVu of these pictures (JPEG); `texts` gives pages a layer of one word each. */
export function djvu(pictures: Buffer[], texts: Record<number, string> = {}): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-djvu-'));
  const file = (name: string) => path.join(folder, name);
  try {
    const pages = pictures.map((picture, i) => {
      writeFileSync(file(`${i}.jpg`), picture);
      execFileSync('c44', ['-dpi', '150', file(`${i}.jpg`), file(`${i}.djvu`)]);
      return file(`${i}.djvu`);
    });
    execFileSync('djvm', ['-c', file('all.djvu'), ...pages]);
    for (const [number, word] of Object.entries(texts)) {
      writeFileSync(file('text'), `(page 0 0 900 1200 (line 80 1030 400 1090 (word 80 1030 400 1090 "${word}")))`);
      execFileSync('djvused', [file('all.djvu'), '-e', `select ${number}; set-txt ${file('text')}; save`]);
    }
    return readFileSync(file('all.djvu'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
