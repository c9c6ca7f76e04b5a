import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { client } from './support/api';
import { openTestApp, type TestApp } from './support/app';
import { pdf } from './support/pdf';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const GOOD = {
  type: 'dissertation',
  languages: ['ky'],
  titles: [{ value: 'Тема', lang: 'ky' }],
  contributors: [{ role: 'author', name: 'Асанов, Усен' }],
  abstracts: [{ value: 'Аннотация', lang: 'ky' }],
  subjects: [{ scheme: 'keyword', value: 'суу', lang: 'ky' }],
  issued: '2021',
  publisher: 'Илим',
  identifiers: [{ scheme: 'doi', value: '10.1234/abc' }],
  source: { title: 'Жарчы', pages: '1-2' },
  thesis: { degree: 'candidate', defendedOn: '2021-03-24' },
  relations: [{ type: 'isPartOf', target: 'https://example.org' }],
  rights: { licence: 'CC-BY-4.0' },
  access: { level: 'open', openFrom: null, viewOnly: false },
  collections: [],
};

/** More by the environment, when one night is to be spent on it. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 60);

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const works = () => app.house.database.sqlite.prepare('SELECT count(*) FROM works').pluck().get();

/** Sends raw bytes, which no client library would. */
async function send(
  body: string | Buffer,
  headers: Record<string, string> = {},
  to = '/api/v1/works',
  method = 'post',
) {
  const agent = await client(app, 'depositor');
  let sent = agent[method as 'post'](to).set('Content-Type', 'application/json');
  for (const [name, value] of Object.entries(headers)) sent = sent.set(name, value);
  return sent.serialize((value) => value as string).send(body as string);
}

/** A clear refusal: a 4xx problem whose sentences are sentences. */
function expectRefusal(answer: { status: number; type: string; text: string }, about: unknown) {
  const problem = answer.type === 'application/problem+json' ? JSON.parse(answer.text) : null;
  const sentences = problem
    ? [problem.detail, ...(problem.errors ?? []).map((e: { message: string }) => e.message)]
    : [];
  expect({
    about: JSON.stringify(about)?.slice(0, 300),
    status: answer.status >= 400 && answer.status < 500 ? '4xx' : answer.status,
    type: answer.type,
    raw: sentences.filter((sentence) => /^(invalid|error)\.|undefined|\{\w+\}/.test(sentence)),
  }).toEqual({ about: expect.anything(), status: '4xx', type: 'application/problem+json', raw: [] });
  return problem;
}

const withTitle = (value: unknown) => ({ ...GOOD, titles: [{ value, lang: 'ky' }] });

