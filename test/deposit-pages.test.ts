import { readdirSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type TestAgent from 'supertest/lib/agent';
import { formOf } from '../src/web/deposit-form';
import { openTestApp, type TestApp } from './support/app';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
let depositor: TestAgent;
beforeEach(async () => {
  app = await openTestApp();
  depositor = await app.as('depositor');
});
afterEach(() => app.close());

const TITLE_PAGE = [
  { text: 'УДК 551.32', size: 11, at: [60, 80] as [number, number] },
  { text: 'Асанов Усен Бакирович', size: 13, at: [60, 140] as [number, number] },
  { text: 'Ысык-Көл өрөөнүнүн мөңгүлөрү', size: 20, at: [60, 220] as [number, number] },
  { text: 'Бишкек – 2021', size: 11, at: [60, 700] as [number, number] },
];
const titlePage = () => samplePdf([TITLE_PAGE, 'Аннотация. Бул эмгекте мөңгүлөр жөнүндө айтылат.']);
const incoming = () => readdirSync(path.join(app.folder, 'incoming'));
const copyOf = async (id: number) => (await app.house.works.drafts.of(id))!;

/** Begins a deposit by uploading, as a browser without script does. */
async function begun(agent = depositor, content?: Buffer): Promise<number> {
  const answer = await agent
    .post('/deposit')
    .attach('file', content ?? (await titlePage()), { filename: 'Диссертация.pdf', contentType: 'application/pdf' })
    .expect(303);
  return Number(/^\/deposit\/(\d+)$/.exec(answer.headers.location!)![1]);
}

/** The fields of the form as the page shows them, ready to be sent back. */
async function fields(id: number, agent = depositor): Promise<Record<string, string | string[]>> {
  const { text } = await agent.get(`/deposit/${id}`).expect(200);
  const copy = await copyOf(id);
  const form = formOf(copy.input);
  const posted: Record<string, string | string[]> = {
    stamp: /name="stamp" value="([^"]*)"/.exec(text)![1]!,
    type: form.type,
    languages: form.languages,
    issued: form.issued,
    collections: form.collections,
  };
  for (const list of [
    'titles',
    'contributors',
    'abstracts',
    'keywords',
    'codes',
    'identifiers',
    'relations',
  ] as const) {
    form[list].forEach((row, i) => {
      for (const [name, value] of Object.entries(row)) posted[`${list}.${i}.${name}`] = value;
    });
  }
  return posted;
}
const post = (id: number, body: object, agent = depositor) => agent.post(`/deposit/${id}`).type('form').send(body);

const WHOLE = {
  type: 'dissertation',
  languages: 'ky',
  'titles.0.value': 'Ысык-Көл өрөөнүнүн мөңгүлөрү',
  'titles.0.lang': 'ky',
  'contributors.0.role': 'author',
  'contributors.0.name': 'Асанов, Усен Бакирович',
  issued: '2021',
  'thesis.degree': 'candidate',
  'access.level': 'open',
};

test('a scholar uploads, confirms what was read, describes, accepts the agreement and submits', async () => {
  const id = await begun();
  const { text } = await depositor.get(`/deposit/${id}`).expect(200);
  expect(text).toContain('Диссертация.pdf');
  expect(text).toContain('Ысык-Көл өрөөнүнүн мөңгүлөрү');
  expect(text).toContain('value="use:title"');
  await post(id, { ...(await fields(id)), action: 'use:all' }).expect(303);
  const { metadata } = await copyOf(id);
  expect(metadata.titles).toEqual([{ value: 'Ысык-Көл өрөөнүнүн мөңгүлөрү', lang: 'ky' }]);
  expect(metadata.contributors[0]!.name).toBe('Асанов, Усен Бакирович');
  expect(metadata.issued).toBe('2021');
  expect(metadata.subjects).toContainEqual({ scheme: 'udc', value: '551.32', lang: null });
  expect(metadata.languages).toEqual(['ky']);

  const refused = await post(id, { ...(await fields(id)), type: 'dissertation', action: 'submit' });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('To submit, please accept the deposit agreement');
  const done = await post(id, { ...(await fields(id)), licenceAccepted: '1', action: 'submit' }).expect(303);
  expect((await depositor.get(done.headers.location!).expect(200)).text).toContain('Thank you.');
  expect((await copyOf(id)).state).toBe('submitted');
  expect((await depositor.get(`/deposit/${id}`).expect(200)).text).not.toContain('deposit-form');
  await post(id, { action: 'save', type: 'article' }).expect(409);
});

