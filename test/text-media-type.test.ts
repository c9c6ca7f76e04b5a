import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ZipFile } from 'yazl';
import { Invalid } from '../src/errors';
import { mediaTypeOf } from '../src/text/media-type';
import { samplePdf } from './support/sample-pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-media-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (bytes: Buffer | string) => {
  const file = path.join(folder, 'file');
  writeFileSync(file, bytes);
  return file;
};
async function zip(entries: Record<string, Buffer | string>): Promise<string> {
  const file = path.join(folder, 'file');
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(entries)) archive.addBuffer(Buffer.from(content), name);
  archive.end();
  await new Promise<void>((resolve) => archive.outputStream.pipe(createWriteStream(file)).on('close', () => resolve()));
  return file;
}
async function refusal(file: string, name: string): Promise<string> {
  const error = await mediaTypeOf(file, name).then(
    (type) => `taken as ${type}`,
    (thrown) => thrown,
  );
  return error instanceof Invalid ? `${error.issues[0]!.path}: ${error.issues[0]!.message}` : String(error);
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const JPEG = Buffer.from('ffd8ffe000104a46494600010100', 'hex');

describe('a file is what its bytes say', () => {
  test('PDF, also behind a mail header, and pictures', async () => {
    const pdf = await samplePdf(['Сыр']);
    expect(await mediaTypeOf(put(pdf), 'Эмгек.PDF')).toBe('application/pdf');
    expect(await mediaTypeOf(put(Buffer.concat([Buffer.from('From: a\r\n\r\n'), pdf])), 'a')).toBe('application/pdf');
    expect(await mediaTypeOf(put(PNG), 'a.png')).toBe('image/png');
    expect(await mediaTypeOf(put(JPEG), 'a.jpeg')).toBe('image/jpeg');
    expect(await mediaTypeOf(put(Buffer.from('49492a0008000000', 'hex')), 'a.tif')).toBe('image/tiff');
    expect(await mediaTypeOf(put('AT&TFORM\0\0\0\0DJVM'), 'a.djvu')).toBe('image/vnd.djvu');
  });

  test('papers inside a ZIP are told apart by what the ZIP holds', async () => {
    const types = { '[Content_Types].xml': '<Types/>' };
    expect(await mediaTypeOf(await zip({ ...types, 'word/document.xml': 'x' }), 'a.docx')).toMatch(/wordprocessingml/);
    expect(await mediaTypeOf(await zip({ ...types, 'xl/workbook.xml': 'x' }), 'a.xlsx')).toMatch(/spreadsheetml/);
    expect(await mediaTypeOf(await zip({ 'page-1.jpg': JPEG }), 'a.zip')).toBe('application/zip');
    expect(await refusal(await zip({ 'page-1.jpg': JPEG }), 'a.docx')).toBe('file: fileMismatch');
  });

  test('text, HTML and SVG', async () => {
    expect(await mediaTypeOf(put('Өрөөн кургак.'), 'a.txt')).toBe('text/plain');
    expect(await mediaTypeOf(put('\n<!-- x --><!DOCTYPE html><p>a'), 'a.html')).toBe('text/html');
    expect(await mediaTypeOf(put('<?xml version="1.0"?><svg xmlns="x"/>'), 'a.svg')).toBe('image/svg+xml');
    expect(await mediaTypeOf(put(Buffer.from([1, 0, 2, 0, 200, 9])), 'a.sav')).toBe('application/octet-stream');
  });
});

describe('refused', () => {
  test('what its name does not say', async () => {
    expect(await refusal(put('Just words. '.repeat(50)), 'thesis.pdf')).toBe('file: fileMismatch');
    expect(await refusal(put(PNG), 'thesis.pdf')).toBe('file: fileMismatch');
    expect(await refusal(put('<html><script>alert(1)</script>'), 'photo.jpg')).toBe('file: fileMismatch');
  });

  test('nothing, programs, a broken ZIP', async () => {
    expect(await refusal(put(''), 'a.pdf')).toBe('file: fileEmpty');
    expect(await refusal(put('MZ\u0090\0\u0003'), 'a.bin')).toBe('file: fileProgram');
    expect(await refusal(put('#!/bin/sh\nrm'), 'a.txt')).toBe('file: fileProgram');
    expect(await refusal(put(`PK\x03\x04${'x'.repeat(100)}`), 'a.zip')).toBe('file: zipDamaged');
  });

  test('a ZIP that unpacks to a hundred times what a library holds', async () => {
    const file = await zip({ 'a.txt': Buffer.alloc(60_000_000) });
    expect(await refusal(file, 'a.zip')).toBe('file: zipBomb');
  });
});
