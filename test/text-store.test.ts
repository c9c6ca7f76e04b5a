import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { encodeLines, plainPage, type TextPage } from '../src/text/page';
import { PAGE_SPAN, TextStore } from '../src/text/text-store';

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-text-store-'));
const store = new TextStore(path.join(folder, 'text.sqlite'));

async function* some(from: number, to: number, word = 'Барак'): AsyncGenerator<TextPage> {
  for (let number = from; number <= to; number++) {
    yield {
      ...plainPage(number, `${word} ${number}`),
      label: number <= 2 ? 'i'.repeat(number) : null,
      width: 595.28,
      height: 841.89,
      lines: [
        {
          top: 100,
          height: 20,
          words: [
            { left: 5, width: 50 },
            { left: 60, width: 10 },
          ],
        },
      ],
    };
  }
}
const text = { source: 'pdftotext', outline: [{ title: 'Кириш', page: 3, children: [] }] };

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('pages are kept with their words and given back one by one, by range and as a stream', async () => {
  expect(await store.replace(7, text, some(1, 120))).toBe(120);
  await store.replace(8, text, some(1, 2, 'Башка'));
  expect(await store.about(7)).toEqual({ fileId: 7, pages: 120, complete: true, changes: 0, ...text });
  expect(await store.page(7, 57)).toMatchObject({ number: 57, text: 'Барак 57', width: 595.28, confidence: null });
  expect((await store.page(7, 57))!.lines[0]!.words[1]).toEqual({ left: 60, width: 10 });
  expect((await store.pages(7, 119, 130)).map((page) => page.number)).toEqual([119, 120]);
  expect(await store.page(7, 121)).toBeNull();
  const seen: string[] = [];
  for await (const page of store.texts(7, 50)) seen.push(page.text);
  expect(seen).toHaveLength(120);
  expect(seen.at(-1)).toBe('Барак 120');
  expect(await store.shapes(7)).toHaveLength(120);
  expect(await store.pageLabelled(7, 'ii')).toBe(2);
  expect(await store.pageLabelled(7, 'iii')).toBeNull();
});

test('pages are given back letter for letter, and those that were kept in UTF-8 as well', async () => {
  const text = 'Өмүр, ёлка, İstanbul, 𝕬 😀 \ufeff мөңгү';
  await store.putPage(77, plainPage(1, text));
  await store.putPage(77, plainPage(2, ''));
  const db = new Database(path.join(folder, 'text.sqlite'));
  db.prepare('UPDATE pages SET text = ? WHERE id = ?').run(deflateRawSync(text), 77 * PAGE_SPAN + 2);
  db.close();
  expect([store.text(77, 1), store.text(77, 2), (await store.page(77, 1))?.text]).toEqual([text, text, text]);
  await store.putPage(77, plainPage(2, ''));
  expect(store.text(77, 2)).toBe('');
});

test('a second extraction takes the place of the first', async () => {
  await store.replace(9, text, some(1, 60));
  await store.replace(9, { source: 'pdfium', outline: [] }, some(1, 3, 'Жаңы'));
  expect(await store.about(9)).toMatchObject({ pages: 3, source: 'pdfium', outline: [] });
  expect(await store.page(9, 3)).toMatchObject({ text: 'Жаңы 3' });
  expect(await store.page(9, 4)).toBeNull();
  await store.replace(7, text, some(1, 2));
  expect(await store.page(7, 3)).toBeNull();
  expect((await store.pages(8, 1, 9)).map((page) => page.text)).toEqual(['Башка 1', 'Башка 2']);
});

test('an extraction that breaks off leaves what it read, marked incomplete', async () => {
  async function* broken() {
    yield* some(1, 30);
    throw new Error('broken off');
  }
  await expect(store.replace(10, text, broken())).rejects.toThrow('broken off');
  expect(await store.about(10)).toMatchObject({ complete: false });
  expect(await store.page(10, 30)).not.toBeNull();
});

test('pages that wait to be read off their picture are told until they were', async () => {
  await store.replace(13, text, some(1, 4));
  await store.markWaiting(13, [2, 4]);
  expect(await store.waiting(13)).toEqual([2, 4]);
  await store.putPage(13, { ...plainPage(2, 'Окулду'), confidence: 91 });
  expect(await store.waiting(13)).toEqual([4]);
  expect(await store.page(13, 2)).toMatchObject({ text: 'Окулду', confidence: 91 });
});

test('a file removed takes nothing of its neighbours along', async () => {
  await store.replace(11, text, some(1, 5));
  await store.replace(12, text, some(1, 5));
  await store.remove(11);
  expect(await store.about(11)).toBeNull();
  expect(await store.pages(11, 1, 10)).toEqual([]);
  expect(await store.pages(12, 1, 10)).toHaveLength(5);
});

test('the places of 350 words take less than five bytes each', () => {
  const words = Array.from({ length: 350 }, (_, i) => `сөз${(i * 7919) % 5000}`);
  const page: TextPage = {
    ...plainPage(1, Array.from({ length: 35 }, (_, i) => words.slice(i * 10, i * 10 + 10).join(' ')).join('\n')),
    lines: Array.from({ length: 35 }, (_, i) => ({
      top: 500 + i * 250,
      height: 180,
      words: Array.from({ length: 10 }, (_, j) => ({
        left: 1000 + j * 800 + ((i * j * 37) % 90),
        width: 600 + ((i * j * 53) % 150),
      })),
    })),
  };
  expect(encodeLines(page.lines).length).toBeLessThan(350 * 4.5);
});

test('a text tells how often it, or a page of it, was kept anew; one of an older file begins to count', async () => {
  await store.replace(30, { source: 'pdfium', outline: [] }, some(1, 2));
  await store.putPage(30, (await store.page(30, 2))!);
  await store.replace(30, { source: 'pdfium', outline: [] }, some(1, 2));
  expect(await store.about(30)).toMatchObject({ pages: 2, changes: 2 });
  const file = path.join(folder, 'older.sqlite');
  new TextStore(file).close();
  const db = new Database(file);
  db.exec("ALTER TABLE texts DROP COLUMN changes; INSERT INTO texts VALUES (5, 3, 'poppler', '[]', 1)");
  db.pragma('user_version = 3');
  db.close();
  const older = new TextStore(file);
  expect(await older.about(5)).toMatchObject({ pages: 3, complete: true, changes: 0 });
  older.close();
});