test('errors are said beside their fields and on top, and everything typed stays', async () => {
  const id = await begun();
  const typed = {
    ...WHOLE,
    ...{ stamp: (await fields(id)).stamp },
    issued: '2021-02-30',
    'titles.0.value': 'x'.repeat(100_000),
    'titles.1.value': 'Ледники\u0001',
    'titles.1.lang': 'ru',
    'contributors.0.orcid': '0000-0000-0000-0000',
    type: 'sonnet',
    action: 'submit',
  };
  const { text, status } = await post(id, typed);
  expect(status).toBe(422);
  expect(text).toContain('<a href="#f-issued">Date or year of issue: There is no such date.');
  expect(text).toMatch(/id="f-issued"[^>]*value="2021-02-30"[^>]*aria-describedby="f-issued-hint f-issued-error"/);
  expect(text).toContain('at most 2,000 characters');
  expect(text).toContain('x'.repeat(100_000));
  expect(text).toContain('invisible control characters');
  expect(text).toContain('There is no such type of work.');
  expect(text).toContain('This ORCID iD is wrong');
  expect(text).toContain('value="Асанов, Усен Бакирович"');
  expect((await copyOf(id)).state).toBe('draft');
});

test('the page says what is wrong in the language of its reader', async () => {
  const id = await begun();
  await post(id, { ...WHOLE, stamp: (await fields(id)).stamp, issued: '2021-02-30', action: 'save' }).expect(303);
  expect((await depositor.get(`/deposit/${id}?lang=ky`)).text).toContain('Мындай күн жок.');
  expect((await depositor.get(`/deposit/${id}?lang=tr`)).text).toContain('Böyle bir tarih yok.');
});

