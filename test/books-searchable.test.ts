import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathOfFile } from '../src/deposit/scan-file';
import { SearchablePdfs } from '../src/reading/searchable-pdfs';
import { BookPages } from '../src/text/book-pages';
import { mediaTypeOf } from '../src/text/media-type';
import { findProgram, runProgram } from '../src/text/outside-program';
import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { darkness, MARK, pagePicture, zip } from './support/book';
import { scan, scannedPdf } from './support/scan';

const poppler = findProgram('pdftotext') !== null && findProgram('pdfinfo') !== null;
if (!poppler) console.log('poppler is not installed: what it says of searchable PDFs is not asked');

let app: TestApp;
const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-searchable-'));
const file = (name: string) => path.join(folder, name);
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIMITS = { timeoutMs: 20_000, memoryBytes: 1e9, outputBytes: 1e8 };
const ask = async (program: string, ...args: string[]) =>
  (await runProgram(findProgram(program)!, args, LIMITS)).toString('utf8');

async function published(files: Record<string, Buffer>, metadata: object = {}): Promise<Work> {
  const { id } = await app.draft(metadata);
  const depositor = await app.visitor('depositor');
  for (const [name, content] of Object.entries(files)) {
    const received = await app.house.incoming.receive(Readable.from([content]), { limitBytes: 1e9 });
    const mediaType = await mediaTypeOf(received.path, name);
    const role = mediaType === 'application/pdf' ? 'main' : 'page';
    await app.house.deposits.attach(id, depositor, { ...received, name, mediaType }, role);
  }
  const book = await app.house.books.of(id);
  if (book && book.book.pages.length > 1) {
    await app.house.deposits.arrange(id, depositor, book.file.sha512, ({ pages, ...rest }) => ({
      ...rest,
      pages: pages.map((page, i) => (i === 1 ? { ...page, turn: 90 as const, label: 'xii' } : page)),
    }));
  }
  await app.runner.drain();
  await app.house.deposits.submit(id, depositor, { licenceAccepted: true });
  await app.house.deposits.accept(id, await app.visitor('reviewer'));
  await app.runner.drain();
  return app.house.works.published(id);
}

async function waitFor(isSo: () => boolean) {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
}

const bookOf = (work: Work) => work.files.find((each) => each.name === 'book.json')!;

/** Where `word` stands on page `number`, in points, as pdftotext says. */
async function placeOf(pdf: string, number: number, word: string) {
  const html = await ask('pdftotext', '-bbox', '-f', String(number), '-l', String(number), pdf, '-');
  const found = new RegExp(`xMin="([\\d.]+)" yMin="([\\d.]+)" xMax="([\\d.]+)" yMax="([\\d.]+)">${word}<`).exec(html);
  return found ? found.slice(1).map(Number) : null;
}

