import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import { recognisePage } from '../src/reading/recognise-page';
import { Renderer } from '../src/reading/renderer';
import { findProgram } from '../src/text/outside-program';
import { TesseractJs } from '../src/text/recogniser';
import { openTestApp, type TestApp } from './support/app';
import { pdfOfManyPages, rawPdf } from './support/sample-pdf';
import { scan } from './support/scan';

/** What people hand in by mistake or malice: refused or passed over with a reason, and the rest is read. */
jest.setTimeout(120_000);

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const PDF = 'application/pdf';
const WORDS = 'BT /F 12 Tf 20 100 Td (Words of a sound page) Tj ET';
const PICTURE = 'q 300 0 0 200 0 0 cm /I Do Q';
const stream = (head: string, content: string) =>
  `<< ${head} /Length ${content.length} >>\nstream\n${content}\nendstream`;

/** A PDF of three pages: words, then what is told, then words. */
function withSecondPage({ page = '4 0 R', content = '', picture = stream('', '') }) {
  const font = '<< /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count 3 /Kids [3 0 R ${page} 5 0 R] /MediaBox [0 0 300 200] /Resources << /Font ${font} /XObject << /I 8 0 R >> >> >>`,
    '<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>',
    '<< /Type /Page /Parent 2 0 R /Contents 7 0 R >>',
    '<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>',
    stream('', WORDS),
    content || stream('', PICTURE),
    picture,
  ]);
}

async function published(name: string, mediaType: string, content: Buffer) {
  const work = await app.published({ titles: [{ value: name, lang: 'ky' }], files: [{ name, mediaType, content }] });
  const file = work.files[0]!;
  return { file, address: `/works/${work.id}/files/${file.id}` };
}

const pageOf = async (address: string, page: number) => {
  const { text } = await app.browse().get(`${address}/read`).query({ page }).set('Accept-Language', 'en').expect(200);
  return text;
};

const picture = (width: number, height: number, filter: string, data: Buffer) =>
  stream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /${filter}`,
    data.toString('latin1'),
  );

describe('a page in the middle that', () => {
  const { jpeg, width, height } = scan('Барак', { inches: { width: 3, height: 1 } });
  const broken: [string, string, Buffer][] = [
    [
      'shows a picture that is cut off',
      'damaged',
      withSecondPage({ picture: picture(width, height, 'DCTDecode', jpeg.subarray(0, 300)) }),
    ],
    [
      'shows a picture of 60,000 × 60,000 pixels',
      'tooLarge',
      withSecondPage({ picture: picture(60_000, 60_000, 'FlateDecode', deflateSync(Buffer.alloc(100_000_000))) }),
    ],
    ['is not there', 'damaged', withSecondPage({ page: '99 0 R' })],
  ];
  // Only poppler tells such a page from an empty one.
  if (findProgram('pdftotext')) {
    broken.push([
      'cannot be unpacked',
      'damaged',
      withSecondPage({ content: stream('/Filter /FlateDecode', 'this was never deflated at all') }),
    ]);
  }

  test.each(broken)('%s has its reason; those around it are read and shown', async (name, reason, content) => {
    const { file, address } = await published(`${name}.pdf`, PDF, content);
    expect(file.text).toMatchObject({ state: 'done', pages: 3 });
    const pages = await app.house.texts.pages(file.id, 1, 3);
    expect(pages.map(({ text }) => text)).toEqual(['Words of a sound page', '', 'Words of a sound page']);
    expect(pages.map(({ problem }) => problem)).toEqual([null, `text.reason.${reason}`, null]);
    expect(await pageOf(address, 2)).toContain(
      reason === 'damaged' ? 'The file is damaged' : 'The picture is too large',
    );
    for (const page of [1, 3]) {
      expect(await pageOf(address, page)).toContain('Words of a sound page');
      const { body } = await app.browse().get(`${address}/pages/${page}.jpg?w=200`).expect(200);
      expect((body as Buffer).length).toBeGreaterThan(1_000);
    }
    if (!['is not there', 'shows a picture of 60,000 × 60,000 pixels'].includes(name)) return;
    // What cannot be drawn says why where its picture would stand.
    const { headers, body } = await app.browse().get(`${address}/pages/2.jpg?w=900`).expect(422);
    expect(headers['content-type']).toMatch('image/svg+xml');
    expect(String(body)).toMatch(/>\p{L}[^<]+<\/tspan>/u);
  });

  test('is met by a search that finds those around it', async () => {
    const { address } = await published('found.pdf', PDF, broken[0]![2]);
    const { text } = await app.browse().get('/search').query({ q: '"words of a sound page"' }).expect(200);
    expect(text).toContain(`${address}/read?page=`);
  });
});

test('a page that takes for ever to draw is not read off, says so, and the next one is', async () => {
  const shapes = Array.from({ length: 400_000 }, (_, i) => `${i % 300} ${(i * 7) % 200} 90 80 re f*`).join('\n');
  const file = path.join(app.folder, 'endless.pdf');
  writeFileSync(file, withSecondPage({ content: stream('', `0.5 g\n${shapes}`) }));
  const [renderer, recogniser] = [new Renderer({ timeoutMs: 700 }), new TesseractJs(path.join(app.folder, 'models'))];
  const size = { width: 300, height: 200 };
  const read = (page: number) =>
    recognisePage(renderer, recogniser, { path: file, mediaType: PDF, page, label: null, size }, ['en'], app.folder);
  try {
    await expect(read(2)).rejects.toMatchObject({ reason: 'tookTooLong' });
    expect((await read(1)).text).toContain('Words of a sound page');
  } finally {
    await Promise.all([renderer.close(), recogniser.close()]);
  }
});

test('a PDF of 100,000 pages keeps its place with its reason', async () => {
  const { file, address } = await published('many.pdf', PDF, pdfOfManyPages(100_000));
  expect(file.text).toMatchObject({ state: 'failed', reason: 'text.reason.tooManyPages' });
  expect(await pageOf(address, 1)).toContain('too many pages');
});

test('a picture of 60,000 × 60,000 pixels is never unpacked', async () => {
  const content = createCanvas(100, 100).toBuffer('image/png');
  content.writeUInt32BE(60_000, 16);
  content.writeUInt32BE(60_000, 20);
  const before = process.memoryUsage().rss;
  const { file, address } = await published('poster.png', 'image/png', content);
  expect(file.text).toMatchObject({ state: 'failed', reason: 'text.reason.tooLarge' });
  await app.browse().get(`${address}/pages/1.jpg?w=900`).expect(422);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});