describe('files that cannot be taken', () => {
  test.each([
    ['a text called .pdf', 'thesis.pdf', Buffer.from('I am no PDF'), 'is not what its name says'],
    ['an empty file', 'thesis.pdf', Buffer.alloc(0), 'is an empty file'],
    ['a program', 'thesis.exe', Buffer.from('MZ\u0090\u0000 this is a program'), 'is a program'],
  ])('%s', async (_what, filename, content, sentence) => {
    const answer = await depositor.post('/deposit').attach('file', content, { filename });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(sentence);
    expect(incoming()).toEqual([]);
    expect(await app.house.works.drafts.ofAccount((await app.account('depositor')).id)).toEqual([]);
  });

  test('an encrypted and a truncated PDF', async () => {
    const encrypted = await samplePdf(['Жашыруун'], { password: 'secret' });
    const whole = await titlePage();
    const locked = await depositor.post('/deposit').attach('file', encrypted, { filename: 'a.pdf' });
    expect([locked.status, incoming()]).toEqual([422, []]);
    expect(locked.text).toContain('is protected by a password');
    const cut = await depositor.post('/deposit').attach('file', whole.subarray(0, 300), { filename: 'b.pdf' });
    expect([cut.status, incoming()]).toEqual([422, []]);
    expect(cut.text).toContain('is damaged or incomplete');
  });

  test('of several files where one is refused, none stays', async () => {
    const id = await begun();
    const before = incoming();
    const answer = await depositor
      .post(`/deposit/${id}/files`)
      .set('Accept', 'application/json')
      .attach('file', await samplePdf(['Экинчи']), { filename: 'second.pdf' })
      .attach('file', Buffer.from('no PDF'), { filename: 'third.pdf' });
    expect(answer.status).toBe(422);
    expect(answer.body.issues[0].message).toContain('“third.pdf” is not what its name says');
    expect(incoming()).toEqual(before);
    expect((await copyOf(id)).files).toHaveLength(1);
  });

  test('beside what was typed: that is kept, and only the file refused', async () => {
    const id = await begun();
    const answer = await depositor
      .post(`/deposit/${id}`)
      .field('action', 'upload')
      .attach('file', Buffer.from('no PDF'), { filename: 'second.pdf' })
      .field('titles.0.value', 'Терилген аталыш')
      .field('titles.0.lang', 'ky')
      .field('stamp', String((await fields(id)).stamp));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('is not what its name says');
    expect((await copyOf(id)).metadata.titles[0]!.value).toBe('Терилген аталыш');
    expect(incoming()).toHaveLength(1);
  });

  test('an upload broken off half-way leaves nothing, and the server goes on', async () => {
    const id = await begun();
    const server = app.server.listen(0);
    const { port } = server.address() as AddressInfo;
    const { secret } = await app.house.accounts.openSession((await app.account('depositor')).id);
    await new Promise<void>((resolve) => {
      const request = http.request({
        port,
        method: 'POST',
        path: `/deposit/${id}/files`,
        headers: {
          'Content-Type': 'multipart/form-data; boundary=x',
          'Content-Length': 10_000_000,
          Cookie: `achyk_session=${secret}`,
          'Sec-Fetch-Site': 'same-origin',
        },
      });
      request.on('error', () => resolve());
      request.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7 half');
      setTimeout(() => request.destroy(), 200);
    });
    for (let i = 0; i < 50 && incoming().length > 1; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    server.close();
    expect(incoming()).toHaveLength(1);
    await depositor.get(`/deposit/${id}`).expect(200);
  });

  test('the same file twice, and a form without a file', async () => {
    const content = await titlePage();
    const id = await begun(depositor, content);
    const twice = await depositor
      .post(`/deposit/${id}`)
      .field('action', 'upload')
      .field('stamp', String((await fields(id)).stamp))
      .field('titles.0.value', 'Терилген аталыш')
      .field('titles.0.lang', 'ky')
      .attach('file', content, { filename: 'again.pdf' });
    expect(twice.status).toBe(409);
    expect(twice.text).toContain('This work already has the file');
    expect(twice.text).toContain('Терилген аталыш');
    expect(incoming()).toHaveLength(1);
    expect((await depositor.post('/deposit').field('action', '')).text).toContain('No file was chosen.');
  });
});

test('files get roles and an access of their own, change places and go', async () => {
  const id = await begun();
  await depositor
    .post(`/deposit/${id}/files`)
    .set('Accept', 'application/json')
    .attach('file', await samplePdf(['Автореферат']), { filename: 'b.pdf' })
    .expect(200);
  const [a, b] = (await copyOf(id)).files;
  expect([a!.role, b!.role]).toEqual(['main', 'supplement']);
  const values = { ...(await fields(id)), [`files.${b!.id}.role`]: 'abstract', [`files.${b!.id}.access`]: 'closed' };
  await post(id, { ...values, action: `upFile:${b!.id}` }).expect(303);
  const [first] = (await copyOf(id)).files;
  expect(first).toMatchObject({ id: b!.id, role: 'abstract', access: { level: 'closed' } });
  await post(id, { ...(await fields(id)), action: `removeFile:${b!.id}` }).expect(303);
  expect((await copyOf(id)).files.map((file) => file.id)).toEqual([a!.id]);
  expect(incoming()).toHaveLength(1);
});

test('two people at one draft: the second sees both, keeps what he typed, and learns who it was', async () => {
  const id = await begun();
  const librarian = await app.as('reviewer');
  const seen = await fields(id);
  await post(id, { ...WHOLE, stamp: seen.stamp, 'titles.0.value': 'Менин аталышым' }).expect(303);
  const answer = await post(id, { ...WHOLE, stamp: seen.stamp, 'titles.0.value': 'Китепканачынын аталышы' }, librarian);
  expect(answer.status).toBe(412);
  expect(answer.text).toContain('Test depositor has changed this draft meanwhile');
  expect(answer.text).toMatch(
    /<th scope="row">Title<\/th><td[^>]*>Менин аталышым \(ky\)<\/td><td[^>]*>Китепканачынын аталышы \(ky\)/,
  );
  expect(answer.text).not.toContain('<th scope="row">Place</th>'); // what both say alike is not shown
  expect(answer.text).toContain('>\nКитепканачынын аталышы</textarea>');
  expect((await copyOf(id)).metadata.titles[0]!.value).toBe('Менин аталышым');
  const stamp = /name="stamp" value="([^"]*)"/.exec(answer.text)![1];
  await post(id, { ...WHOLE, stamp, 'titles.0.value': 'Китепканачынын аталышы' }, librarian).expect(303);
  expect((await copyOf(id)).metadata.titles[0]!.value).toBe('Китепканачынын аталышы');
});

test('saving as one types answers with the stamp of what was saved; an upload between does not disturb it', async () => {
  const id = await begun();
  const { stamp } = await fields(id);
  const save = (given: unknown, title: string) =>
    post(id, { ...WHOLE, stamp: given, 'titles.0.value': title, action: 'save' }).set('Accept', 'application/json');
  const first = await save(stamp, 'Биринчи').expect(200);
  expect(first.body.message).toMatch(/^Saved at \d\d:\d\d$/);
  await depositor
    .post(`/deposit/${id}/files`)
    .set('Accept', 'application/json')
    .attach('file', await samplePdf(['Тиркеме']), { filename: 'b.pdf' })
    .expect(200);
  await save(first.body.stamp, 'Экинчи').expect(200);
  expect((await copyOf(id)).metadata.titles[0]!.value).toBe('Экинчи');
  const late = await save(stamp, 'Кечиккен').expect(412);
  expect(late.body).toMatchObject({ changed: true });
});

