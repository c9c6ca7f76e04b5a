import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import PDFDocument from 'pdfkit';
import { Renderer } from '../src/reading/renderer';
import { findProgram, runProgram } from '../src/text/outside-program';
import { pagePicture } from './support/book';
import { samplePdf } from './support/sample-pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-jpeg-'));
const renderer = new Renderer();
afterAll(async () => {
  await renderer.close();
  rmSync(folder, { recursive: true, force: true });
});

const [WIDTH, HEIGHT] = [450, 600];
let jpeg: Buffer;
beforeAll(async () => {
  jpeg = await pagePicture('Мөңгүлөр жайкысын');
});

/** What is passed through of a page on which `draw` draws. */
async function passedThrough(draw: (pdf: PDFKit.PDFDocument) => void, size: [number, number] = [WIDTH, HEIGHT]) {
  const pdf = new PDFDocument({ size, margin: 0, compress: false });
  const chunks: Buffer[] = [];
  const done = new Promise((resolve) => pdf.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', resolve));
  draw(pdf);
  pdf.end();
  await done;
  const [from, to] = [path.join(folder, `${Math.random()}.pdf`), path.join(folder, 'out.jpg')];
  writeFileSync(from, Buffer.concat(chunks));
  const turn = await renderer.onlyJpeg({ path: from, mediaType: 'application/pdf', page: 1, size: null }, to);
  return turn === null ? null : { turn, bytes: readFileSync(to) };
}

const whole = (pdf: PDFKit.PDFDocument) => pdf.image(jpeg, 0, 0, { width: WIDTH, height: HEIGHT });

describe('a page of a PDF that is one JPEG', () => {
  test('is passed through byte for byte', async () => {
    expect(await passedThrough(whole)).toEqual({ turn: 0, bytes: jpeg });
  });

  test.each([90, 180, 270] as const)('is passed through with its turn of %i degrees', async (turn) => {
    const sheet = (pdf: PDFKit.PDFDocument) => {
      Object.assign(pdf.page.dictionary.data, { Rotate: turn });
      whole(pdf);
    };
    expect(await passedThrough(sheet)).toEqual({ turn, bytes: jpeg });
  });

  test('is passed through with the unseen text that a recogniser laid under it', async () => {
    const sheet = (pdf: PDFKit.PDFDocument) => {
      whole(pdf);
      pdf.addContent('BT 3 Tr ET');
      pdf.addContent('3 Tr');
      pdf.text('unseen', 50, 50);
    };
    expect(await passedThrough(sheet)).toEqual({ turn: 0, bytes: jpeg });
  });

  const pdftoppm = findProgram('pdftoppm');
  (pdftoppm ? test : test.skip)(
    'is drawn when its colours are for print: not all writers of PDF mean them alike',
    async () => {
      const place = path.join(folder, 'print');
      writeFileSync(`${place}.pdf`, await samplePdf([{ text: 'Мөңгүлөр', size: 60 }]));
      const form = ['-jpegcmyk', '-r', '50', '-singlefile'];
      await runProgram(pdftoppm!, [...form, `${place}.pdf`, place], {
        timeoutMs: 20_000,
        memoryBytes: 1e9,
        outputBytes: 1e8,
      });
      const printed = readFileSync(`${place}.jpg`);
      const sheet = (pdf: PDFKit.PDFDocument) => pdf.image(printed, 0, 0, { width: WIDTH, height: HEIGHT });
      expect(await passedThrough(sheet)).toBeNull();
    },
  );

  test.each<[string, (pdf: PDFKit.PDFDocument) => void]>([
    ['has words printed over it', (pdf) => whole(pdf).text('seen', 50, 50)],
    ['has a line drawn over it', (pdf) => whole(pdf).moveTo(0, 0).lineTo(200, 200).stroke()],
    ['has two pictures', (pdf) => whole(pdf).image(jpeg, 10, 10, { width: 50 })],
    ['does not fill it', (pdf) => pdf.image(jpeg, 40, 40, { width: WIDTH - 80, height: HEIGHT - 80 })],
    ['shows only a part of it', (pdf) => pdf.image(jpeg, -40, -40, { width: WIDTH + 80, height: HEIGHT + 80 })],
    [
      'is mirrored',
      (pdf) => pdf.save().translate(WIDTH, 0).scale(-1, 1).image(jpeg, 0, 0, { width: WIDTH, height: HEIGHT }),
    ],
    ['is paled', (pdf) => pdf.opacity(0.3).image(jpeg, 0, 0, { width: WIDTH, height: HEIGHT })],
    ['is cut to a circle', (pdf) => whole(pdf.circle(225, 300, 100).clip())],
  ])('is drawn when it %s', async (_what, draw) => {
    expect(await passedThrough(draw)).toBeNull();
  });
});
