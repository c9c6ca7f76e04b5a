import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import Database from 'better-sqlite3';
import { Busy } from '../src/errors';
import { PageImages } from '../src/reading/page-images';
import { type PageRenderer, PdfiumRenderer, PopplerRenderer, Renderer, RenderFailed } from '../src/reading/renderer';
import { findProgram } from '../src/text/outside-program';
import { rawPdf, samplePdf } from './support/sample-pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-pictures-'));
const file = (name: string) => path.join(folder, name);
const pdftoppm = findProgram('pdftoppm');
if (!pdftoppm) console.log('pdftoppm is not installed: its half of these tests is skipped');
const open: { close(): unknown }[] = [];
afterAll(async () => {
  for (const each of open) await each.close();
  rmSync(folder, { recursive: true, force: true });
});
const pdfium = (timeoutMs?: number) => {
  const made = new PdfiumRenderer(timeoutMs);
  open.push(made);
  return made;
};
const engines: [string, (timeoutMs?: number) => PageRenderer][] = [
  ['pdfium', pdfium],
  ...(pdftoppm
    ? [['pdftoppm', (ms?: number) => new PopplerRenderer(pdftoppm, ms)] as [string, () => PageRenderer]]
    : []),
];
const A4 = { width: 595.28, height: 841.89 };
const pdfPage = (name: string, page = 1, size: typeof A4 | null = A4) => ({
  path: file(name),
  mediaType: 'application/pdf',
  page,
  size,
});

describe.each(engines)('%s', (_name, make) => {
  const renderer = make();

  test('draws the page asked for, in the width asked for, black on white', async () => {
    writeFileSync(file('two.pdf'), await samplePdf(['Бир', [{ text: '█████', at: [100, 400], size: 40 }]]));
    await renderer.render(pdfPage('two.pdf', 2), 900, file('two.jpg'));
    const picture = await loadImage(file('two.jpg'));
    expect([picture.width, Math.abs(picture.height - 1273) <= 1]).toEqual([900, true]);
    const canvas = createCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const shade = (x: number, y: number) => context.getImageData((x * 900) / 595.28, (y * 900) / 595.28, 1, 1).data[0]!;
    expect(shade(130, 425)).toBeLessThan(60);
    expect(shade(50, 425)).toBeGreaterThan(240);
    expect(shade(300, 100)).toBeGreaterThan(240);
  });

  test('says of a file that is none and of a page that is not there that they are damaged', async () => {
    writeFileSync(file('none.pdf'), 'no PDF');
    for (const page of [pdfPage('none.pdf'), pdfPage('two.pdf', 9), pdfPage('absent.pdf')]) {
      const error = await renderer.render(page, 900, file('bad.jpg')).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(RenderFailed);
      expect(error.messageKey).toBe('reader.pageDamaged');
    }
  });

  test('stops a page that takes for ever, and draws the next', async () => {
    const circles = Array.from({ length: 120_000 }, (_, i) => `${i % 600} ${(i * 7) % 800} 300 300 re S`).join('\n');
    // A tiling pattern within the page, drawn again and again: cheap to say, dear to draw.
    writeFileSync(
      file('slow.pdf'),
      rawPdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 600 800] >>',
        '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /ExtGState << /G << /ca 0.01 /CA 0.01 /BM /Luminosity >> >> >> >>',
        `<< /Length ${circles.length + 20} >>\nstream\n/G gs 90 w\n${circles}\nendstream`,
      ]),
    );
    const impatient = make(1_000);
    const error = await impatient.render(pdfPage('slow.pdf'), 1400, file('slow.jpg')).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RenderFailed);
    expect(['reader.pageTooSlow', 'reader.pageTooLarge']).toContain(error.messageKey);
    await impatient.render(pdfPage('two.pdf'), 200, file('next.jpg')).catch(() => null);
    await renderer.render(pdfPage('two.pdf'), 200, file('next.jpg'));
    expect((await loadImage(file('next.jpg'))).width).toBe(200);
  });

  test('keeps a page of strange proportions within bounds', async () => {
    writeFileSync(
      file('ribbon.pdf'),
      rawPdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 20 14000] >>',
        '<< /Type /Page /Parent 2 0 R >>',
      ]),
    );
    const ribbon = pdfPage('ribbon.pdf', 1, { width: 20, height: 14_000 });
    await renderer.render(ribbon, 2000, file('ribbon.jpg'));
    const picture = await loadImage(file('ribbon.jpg'));
    expect(picture.width * picture.height).toBeLessThan(26_000_000);
  });
});

