import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TesseractProgram } from '../src/text/recogniser';
import { TextStore } from '../src/text/text-store';
import { openTestApp } from './support/app';
import { countingTesseract, readAgain } from './support/counting-tesseract';
import { startProgram } from './support/program';
import { errorRate, scan, scannedPdf } from './support/scan';

jest.setTimeout(120_000);
const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-killed-reading-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAGES = 12;
/** The server dies with the next pages in hand. */
const STOP = 5;
const wordsOf = (page: number) => `Китепкананын ${page}-бети: мөңгүлөр жайкысын чегинет, дарыялар көбөйөт`;

test('a server killed while it reads a scanned book off goes on at the page where it was', async () => {
  const counting = countingTesseract(path.join(folder, 'counting'), STOP);
  const native = await TesseractProgram.find();
  if (!counting || !native) return console.log('tesseract with its Kyrgyz model is not installed: skipped');

  const library = path.join(folder, 'library');
  const before = await openTestApp({}, library);
  const pictures = Array.from({ length: PAGES }, (_, i) => scan(wordsOf(i + 1), { inches: { width: 7.5, height: 2 } }));
  const files = [{ name: 'scan.pdf', mediaType: 'application/pdf', content: await scannedPdf(pictures) }];
  const { id } = await before.draft({ type: 'scanned-book', titles: [{ value: 'Эски китеп', lang: 'ky' }], files });
  const librarian = await before.visitor('administrator');
  await before.house.deposits.submit(id, librarian, { licenceAccepted: true });
  await before.house.deposits.accept(id, librarian);
  const fileId = (await before.house.works.published(id)).files[0]!.id;
  await before.close();

  let server = await startProgram(['build/src/main.js'], library, { PATH: counting.PATH });
  const texts = new TextStore(path.join(library, 'derived/text.sqlite'), { readOnly: true });
  try {
    const read = async () => (await texts.shapes(fileId)).filter((page) => page.confidence !== null).length;
    while (counting.readings().length <= STOP) await pause(20);
    await server.kill();
    expect(await read()).toBeLessThanOrEqual(STOP);
    counting.goOn();

    server = await startProgram(['build/src/main.js'], library, { PATH: counting.PATH });
    while ((await read()) < PAGES) await pause(50);
    const all = await texts.pages(fileId, 1, PAGES);
    for (const page of all) expect(errorRate(wordsOf(page.number), page.text)).toBeLessThan(0.05);
    const readings = counting.readings();
    expect(new Set(readings).size).toBe(PAGES);
    // Those it had in hand, and no other.
    expect(readAgain(readings)).toBeGreaterThan(0);
    expect(readAgain(readings)).toBeLessThanOrEqual(native.atOnce);
    let found = '';
    for (let i = 0; i < 200 && !found.includes('<mark>'); i++) {
      await pause(50); // the index follows in its own job
      found = await (await fetch(`${server.url}/search?q=${encodeURIComponent('дарыя')}&n=${i}`)).text();
    }
    expect(found).toContain('<mark>дарыялар</mark>');
  } finally {
    texts.close();
    await server.kill();
  }
});
