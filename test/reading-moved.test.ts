import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Renderer } from '../src/reading/renderer';
import { BookText } from '../src/text/book-text';
import { Extractor } from '../src/text/extract-pages';
import { mediaTypeOf } from '../src/text/media-type';
import type { FileRole } from '../src/works/schema';
import { openTestApp, type TestApp } from './support/app';
import { pagePicture, zip } from './support/book';
import { scan, scannedPdf } from './support/scan';

/** A librarian accepts a work while its pages are drawn and read: its bytes go into the archive under the reader's eyes. */

jest.setTimeout(120_000);
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterEach(() => jest.restoreAllMocks());

async function submitted(name: string, content: Buffer, role: FileRole) {
  const { id } = await app.draft({ type: 'scanned-book' });
  const received = await app.house.incoming.receive(Readable.from([content]), { limitBytes: 1e9 });
  const mediaType = await mediaTypeOf(received.path, name);
  const depositor = await app.visitor('depositor');
  await app.house.deposits.attach(id, depositor, { ...received, name, mediaType }, role);
  return id;
}

async function accept(id: number): Promise<void> {
  await app.house.deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  await app.house.deposits.accept(id, await app.visitor('reviewer'));
}

// biome-ignore lint/suspicious/noExplicitAny: any method of any class
type Methods = Record<string, (...given: any[]) => any>;

/** Accepts the work once the path of its bytes is known to `method`, and before the method opens them. */
function acceptBefore(type: { prototype: object }, method: string, id: number): void {
  const original = (type.prototype as Methods)[method]!;
  const accepted = { by: null as Promise<void> | null };
  jest.spyOn(type.prototype as Methods, method).mockImplementation(async function (this: unknown, ...given) {
    accepted.by ??= accept(id);
    await accepted.by;
    return original.apply(this, given);
  });
}

const words = ['Булактардын тизмеси', 'Мөңгүлөрдүн эриши'];
const sheets = () => words.map((text) => scan(text, { inches: { width: 7, height: 2 } }));
const zipped = async () => {
  const [first, second] = await Promise.all(words.map((text) => pagePicture(text)));
  return zip({ '1.jpg': first!, '2.jpg': second! });
};

async function readPages(id: number) {
  const work = await app.house.works.published(id);
  const file = work.files.find((each) => each.role === 'main')!;
  expect(await app.house.texts.waiting(file.id)).toEqual([]);
  return Promise.all([1, 2].map((page) => app.house.texts.page(file.id, page)));
}

const wholeText = [
  { problem: null, text: expect.stringContaining('Булактардын') },
  { problem: null, text: expect.stringContaining('Мөңгүлөрдүн') },
];

test('a ZIP of scans that is accepted while it is recognised is read whole', async () => {
  const id = await submitted('scans.zip', await zipped(), 'page');
  acceptBefore(Renderer, 'grey', id);
  await app.runner.drain();
  expect(await readPages(id)).toMatchObject(wholeText);
});

test('a PDF that is accepted while it is recognised is read whole', async () => {
  const id = await submitted('scan.pdf', await scannedPdf(sheets()), 'main');
  acceptBefore(Renderer, 'grey', id);
  await app.runner.drain();
  expect(await readPages(id)).toMatchObject(wholeText);
});

test('a PDF that is accepted before it is asked which of its pages are pictures is read whole', async () => {
  const id = await submitted('scan.pdf', await scannedPdf(sheets()), 'main');
  acceptBefore(Extractor, 'pictured', id);
  await app.runner.drain();
  expect(await readPages(id)).toMatchObject(wholeText);
});

test('a PDF in a book that is accepted before it is asked which of its pages are pictures is read whole', async () => {
  const id = await submitted('scan.pdf', await scannedPdf(sheets()), 'page');
  acceptBefore(Extractor, 'pictured', id);
  await app.runner.drain();
  expect(await readPages(id)).toMatchObject(wholeText);
});

test('a book that is accepted while its pages are listed has them all', async () => {
  const id = await submitted('scans.zip', await zipped(), 'page');
  const type = BookText.prototype as unknown as Methods;
  const original = type.readFrom!;
  let isAccepted = false;
  jest.spyOn(type, 'readFrom').mockImplementation(async function* (this: unknown, ...given) {
    if (!isAccepted) await accept(id);
    isAccepted = true;
    yield* original.apply(this, given);
  });
  await app.runner.drain();
  expect(isAccepted).toBe(true);
  expect(await readPages(id)).toMatchObject(wholeText);
});

test('a page that is accepted while it is drawn is drawn, and no refusal is remembered', async () => {
  const id = await submitted('scan.pdf', await scannedPdf(sheets()), 'main');
  const copy = await app.house.works.drafts.of(id);
  const file = copy!.files[0]!;
  acceptBefore(Renderer, 'render', id);
  expect(readFileSync(await app.house.reading.picture(file.id, 1, 900)).length).toBeGreaterThan(1000);
  await app.runner.drain();
});
