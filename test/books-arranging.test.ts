import type TestAgent from 'supertest/lib/agent';
import type { Book } from '../src/works/book';
import { openTestApp, type TestApp } from './support/app';
import { pagePicture, zip } from './support/book';
import { type OpenLibrary, openLibrary } from './support/browser';
import { describeInBrowser } from './support/chromium';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
let agent: TestAgent;
beforeAll(async () => {
  app = await openTestApp();
  agent = await app.as('depositor');
});

/** A book of pages named p01.jpg … as its depositor sends it. */
async function uploaded(count: number): Promise<{ id: number; open(query?: string): Promise<string> }> {
  const names = Array.from({ length: count }, (_, i) => `p${String(i + 1).padStart(2, '0')}.jpg`);
  const picture = await pagePicture('', { width: 90, height: 120, mark: false }); // blank: nothing to be read
  const entries = Object.fromEntries(names.map((name, i) => [name, Buffer.concat([picture, Buffer.from([i])])]));
  const answer = await agent
    .post('/deposit')
    .attach('file', await zip(entries), 'scans.zip')
    .expect(303);
  const id = Number(answer.headers.location!.split('/').at(-1));
  return { id, open: async (query = '') => (await agent.get(`/deposit/${id}/pages${query}`).expect(200)).text };
}

const bookOf = async (id: number): Promise<Book> => (await app.house.books.of(id))!.book;
const names = async (id: number) => (await bookOf(id)).pages.map((page) => page.entry?.replace('.jpg', ''));

/** What a browser without script sends: every field of the form on the page, changed as told. */
async function send(id: number, html: string, action: string, changes: Record<string, string> = {}, query = '') {
  const body: Record<string, string> = {};
  for (const [tag] of html.slice(html.indexOf('id="arrange"')).matchAll(/<(input|select)\b[\s\S]*?(?=<\/select>|>)/g)) {
    const name = /name="([^"]+)"/.exec(tag)?.[1];
    if (!name || (tag.includes('checkbox') && !tag.includes(' checked'))) continue;
    body[name] = /value="([^"]*)"/.exec(tag)?.[1] ?? '';
  }
  for (const [, name, options] of html.matchAll(/<select name="([^"]+)">([\s\S]*?)<\/select>/g)) {
    body[name!] = /value="([^"]*)" selected/.exec(options!)?.[1] ?? /value="([^"]*)"/.exec(options!)![1]!;
  }
  return agent
    .post(`/deposit/${id}/pages${query}`)
    .type('form')
    .send({ ...body, ...changes, action });
}

test('an uploaded ZIP of scans is offered for arranging, and a page goes up, down, to a number, out and round', async () => {
  const { id, open } = await uploaded(4);
  const form = (await agent.get(`/deposit/${id}`).expect(200)).text;
  expect(form).toContain(`href="/deposit/${id}/pages"`);
  expect(form).toContain('scans.zip');

  await send(id, await open(), 'up:3').then((answer) => expect(answer.status).toBe(303));
  expect(await names(id)).toEqual(['p01', 'p03', 'p02', 'p04']);
  await send(id, await open(), 'down:1');
  expect(await names(id)).toEqual(['p03', 'p01', 'p02', 'p04']);
  await send(id, await open(), 'save', {
    'p.4.place': '1',
    'p.4.turn': '270',
    'p.2.leftOut': '1',
    'p.1.label': ' iii ',
  });
  expect(await names(id)).toEqual(['p04', 'p03', 'p01', 'p02']);
  const { pages } = await bookOf(id);
  expect(pages.map(({ turn, leftOut, label }) => ({ turn, leftOut, label }))).toEqual([
    { turn: 270, leftOut: false, label: null },
    { turn: 0, leftOut: false, label: 'iii' },
    { turn: 0, leftOut: true, label: null },
    { turn: 0, leftOut: false, label: null },
  ]);
  const html = await open();
  expect(html).toContain('3 of 4 pages are in the book');
  expect(html).toContain('class="turn-270"');
});

test('labels are counted roman and arabic, past what is left out', async () => {
  const { id, open } = await uploaded(6);
  await send(id, await open(), 'number', { numberFrom: '1', numberTo: '3', numbering: 'roman', 'p.2.leftOut': '1' });
  await send(id, await open(), 'number', { numberFrom: '4', numberTo: '6', numbering: 'arabic', numberStart: '9' });
  expect((await bookOf(id)).pages.map((page) => page.label)).toEqual(['i', null, 'ii', '9', '10', '11']);
  await app.runner.drain();
  const { file } = (await app.house.books.of(id))!;
  expect((await app.house.texts.shapes(file.id)).map((shape) => shape.label)).toEqual(['i', 'ii', '9', '10', '11']);
});

