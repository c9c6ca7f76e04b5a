import { nobody, type Visitor } from '../src/accounts/visitor';
import { NO_PARAMS } from '../src/search/search';
import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';

// The index follows the catalogue by a job. Here no job has run since the text was closed.
const SECRET = 'бүгүнжабылган';

let app: TestApp;
let closed: Work;
let open: Work;
let librarian: Visitor;
beforeAll(async () => {
  app = await openTestApp();
  librarian = await app.visitor('administrator');
  closed = await app.published({
    titles: [{ value: 'Кечээ ачык', lang: 'ky' }],
    pages: [`Бул ${SECRET} текст, аягы бирден`, `экинчибетте уланат.`],
    issued: '2025', // before the other, where they stand by year
  });
  open = await app.published({ titles: [{ value: 'Дагы ачык', lang: 'ky' }], pages: [`Бул ${SECRET} эмес текст.`] });
  const { deposits, works } = app.house;
  await deposits.revise(closed.id, librarian);
  const { metadata } = await works.published(closed.id);
  const access = { level: 'closed', openFrom: null, viewOnly: false };
  await deposits.save(closed.id, librarian, { ...metadata, access }, null);
  await deposits.submit(closed.id, librarian, { licenceAccepted: true });
  await deposits.accept(closed.id, librarian);
  // Else nothing here tells anything.
  expect((await app.house.search.engine.search(nobody, { ...NO_PARAMS, q: SECRET }, '2026-11-23')).total).toBe(2);
});

const get = (path: string, q: string) => app.browse().get(path).query({ q }).expect(200);

test.each([
  ['the page', '/search', () => `/works/${closed.id}`],
  ['the interface', '/api/v1/search', () => `/works/${closed.id}`],
  ['the feed', '/feed.atom', () => `/works/${closed.id}`],
  ['BibTeX', '/search/export.bib', () => 'Кечээ ачык'],
  ['RIS', '/search/export.ris', () => 'Кечээ ачык'],
  ['CSV', '/search/export.csv', () => 'Кечээ ачык'],
])('%s does not tell what stands in a text closed a moment ago', async (_, path, trace) => {
  expect((await get(path, SECRET)).text).not.toContain(trace());
  const byTitle = (await get(path, 'ачык')).text;
  expect(byTitle).toContain(trace());
  expect(byTitle).not.toContain(SECRET);
});

test('nor what stands in it across the end of a page, a better spelling or a facet', async () => {
  expect((await get('/api/v1/search', SECRET)).body.total).toBe(1);
  for (const path of ['/search', '/api/v1/search', '/feed.atom', '/search/export.csv'])
    expect((await get(path, '"бирден экинчибетте"')).text).not.toMatch(new RegExp(`Кечээ ачык|/works/${closed.id}\\b`));
  const { body } = await get('/api/v1/search', 'экинчибеттэ');
  expect(body).toMatchObject({ total: 0, hits: [], suggestion: null });
  expect(body.facets.type).toEqual([]);
});

test('the interface counts what it shows, and gives its keepers the passage', async () => {
  expect((await get('/api/v1/search', SECRET)).body).toMatchObject({ total: 1, hits: [{ work: { id: open.id } }] });
  const found = await app.house.search.query(librarian, { q: SECRET });
  expect(found.hits.find((hit) => hit.workId === closed.id)!.passages).toHaveLength(1);
  expect((await app.house.search.passages(librarian, { workId: closed.id, q: SECRET })).total).toBe(1);
  const none = { total: 0, exact: true, passages: [] };
  expect(await app.house.search.passages(nobody, { workId: closed.id, q: SECRET })).toMatchObject({
    ...none,
    exact: false,
  });
});

test('a list goes on beyond a page of which everything was closed', async () => {
  const query = { q: SECRET, perPage: 1, sort: 'year' };
  const { body } = await app.browse().get('/api/v1/search').query(query).expect(200);
  expect(body.hits).toEqual([]);
  const next = new URL(body.next);
  expect((await app.browse().get(next.pathname + next.search)).body.hits[0].work.id).toBe(open.id);
});

test('all hits of a page are looked up in one question to the catalogue', async () => {
  const asked = jest.spyOn(app.house.works, 'publishedMany');
  await app.house.search.query(nobody, { q: 'ачык' });
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockClear();
  await get('/api/v1/search', 'ачык');
  await get('/feed.atom', 'ачык');
  await get('/search/export.bib', 'ачык');
  expect(asked).toHaveBeenCalledTimes(3);
  asked.mockRestore();
});

test('a work withdrawn a moment ago is in no result', async () => {
  await app.house.deposits.withdraw(open.id, librarian, 'Ката');
  for (const path of ['/search', '/api/v1/search', '/feed.atom', '/search/export.csv'])
    expect([path, (await get(path, 'дагы ачык')).text.includes('Дагы ачык')]).toEqual([path, false]);
});
