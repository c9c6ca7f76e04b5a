import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { recognisePage } from '../src/reading/recognise-page';
import { Renderer } from '../src/reading/renderer';
import { placedWords } from '../src/text/page';
import { evenlyLit, type Grey, grainOf, median, shadowOf, skewOf, turned } from '../src/text/picture';
import { modelsFor, type Recogniser, TesseractJs, TesseractProgram } from '../src/text/recogniser';
import { needsRecognition } from '../src/text/recognition-need';
import { openTestApp } from './support/app';
import { errorRate, SCANNED_TEXT, scan, scannedPdf } from './support/scan';

jest.setTimeout(120_000);
const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-recognition-'));
const renderer = new Renderer();
const js = new TesseractJs(path.join(folder, 'models'));
afterAll(async () => {
  await Promise.all([renderer.close(), js.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function read(recogniser: Recogniser, picture: ReturnType<typeof scan>, dpi: number) {
  const file = path.join(folder, 'page.jpg');
  writeFileSync(file, picture.jpeg);
  const size = { width: (picture.width * 72) / dpi, height: (picture.height * 72) / dpi };
  const page = { path: file, mediaType: 'image/jpeg', page: 1, label: null, size };
  return recognisePage(renderer, recogniser, page, ['ky'], folder);
}

describe('a scanned page', () => {
  const clean = scan(SCANNED_TEXT);

  test('clean, by the tesseract that is installed: at most 5 letters in 1,000 wrong, words in their places', async () => {
    const native = await TesseractProgram.find();
    if (!native) return console.log('tesseract with its Kyrgyz model is not installed: skipped');
    const page = await read(native, clean, 300);
    expect(errorRate(clean.lines.join(' '), page.text)).toBeLessThanOrEqual(0.005);
    expect(page.confidence).toBeGreaterThan(86);
    const [first] = placedWords(page);
    // One inch from the left and one from the top, where it was drawn.
    expect(Math.abs((first!.left / 10_000) * 8.27 - 1)).toBeLessThan(0.04);
    expect(Math.abs(((first!.top + first!.height) / 10_000) * 6 - 1.02)).toBeLessThan(0.06);
  });

  test('clean, by tesseract.js without network: at most 1 letter in 100 wrong', async () => {
    const page = await read(js, clean, 300);
    expect(errorRate(clean.lines.join(' '), page.text)).toBeLessThanOrEqual(0.01);
  });

  test('noisy, crooked and small: at most 1 letter in 10 wrong, and its words still stand where they are printed', async () => {
    const recogniser = (await TesseractProgram.find()) ?? js;
    const poor = scan(SCANNED_TEXT, { dpi: 150, noise: 70, skew: 1.5 });
    const page = await read(recogniser, poor, 150);
    expect(errorRate(poor.lines.join(' '), page.text)).toBeLessThanOrEqual(0.1);
    const line = placedWords(page).filter((word) => word.line === 0);
    const [first, last] = [line[0]!, line.at(-1)!];
    // The line sinks by 1.5 degrees: 0.026 inches an inch.
    const across = ((last.left + last.width / 2 - first.left - first.width / 2) / 10_000) * 8.27;
    const down = ((last.top - first.top) / 10_000) * 6;
    expect(down / across).toBeCloseTo(Math.tan((1.5 * Math.PI) / 180), 2);
  });

  test('in the shadow of the spine: no word is passed over', async () => {
    const recogniser = (await TesseractProgram.find()) ?? js;
    const dark = scan(SCANNED_TEXT, { dpi: 150, shadow: 0.55, skew: 2 });
    const page = await read(recogniser, dark, 150);
    expect(errorRate(dark.lines.join(' '), page.text)).toBeLessThanOrEqual(0.02);
  });

  test('blank, is read at once as nothing', async () => {
    const page = await read(js, scan(''), 300);
    expect(page).toMatchObject({ text: '', confidence: 100 });
  });
});

describe('a scanned book in the library', () => {
  test('is published before it is read, then read page by page, found, and marked on its page', async () => {
    const app = await openTestApp();
    const words = ['Китепкана жаңы окурмандарын кубануу менен тосуп алат', 'Мөңгүлөрдүн эриши дарыяларды толтурат'];
    const pictures = words.map((text) => scan(text, { inches: { width: 7, height: 2 } }));
    const work = await app.published({
      type: 'scanned-book',
      files: [{ name: 'scan.pdf', mediaType: 'application/pdf', content: await scannedPdf(pictures) }],
    });
    const file = work.files[0]!;
    expect(file.text.source).toMatch(/^tesseract/);
    expect(await app.house.texts.waiting(file.id)).toEqual([]);
    const page = await app.house.texts.page(file.id, 2);
    expect(errorRate(words[1]!, page!.text)).toBeLessThan(0.05);
    const { text } = await app
      .browse()
      .get(`/works/${work.id}/files/${file.id}/read`)
      .query({ page: 2, q: 'мөңгү' })
      .expect(200);
    expect(text).toContain('<mark>Мөңгүлөрдүн</mark>');
    const x = Number(/<rect class="hit"[^>]* x="([\d.]+)"/.exec(text)![1]);
    expect(Math.abs(x - 72)).toBeLessThan(4);
  });
});

describe('what needs recognition', () => {
  const page = (text: string) => needsRecognition({ text, width: 595, problem: null });
  test.each([
    ['nothing', '', true],
    ['a page number', '17', true],
    ['a page of words', SCANNED_TEXT, false],
    ['letters of a font without a map', '\ue001\ue002\ue010 \ue020\ue033 и так далее и ещё', true],
    ['signs', '%$#@ ^&*( %$#@ *&^% $#@! ~~~~ ||||', true],
  ])('%s: %#', (_name, text, needs) => expect(page(text)).toBe(needs));

  test('a page without a size is no picture', () => {
    expect(needsRecognition({ text: '', width: 0, problem: null })).toBe(false);
  });

  test('models go by the language of the work; Russian never without Kyrgyz', () => {
    expect(modelsFor(['ky'])).toEqual(['kir', 'rus', 'eng']);
    expect(modelsFor(['ru'])).toEqual(['kir', 'rus', 'eng']);
    expect(modelsFor(['tr'])).toEqual(['tur', 'eng']);
    expect(modelsFor(['en'])).toEqual(['eng']);
    expect(modelsFor([])).toEqual(['kir', 'rus', 'eng']);
  });
});

describe('pictures made better', () => {
  const lines = (): Grey => {
    const [width, height] = [600, 400];
    const data = new Uint8Array(width * height).fill(240);
    for (let y = 40; y < 360; y += 20)
      for (let x = 50; x < 550; x++) if (x % 9 < 6) for (let i = 0; i < 6; i++) data[(y + i) * width + x] = 20;
    return { width, height, data };
  };

  test.each([-4, -1.2, 0, 0.8, 3])('lines that lean by %d degrees are found to do so', (degrees) => {
    expect(skewOf(turned(lines(), degrees))).toBeCloseTo(degrees, 0.7);
    expect(Math.abs(skewOf(turned(turned(lines(), degrees), -degrees)))).toBeLessThan(0.3);
  });

  test('paper in a shadow becomes as light as the rest, and ink stays ink', () => {
    const picture = lines();
    expect(shadowOf(picture)).toBeLessThan(5);
    for (let y = 0; y < 400; y++)
      for (let x = 0; x < 200; x++) picture.data[y * 600 + x] = (picture.data[y * 600 + x]! * (100 + x / 2)) / 200;
    expect(shadowOf(picture)).toBeGreaterThan(60);
    const lit = evenlyLit(picture);
    expect(shadowOf(lit)).toBeLessThan(20);
    expect(lit.data[30 * 600 + 20]).toBeGreaterThan(200);
    expect(lit.data[43 * 600 + 56]).toBeLessThan(60);
  });

  test('a speck goes, an edge stays', () => {
    const picture = lines();
    picture.data[10 * 600 + 10] = 0;
    const better = median(picture);
    expect(better.data[10 * 600 + 10]).toBe(240);
    expect(better.data[43 * 600 + 56]).toBe(20);
    expect(grainOf(lines())).toBeLessThan(12);
  });
});
