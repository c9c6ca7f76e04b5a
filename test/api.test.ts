import { createHash } from 'node:crypto';
import type { Response } from 'supertest';
import { client, judge } from './support/api';
import { openTestApp, type TestApp } from './support/app';
import { pdf } from './support/pdf';

let app: TestApp;
let faults: ReturnType<typeof judge>;

beforeAll(async () => {
  app = await openTestApp();
  faults = judge(JSON.parse((await app.browse().get('/api/v1/openapi.json').expect(200)).text));
});

const ARTICLE = {
  type: 'article',
  languages: ['ky'],
  titles: [{ value: 'Мөңгүлөр жана суу', lang: 'ky' }],
  contributors: [{ role: 'author', name: 'Асанов, Усен Бакирович' }],
  issued: '2024',
};

/** Sends a request and holds the answer against the document. */
async function ask(
  role: Parameters<typeof client>[1],
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  options: { body?: object; headers?: Record<string, string>; at?: string } = {},
): Promise<Response> {
  const agent = await client(app, role);
  let sent = agent[method](`/api/v1${path}`);
  for (const [name, value] of Object.entries(options.headers ?? {})) sent = sent.set(name, value);
  const response = await (options.body === undefined ? sent : sent.send(options.body));
  const template =
    options.at ??
    path
      .replace(/\?.*/, '')
      .replace(/^\/(works|people)\/\d+/, '/$1/{id}')
      .replace(/\/files\/\d+/, '/files/{fileId}')
      .replace(/^\/collections\/.+/, '/collections/{slug}');
  expect(faults(method, template, response)).toEqual([]);
  return response;
}

const newDraft = async (more: object = {}) => {
  const { body, headers, status } = await ask('depositor', 'post', '/works', { body: { ...ARTICLE, ...more } });
  expect(status).toBe(201);
  return { ...body, tag: headers.etag as string };
};

const attach = async (id: number, pages: string[], fields: Record<string, string> = {}, name = 'мөңгү.pdf') => {
  const agent = await client(app, 'depositor');
  let sent = agent.post(`/api/v1/works/${id}/files`).attach('file', await pdf(pages), name);
  for (const [field, value] of Object.entries(fields)) sent = sent.field(field, value);
  const response = await sent;
  expect(faults('post', '/works/{id}/files', response)).toEqual([]);
  return response;
};

const publish = async (more: object = {}, pages: string[] | null = ['Мөңгүлөр чегинет.']) => {
  const draft = await newDraft(more);
  if (pages) expect((await attach(draft.id, pages)).status).toBe(201);
  await app.runner.drain();
  expect((await ask('depositor', 'post', `/works/${draft.id}/submit`)).status).toBe(200);
  const { status, body } = await ask('reviewer', 'post', `/works/${draft.id}/accept`);
  expect(status).toBe(200);
  await app.runner.drain();
  return body;
};

test('a work goes from draft to publication and tombstone', async () => {
  const draft = await newDraft();
  expect(draft).toMatchObject({ ...ARTICLE, state: 'draft', version: 1, publishedVersion: null, files: [] });
  expect(draft.createdAt).toBe(draft.updatedAt);

  const file = (await attach(draft.id, ['Биринчи барак.', 'Мөңгү.'])).body;
  expect(file).toMatchObject({ name: 'мөңгү.pdf', mediaType: 'application/pdf', role: 'main', scan: 'waiting' });
  expect(file.text).toMatchObject({ state: 'waiting', pages: null, source: null });

  const submitted = (await ask('depositor', 'post', `/works/${draft.id}/submit`)).body;
  expect(submitted.state).toBe('submitted');
  expect((await app.house.works.drafts.of(draft.id))?.licenceAcceptedAt).not.toBeNull();
  const returned = await ask('reviewer', 'post', `/works/${draft.id}/return`, { body: { comment: 'Аннотация жок.' } });
  expect(returned.body).toMatchObject({ state: 'returned', comment: 'Аннотация жок.' });
  expect((await ask('depositor', 'post', `/works/${draft.id}/submit`)).body.state).toBe('submitted');
  const published = (await ask('reviewer', 'post', `/works/${draft.id}/accept`)).body;
  expect(published).toMatchObject({ state: 'published', version: 1, publishedVersion: 1, missing: [] });
  expect((await ask(null, 'get', `/works/${draft.id}`)).body).toMatchObject({ ...ARTICLE, state: 'published' });

  const copy = (await ask('depositor', 'post', `/works/${draft.id}/revise`)).body;
  expect(copy).toMatchObject({ state: 'draft', version: 2, publishedVersion: 1 });
  expect((await ask(null, 'get', `/works/${draft.id}`)).body.version).toBe(1);
  const changed = await ask('depositor', 'put', `/works/${draft.id}`, { body: { ...copy, issued: '2025' } });
  expect(changed.body).toMatchObject({ issued: '2025', version: 2 });
  await ask('depositor', 'post', `/works/${draft.id}/submit`);
  expect((await ask('reviewer', 'post', `/works/${draft.id}/accept`)).body).toMatchObject({
    version: 2,
    issued: '2025',
    state: 'published',
  });

  const gone = await ask('reviewer', 'post', `/works/${draft.id}/withdraw`, { body: { reason: 'Автордун өтүнүчү' } });
  expect(gone.body).toMatchObject({ state: 'withdrawn', withdrawn: { reason: 'Автордун өтүнүчү' } });
  const tombstone = await ask(null, 'get', `/works/${draft.id}`);
  expect(tombstone.status).toBe(410);
  expect(JSON.parse(tombstone.text)).toMatchObject({
    status: 410,
    id: draft.id,
    state: 'withdrawn',
    titles: ARTICLE.titles,
    files: [],
  });
  expect((await ask('reviewer', 'get', `/works/${draft.id}`)).body.files).toHaveLength(1);
});