test('a picture is drawn smaller, never larger; one that would burst memory is refused', async () => {
  const renderer = new Renderer();
  open.push(renderer);
  const canvas = createCanvas(1_000, 500);
  writeFileSync(file('a.png'), canvas.toBuffer('image/png'));
  const page = { path: file('a.png'), mediaType: 'image/png', page: 1, size: null };
  await renderer.render(page, 200, file('a.jpg'));
  expect((await loadImage(file('a.jpg'))).width).toBe(200);
  await renderer.render(page, 2000, file('a.jpg'));
  expect((await loadImage(file('a.jpg'))).width).toBe(1_000);
  const bomb = canvas.toBuffer('image/png');
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  writeFileSync(file('bomb.png'), bomb);
  const error = await renderer
    .render({ ...page, path: file('bomb.png') }, 200, file('b.jpg'))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RenderFailed);
});

describe('pictures kept on disk', () => {
  /** Draws nothing: writes so many bytes, when it is let. */
  class Slow implements PageRenderer {
    readonly name = 'slow';
    drawn: number[] = [];
    failing = false;
    private gate: Promise<void> = Promise.resolve();
    open: () => void = () => {};
    shut(): void {
      this.gate = new Promise((resolve) => (this.open = resolve));
    }
    async render({ page }: { page: number }, width: number, to: string): Promise<void> {
      this.drawn.push(page);
      await this.gate;
      if (this.failing) throw new RenderFailed('reader.pageDamaged');
      writeFileSync(to, Buffer.alloc(width));
    }
  }
  let kept = 0;
  const cache = (slow: Slow, options: ConstructorParameters<typeof PageImages>[3]) => {
    kept += 1;
    const images = new PageImages(file(`pages-${kept}`), slow, file(`pages-${kept}.sqlite`), options);
    open.push(images);
    return images;
  };
  const pictures = (name: string) =>
    readdirSync(file(name), { recursive: true })
      .map((found) => path.basename(String(found)))
      .filter((found) => found.endsWith('.jpg'))
      .sort();
  const page = (number: number) => ({ ...pdfPage('x.pdf', number), sha512: 'ab'.repeat(64) });

  test('are drawn once, however many ask at the same time', async () => {
    const slow = new Slow();
    const images = cache(slow, {});
    slow.shut();
    const asked = [1, 1, 1, 2].map((number) => images.image(page(number), 200));
    slow.open();
    await Promise.all(asked);
    await images.image(page(1), 200);
    expect(slow.drawn.sort()).toEqual([1, 2]);
  });

  test('go, the least recently used first, when they take more room than they may', async () => {
    const slow = new Slow();
    const images = cache(slow, { limitBytes: 10_000 });
    for (let number = 1; number <= 12; number++) {
      await images.image(page(number), 900);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    const left = readdirSync(file(`pages-${kept}`), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.jpg'));
    expect(left.length).toBeLessThanOrEqual(11);
    expect(left.some((name) => name.endsWith('/12-900.jpg'))).toBe(true);
    expect(left.some((name) => name.endsWith('/1-900.jpg'))).toBe(false);
    await images.image(page(1), 900);
    expect(slow.drawn.filter((number) => number === 1)).toHaveLength(2);
  });

  test('are drawn two at a time; beyond the queue people are told to come back', async () => {
    const slow = new Slow();
    const images = cache(slow, { atOnce: 2, waiting: 3 });
    slow.shut();
    const asked = [1, 2, 3, 4, 5].map((number) => images.image(page(number), 900));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(slow.drawn).toHaveLength(2);
    await expect(images.image(page(6), 900)).rejects.toBeInstanceOf(Busy);
    slow.open();
    await Promise.all(asked);
    expect(slow.drawn).toHaveLength(5);
    expect(images.load).toBe(0);
  });

  test('that someone looks at go before those fetched ahead, and these before small ones', async () => {
    const slow = new Slow();
    const images = cache(slow, { atOnce: 2 });
    slow.shut();
    const asked: Promise<string>[] = [];
    const ask = async (number: number, width: 200 | 900, urgency?: 'ahead') => {
      asked.push(images.image(page(number), width, urgency));
      await new Promise((resolve) => setTimeout(resolve, 20)); // the disk is asked before the line is joined
    };
    await ask(10, 200);
    await ask(11, 200);
    await ask(20, 900, 'ahead');
    await ask(21, 900, 'ahead');
    expect(slow.drawn).toEqual([10]); // one place is kept free
    await ask(30, 900);
    await ask(31, 900);
    await ask(21, 900); // fetched ahead, and now someone has turned to it
    expect(slow.drawn).toEqual([10, 30]);
    slow.open();
    await Promise.all(asked);
    expect(slow.drawn).toHaveLength(6);
    const order = [30, 21, 31, 20, 11].map((number) => slow.drawn.indexOf(number));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('that were looked at again stay, and one that the list has lost is counted again', async () => {
    const slow = new Slow();
    const images = cache(slow, { limitBytes: 10_000 });
    const wait = () => new Promise((resolve) => setTimeout(resolve, 3));
    await images.image(page(1), 2000);
    new Database(file(`pages-${kept}.sqlite`)).exec('DELETE FROM kept_files').close();
    await images.image(page(1), 2000);
    for (const number of [4, 5, 6]) {
      await wait();
      await images.image(page(number), 2000);
    }
    await wait();
    await images.image(page(4), 2000);
    for (const number of [7, 8, 9]) await images.image(page(number), 2000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(pictures(`pages-${kept}`)).toEqual([4, 6, 7, 8, 9].map((number) => `${number}-2000.jpg`));
    expect(slow.drawn).toEqual([1, 4, 5, 6, 7, 8, 9]);
  });

  test.each([
    ['lost', null],
    ['damaged', 'This is no database. '.repeat(500)],
  ])('whose list is %s go, and what a killed process left half done', async (what, list) => {
    const slow = new Slow();
    const images = cache(slow, {});
    await images.image(page(1), 900);
    images.close();
    open.splice(open.indexOf(images), 1);
    const name = `pages-${kept}`;
    for (const end of ['', '-wal', '-shm']) rmSync(file(`${name}.sqlite${end}`), { force: true });
    if (list) writeFileSync(file(`${name}.sqlite`), list);
    const again = new PageImages(file(name), slow, file(`${name}.sqlite`));
    open.push(again);
    await again.image(page(2), 900);
    expect([what, pictures(name)]).toEqual([what, ['2-900.jpg']]);

    for (const [left, age] of [
      ['old.jpg', 2],
      ['young.jpg', 0],
    ] as const) {
      writeFileSync(file(`${name}/unfinished/${left}`), '');
      const then = Date.now() / 1000 - age * 3_600;
      utimesSync(file(`${name}/unfinished/${left}`), then, then);
    }
    const third = new PageImages(file(name), slow, file(`${name}.sqlite`));
    open.push(third);
    await third.image(page(2), 900);
    expect(pictures(name)).toEqual(['2-900.jpg', 'young.jpg']);
    expect(slow.drawn).toEqual([1, 2]);
  });

  test('of a page that cannot be drawn are not tried at every request, and leave nothing behind', async () => {
    const slow = new Slow();
    const images = cache(slow, {});
    slow.failing = true;
    const broken = { ...page(1), path: file('broken.pdf') };
    writeFileSync(broken.path, 'No PDF.'); // of a file that is not there nothing is remembered: it may have moved
    await expect(images.image(broken, 200)).rejects.toThrow('reader.pageDamaged');
    await expect(images.image(broken, 200)).rejects.toThrow('reader.pageDamaged');
    expect(slow.drawn).toEqual([1]);
    const left = existsSync(file(`pages-${kept}`))
      ? readdirSync(file(`pages-${kept}`), { recursive: true }).map(String)
      : [];
    expect(left.filter((name) => name.endsWith('.jpg'))).toEqual([]);
  });
});