test.each<[string, unknown, string | RegExp]>([
  ['a date that does not exist', { ...GOOD, issued: '2021-02-30' }, 'issued'],
  ['a thirteenth month', { ...GOOD, issued: '2021-13' }, 'issued'],
  ['a year of five digits', { ...GOOD, issued: '12021' }, 'issued'],
  ['a defence on no day', { ...GOOD, thesis: { defendedOn: '2023-02-29' } }, 'thesis.defendedOn'],
  ['an embargo that ends in a month', { ...GOOD, access: { level: 'open', openFrom: '2030-01' } }, 'access.openFrom'],
  ['a title of 100,000 letters', withTitle('ө'.repeat(100_000)), 'titles.0.value'],
  ['a title of spaces', withTitle(' \u00a0\t'), 'titles.0.value'],
  ['a control character', withTitle('а\u0000б'), 'titles.0.value'],
  ['half a surrogate', withTitle('а\ud800б'), 'titles.0.value'],
  ['a noncharacter', withTitle('а\ufffeб'), 'titles.0.value'],
  ['an escape sequence', withTitle('\u001b[2Jа'), 'titles.0.value'],
  ['an unknown type', { ...GOOD, type: 'novel' }, 'type'],
  ['a type that every object has', { ...GOOD, type: 'constructor' }, 'type'],
  ['no type', { ...GOOD, type: undefined }, 'type'],
  ['no title', { ...GOOD, titles: [] }, 'titles'],
  ['null for a list', { ...GOOD, languages: null }, 'languages'],
  ['an object for a list', { ...GOOD, contributors: { 0: { role: 'author', name: 'А' } } }, 'contributors'],
  ['a list for an object', { ...GOOD, access: ['open'] }, 'access'],
  ['a number for a text', withTitle(5), 'titles.0.value'],
  ['a truth for a text', { ...GOOD, publisher: true }, 'publisher'],
  ['a text for a truth', { ...GOOD, access: { viewOnly: 'yes' } }, 'access.viewOnly'],
  [
    'a person with a broken number',
    { ...GOOD, contributors: [{ role: 'author', name: 'А', personId: 1.5 }] },
    /^contributors\.0\.personId/,
  ],
  [
    'a person with a huge number',
    { ...GOOD, contributors: [{ role: 'author', name: 'А', personId: 1e300 }] },
    /^contributors\.0\.personId/,
  ],
  ['a thousand authors', { ...GOOD, contributors: Array(1000).fill({ role: 'author', name: 'А' }) }, 'contributors'],
  [
    'a link that runs',
    { ...GOOD, identifiers: [{ scheme: 'url', value: 'javascript:alert(1)' }] },
    'identifiers.0.value',
  ],
  ['a DOI that is none', { ...GOOD, identifiers: [{ scheme: 'doi', value: '11.1/x' }] }, 'identifiers.0.value'],
  [
    'an ISBN with a wrong digit',
    { ...GOOD, identifiers: [{ scheme: 'isbn', value: '978-3-16-148410-1' }] },
    'identifiers.0.value',
  ],
  [
    'an ORCID with a wrong digit',
    { ...GOOD, contributors: [{ role: 'author', name: 'А', orcid: '0000-0002-1825-0098' }] },
    'contributors.0.orcid',
  ],
  ['a collection that is a path', { ...GOOD, collections: ['../../etc'] }, 'collections.0'],
  ['an unknown field', { ...GOOD, colour: 'red' }, 'colour'],
  ['an unknown field inside', { ...GOOD, thesis: { degree: 'phd', grade: 5 } }, 'thesis.grade'],
  ['nothing', null, ''],
  ['a word', 'work', ''],
  ['a list', [GOOD], ''],
])('%s is refused at its field, and nothing is begun', async (_name, body, at) => {
  const before = works();
  const problem = expectRefusal(await send(JSON.stringify(body)), body);
  expect(problem.status).toBe(422);
  const paths = problem.errors.map((error: { path: string }) => error.path);
  if (typeof at === 'string') expect(paths).toContain(at);
  else expect(paths.some((one: string) => at.test(one))).toBe(true);
  expect(works()).toBe(before);
});

test.each<[string, string | Buffer, Record<string, string>, number]>([
  ['half a JSON', '{"type":', {}, 400],
  ['no JSON', '<work/>', {}, 400],
  ['nothing at all', '', {}, 422],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), {}, 422],
  ['lists a hundred thousand deep', nested(100_000, '[', ']'), {}, 422],
  ['objects a hundred thousand deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, {}, 422],
  ['a list of a million', `{"type":"other","titles":[${'0,'.repeat(900_000)}0]}`, {}, 422],
  ['a number too large to count', '{"type":"other","titles":[{"value":1e999,"lang":"ky"}]}', {}, 422],
  ['more than two megabytes', JSON.stringify({ type: 'x'.repeat(3_000_000) }), {}, 413],
  ['a form', 'type=other', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
  ['a multipart without its boundary', 'x', { 'Content-Type': 'multipart/form-data' }, 415],
  ['a charset nobody knows', '{}', { 'Content-Type': 'application/json; charset=klingon' }, 415],
  ['an encoding nobody knows', '{}', { 'Content-Encoding': 'klingon' }, 415],
  ['gzip that is none', '{}', { 'Content-Encoding': 'gzip' }, 400],
])('%s is refused', async (_name, body, headers, status) => {
  const before = works();
  const problem = expectRefusal(await send(body, headers), headers);
  expect(problem.status).toBe(status);
  expect(works()).toBe(before);
});

test('a field called __proto__ changes nothing but the answer', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    const text = `{"${name}":{"isAdministrator":true},${JSON.stringify(GOOD).slice(1)}`;
    const problem = expectRefusal(await send(text), name);
    expect(problem.errors).toEqual([{ path: name, message: 'There is no such field.' }]);
  }
  expect(({} as { isAdministrator?: boolean }).isAdministrator).toBeUndefined();
});

