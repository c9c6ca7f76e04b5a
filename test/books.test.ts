import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { rebuildCatalogue } from '../src/archive/rebuild';
import { Djvu } from '../src/text/djvu';
import { mediaTypeOf } from '../src/text/media-type';
import { shownPages } from '../src/works/book';
import { CorrectionStore } from '../src/works/corrections';
import type { FileRole } from '../src/works/schema';
import { openTestApp, type TestApp } from './support/app';
import { darkness, djvu, hasDjvu, MARK, pagePicture, tiff, zip } from './support/book';

if (!hasDjvu) console.log('djvulibre is not installed: what is asked of DjVu here is skipped');

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

/** Gives a draft a file as the deposit form does. */
async function attach(id: number, name: string, content: Buffer, role: FileRole = 'page') {
  const received = await app.house.incoming.receive(Readable.from([content]), { limitBytes: 1e9 });
  const mediaType = await mediaTypeOf(received.path, name);
  return app.house.deposits.attach(id, await app.visitor('depositor'), { ...received, name, mediaType }, role);
}

async function publish(id: number) {
  await app.runner.drain();
  await app.house.deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  await app.house.deposits.accept(id, await app.visitor('reviewer'));
  await app.runner.drain();
  return app.house.works.published(id);
}

const text = async (fileId: number, page: number) => (await app.house.texts.page(fileId, page))?.text ?? null;
const pictureOf = async (fileId: number, page: number) =>
  readFileSync(await app.house.reading.picture(fileId, page, 900));

/** A PNG whose head says that it is 60,000 pixels wide and high. */
async function giant(): Promise<Buffer> {
  const png = await pagePicture('', { width: 10, height: 10, kind: 'png' });
  png.writeUInt32BE(60_000, 16);
  png.writeUInt32BE(60_000, 20);
  return png;
}

test('a ZIP of scans is one book in the order of its names; what cannot be read keeps its place with its reason', async () => {
  const { id } = await app.draft({ titles: [{ value: 'Түштүк кыштактары', lang: 'ky' }] });
  const file = await attach(
    id,
    'scans.zip',
    await zip({
      'scan/10.jpg': await pagePicture('Акыркы барак'),
      'scan/2.png': await pagePicture('Булактардын тизмеси', { kind: 'png' }),
      'scan/1.jpg': await pagePicture('Биринчи барак'),
      'scan/3.jpg': Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(500, 7)]),
      'scan/4.png': await giant(),
      '__MACOSX/._1.jpg': Buffer.from('x'),
      'scan/Thumbs.db': Buffer.from('x'),
    }),
  );
  const work = await publish(id);
  const book = work.files.find((each) => each.name === 'book.json')!;
  expect(book).toMatchObject({ role: 'main', text: { state: 'done', pages: 5 } });
  expect(work.files.find((each) => each.id === file.id)).toMatchObject({ role: 'page', text: { state: 'none' } });

  expect(await text(book.id, 1)).toContain('Биринчи барак');
  expect(await text(book.id, 2)).toContain('Булактардын');
  expect((await app.house.texts.page(book.id, 3))?.problem).toBe('text.reason.damaged');
  expect((await app.house.texts.page(book.id, 4))?.problem).toBe('text.reason.tooLarge');
  expect(await text(book.id, 5)).toContain('Акыркы');
  await expect(pictureOf(book.id, 4)).rejects.toThrow('reader.pageTooLarge');
  expect(await darkness(await pictureOf(book.id, 5), MARK)).toBeGreaterThan(0.8);

  const reader = await app.browse().get(`/works/${id}/files/${book.id}/read?page=4`).expect(200);
  expect(reader.text).toMatch(/Сүрөттүн өлчөмү өтө чоң|The picture is too large/);
  const { text: found } = await app.browse().get('/search').query({ q: 'булак' }).expect(200);
  expect(found).toContain(`/works/${id}/files/${book.id}/read?page=2`);
  const manifest = await app.browse().get(`/iiif/works/${id}/files/${book.id}/manifest.json`).expect(200);
  const { items } = JSON.parse(manifest.text);
  // What cannot be shown keeps its place, empty.
  expect(items.map((canvas: { items: { items: unknown[] }[] }) => canvas.items[0]!.items.length)).toEqual([
    1, 1, 0, 0, 1,
  ]);
  // A scan is as large as it is: nothing is told of its size that its info.json would deny.
  expect(items[0].items[0].items[0].body).not.toHaveProperty('width');
}, 120_000);