test('a scanned book is offered as a PDF with its text where the words stand', async () => {
  const jpeg = await pagePicture('Мөңгүлөр жайкысын\nжай чегинет');
  const work = await published(
    {
      'scans.zip': await zip({
        '1.jpg': jpeg,
        '2.png': await pagePicture('Булактардын тизмеси', { kind: 'png', turn: 270 }),
        '3.jpg': Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(500, 7)]),
      }),
    },
    { titles: [{ value: 'Мөңгүлөр китеби', lang: 'ky' }] },
  );
  const book = bookOf(work);
  const page = (await app.browse().get(`/works/${work.id}`).expect(200)).text;
  const address = /href="(\/works\/[^"]+\/searchable\/[^"?]+)\?download"/.exec(page)![1]!;
  const answer = await app.browse().get(address).responseType('blob').expect(200);
  expect(answer.headers['content-type']).toBe('application/pdf');
  expect(page).toContain('scans.zip'); // the original stands beside it
  const pdf = answer.body as Buffer;
  expect(pdf.includes(jpeg)).toBe(true); // not encoded again
  await app.browse().get(address).set('Range', 'bytes=0-99').expect(206);
  const led = await app.browse().get(`/works/${work.id}/files/${book.id}/book.json`).expect(303);
  expect(led.headers.location).toBe(address);
  if (!poppler) return;

  writeFileSync(file('book.pdf'), pdf);
  const info = await ask('pdfinfo', file('book.pdf'));
  expect(info).toMatch(/Title: +Мөңгүлөр китеби\n[\s\S]*Author: +Асанов, Усен Бакирович\n[\s\S]*Pages: +3\n/);
  const text = await ask('pdftotext', file('book.pdf'), '-');
  expect(text).toContain('Мөңгүлөр жайкысын');
  expect(text).toContain('Булактардын тизмеси');

  // The word is where it is printed: in the picture there is ink in its box, and none just beside the line.
  const place = (await placeOf(file('book.pdf'), 1, 'жайкысын'))!;
  const stored = (await app.house.reading.reader.page(book.id, 1, 'жайкысын'))!.hits[0]!;
  expect(Math.abs(place[0]! - stored.left)).toBeLessThan(1);
  expect(Math.abs(place[2]! - stored.left - stored.width)).toBeLessThan(1);
  expect(Math.abs(place[1]! - stored.top)).toBeLessThan(1);
  await ask('pdftoppm', '-jpeg', '-r', '100', file('book.pdf'), file('drawn'));
  const [width, height] = [432, 576];
  const box: [number, number, number, number] = [
    place[0]! / width,
    place[1]! / height,
    place[2]! / width,
    place[3]! / height,
  ];
  expect(await darkness(file('drawn-1.jpg'), box)).toBeGreaterThan(0.1);
  expect(await darkness(file('drawn-1.jpg'), [box[2] + 0.1, box[1], 0.99, box[3]])).toBeLessThan(0.01);
  // Nobody sees the text: the page is as dark as its picture.
  writeFileSync(file('source.jpg'), jpeg);
  expect(Math.abs((await darkness(file('drawn-1.jpg'), box)) - (await darkness(file('source.jpg'), box)))).toBeLessThan(
    0.02,
  );
  // A page that lay on its side stands.
  expect(await darkness(file('drawn-2.jpg'), MARK)).toBeGreaterThan(0.8);
  expect((await placeOf(file('book.pdf'), 2, 'тизмеси'))![1]! / height).toBeLessThan(0.15);

  await app.house.reading.correct(book.id, work.id, 1, 'Мөңгүлөр кышкысын\nжай чегинет', null);
  await app.runner.drain();
  const anew = await app.browse().get(address).responseType('blob').expect(200);
  expect(anew.headers.etag).not.toBe(answer.headers.etag);
  writeFileSync(file('anew.pdf'), anew.body as Buffer);
  const corrected = await ask('pdftotext', file('anew.pdf'), '-');
  expect([corrected.includes('кышкысын'), corrected.includes('жайкысын')]).toEqual([true, false]);
}, 120_000);