test('a long book is arranged screen by screen, and a page goes from one to another', async () => {
  const { id, open } = await uploaded(130);
  const second = await open('?from=61');
  expect(second).toContain('id="p-61"');
  expect(second).not.toContain('id="p-60"');
  await send(id, second, 'save', { 'p.61.place': '2', 'p.62.place': '130' }, '?from=61');
  const now = await names(id);
  expect([now[1], now[129], now.length]).toEqual(['p61', 'p62', 130]);
  const answer = await send(id, await open('?from=61'), 'up:61', {}, '?from=61');
  expect(answer.headers.location).toBe(`/deposit/${id}/pages?from=1&saved=1#p-60`);
});

test('two people at one book: the second is told, and nothing is lost', async () => {
  const { id, open } = await uploaded(3);
  const stale = await open();
  await send(id, stale, 'up:2');
  const answer = await send(id, stale, 'up:3');
  expect(answer.status).toBe(412);
  expect(answer.text).toContain('Someone else has arranged the pages meanwhile');
  expect(await names(id)).toEqual(['p02', 'p01', 'p03']);
});

test('what could not be saved because of another stands in the form again, with what the other stored', async () => {
  const { id, open } = await uploaded(64);
  const stale = await open();
  await send(id, await open(), 'save', { 'p.1.label': 'a', 'p.2.turn': '90', 'p.3.place': '64', 'p.4.place': '1' });
  const mine = { 'p.1.label': 'b', 'p.5.label': 'v', 'p.6.leftOut': '1', 'p.3.label': 'iii', 'p.7.place': '9' };
  const typed = { ...mine, numberStart: '7' };
  const answer = await send(id, stale, 'save', typed);
  expect(answer.status).toBe(412);
  const card = (name: string) => {
    const from = answer.text.slice(answer.text.indexOf(`title="${name}.jpg"`));
    return from.slice(0, from.indexOf('</li>'));
  };
  expect(card('p01')).toMatch(/The other stored: Printed label: a<[\s\S]*\.label" value="b"/);
  expect(card('p02')).toContain('<option value="90" selected'); // theirs, where nothing was typed
  expect(card('p05')).toContain('.label" value="v"');
  expect(card('p06')).toContain(' checked');
  expect(card('p07')).toContain('.place" type="number" min="1" max="64" value="9"');
  expect(answer.text).toMatch(/on another screen now[\s\S]*href="\?from=61#p-64">p03\.jpg<\/a>: Printed label: iii</);
  expect(answer.text).toMatch(/name="numberStart"[^>]* value="7"/);
  expect((await bookOf(id)).pages.some((page) => page.label === 'v')).toBe(false);

  // Saved again, both have what they arranged.
  expect((await send(id, answer.text, 'save')).status).toBe(303);
  const { pages } = await bookOf(id);
  expect(pages.slice(0, 9).map((page) => page.entry?.slice(0, 3))).toEqual([
    'p04',
    'p01',
    'p02',
    'p05',
    'p06',
    'p08',
    'p09',
    'p10',
    'p07',
  ]);
  expect(pages.slice(1, 5).map(({ label, turn, leftOut }) => [label, turn, leftOut])).toEqual([
    ['b', 0, false],
    [null, 90, false],
    ['v', 0, false],
    [null, 0, true],
  ]);
});

test('an order that was dragged and could not be saved stands on the screen again', async () => {
  const { id, open } = await uploaded(3);
  const stale = await open();
  await send(id, await open(), 'save', { 'p.2.label': 'ii' });
  const places = { 'p.3.place': '1', 'p.1.place': '2', 'p.2.place': '3' }; // as the script writes them
  const answer = await send(id, stale, 'save', { order: '3,1,2', ...places });
  expect(answer.status).toBe(412);
  expect([...answer.text.matchAll(/title="(p0\d)\.jpg"/g)].map((match) => match[1])).toEqual(['p03', 'p01', 'p02']);
  await send(id, answer.text, 'save');
  expect(await names(id)).toEqual(['p03', 'p01', 'p02']);
  expect((await bookOf(id)).pages.map((page) => page.label)).toEqual([null, null, 'ii']);
});

test('numbering from the third page to the first is refused, and what was typed beside it is kept', async () => {
  const { id, open } = await uploaded(3);
  for (const [from, to] of [
    ['3', '1'],
    ['4', '9'],
  ]) {
    const range = { numberFrom: from!, numberTo: to!, numbering: 'roman' };
    const answer = await send(id, await open(), 'number', { ...range, 'p.2.turn': '180' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`There are no pages from place ${from} to place ${to}`);
    expect(answer.text).toMatch(new RegExp(`name="numberFrom"[^>]* value="${from}"`));
    expect(answer.text).toContain('<option value="180" selected');
    expect(answer.text).toContain('<option value="roman" selected');
  }
  expect((await bookOf(id)).pages.map(({ turn, label }) => [turn, label])).toEqual(Array(3).fill([0, null]));
});

test('who may not change the draft may not arrange it, nor see that it is there; a librarian may in review', async () => {
  const { id } = await uploaded(2);
  await app.browse().get(`/deposit/${id}/pages`).expect(303);
  await (await app.as('reader')).get(`/deposit/${id}/pages`).expect(404);
  await app.house.deposits.save(
    id,
    await app.visitor('depositor'),
    {
      type: 'scanned-book',
      languages: ['ky'],
      titles: [{ value: 'Китеп', lang: 'ky' }],
      issued: '1960',
    },
    null,
  );
  await app.house.deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  await agent.get(`/deposit/${id}/pages`).expect(409);
  const librarian = await app.as('reviewer');
  const review = await librarian.get(`/review/${id}`).expect(200);
  expect(review.text).toContain(`/deposit/${id}/pages`);
  await librarian.get(`/deposit/${id}/pages`).expect(200);
});

test('a PDF is taken apart into pages on request, and put together again', async () => {
  const pdf = await samplePdf(['Биринчи бет ушул жерде', 'Экинчи бет ушул жерде']);
  const { headers } = await agent.post('/deposit').attach('file', pdf, 'китеп.pdf').expect(303);
  const id = Number(headers.location!.split('/').at(-1));
  const copy = (await app.house.works.drafts.of(id))!;
  const form = (await agent.get(`/deposit/${id}`)).text;
  const stamp = /name="stamp" value="([^"]+)"/.exec(form)![1]!;
  const asked = await agent
    .post(`/deposit/${id}`)
    .field('stamp', stamp)
    .field('action', `arrangeFile:${copy.files[0]!.id}`);
  expect(asked.headers.location).toBe(`/deposit/${id}/pages`);
  await send(id, (await agent.get(`/deposit/${id}/pages`)).text, 'up:2');
  await app.runner.drain();
  const { file } = (await app.house.books.of(id))!;
  expect((await app.house.texts.page(file.id, 1))?.text).toContain('Экинчи бет');
  await app.house.deposits.detach(id, await app.visitor('depositor'), file.id);
  await app.runner.drain();
  const { files } = (await app.house.works.drafts.of(id))!;
  expect(files).toMatchObject([{ name: 'китеп.pdf', role: 'main', text: { state: 'done', pages: 2 } }]);
});