test('text that only looks dangerous is kept as it is', async () => {
  const title = `'; DROP TABLE works; -- <script>alert(1)</script> ]]> \${7*7} {{7*7}} 🏔 \u202e ${'я'.repeat(1000)}`;
  const answer = await send(JSON.stringify(withTitle(title)));
  expect(answer.status).toBe(201);
  expect(answer.body.titles[0].value).toBe(title);
});

/** Any JSON, any value at any place of a good work, or a good work with a piece of another kind in it. */
const anything = fc.jsonValue({ maxDepth: 4 });
const hostile = fc.oneof(
  anything,
  fc.tuple(fc.constantFrom(...Object.keys(GOOD)), anything).map(([name, value]) => ({ ...GOOD, [name]: value })),
  fc
    .tuple(
      fc.constantFrom('titles', 'contributors', 'abstracts', 'subjects', 'identifiers', 'relations'),
      fc.dictionary(fc.constantFrom('value', 'lang', 'role', 'name', 'scheme', 'type', 'target', 'orcid'), anything),
    )
    .map(([name, value]) => ({ ...GOOD, [name]: [value] })),
  fc
    .tuple(
      fc.constantFrom('source', 'thesis', 'rights', 'access'),
      fc.dictionary(fc.string({ unit: 'binary' }), anything),
    )
    .map(([name, value]) => ({ ...GOOD, [name]: value })),
  fc.string({ unit: 'binary', maxLength: 200 }).map((value) => withTitle(value)),
);

test('whatever is sent as a work is taken whole or refused clearly, and changes a draft wholly or not at all', async () => {
  const { body: draft } = await send(JSON.stringify(GOOD));
  const reviewer = await client(app, 'reviewer');
  const depositor = await client(app, 'depositor');
  await fc.assert(
    fc.asyncProperty(hostile, async (body) => {
      const before = works() as number;
      const made = await depositor
        .post('/api/v1/works')
        .send(JSON.stringify(body))
        .set('Content-Type', 'application/json');
      if (made.status !== 201) expectRefusal(made, body);
      expect(works()).toBe(before + (made.status === 201 ? 1 : 0));

      const seen = (await reviewer.get(`/api/v1/works/${draft.id}`).expect(200)).headers.etag;
      const changed = await depositor
        .put(`/api/v1/works/${draft.id}`)
        .set('Content-Type', 'application/json')
        .send(JSON.stringify(body));
      expect(changed.status).toBe(made.status === 201 ? 200 : made.status);
      const now = (await reviewer.get(`/api/v1/works/${draft.id}`).expect(200)).headers.etag;
      expect(now === seen).toBe(changed.status !== 200);
      if (made.status === 201) {
        // What was taken can be given out again, and be sent back as it came.
        const shown = await depositor.get(`/api/v1/works/${made.body.id}`).expect(200);
        await depositor.put(`/api/v1/works/${made.body.id}`).send(shown.body).expect(200);
        await depositor.delete(`/api/v1/works/${made.body.id}`).expect(204);
      }
    }),
    { numRuns: RUNS },
  );
});

test('whatever is sent as a person, a collection, a comment or a change of a file is refused clearly or taken', async () => {
  const { id } = await app.draft({ pages: ['Барак.'] });
  const fileId = (await app.house.works.drafts.of(id))!.files[0]!.id;
  const reviewer = await client(app, 'reviewer');
  const requests: [string, string][] = [
    ['post', '/people'],
    ['post', '/collections'],
    ['patch', `/works/${id}/files/${fileId}`],
    ['post', `/works/${id}/return`],
    ['post', `/works/${id}/withdraw`],
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...requests),
      fc.oneof(
        anything,
        fc.dictionary(
          fc.constantFrom(
            'names',
            'titles',
            'slug',
            'parent',
            'role',
            'access',
            'position',
            'comment',
            'reason',
            'born',
          ),
          anything,
        ),
      ),
      async ([method, to], body) => {
        const answer = await reviewer[method as 'post'](`/api/v1${to}`)
          .set('Content-Type', 'application/json')
          .send(JSON.stringify(body));
        if (answer.status !== 200 && answer.status !== 201) expectRefusal(answer, body);
      },
    ),
    { numRuns: RUNS },
  );
});