test('pages are turned, moved, left out and labelled; nothing is read twice for it', async () => {
  const { id } = await app.draft();
  await attach(id, 'b.jpg', await pagePicture('Экинчи бөлүм', { turn: 270 }));
  await attach(id, 'c.jpg', await pagePicture('Бош барак'));
  await attach(id, 'a.jpg', await pagePicture('Кириш сөз'));
  await app.runner.drain();
  const { file, book } = (await app.house.books.of(id))!;
  expect(book.pages.map((page) => book.sources[page.source]!.name)).toEqual(['b.jpg', 'c.jpg', 'a.jpg']);
  expect(await text(file.id, 3)).toContain('Кириш сөз');
  expect(await text(file.id, 1)).not.toContain('бөлүм');

  // What nobody could read off the picture: were it read again, this would be gone.
  await app.house.texts.putPage(file.id, { ...(await app.house.texts.page(file.id, 3))!, text: 'Мурда окулган' });
  const before = (await app.house.texts.page(file.id, 3))!;
  const depositor = await app.visitor('depositor');
  await app.house.deposits.arrange(id, depositor, file.sha512, ({ pages, ...rest }) => ({
    ...rest,
    pages: [
      { ...pages[2]!, label: 'iii' },
      { ...pages[0]!, turn: 90 },
      { ...pages[1]!, leftOut: true },
    ],
  }));
  // No job has run yet: what was read is not lost while the new order waits.
  await app.runner.drain();
  const { file: now, book: arranged } = (await app.house.books.of(id))!;
  expect(now.id).toBe(file.id);
  expect(shownPages(arranged)).toHaveLength(2);
  expect(await app.house.texts.page(file.id, 1)).toEqual({ ...before, number: 1, label: 'iii' });
  expect(await text(file.id, 2)).toContain('Экинчи бөлүм');
  expect(await text(file.id, 3)).toBeNull();
  const turned = await pictureOf(file.id, 2);
  expect(await darkness(turned, MARK)).toBeGreaterThan(0.8);
  const hit = await app.house.reading.reader.page(file.id, 2, 'бөлүм');
  expect(hit!.hits[0]!.left / hit!.width).toBeGreaterThan(0.2);
  expect(hit!.hits[0]!.top / hit!.height).toBeLessThan(0.15);

  await expect(app.house.deposits.arrange(id, depositor, file.sha512, (each) => each)).rejects.toThrow('outdated');
}, 120_000);

test('a page put right stays right when the book is arranged anew, and in the next version', async () => {
  const { id } = await app.draft();
  await attach(id, '1.jpg', await pagePicture('Бир'));
  await attach(id, '2.jpg', await pagePicture('Эки'));
  const work = await publish(id);
  const book = work.files.find((file) => file.name === 'book.json')!;
  await app.house.reading.correct(book.id, id, 2, 'Эки жүз', null);
  const reviewer = await app.visitor('reviewer');
  await app.house.deposits.revise(id, reviewer);
  await app.house.deposits.arrange(id, reviewer, book.sha512, ({ pages, ...rest }) => ({
    ...rest,
    pages: [...pages].reverse(),
  }));
  await app.runner.drain();
  const next = (await app.house.books.of(id))!.file;
  expect(next.id).not.toBe(book.id);
  expect(await text(next.id, 1)).toBe('Эки жүз');
  expect(await text(book.id, 2)).toBe('Эки жүз'); // what is published is as it was
  expect((await app.house.works.published(id)).files.map((file) => file.id)).toContain(book.id);
}, 120_000);

test('a page that goes takes its place along; the last one takes the book', async () => {
  const { id } = await app.draft();
  const depositor = await app.visitor('depositor');
  const first = await attach(id, '1.jpg', await pagePicture('Бир'));
  const second = await attach(id, '2.tif', await tiff([await pagePicture('Эки'), await pagePicture('Үч')]));
  expect((await app.house.books.of(id))!.book.pages).toHaveLength(3);
  await app.house.deposits.detach(id, depositor, second.id);
  expect((await app.house.books.of(id))!.book.pages).toHaveLength(1);
  await app.house.deposits.changeFile(id, depositor, first.id, { role: 'supplement' });
  expect(await app.house.books.of(id)).toBeNull();
});

