import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSampleLibrary } from '../src/demo/library';
import { portraitOf } from '../src/demo/portrait';
import { fileOf } from '../src/demo/render';
import { Extractor, TEXT_MEDIA_TYPES } from '../src/text/extract-pages';
import type { TextPage } from '../src/text/page';
import { ACCESS_LEVELS, missingForSubmission, WORK_TYPES } from '../src/works/schema';

const LANGUAGES = ['ky', 'ru', 'tr', 'en'];
const library = readSampleLibrary();
const folder = mkdtempSync(path.join(tmpdir(), 'achyk-demo-'));
const extractor = new Extractor();
afterAll(async () => {
  await extractor.close();
  rmSync(folder, { recursive: true, force: true });
});

async function pagesOf(key: string): Promise<TextPage[]> {
  const work = library.works.find((each) => each.key === key)!;
  const file = path.join(folder, work.file.name);
  writeFileSync(file, await fileOf(work, library));
  const mediaType =
    work.file.format === 'docx'
      ? TEXT_MEDIA_TYPES.docx
      : work.file.format === 'html'
        ? TEXT_MEDIA_TYPES.html
        : TEXT_MEDIA_TYPES.pdf;
  const pages: TextPage[] = [];
  for await (const page of (await extractor.extractPages(file, mediaType)).pages) pages.push(page);
  return pages;
}

test('the sample library shows every type of work, every level of access and all four languages', () => {
  const { works } = library;
  expect(works.length).toBeGreaterThanOrEqual(24);
  expect(new Set(works.map((work) => work.metadata.type))).toEqual(new Set(WORK_TYPES));
  expect(new Set(works.map((work) => work.metadata.access.level))).toEqual(new Set(ACCESS_LEVELS));
  expect(works.some((work) => work.metadata.access.viewOnly)).toBe(true);
  expect(works.some((work) => (work.metadata.access.openFrom ?? '') > '2030')).toBe(true);
  for (const language of LANGUAGES) {
    expect(works.filter((work) => work.metadata.languages[0] === language).length).toBeGreaterThanOrEqual(2);
  }
  expect(new Set(works.map((work) => work.file.format))).toEqual(new Set(['pdf', 'scan', 'docx', 'html']));
});

test('each sample work could be submitted as it is, and says that it is a sample', () => {
  for (const work of library.works) {
    expect({ work: work.key, missing: missingForSubmission(work.metadata) }).toEqual({ work: work.key, missing: [] });
    expect(work.metadata.rights.statement).toMatch(/Achyk/);
    for (const { scheme, value } of work.metadata.identifiers)
      if (scheme === 'doi') expect(value).toMatch(/^10\.5072\//);
  }
});

test('what sample works point to is there: collections, people, other works', () => {
  const slugs = library.collections.map((collection) => collection.slug);
  const keys = library.works.map((work) => work.key);
  const used = new Set(library.works.flatMap((work) => work.metadata.collections));
  for (const slug of used) expect(slugs).toContain(slug);
  for (const work of library.works) {
    for (const { key } of work.relations) expect(keys).toContain(key);
    for (const key of work.parts) expect(keys).toContain(key);
  }
  for (const { slug, parent, titles, descriptions } of library.collections) {
    expect([slug, titles.map((title) => title.lang)]).toEqual([slug, LANGUAGES]);
    expect([slug, descriptions.map((each) => each.lang)]).toEqual([slug, LANGUAGES]);
    if (parent) expect(library.collections.find((each) => each.slug === parent)?.parent).toBe(null);
  }
  expect(library.collections.some((collection) => collection.parent)).toBe(true);
  expect(library.people.length).toBeGreaterThanOrEqual(6);
  for (const person of library.people) expect(person.biographies.length).toBeGreaterThanOrEqual(2);
});

test('a dissertation and its автореферат point to each other', () => {
  const byKey = new Map(library.works.map((work) => [work.key, work]));
  const thesis = byKey.get('glaciers-dissertation')!;
  const abstract = byKey.get('glaciers-autoreferat')!;
  expect(thesis.relations).toEqual([{ type: 'isSupplementedBy', key: abstract.key }]);
  expect(abstract.relations).toEqual([{ type: 'isSupplementTo', key: thesis.key }]);
  expect(thesis.metadata.thesis).toMatchObject({ degree: 'candidate', specialityCode: '25.00.27' });
  expect(thesis.metadata.contributors.filter((each) => each.role === 'opponent')).toHaveLength(2);
});

test('the same text gives the same bytes', async () => {
  for (const key of ['article-voice', 'scanned-reader', 'term-paper-guide']) {
    const work = library.works.find((each) => each.key === key)!;
    const [first, second] = [await fileOf(work, library), await fileOf(work, library)];
    expect([key, first.equals(second)]).toEqual([key, true]);
  }
  const person = library.people[0]!;
  expect(portraitOf(person).equals(portraitOf(person))).toBe(true);
  expect(portraitOf(person).subarray(1, 4).toString()).toBe('PNG');
});

test('«мөңгүлөрүбүздүн» stands on one page of one sample work', async () => {
  const found: string[] = [];
  for (const work of library.works) {
    if (work.file.format === 'scan') continue;
    for (const page of await pagesOf(work.key)) {
      const text = page.text.replaceAll(/-\n/g, '');
      for (const _ of text.matchAll(/мөңгүлөрүбүздүн/gi)) found.push(`${work.key} ${page.number}`);
    }
  }
  expect(found).toEqual(['glaciers-dissertation 13']);
}, 60_000);

test('the long works have a table of contents that leads to their chapters', async () => {
  const work = library.works.find((each) => each.key === 'math-textbook')!;
  const file = path.join(folder, work.file.name);
  writeFileSync(file, await fileOf(work, library));
  const { outline, pageCount } = await extractor.extractPages(file, TEXT_MEDIA_TYPES.pdf);
  expect(pageCount).toBeGreaterThanOrEqual(15);
  const sets = outline.find((entry) => entry.title === '2. Көптүктөр')!;
  expect(sets.children.map((child) => child.title)).toContain('2.1. Көптүк жана элемент');
  const pages = await pagesOf('math-textbook');
  expect(pages[sets.page! - 1]!.text).toContain('2. Көптүктөр');
  expect(pages[2]!.text).toMatch(/Мазмуну[\s\S]*2\. Көптүктөр/);
});

test('an article keeps the page numbers of its journal', async () => {
  const pages = await pagesOf('article-walnut');
  expect(pages.map((page) => page.label)).toEqual(['6', '7', '8']);
});

test('the scanned book has pages and not a word of text', async () => {
  const pages = await pagesOf('scanned-reader');
  expect(pages.length).toBeGreaterThanOrEqual(6);
  expect(
    pages
      .map((page) => page.text)
      .join('')
      .trim(),
  ).toBe('');
});

test('the Word and the web deposit can be read', async () => {
  expect((await pagesOf('term-paper-guide')).map((page) => page.text).join('\n')).toContain('Жакшы тема — суроо');
  expect((await pagesOf('water-lecture')).map((page) => page.text).join('\n')).toContain(
    'Көп жылдык кампа'.toLowerCase(),
  );
});