describeInBrowser('arranging with script', () => {
  let library: OpenLibrary;
  beforeAll(async () => {
    library = await openLibrary();
  }, 60_000);
  afterAll(() => library.close());

  test('pages are dragged, moved with the keyboard, turned at once, and saved', async () => {
    const depositor = await library.app.visitor('depositor');
    const { id } = await library.app.house.deposits.create(depositor, {});
    const page = await library.page({ role: 'depositor' });
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.goto(`${library.url}/deposit/${id}`);
    const files = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => ({
        name: `${name}.jpg`,
        mimeType: 'image/jpeg',
        buffer: await pagePicture(name, { width: 300, height: 400 }),
      })),
    );
    await page.setInputFiles('#f-file', files);
    await page.locator('.file-list a', { hasText: 'Arrange the pages' }).click();
    const order = () => page.locator('.book-name small').allTextContents();
    expect((await order()).map((name) => name.trim()[0])).toEqual(['a', 'b', 'c']);

    await page
      .locator('.book-page')
      .nth(2)
      .locator('.book-name')
      .dragTo(page.locator('.book-page').nth(0), {
        targetPosition: { x: 10, y: 60 },
      });
    expect((await order()).map((name) => name.trim()[0])).toEqual(['c', 'a', 'b']);
    await page.locator('.book-handle').nth(0).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('r');
    expect((await order()).map((name) => name.trim()[0])).toEqual(['a', 'c', 'b']);
    expect(await page.locator('#arrange-says').textContent()).toContain('not saved');
    await page.locator('.form-acts button').click();
    await page.waitForURL(/saved=1/);
    const { book } = (await library.app.house.books.of(id))!;
    expect(book.pages.map((each) => book.sources[each.source]!.name)).toEqual(['a.jpg', 'c.jpg', 'b.jpg']);
    expect(book.pages.map((each) => each.turn)).toEqual([0, 90, 0]);
    expect(wrong).toEqual([]);
  }, 60_000);
});