test('without script a row is added, moved and removed by buttons', async () => {
  const id = await begun();
  const added = await post(id, { ...WHOLE, stamp: (await fields(id)).stamp, action: 'add:titles' }).expect(303);
  expect(added.headers.location).toBe(`/deposit/${id}?saved=1&more=titles#titles`);
  expect((await depositor.get(added.headers.location!)).text).toContain('name="titles.1.value"');
  const two = { ...(await fields(id)), 'titles.1.value': 'Ледники', 'titles.1.lang': 'ru' };
  await post(id, { ...two, action: 'up:titles:1' }).expect(303);
  expect((await copyOf(id)).metadata.titles.map((title) => title.lang)).toEqual(['ru', 'ky']);
  await post(id, { ...(await fields(id)), action: 'remove:titles:0' }).expect(303);
  expect((await copyOf(id)).metadata.titles.map((title) => title.lang)).toEqual(['ky']);
});

test('known people are found as they are typed, and offered for a name typed without choosing', async () => {
  const { id: person } = await app.house.people.create({
    names: [
      { value: 'Асанов, Усен Бакирович', lang: 'ky', kind: 'main' },
      { value: 'Asanov, Usen', lang: 'en' },
    ],
  });
  const found = await depositor.get('/deposit/people').query({ q: 'асан' }).expect(200);
  expect(found.body).toEqual([{ id: person, name: 'Асанов, Усен Бакирович', orcid: null, about: '' }]);
  expect((await depositor.get('/deposit/people').query({ q: 'usen' })).body).toHaveLength(1);
  expect((await depositor.get('/deposit/people').query({ q: '%' })).body).toEqual([]);
  await app.browse().get('/deposit/people').query({ q: 'асан' }).expect(303);
  const id = await begun();
  await post(id, { ...WHOLE, stamp: (await fields(id)).stamp }).expect(303);
  const { text } = await depositor.get(`/deposit/${id}`);
  expect(text).toContain(`<input type="checkbox" name="contributors.0.personId" value="${person}">`);
  await post(id, { ...(await fields(id)), 'contributors.0.personId': String(person) }).expect(303);
  expect((await copyOf(id)).metadata.contributors[0]!.personId).toBe(person);
});

test('a draft is thrown away with its files', async () => {
  const id = await begun();
  await depositor.post(`/deposit/${id}/discard`).expect(303);
  expect(incoming()).toEqual([]);
  await depositor.get(`/deposit/${id}`).expect(404);
});

describe('rights', () => {
  test('a stranger signs in first; a reader is told whom to ask; nothing of theirs reaches the disk', async () => {
    expect((await app.browse().get('/deposit')).headers.location).toBe('/sign-in?next=%2Fdeposit');
    const reader = await app.as('reader');
    expect((await reader.get('/deposit').expect(403)).text).toContain('ask a librarian');
    const answer = await reader.post('/deposit').attach('file', await titlePage(), { filename: 'a.pdf' });
    expect([answer.status, incoming()]).toEqual([403, []]);
  });

  test('another depositor does not even learn that the draft exists', async () => {
    const id = await begun();
    const stranger = await app.house.accounts.create({
      email: 'b@library.test',
      name: 'B',
      role: 'depositor',
      language: 'en',
    });
    const { secret } = await app.house.accounts.openSession(stranger.id);
    const other = app.browse().set('Cookie', `achyk_session=${secret}`).set('Sec-Fetch-Site', 'same-origin');
    await other.get(`/deposit/${id}`).expect(404);
    await post(id, { ...WHOLE, action: 'save' }, other).expect(404);
    await other.post(`/deposit/${id}/discard`).expect(404);
    await other
      .post(`/deposit/${id}/files`)
      .attach('file', await titlePage(), { filename: 'x.pdf' })
      .expect(404);
    expect(incoming()).toHaveLength(1);
  });

  test.each(['/deposit', '/deposit/1', '/deposit/1/files', '/deposit/1/discard'])(
    'a form that another site sends to %s does nothing',
    async (address) => {
      await begun();
      await depositor
        .post(address)
        .set('Sec-Fetch-Site', 'cross-site')
        .type('form')
        .send({ action: 'without' })
        .expect(403);
      expect((await copyOf(1)).files).toHaveLength(1);
    },
  );
});