test('what is being prepared is nobody else’s business', async () => {
  const draft = await newDraft();
  for (const role of [null, 'reader'] as const) {
    expect((await ask(role, 'get', `/works/${draft.id}`)).status).toBe(404);
  }
  for (const role of ['reader', null] as const) {
    expect((await ask(role, 'put', `/works/${draft.id}`, { body: ARTICLE })).status).toBe(role ? 404 : 401);
  }
  expect((await ask('reader', 'post', '/works', { body: ARTICLE })).status).toBe(403);
  expect((await ask('reviewer', 'get', `/works/${draft.id}`)).body.state).toBe('draft');
});

test('two people who edit one draft: the second hears 412 and nothing of the first is lost', async () => {
  const draft = await newDraft();
  const seen = await ask('depositor', 'get', `/works/${draft.id}`);
  expect(seen.headers.etag).toBe(draft.tag);
  const first = await ask('depositor', 'put', `/works/${draft.id}`, {
    body: { ...ARTICLE, issued: '2020' },
    headers: { 'If-Match': draft.tag },
  });
  expect(first.status).toBe(200);
  expect(first.headers.etag).not.toBe(draft.tag);
  const second = await ask('reviewer', 'put', `/works/${draft.id}`, {
    body: { ...ARTICLE, issued: '2019' },
    headers: { 'If-Match': draft.tag },
  });
  expect(second.status).toBe(412);
  expect(second.type).toBe('application/problem+json');
  expect((await ask('depositor', 'get', `/works/${draft.id}`)).body.issued).toBe('2020');
  // A file that comes or goes is a change too.
  await attach(draft.id, ['Барак.']);
  const third = await ask('depositor', 'put', `/works/${draft.id}`, {
    body: ARTICLE,
    headers: { 'If-Match': first.headers.etag! },
  });
  expect(third.status).toBe(412);
  expect((await ask('depositor', 'put', `/works/${draft.id}`, { body: ARTICLE })).status).toBe(200);
});