test('portals and Google Scholar are told the address of the PDF, when it is there and open to all', async () => {
  const picture = { '1.jpg': await pagePicture('Бет') };
  const toldOf = async (work: Work) => {
    const page = (await app.browse().get(`/works/${work.id}`).expect(200)).text;
    const record = async (prefix: string) => {
      const query = { verb: 'GetRecord', metadataPrefix: prefix, identifier: `oai:library.test:${work.id}` };
      return (await app.browse().get('/oai').query(query).expect(200)).text;
    };
    return {
      scholar: /citation_pdf_url" content="([^"]+)"/.exec(page)?.[1],
      dc: /<dc:identifier>([^<]+\/searchable\/[^<]+)</.exec(await record('oai_dc'))?.[1],
      mets: /xlink:href="([^"]+\/searchable\/[^"]+)"/.exec(await record('mets'))?.[1],
      datestamp: /<datestamp>([^<]+)</.exec(await record('oai_dc'))![1]!,
    };
  };
  const open = await published(picture, { titles: [{ value: 'Ачык китеп', lang: 'ky' }] });
  const told = await toldOf(open);
  expect(told.scholar).toMatch(/^http:\/\/library\.test\/works\/\d+\/files\/\d+\/searchable\//);
  expect([told.dc, told.mets]).toEqual([told.scholar, told.scholar]);
  await app.browse().get(told.scholar!.replace('http://library.test', '')).expect(200);

  // Made otherwise, it is news; made again as it was, it is none.
  app.wait({ seconds: 300 });
  await app.house.reading.correct(bookOf(open).id, open.id, 1, 'Башка бет', null);
  await app.runner.drain();
  const after = await toldOf(open);
  expect(after.datestamp > told.datestamp).toBe(true);
  app.wait({ seconds: 300 });
  rmSync(await app.house.searchablePdfs.pathOf(bookOf(open).id));
  await app.house.searchablePdfs.pathOf(bookOf(open).id).catch(() => {});
  await app.runner.drain();
  expect((await toldOf(open)).datestamp).toBe(after.datestamp);

  for (const access of [{ viewOnly: true }, { level: 'registered' }, { openFrom: '2099-01-01' }]) {
    const closed = await published(picture, { access: { level: 'open', openFrom: null, viewOnly: false, ...access } });
    expect(await toldOf(closed)).toMatchObject({ scholar: undefined, dc: undefined, mets: undefined });
  }
}, 120_000);

test('pages keep their printed labels in the PDF', async () => {
  const work = await published({ '1.jpg': await pagePicture('Бир'), '2.jpg': await pagePicture('Эки', { turn: 270 }) });
  const pdf = await app.house.searchablePdfs.pathOf(bookOf(work).id);
  const { labels, pages } = await app.house.extractor.overview(pdf);
  expect([pages, labels]).toEqual([2, [null, 'xii']]);
  expect(readFileSync(pdf).length).toBe((await app.house.searchablePdfs.of(bookOf(work).id))!.size);
}, 60_000);

function binderOf(name: string, options: { memoryBytes?: number; limitBytes?: number }) {
  const { incoming, works, jobs, texts, archive, renderer } = app.house;
  const pages = new BookPages(
    (fileId) => pathOfFile({ files: works.files, archive, incoming }, fileId),
    (workId, sha512) => works.files.withDigest(workId, sha512),
  );
  const folder = file(name);
  return new SearchablePdfs({ works, jobs, texts, pages, renderer, folder, list: `${folder}.sqlite`, ...options });
}

test('the PDFs keep within their room on disk: who asks for one that went is told to wait, and gets it', async () => {
  const picture = await pagePicture('Бет');
  const [one, other] = [await published({ '1.jpg': picture }), await published({ '1.jpg': picture })].map(bookOf);
  const { size } = (await app.house.searchablePdfs.of(one!.id))!;
  const binder = binderOf('few', { limitBytes: size * 1.5 });
  try {
    await binder.bind(one!.id);
    const path = await binder.pathOf(one!.id);
    await binder.bind(other!.id);
    await waitFor(() => !existsSync(path));
    await binder.pathOf(other!.id);
    expect((await binder.of(one!.id))!.size).toBe(size); // still offered
    await expect(binder.pathOf(one!.id)).rejects.toMatchObject({ messageKey: 'book.searchableAgain' });
    await binder.bind(one!.id);
    await binder.pathOf(one!.id);
  } finally {
    await binder.close();
  }

  rmSync(await app.house.searchablePdfs.pathOf(one!.id)); // as if others had needed its room
  const work = await app.house.works.published((await app.house.works.files.bytesOf(one!.id)).workId);
  const page = (await app.browse().get(`/works/${work.id}`).expect(200)).text;
  const address = /href="(\/works\/[^"]+\/searchable\/[^"?]+)\?download"/.exec(page)![1]!;
  const answer = await app.browse().get(address).expect(503);
  expect(answer.headers['retry-after']).toBe('30');
  await app.runner.drain();
  await app.browse().get(address).expect(200);
}, 60_000);

test('a scanned PDF is offered as it is, and with text; one that has its text is not made anew', async () => {
  const page = scan('Жайлоодогу көчмөн турмуш', { dpi: 150, inches: { width: 6, height: 3 } });
  const work = await published({ 'scan.pdf': await scannedPdf([page, page], 150) });
  const html = (await app.browse().get(`/works/${work.id}`).expect(200)).text;
  expect(html).toContain('scan.pdf?download');
  const made = await app.house.searchablePdfs.pathOf(work.files[0]!.id);
  expect(html).toContain('/searchable/');
  if (poppler) expect(await ask('pdftotext', made, '-')).toContain('Жайлоодогу көчмөн');
  expect(readFileSync(made).includes(page.jpeg)).toBe(true); // as the scanner wrote it
  const born = await app.published({ pages: ['Текстүү бет жыйырма тамгадан ашык'] });
  expect(await app.house.searchablePdfs.of(born.files[0]!.id)).toBeNull();
}, 60_000);

test('what was made of a file goes when a new version has another in its place', async () => {
  const page = (text: string) => scan(text, { dpi: 150, inches: { width: 6, height: 3 } });
  const work = await published({ 'scan.pdf': await scannedPdf([page('Жайлоодогу көчмөн турмуш')], 150) });
  const before = work.files[0]!;
  const made = await app.house.searchablePdfs.pathOf(before.id);
  const address = `/works/${work.id}/files/${before.id}/searchable/x.pdf`;
  await app.browse().get(address).expect(200);
  const other = binderOf('left', {}); // as of a process that has not heard of it
  try {
    await other.bind(before.id);
    rmSync(await other.pathOf(before.id));

    const reviewer = await app.visitor('reviewer');
    await app.house.deposits.revise(work.id, reviewer);
    await app.house.deposits.detach(work.id, reviewer, before.id);
    const content = await scannedPdf([page('Кыштактагы отурукташкан турмуш')], 150);
    const received = await app.house.incoming.receive(Readable.from([content]), { limitBytes: 1e9 });
    const file = { ...received, name: 'scan.pdf', mediaType: 'application/pdf' };
    const after = await app.house.deposits.attach(work.id, reviewer, file, 'main');
    await app.runner.drain();
    await app.house.deposits.submit(work.id, reviewer, { licenceAccepted: true });
    await app.house.deposits.accept(work.id, reviewer);
    await app.runner.drain();

    await app.browse().get(address).expect(404);
    expect([existsSync(made), existsSync(made.replace('.pdf', '.json'))]).toEqual([false, false]);
    expect(await app.house.searchablePdfs.of(before.id)).toBeNull();
    await app.house.searchablePdfs.pathOf(after.id);
    await expect(other.pathOf(before.id)).rejects.toMatchObject({ name: 'NotFound' });
    expect(await other.of(before.id)).toBeNull();
  } finally {
    await other.close();
  }
}, 60_000);

test('no such PDF is made of what may be read and not copied, and it goes when a work is closed to copying', async () => {
  const access = { level: 'open' as const, openFrom: null, viewOnly: true };
  const picture = { '1.jpg': await pagePicture('Жашыруун') };
  const viewOnly = await published(picture, { access });
  expect(await app.house.searchablePdfs.of(bookOf(viewOnly).id)).toBeNull();
  expect((await app.browse().get(`/works/${viewOnly.id}`)).text).not.toContain('/searchable/');

  const closed = await published(picture, { access: { ...access, level: 'registered', viewOnly: false } });
  const address = `/works/${closed.id}/files/${bookOf(closed).id}/searchable/x.pdf`;
  await (await app.as('reader')).get(address).expect(200);
  await app.browse().get(address).expect(303); // to sign in
  const reviewer = await app.visitor('reviewer');
  const { input } = await app.house.deposits.revise(closed.id, reviewer);
  await app.house.deposits.save(closed.id, reviewer, { ...(input as object), access }, null);
  await app.house.deposits.submit(closed.id, reviewer, { licenceAccepted: true });
  await app.house.deposits.accept(closed.id, reviewer);
  await app.runner.drain();
  expect(await app.house.searchablePdfs.of(bookOf(closed).id)).toBeNull();
  await (await app.as('reader')).get(address).expect(403);
}, 60_000);

test('a book larger than the memory of what binds it is bound, page by page', async () => {
  // Three megabytes a page, seventy pages, in a process that may have less than the book.
  const picture = await pagePicture('Бет');
  const jpeg = Buffer.concat([picture, randomBytes(3_000_000)]);
  const entries = Array.from({ length: 70 }, (_, i) => [`${i}.jpg`, Buffer.concat([jpeg, Buffer.from([i])])] as const);
  const memoryBytes = 180_000_000;
  expect(jpeg.length * entries.length).toBeGreaterThan(memoryBytes);

  const { id } = await app.draft();
  const { incoming, deposits, works, texts } = app.house;
  const depositor = await app.visitor('depositor');
  const received = await incoming.receive(Readable.from([await zip(Object.fromEntries(entries))]), { limitBytes: 1e9 });
  await deposits.attach(id, depositor, { ...received, name: 'book.zip', mediaType: 'application/zip' }, 'page');
  await deposits.submit(id, depositor, { licenceAccepted: true });
  await deposits.accept(id, await app.visitor('reviewer'));
  const book = bookOf(await works.published(id));
  // As it will be when every page was read.
  async function* pages() {
    for (let number = 1; number <= entries.length; number++) {
      yield { number, label: null, width: 864, height: 1_152, text: 'Бет', lines: [], problem: null, confidence: 90 };
    }
  }
  await texts.replace(book.id, { source: 'book', outline: [] }, pages());
  await works.files.setText(book.id, { state: 'done', pages: entries.length });

  const binder = binderOf('bound', { memoryBytes });
  try {
    for (let turn = 0; turn < 10 && !(await binder.of(book.id)); turn++) await binder.bind(book.id);
    expect((await binder.of(book.id))!.size).toBeGreaterThan(jpeg.length * entries.length);
  } finally {
    await binder.close();
  }
}, 60_000);
