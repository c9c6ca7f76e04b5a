import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Description, describeFrontMatter } from '../src/text/describe-pdf';
import { Extractor } from '../src/text/extract-pages';
import { type SamplePage, writeSamplePdf } from './support/sample-pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-describe-'));
const extractor = new Extractor();
afterAll(async () => {
  await extractor.close();
  rmSync(folder, { recursive: true, force: true });
});

async function describePages(pages: SamplePage[][], info?: Record<string, string>): Promise<Description> {
  const file = await writeSamplePdf(path.join(folder, 'a.pdf'), pages, { info });
  return describeFrontMatter(await extractor.frontMatter(file));
}
const lines = (...entries: [string, number, number][]): SamplePage[] =>
  entries.map(([text, size, top]) => ({ text, size, at: [60, top] }));

test('a Kyrgyz dissertation: title, author, year, УДК, abstract and keywords', async () => {
  const found = await describePages(
    [
      lines(
        ['КЫРГЫЗ РЕСПУБЛИКАСЫНЫН БИЛИМ БЕРҮҮ ЖАНА ИЛИМ МИНИСТРЛИГИ', 10, 60],
        ['Ж. Баласагын атындагы Кыргыз улуттук университети', 11, 80],
        ['Кол жазма укугунда', 10, 140],
        ['УДК 94(575.2)', 11, 160],
        ['Асанов Усен Бакирович', 13, 220],
        ['Ысык-Көл өрөөнүнүн тарыхы', 18, 280],
        ['жана маданий мурасы', 18, 304],
        ['07.00.02 – Ата Мекен тарыхы', 11, 360],
        ['тарых илимдеринин кандидаты окумуштуулук даражасын алуу үчүн', 11, 380],
        ['Илимий жетекчи: т.и.д., профессор Токтогулов Б. К.', 11, 480],
        ['Бишкек – 2021', 11, 760],
      ),
      lines(
        ['Аннотация. Бул эмгекте Ысык-Көл өрөөнүнүн тарыхы байыркы доордон', 11, 80],
        ['бүгүнкү күнгө чейин булактардын негизинде изилденет. Маданий му-', 11, 100],
        ['растын сакталышы каралат.', 11, 120],
        ['Ачкыч сөздөр: тарых, Ысык-Көл, маданий мурас.', 11, 150],
        ['Киришүү', 14, 200],
      ),
    ],
    { Title: 'Microsoft Word - диссертация.docx', Author: 'User' },
  );
  expect(found).toEqual({
    title: 'Ысык-Көл өрөөнүнүн тарыхы жана маданий мурасы',
    authors: ['Асанов, Усен Бакирович'],
    year: 2021,
    abstract:
      'Бул эмгекте Ысык-Көл өрөөнүнүн тарыхы байыркы доордон бүгүнкү күнгө чейин булактардын негизинде изилденет. Маданий мурастын сакталышы каралат.',
    keywords: ['тарых', 'Ысык-Көл', 'маданий мурас'],
    udc: '94(575.2)',
  });
});

test('a Russian title in capitals of the same size, author with initials', async () => {
  const found = await describePages([
    lines(
      ['КЫРГЫЗСКИЙ НАЦИОНАЛЬНЫЙ УНИВЕРСИТЕТ', 12, 60],
      ['Иванова А. П.', 12, 200],
      ['ВОДНЫЕ РЕСУРСЫ ЧУЙСКОЙ', 12, 260],
      ['ДОЛИНЫ', 12, 280],
      ['Учебное пособие', 12, 320],
      ['Рецензент: профессор Сыдыков К. А.', 12, 400],
      ['Бишкек 2019', 12, 760],
    ),
  ]);
  expect(found).toMatchObject({ title: 'Водные ресурсы чуйской долины', authors: ['Иванова, А. П.'], year: 2019 });
});

test('an English article: names under a larger title, abstract on the same page', async () => {
  const found = await describePages([
    lines(
      ['Glacier Retreat in the Northern Tien Shan', 18, 80],
      ['John Smith, Aigul Asanova', 12, 120],
      ['Department of Geography, University of Bishkek', 10, 140],
      ['Abstract: We measure how forty glaciers of the northern Tien Shan have changed since 1960.', 10, 180],
      ['Keywords: glacier, climate; Tien Shan', 10, 200],
      ['1. Introduction', 12, 240],
    ),
  ]);
  expect(found).toMatchObject({
    title: 'Glacier Retreat in the Northern Tien Shan',
    authors: ['Smith, John', 'Asanova, Aigul'],
    keywords: ['glacier', 'climate', 'Tien Shan'],
  });
  expect(found.abstract).toMatch(/^We measure how forty/);
});

test('a Turkish thesis keeps its dotless ı', async () => {
  const found = await describePages([
    lines(
      ['KIRGIZİSTAN-TÜRKİYE MANAS ÜNİVERSİTESİ', 11, 60],
      ['ISIK GÖL KIYISINDA YERLEŞİM', 17, 240],
      ['Hazırlayan: Ayşe Yılmaz', 11, 320],
      ['Danışman: Prof. Dr. Ali Demir', 11, 340],
      ['Bişkek 2020', 11, 760],
    ),
  ]);
  expect(found).toMatchObject({ title: 'Isık göl kıyısında yerleşim', authors: ['Yılmaz, Ayşe'], year: 2020 });
});

test('a scan says nothing, and nothing is invented', async () => {
  expect(await describePages([[]], { Title: 'scan0001.pdf', Author: 'Windows User' })).toMatchObject({
    title: null,
    authors: [],
    abstract: null,
    keywords: [],
    udc: null,
  });
});