test('of many saves at once with one tag exactly one wins', async () => {
  const draft = await newDraft();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      ask('depositor', 'put', `/works/${draft.id}`, {
        body: { ...ARTICLE, issued: String(2000 + i) },
        headers: { 'If-Match': draft.tag },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
});

test('a work that has not changed is not sent again', async () => {
  const draft = await newDraft();
  const agent = await client(app, 'depositor');
  await agent.get(`/api/v1/works/${draft.id}`).set('If-None-Match', draft.tag).expect(304);
});

test('a state that does not allow the act is 409, and the act of another is 403', async () => {
  const draft = await newDraft();
  for (const act of ['accept', 'revise'] as const) {
    expect((await ask('administrator', 'post', `/works/${draft.id}/${act}`)).status).toBe(409);
  }
  expect((await ask('administrator', 'post', `/works/${draft.id}/withdraw`, { body: { reason: 'x' } })).status).toBe(
    409,
  );
  await ask('depositor', 'post', `/works/${draft.id}/submit`);
  expect((await ask('depositor', 'post', `/works/${draft.id}/submit`)).status).toBe(409);
  expect((await ask('depositor', 'put', `/works/${draft.id}`, { body: ARTICLE })).status).toBe(409);
  expect((await attach(draft.id, ['Барак.'])).status).toBe(409);
  expect((await ask('depositor', 'delete', `/works/${draft.id}`)).status).toBe(409);
  expect((await ask('depositor', 'post', `/works/${draft.id}/accept`)).status).toBe(403);
  const rejected = await ask('reviewer', 'post', `/works/${draft.id}/reject`, {
    body: { comment: 'Башка китепканага.' },
  });
  expect(rejected.body.state).toBe('rejected');
  const published = await publish({}, null);
  expect((await ask('depositor', 'put', `/works/${published.id}`, { body: ARTICLE })).status).toBe(409);
  expect((await ask('depositor', 'delete', `/works/${published.id}`)).status).toBe(409);
  expect((await ask('depositor', 'post', `/works/${published.id}/submit`)).status).toBe(409);
  expect((await ask('reader', 'post', `/works/${published.id}/revise`)).status).toBe(403);
  expect((await ask('depositor', 'post', `/works/${published.id}/withdraw`, { body: { reason: 'x' } })).status).toBe(
    403,
  );
  expect((await ask('depositor', 'post', `/works/${published.id}/revise`)).status).toBe(200);
  expect((await ask('depositor', 'post', `/works/${published.id}/revise`)).status).toBe(409);
  expect((await ask('depositor', 'delete', `/works/${published.id}`)).status).toBe(204);
  expect((await ask('depositor', 'get', `/works/${published.id}`)).body.state).toBe('published');
});

test('a reviewer may not accept what is his own; an administrator may', async () => {
  for (const [role, status] of [
    ['reviewer', 403],
    ['administrator', 200],
  ] as const) {
    const { body } = await ask(role, 'post', '/works', { body: ARTICLE });
    expect((await ask(role, 'post', `/works/${body.id}/submit`)).status).toBe(200);
    expect((await ask(role, 'post', `/works/${body.id}/accept`)).status).toBe(status);
  }
});

test('a submission is told all that it lacks, field by field, in the language of the request', async () => {
  const draft = await newDraft({
    contributors: [{ role: 'author', name: 'А', personId: 999 }],
    issued: null,
    collections: ['none'],
  });
  const { status, text } = await ask('depositor', 'post', `/works/${draft.id}/submit`, {
    headers: { 'Accept-Language': 'ru' },
  });
  expect(status).toBe(422);
  expect(JSON.parse(text).errors).toEqual([
    { path: 'issued', message: 'Это поле обязательно.' },
    { path: 'contributors.0.personId', message: 'Такого человека в списке нет.' },
    { path: 'collections.0', message: 'Такой коллекции нет.' },
  ]);
});

test('a draft thrown away is gone, with its files', async () => {
  const draft = await newDraft();
  await attach(draft.id, ['Барак.']);
  expect((await ask('depositor', 'delete', `/works/${draft.id}`)).status).toBe(204);
  expect((await ask('depositor', 'get', `/works/${draft.id}`)).status).toBe(404);
});

test('files: several at once, roles, an access of their own, taken out again', async () => {
  const draft = await newDraft();
  const agent = await client(app, 'depositor');
  const two = await agent
    .post(`/api/v1/works/${draft.id}/files`)
    .field('role', 'supplement')
    .attach('file', await pdf(['Бир.']), 'бир.pdf')
    .attach('file', await pdf(['Эки.']), 'эки.pdf');
  expect(faults('post', '/works/{id}/files', two)).toEqual([]);
  expect(two.body).toMatchObject({ total: 2, next: null });
  const [first, second] = two.body.items;
  expect([first.name, second.name, first.role]).toEqual(['бир.pdf', 'эки.pdf', 'supplement']);

  const changed = await ask('depositor', 'patch', `/works/${draft.id}/files/${first.id}`, {
    body: { role: 'main', access: { level: 'closed' } },
  });
  expect(changed.body).toMatchObject({ role: 'main', access: { level: 'closed', openFrom: null, viewOnly: false } });
  expect((await ask('depositor', 'delete', `/works/${draft.id}/files/${second.id}`)).status).toBe(204);
  expect((await ask('depositor', 'delete', `/works/${draft.id}/files/${second.id}`)).status).toBe(404);
  const now = await ask('depositor', 'get', `/works/${draft.id}`);
  expect(now.body.files.map((file: { id: number }) => file.id)).toEqual([first.id]);
  expect(now.headers.etag).not.toBe(draft.tag);
});

test('of several files with one that cannot be taken, none stays', async () => {
  const draft = await newDraft();
  const agent = await client(app, 'depositor');
  const same = await pdf(['Бир эле файл.']);
  const twice = await agent
    .post(`/api/v1/works/${draft.id}/files`)
    .attach('file', same, 'бир.pdf')
    .attach('file', same, 'эки.pdf');
  expect(twice.status).toBe(409);
  const program = await agent
    .post(`/api/v1/works/${draft.id}/files`)
    .attach('file', await pdf(['Таза.']), 'таза.pdf')
    .attach('file', Buffer.from('#!/bin/sh\nrm -rf /'), 'сценарий.sh');
  expect(program.status).toBe(422);
  for (const [send, status] of [
    [agent.post(`/api/v1/works/${draft.id}/files`).field('role', 'main'), 422],
    [agent.post(`/api/v1/works/${draft.id}/files`).field('role', 'king').attach('file', same, 'а.pdf'), 422],
    [agent.post(`/api/v1/works/${draft.id}/files`).attach('other', same, 'а.pdf'), 400],
    [agent.post(`/api/v1/works/${draft.id}/files`).send({ file: 'x' }), 415],
  ] as const) {
    const answer = await send;
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/problem+json');
  }
  expect((await ask('depositor', 'get', `/works/${draft.id}`)).body.files).toEqual([]);
});

test('the bytes of a file, whole, in part, and not again', async () => {
  const published = await publish();
  const [file] = published.files;
  const address = `/api/v1/works/${published.id}/files/${file.id}/content`;
  expect(file.content).toBe(`http://library.test${address}`);
  const whole = await app.browse().get(address).expect(200);
  expect(whole.headers).toMatchObject({ 'content-type': 'application/pdf', 'accept-ranges': 'bytes' });
  expect(createHash('sha512').update(whole.body).digest('hex')).toBe(file.sha512);
  const part = await app.browse().get(address).set('Range', 'bytes=1-4').expect(206);
  expect(part.headers['content-range']).toBe(`bytes 1-4/${file.size}`);
  expect(part.body.toString()).toBe('PDF-');
  await app.browse().get(address).set('Range', `bytes=${file.size}-`).expect(416);
  await app.browse().get(address).set('If-None-Match', whole.headers.etag!).expect(304);
  await app.browse().head(address).expect(200).expect('Content-Length', String(file.size));
});

test('where access forbids, the bytes stay and 403 says so', async () => {
  for (const access of [
    { level: 'closed' },
    { level: 'registered' },
    { level: 'campus' },
    { level: 'open', openFrom: '2027-01-01' },
    { level: 'open', viewOnly: true },
  ]) {
    const published = await publish({ access });
    const [file] = published.files;
    expect((await ask(null, 'get', `/works/${published.id}`)).body.files[0].content).toBeNull();
    const refused = await ask(null, 'get', `/works/${published.id}/files/${file.id}/content`);
    expect(refused.status).toBe(403);
    expect(refused.type).toBe('application/problem+json');
    const reader = await ask('reader', 'get', `/works/${published.id}/files/${file.id}/content`);
    expect(reader.status).toBe(access.level === 'registered' ? 200 : 403);
    expect((await ask('depositor', 'get', `/works/${published.id}/files/${file.id}/content`)).status).toBe(200);
  }
});

test('people: names, biographies and works; librarians keep them', async () => {
  const body = {
    names: [
      { value: 'Асанов, Усен Бакирович', lang: 'ky', kind: 'main' },
      { value: 'Asanov, Usen', lang: 'en' },
    ],
    degree: 'тарых илимдеринин доктору',
    born: '1950-03-01',
    biographies: [{ value: 'Биринчи абзац.\n\nЭкинчи.', lang: 'ky' }],
    links: [{ title: 'ORCID', url: 'https://orcid.org/0000-0002-1825-0097' }],
  };
  expect((await ask('depositor', 'post', '/people', { body })).status).toBe(403);
  expect((await ask(null, 'post', '/people', { body })).status).toBe(401);
  const made = await ask('reviewer', 'post', '/people', { body });
  expect(made.status).toBe(201);
  expect(made.headers.location).toBe(`/api/v1/people/${made.body.id}`);
  expect(made.body).toMatchObject({
    ...body,
    names: [body.names[0], { ...body.names[1], kind: 'variant' }],
    works: [],
  });
  const work = await publish({ contributors: [{ role: 'author', name: 'Асанов, У.', personId: made.body.id }] }, null);
  const seen = await ask(null, 'get', `/people/${made.body.id}`);
  expect(seen.body.works).toEqual([
    {
      id: work.id,
      type: 'article',
      titles: ARTICLE.titles,
      issued: '2024',
      url: `http://library.test/works/${work.id}`,
    },
  ]);
  expect(seen.body.portrait).toBeNull();
  const put = { body: { ...seen.body, died: '2020' }, headers: { 'If-Match': seen.headers.etag! } };
  expect((await ask('reviewer', 'put', `/people/${made.body.id}`, put)).body.died).toBe('2020');
  expect((await ask('reviewer', 'put', `/people/${made.body.id}`, put)).status).toBe(412);
  const list = await ask(null, 'get', '/people?perPage=1');
  expect(list.body).toMatchObject({ total: 1, next: null });
  expect((await ask(null, 'get', '/people/99')).status).toBe(404);
});

test('a list of many people asks the catalogue no more often than a list of one', async () => {
  const people = [];
  for (const name of ['Абдыраев, Кубат', 'Бекова, Айгүл', 'Чотоев, Эрмек']) {
    const body = { names: [{ value: name, lang: 'ky', kind: 'main' }] };
    people.push((await ask('reviewer', 'post', '/people', { body })).body);
  }
  const contributor = (of: { id: number }, role = 'author') => ({ role, name: 'Ким', personId: of.id });
  const both = [contributor(people[0]), contributor(people[1]), contributor(people[0], 'editor')];
  const second = await publish({ titles: [{ value: 'Суу', lang: 'ky' }], contributors: both }, null);
  const first = await publish({ titles: [{ value: 'Ак', lang: 'ky' }], contributors: [contributor(people[1])] }, null);
  const prepare = jest.spyOn(app.house.database.sqlite, 'prepare');
  const asked = jest.spyOn(app.house.catalogue, 'ofPeople');
  const { body } = await ask(null, 'get', '/people?perPage=100');
  const works = (id: number) =>
    body.items.find((item: { id: number }) => item.id === id).works.map((work: { id: number }) => work.id);
  expect(people.map(({ id }) => works(id))).toEqual([[second.id], [first.id, second.id], []]);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(prepare.mock.calls.length).toBeLessThan(6); // each new statement is prepared once
  jest.restoreAllMocks();
});

test('collections are a tree that librarians shape', async () => {
  const history = { slug: 'history', titles: [{ value: 'Тарых', lang: 'ky' }], descriptions: [] };
  expect((await ask('depositor', 'post', '/collections', { body: history })).status).toBe(403);
  expect((await ask('reviewer', 'post', '/collections', { body: history })).status).toBe(201);
  expect((await ask('reviewer', 'post', '/collections', { body: history })).status).toBe(409);
  const child = await ask('reviewer', 'post', '/collections', {
    body: { slug: 'theses', parent: 'history', titles: [{ value: 'Тезистер', lang: 'ky' }] },
  });
  expect(child.body.path).toEqual(['history', 'theses']);
  const tree = (await ask(null, 'get', '/collections')).body;
  expect(tree).toMatchObject({ total: 1, next: null });
  expect(tree.items[0].children[0]).toMatchObject({ slug: 'theses', parent: 'history', children: [] });
  const seen = await ask(null, 'get', '/collections/theses');
  const put = {
    body: { ...seen.body, titles: [{ value: 'Илимий иштер', lang: 'ky' }] },
    headers: { 'If-Match': seen.headers.etag! },
  };
  expect((await ask('reviewer', 'put', '/collections/theses', put)).body.titles[0].value).toBe('Илимий иштер');
  expect((await ask('reviewer', 'put', '/collections/theses', put)).status).toBe(412);
  expect((await ask('reviewer', 'put', '/collections/theses', { body: history })).status).toBe(422);
  expect(
    (await ask('reviewer', 'put', '/collections/history', { body: { ...history, parent: 'theses' } })).status,
  ).toBe(422);
  expect((await ask(null, 'get', '/collections/nothing')).status).toBe(404);
});

test('a list tells how many there are and where the next part is', async () => {
  const { body } = await ask(null, 'get', '/works?perPage=2');
  expect(body.items).toHaveLength(2);
  expect(body.total).toBeGreaterThan(2);
  const next = new URL(body.next);
  expect(next.searchParams.get('page')).toBe('2');
  const second = await ask(null, 'get', next.pathname.slice('/api/v1'.length) + next.search);
  expect(second.body.items[0].id).not.toBe(body.items[0].id);
  expect((await ask(null, 'get', '/works?page=0')).status).toBe(422);
});

test('what is no address, no method, no token is told so as a problem', async () => {
  const agent = await client(app, null);
  for (const [path, status] of [
    ['/nowhere', 404],
    ['/works/abc', 404],
    ['/works/0', 404],
    ['/works/99999999999999999999', 404],
    ['/works/1/files/x/content', 404],
  ] as const) {
    const answer = await agent.get(`/api/v1${path}`);
    expect([path, answer.status, answer.type]).toEqual([path, status, 'application/problem+json']);
  }
  const wrong = await agent.delete('/api/v1/people/1').expect(405);
  expect(wrong.headers.allow).toBe('GET, PUT, HEAD, OPTIONS');
  expect(wrong.type).toBe('application/problem+json');
  await agent.options('/api/v1/works/1').expect(204).expect('Allow', 'GET, PUT, DELETE, HEAD, OPTIONS');
  const published = await publish({}, null);
  const head = await agent.head(`/api/v1/works/${published.id}`).expect(200);
  expect(head.headers.etag).toBeTruthy();
  const token = await agent.get('/api/v1/works').set('Authorization', 'Bearer wrong').expect(401);
  expect(token.headers['www-authenticate']).toMatch(/^Bearer/);
  expect(JSON.parse(token.text).detail).toContain('token');
});

test('a signed-in browser may use the interface, and another site may not in its name', async () => {
  const browser = await app.as('depositor');
  await browser.post('/api/v1/works').send(ARTICLE).expect(201);
  const foreign = await browser.post('/api/v1/works').set('Sec-Fetch-Site', 'cross-site').send(ARTICLE).expect(403);
  expect(foreign.type).toBe('application/problem+json');
  // Only a token stands for itself: another kind of Authorization beside the cookie opens no way around.
  await browser
    .post('/api/v1/works')
    .set('Sec-Fetch-Site', 'cross-site')
    .set('Authorization', 'Basic YTpi')
    .send(ARTICLE)
    .expect(403);
});

test('a search finds the page, and a suggestion forgives a slip', async () => {
  const work = await publish({ titles: [{ value: 'Ысык-Көлдүн балыктары', lang: 'ky' }] }, [
    'Кириш сөз.',
    'Чебактардын көчү жазында башталат.',
  ]);
  const found = await ask(null, 'get', '/search?q=чебак&type=article&type=report&from=2020&perPage=5');
  expect(found.status).toBe(200);
  expect(found.body.total).toBe(1);
  const [hit] = found.body.hits;
  expect(hit.work).toMatchObject({ id: work.id, state: 'published' });
  expect(hit.passages[0]).toMatchObject({ fileId: work.files[0].id, page: 2 });
  expect(hit.passages[0].segments).toContainEqual({ text: 'Чебактардын', hit: true });
  expect(found.body.facets.type).toContainEqual(expect.objectContaining({ value: 'article', chosen: true }));
  const suggested = await ask(null, 'get', '/suggest?q=балыктри');
  expect(suggested.body.items[0]).toMatchObject({ kind: 'work', id: String(work.id), url: work.url });
  const { id } = await app.house.people.create({ names: [{ value: 'Балыкчиева, Роза', lang: 'ky' }] });
  await app.runner.drain();
  expect((await ask(null, 'get', '/suggest?q=балыкчие')).body.items[0]).toMatchObject({
    kind: 'person',
    id: String(id),
    url: `http://library.test/people/${id}`,
  });
  for (const wrong of ['type=novel', 'from=abc', 'perPage=1000', 'sort=best', 'page=-1', 'access=none', 'hasFile=1']) {
    const { status, text } = await ask(null, 'get', `/search?${wrong}`);
    expect([wrong, status]).toEqual([wrong, 422]);
    expect(JSON.parse(text).errors[0].path).toContain(wrong.split('=')[0]);
  }
});

test('what is closed shows in no hit, count or facet of a search to those who may not read it', async () => {
  const work = await publish({ access: { level: 'closed' } }, ['Купуясөз деген сөз ушул жерде гана.']);
  expect((await ask(null, 'get', '/search?q=купуясөз')).body).toMatchObject({ total: 0, hits: [] });
  const seen = (await ask('reviewer', 'get', '/search?q=купуясөз')).body;
  expect(seen.hits[0].work.id).toBe(work.id);
});
