import { client, judge } from './support/api';
import { openTestApp, type TestApp } from './support/app';
import { pagePicture, zip } from './support/book';

let app: TestApp;
let judged: ReturnType<typeof judge>;
beforeAll(async () => {
  app = await openTestApp();
  judged = judge(JSON.parse((await app.browse().get('/api/v1/openapi.json')).text));
});

interface Pages {
  fileId: number;
  sources: { name: string }[];
  pages: { source: number; page: number; entry: string | null; turn: number; label: string | null; leftOut: boolean }[];
}

async function scannedDraft() {
  const { id } = await app.draft({ type: 'scanned-book' });
  const depositor = await client(app, 'depositor');
  const content = await zip({ '1.jpg': await pagePicture('Бир'), '2.jpg': await pagePicture('Эки') });
  await depositor.post(`/api/v1/works/${id}/files`).attach('file', content, 'scans.zip').expect(201);
  await depositor
    .post(`/api/v1/works/${id}/files`)
    .attach('file', await pagePicture('Үч'), '3.jpg')
    .expect(201);
  return { id, address: `/api/v1/works/${id}/pages`, depositor };
}

test('a program reads the pages of a book, puts them in order, turns, labels and leaves out, as a person does', async () => {
  const { id, address, depositor } = await scannedDraft();
  const answer = await depositor.get(address).expect(200);
  expect(judged('get', '/works/{id}/pages', answer)).toEqual([]);
  const before = answer.body as Pages;
  expect(before.sources.map(({ name }) => name)).toEqual(['scans.zip', '3.jpg']);
  expect(before.pages.map(({ entry }) => entry)).toEqual(['1.jpg', '2.jpg', null]);

  const [one, two, three] = before.pages;
  const pages = [
    { ...three!, label: ' xii ' },
    { ...one!, turn: 90 },
    { ...two!, leftOut: true },
  ];
  const changed = await depositor
    .put(address)
    .set('If-Match', answer.headers.etag!)
    .send({ ...before, pages })
    .expect(200);
  expect(judged('put', '/works/{id}/pages', changed)).toEqual([]);
  expect((changed.body as Pages).pages).toEqual([
    { ...three!, label: 'xii' },
    { ...one!, turn: 90 },
    { ...two!, leftOut: true },
  ]);
  expect((await app.house.books.of(id))!.book.pages).toEqual((changed.body as Pages).pages);
  expect((await depositor.get(address)).headers.etag).toBe(changed.headers.etag);

  // Whoever saw it before is told, and nothing is lost.
  const late = await depositor
    .put(address)
    .set('If-Match', answer.headers.etag!)
    .send({ pages: before.pages })
    .expect(412);
  expect(judged('put', '/works/{id}/pages', late)).toEqual([]);
  await depositor.put(address).send({ pages: before.pages }).expect(200);
});

test('a book of which every page is left out may be arranged, but not submitted, nor accepted', async () => {
  const { id, address, depositor } = await scannedDraft();
  const { pages } = (await depositor.get(address).expect(200)).body as Pages;
  const leftOut = (which: (i: number) => boolean) => ({
    pages: pages.map((page, i) => ({ ...page, leftOut: which(i) })),
  });
  await depositor
    .put(address)
    .send(leftOut(() => true))
    .expect(200);
  const submit = () => depositor.post(`/api/v1/works/${id}/submit`).send({ licenceAccepted: true });
  const answer = await submit().expect(422);
  const path = `files.${(await app.house.books.of(id))!.file.id}`;
  expect(JSON.stringify(answer.body)).toContain('Every page of the book is left out');
  expect(JSON.stringify(answer.body)).toContain(path);

  await depositor
    .put(address)
    .send(leftOut((i) => i > 0))
    .expect(200);
  await submit().expect(200);
  const reviewer = await client(app, 'reviewer');
  await reviewer
    .put(address)
    .send(leftOut(() => true))
    .expect(200);
  await expect(app.house.deposits.accept(id, await app.visitor('reviewer'))).rejects.toMatchObject({
    issues: [{ path, message: 'bookWithoutPages' }],
  });
});

test('what are not the pages of the book, each once, is refused with its place', async () => {
  const { address, depositor } = await scannedDraft();
  const { pages } = (await depositor.get(address).expect(200)).body as Pages;
  const [one, two, three] = pages;
  const refused: [object, string, RegExp][] = [
    [{ pages: [one, two] }, 'pages', /missing from the list: 1/],
    [{ pages: [one, two, two] }, 'pages.2', /no such page, or the list names it twice/],
    [{ pages: [one, two, { ...three, page: 9 }] }, 'pages.2', /no such page/],
    [{ pages: [one, two, { ...three, turn: 45 }] }, 'pages.2.turn', /./],
    [{ pages: [one, two, { ...three, label: 'x'.repeat(41) }] }, 'pages.2.label', /./],
    [{ pages: [one, two, { source: 1, page: 1, label: null, leftOut: false }] }, 'pages.2.turn', /./],
    [{ pages: [one, two, { ...three, colour: 'red' }] }, 'pages.2.colour', /./],
  ];
  for (const [body, path, message] of refused) {
    const answer = await depositor.put(address).send(body);
    expect([answer.status, judged('put', '/works/{id}/pages', answer)]).toEqual([422, []]);
    const { errors } = JSON.parse(answer.text) as { errors: { path: string; message: string }[] };
    expect(errors[0]).toMatchObject({ path, message: expect.stringMatching(message) });
  }
  expect(((await depositor.get(address)).body as Pages).pages).toEqual(pages);
});

test('only those may who may on the page for people', async () => {
  const { id, address, depositor } = await scannedDraft();
  const { pages } = (await depositor.get(address).expect(200)).body as Pages;
  await (await client(app, null)).get(address).expect(401);
  await (await client(app, null)).put(address).send({ pages }).expect(401);
  await (await client(app, 'reader')).get(address).expect(404);
  await (await client(app, 'reader')).put(address).send({ pages }).expect(404);
  await (await client(app, 'reviewer')).put(address).send({ pages }).expect(200);
  await app.runner.drain();
  await app.house.deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  await depositor.put(address).send({ pages }).expect(409); // it is the librarians' turn
  await (await client(app, 'reviewer')).put(address).send({ pages }).expect(200);
  await app.house.deposits.accept(id, await app.visitor('reviewer'));
  await depositor.put(address).send({ pages }).expect(409); // an archived book is not changed

  const bookless = await app.draft();
  const none = await depositor.get(`/api/v1/works/${bookless.id}/pages`).expect(404);
  expect(judged('get', '/works/{id}/pages', none)).toEqual([]);
});