test('whatever is asked in an address is answered or refused clearly', async () => {
  const reader = await client(app, null);
  const names = [
    'q',
    'type',
    'language',
    'from',
    'until',
    'sort',
    'page',
    'perPage',
    'access',
    'author',
    'letter',
    'limit',
    'hasFile',
    '__proto__',
    'q[]',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/search', '/suggest', '/people', '/works', '/collections/x', '/works/1', '/people/1'),
      fc.array(
        fc.tuple(fc.constantFrom(...names), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer().map(String))),
        { maxLength: 5 },
      ),
      async (to, pairs) => {
        const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
        const answer = await reader.get(`/api/v1${to}?${query}`);
        if (answer.status !== 200) expectRefusal(answer, [to, pairs]);
      },
    ),
    { numRuns: RUNS },
  );
  for (const wrong of [
    '/api/v1/works/%',
    '/api/v1/works/%00',
    '/api/v1/collections/%2e%2e%2f',
    '/api/v1/people/%ff',
    '/api/v1//works',
    '/api/v1/search?q=%',
  ]) {
    const answer = await reader.get(wrong);
    expect([wrong, answer.status < 500]).toEqual([wrong, true]);
  }
});

/** The answer may be there a moment before the last byte is gone. */
async function untilEmptyAs(of: TestApp, before: string[]) {
  const incoming = path.join(of.folder, 'incoming');
  for (let i = 0; readdirSync(incoming).length > before.length && i < 100; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(readdirSync(incoming)).toEqual(before);
}

test('an upload broken off half-way leaves nothing, and the server goes on', async () => {
  const { id } = await app.draft({});
  const token = await app.token('depositor');
  const before = readdirSync(path.join(app.folder, 'incoming'));
  const server = app.server.listen(0);
  const { port } = server.address() as AddressInfo;
  try {
    await new Promise<void>((resolve) => {
      const sent = httpRequest({
        port,
        method: 'POST',
        path: `/api/v1/works/${id}/files`,
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'multipart/form-data; boundary=x',
          'Content-Length': 10_000_000,
        },
      });
      sent.on('error', () => resolve());
      sent.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n');
      sent.write('x'.repeat(200_000), () => setTimeout(() => sent.destroy(), 50));
    });
    await untilEmptyAs(app, before);
    expect((await app.house.works.drafts.of(id))!.files).toEqual([]);
    await (await client(app, null)).get('/api/v1/works').expect(200);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('hostile names of files are made safe, and a program is refused whatever it is called', async () => {
  const { id } = await app.draft({});
  const agent = await client(app, 'depositor');
  for (const name of [
    '../../etc/passwd.pdf',
    'a\u0000b.pdf',
    'con.pdf',
    `${'ө'.repeat(400)}.pdf`,
    '"; rm -rf /.pdf',
    '.pdf',
    'C:\\windows\\x.pdf',
  ]) {
    const answer = await agent.post(`/api/v1/works/${id}/files`).attach('file', await pdf([name.slice(0, 20)]), name);
    if (answer.status !== 201) {
      expectRefusal(answer, name);
      continue;
    }
    expect(answer.body.name).not.toMatch(/[/\\\u0000]/);
    expect(Buffer.byteLength(answer.body.name)).toBeLessThan(256);
    await agent.get(`/api/v1/works/${id}/files/${answer.body.id}/content`).expect(200);
  }
  for (const content of ['MZ\u0090\u0000', '#!/bin/sh', '']) {
    const answer = await agent
      .post(`/api/v1/works/${id}/files`)
      .attach('file', Buffer.from(content, 'latin1'), 'a.pdf');
    expectRefusal(answer, content);
  }
});

test('more than may be sent is refused with 413, and no byte of it stays', async () => {
  const small = await openTestApp({ MAX_UPLOAD_MB: '1' });
  const { id } = await small.draft({});
  const agent = await client(small, 'depositor');
  const answer = await agent
    .post(`/api/v1/works/${id}/files`)
    .attach('file', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1_500_000, 32)]), 'a.pdf');
  expect(answer.status).toBe(413);
  expect(expectRefusal(answer, 'large').errors[0].path).toBe('file');
  await untilEmptyAs(small, []);
});