test('a TIFF of several pages, plain or packed, is drawn and read page by page', async () => {
  const { id } = await app.draft();
  const pictures = [await pagePicture('Биринчи'), await pagePicture('Тоолор арасында')];
  await attach(id, 'grey.tif', await tiff(pictures));
  await attach(id, 'fax.tiff', await tiff(pictures, 'packbits'));
  const { files } = await publish(id);
  const book = files.find((file) => file.name === 'book.json')!;
  expect(book.text.pages).toBe(4);
  for (const page of [2, 4]) {
    expect(await text(book.id, page)).toContain('Тоолор арасында');
    expect(await darkness(await pictureOf(book.id, page), MARK)).toBeGreaterThan(0.8);
    expect(await darkness(await pictureOf(book.id, page), [0.5, 0.5, 0.9, 0.8])).toBeLessThan(0.05);
  }
  const shape = (await app.house.texts.shapes(book.id))[0]!;
  expect([Math.round(shape.width), Math.round(shape.height)]).toEqual([432, 576]); // 900 × 1200 at 150 dpi
}, 120_000);

test('a TIFF whose directories run in a ring, or are cut off, ends', async () => {
  const { id } = await app.draft();
  const whole = await tiff([await pagePicture('Бир'), await pagePicture('Эки')]);
  const ring = Buffer.from(whole);
  const second = ring.readUInt32LE(ring.readUInt32LE(4) + 2 + 12 * 12);
  ring.writeUInt32LE(ring.readUInt32LE(4), second + 2 + 12 * 12);
  await attach(id, 'ring.tif', ring);
  await attach(id, 'cut.tif', whole.subarray(0, whole.length - 200));
  expect((await app.house.books.of(id))!.book.pages).toHaveLength(3);
  const nothing = attach(id, 'none.tif', Buffer.concat([whole.subarray(0, 4), Buffer.alloc(100, 255)]));
  await expect(nothing).rejects.toMatchObject({ issues: [{ message: 'pagesUnreadable' }] });
});

test('a ZIP that unpacks to more than it says, or to too many pages, harms nobody', async () => {
  const { id } = await app.draft();
  const bomb = await zip({ '1.jpg': await pagePicture('Бир'), '2.jpg': Buffer.alloc(300_000_000) }, true);
  await attach(id, 'bomb.zip', bomb).catch((error) => {
    expect(error.issues[0].message).toBe('zipBomb');
  });
  // The directory lies: the entry is said to be small.
  const lying = Buffer.from(bomb);
  for (let at = lying.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = lying.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    if (lying.readUInt32LE(at + 24) === 300_000_000) lying.writeUInt32LE(5_000, at + 24);
  }
  await attach(id, 'lying.zip', lying);
  await app.runner.drain();
  const { file } = (await app.house.books.of(id))!;
  expect(await text(file.id, 1)).toContain('Бир');
  expect((await app.house.texts.page(file.id, 2))?.problem).toMatch(/damaged|tooLarge/);
  const many = await zip(Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`${i}.jpg`, Buffer.from('x')])));
  await expect(attach(id, 'many.zip', many)).rejects.toMatchObject({ issues: [{ message: 'tooManyPages' }] });
  expect((await app.house.books.of(id))!.book.pages).toHaveLength(2);
}, 120_000);

(hasDjvu ? test : test.skip)(
  'a DjVu is a book, and its own text is used where it has one',
  async () => {
    const { id } = await app.draft();
    await attach(id, 'book.djvu', djvu([await pagePicture('Бет'), await pagePicture('Көрүнгөн')], { 1: 'Жайлоодо' }));
    const { files } = await publish(id);
    const book = files.find((file) => file.name === 'book.json')!;
    const first = (await app.house.texts.page(book.id, 1))!;
    expect(first).toMatchObject({ text: expect.stringContaining('Жайлоодо') });
    expect(await text(book.id, 2)).toContain('Көрүнгөн');
    expect(await darkness(await pictureOf(book.id, 2), MARK)).toBeGreaterThan(0.8);
    const broken = await attach(
      (await app.draft()).id,
      'x.djvu',
      Buffer.from('AT&TFORM\0\0\0\0DJVMxxxx', 'latin1'),
    ).catch((error) => error);
    expect(broken.issues).toMatchObject([{ message: 'pagesUnreadable' }]);
  },
  120_000,
);

test('where djvulibre is missing a DjVu is kept and offered, and its draft says why it has no pages', async () => {
  const missing = new Djvu(null, null);
  expect(missing.isInstalled).toBe(false);
  await expect(missing.pageCount('any.djvu')).rejects.toMatchObject({ reason: 'noDjvu' });
  const bin = await mkdtemp(path.join(os.tmpdir(), 'achyk-bin-'));
  const before = process.env.PATH;
  process.env.PATH = bin;
  try {
    const bare = await openTestApp();
    const { id } = await bare.draft();
    const agent = await bare.as('depositor');
    await agent
      .post(`/deposit/${id}/files`)
      .set('Accept', 'application/json')
      .attach('file', Buffer.from('AT&TFORM\0\0\0\x04DJVU', 'latin1'), 'китеп.djvu')
      .expect(200);
    await bare.runner.drain();
    expect(await bare.house.books.of(id)).toBeNull();
    expect((await bare.house.works.drafts.of(id))!.files).toMatchObject([{ name: 'китеп.djvu', role: 'main' }]);
    expect((await agent.get(`/deposit/${id}`)).text).toContain('This server cannot open DjVu');
    await bare.close();
  } finally {
    process.env.PATH = before;
    await rm(bin, { recursive: true });
  }
});

test('a book closed by itself closes its pages, in whatever file they came', async () => {
  const { id } = await app.draft();
  const first = await attach(id, '1.jpg', await pagePicture('Жабык'));
  const { file } = (await app.house.books.of(id))!;
  const closed = { level: 'closed', openFrom: null, viewOnly: false };
  await app.house.deposits.changeFile(id, await app.visitor('depositor'), file.id, { access: closed });
  const second = await attach(id, '2.jpg', await pagePicture('Дагы жабык'));
  const work = await publish(id);
  expect(work.files.map((each) => each.access?.level)).toEqual(['closed', 'closed', 'closed']);
  for (const { id: fileId } of [first, second, file]) {
    for (const end of ['read', 'x.jpg', 'pages/1.jpg?w=900', 'thumbnail', 'searchable/x.pdf']) {
      await app.browse().get(`/works/${id}/files/${fileId}/${end}`).expect(403);
    }
  }
  expect((await app.browse().get('/search').query({ q: 'жабык' })).text).not.toContain(`/works/${id}/files`);
});

test('the archive alone gives the book back, as it was arranged', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'achyk-rebuilt-'));
  let library = await openTestApp({}, folder);
  const here = app;
  app = library;
  try {
    const { id } = await library.draft();
    await attach(
      id,
      'a.zip',
      await zip({ '1.jpg': await pagePicture('Биринчи бет'), '2.jpg': await pagePicture('Эки') }),
    );
    const { file } = (await library.house.books.of(id))!;
    await library.house.deposits.arrange(id, await library.visitor('depositor'), file.sha512, ({ pages, ...rest }) => ({
      ...rest,
      pages: [{ ...pages[1]!, label: 'ii' }, pages[0]!],
    }));
    await publish(id);
    await library.close();
    for (const name of ['achyk.sqlite', 'achyk.sqlite-wal', 'achyk.sqlite-shm', 'derived']) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
    library = await openTestApp({}, folder);
    app = library;
    const { archive, accounts, people, collections, works, jobs, database } = library.house;
    const corrections = new CorrectionStore(database.db, library.clock);
    await rebuildCatalogue({ db: database.db, archive, accounts, people, collections, works, jobs, corrections });
    await library.runner.drain();
    const again = (await works.published(id)).files.find((each) => each.name === 'book.json')!;
    expect(again).toMatchObject({ id: file.id, text: { state: 'done', pages: 2 } });
    expect(await text(file.id, 2)).toContain('Биринчи бет');
    expect((await library.house.texts.page(file.id, 1))?.label).toBe('ii');
  } finally {
    app = here;
    await library.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
