import { readdirSync, readFileSync } from 'node:fs';
import { createCanvas } from '@napi-rs/canvas';
import type TestAgent from 'supertest/lib/agent';
import { personObject, readPerson } from '../src/archive/documents';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
let librarian: TestAgent;
beforeEach(async () => {
  app = await openTestApp();
  librarian = await app.as('reviewer');
});
afterEach(() => app.close());

async function submitted(input: Parameters<TestApp['draft']>[0] = {}) {
  const { id } = await app.draft(input);
  await app.runner.drain();
  await app.house.deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  return id;
}
const revisionOf = async (id: number) => (await app.house.works.drafts.of(id))!.revision;
const decide = async (id: number, act: string, body: object = {}, agent = librarian) =>
  agent
    .post(`/review/${id}/${act}`)
    .type('form')
    .send({ revision: await revisionOf(id), ...body });

test('a librarian sees the queue, the work with its checks and history, and publishes it', async () => {
  const id = await submitted({ pages: ['Мөңгүлөр чегинүүдө.'], abstracts: [{ value: 'Кыскача мазмун', lang: 'ky' }] });
  expect((await librarian.get('/review').expect(200)).text).toContain(`<a href="/review/${id}">Мөңгүлөр жана суу</a>`);
  const { text } = await librarian.get(`/review/${id}`).expect(200);
  for (const shown of [
    'Кыскача мазмун',
    'text read',
    'not scanned for viruses',
    'No likely duplicates',
    'The description is complete',
    'Submitted',
    'Test depositor',
  ]) {
    expect(text).toContain(shown);
  }
  expect((await decide(id, 'accept')).headers.location).toBe(`/review/${id}?done=1`);
  expect((await app.house.works.published(id)).version).toBe(1);
  expect((await librarian.get(`/review/${id}?done=1`)).text).toContain('The work is published.');
});

test('what is decided about is what was looked at', async () => {
  const id = await submitted();
  const seen = await revisionOf(id);
  await app.house.deposits.save(
    id,
    await app.visitor('reviewer'),
    { ...(await app.house.works.drafts.of(id))!.metadata, issued: '2023' },
    null,
  );
  const { text } = await librarian.post(`/review/${id}/accept`).type('form').send({ revision: seen }).expect(409);
  expect(text).toContain('The work has changed while you looked.');
  expect((await app.house.works.drafts.of(id))!.state).toBe('submitted');
});

test('returned or rejected needs words; the depositor reads them and mends', async () => {
  const id = await submitted();
  expect((await decide(id, 'return')).status).toBe(422);
  expect((await decide(id, 'return', { comment: 'Титул барагын кошуңуз.' })).status).toBe(303);
  const depositor = await app.as('depositor');
  expect((await depositor.get(`/deposit/${id}`).expect(200)).text).toContain('Титул барагын кошуңуз.');
  await app.house.deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  expect((await decide(id, 'reject', { comment: 'Бизге тиешеси жок.' })).status).toBe(303);
  expect((await librarian.get('/review?state=rejected')).text).toContain(`/review/${id}`);
});

test('likely duplicates are told: the same file, the same DOI or ISBN, the same title', async () => {
  const published = await app.published({
    pages: ['Бир мазмун'],
    titles: [{ value: 'Таптакыр башка', lang: 'ky' }],
    identifiers: [{ scheme: 'isbn', value: '0-306-40615-2' }],
  });
  const bytes = await app.house.archive.read(`achyk:work:${published.id}`, { sha512: published.files[0]!.sha512 });
  const content = readFileSync(bytes.path);
  const id = await submitted({
    files: [{ name: 'copy.pdf', mediaType: 'application/pdf', content }],
    identifiers: [{ scheme: 'isbn', value: '978-0-306-40615-7' }],
    titles: [{ value: '«Таптакыр  БАШКА»', lang: 'ky' }],
  });
  const waiting = await submitted({ titles: [{ value: 'Таптакыр башка', lang: 'ky' }] });
  expect(await app.house.duplicates.of((await app.house.works.drafts.of(id))!)).toEqual([
    { workId: published.id, because: ['file', 'identifier', 'title'] },
    { workId: waiting, because: ['title'] },
  ]);
  expect((await librarian.get(`/review/${id}`)).text).toContain('the same file, the same identifier, the same title');
});

test('a published work is withdrawn with a reason, or gets a new version', async () => {
  const { id } = await app.published();
  expect((await librarian.post(`/works/${id}/revise`).expect(303)).headers.location).toBe(`/deposit/${id}`);
  expect((await librarian.post(`/works/${id}/revise`).expect(303)).headers.location).toBe(`/deposit/${id}`);
  await (await app.as('reader')).post(`/works/${id}/revise`).expect(403);
  expect((await librarian.post(`/review/${id}/withdraw`).type('form').send({ reason: ' ' })).status).toBe(422);
  const answer = await librarian.post(`/review/${id}/withdraw`).type('form').send({ reason: 'Автордун өтүнүчү' });
  expect(answer.headers.location).toBe(`/works/${id}`);
  expect((await app.house.works.published(id)).withdrawn?.reason).toBe('Автордун өтүнүчү');
});

describe('who may', () => {
  test.each(['reader', 'depositor'] as const)('a %s neither sees nor does any of it', async (role) => {
    const id = await submitted();
    const agent = await app.as(role);
    for (const address of [
      '/review',
      `/review/${id}`,
      '/admin',
      '/admin/people',
      '/admin/collections',
      '/admin/accounts',
    ]) {
      await agent.get(address).expect(403);
    }
    for (const act of ['accept', 'return', 'reject', 'withdraw']) {
      expect((await decide(id, act, { comment: 'x', reason: 'x' }, agent)).status).toBe(403);
    }
    await agent.post('/admin/people').field('names.0.value', 'X').expect(403);
    await agent.post('/admin/collections').type('form').send({ slug: 'x' }).expect(403);
    await agent.post('/admin/accounts').type('form').send({ email: 'x@library.test' }).expect(403);
    await agent.post('/admin/jobs/restart').expect(403);
    expect((await app.house.works.drafts.of(id))!.state).toBe('submitted');
  });

  test('a stranger is asked to sign in', async () => {
    const id = await submitted();
    for (const address of ['/review', `/review/${id}`, '/admin', '/admin/people', '/admin/accounts']) {
      expect((await app.browse().get(address).expect(303)).headers.location).toContain('/sign-in?next=');
    }
    for (const address of [`/review/${id}/accept`, `/works/${id}/revise`, '/admin/people', '/admin/jobs/restart']) {
      await app.browse().post(address).expect(401);
    }
  });

  test('a librarian does not review his own work; an administrator may', async () => {
    const reviewer = await app.visitor('reviewer');
    const { id } = await app.house.deposits.create(reviewer, {
      type: 'report',
      languages: ['ky'],
      titles: [{ value: 'Өзүмдүкү', lang: 'ky' }],
      issued: '2024',
    });
    await app.house.deposits.submit(id, reviewer, { licenceAccepted: true });
    expect((await librarian.get(`/review/${id}`)).text).toContain('This work is yours');
    expect((await decide(id, 'accept')).status).toBe(403);
    expect((await decide(id, 'accept', {}, await app.as('administrator'))).status).toBe(303);
  });

  test('accounts and the state of the library are the administrator’s alone', async () => {
    await librarian.get('/admin').expect(403);
    await librarian.get('/admin/accounts').expect(403);
    const { id } = await app.account('depositor');
    await librarian.post(`/admin/accounts/${id}`).type('form').send({ role: 'administrator' }).expect(403);
    expect((await app.account('depositor')).role).toBe('depositor');
  });

  test.each([
    '/review/1/accept',
    '/review/1/withdraw',
    '/works/1/revise',
    '/admin/people',
    '/admin/collections',
    '/admin/accounts',
    '/admin/jobs/restart',
  ])('a form that another site sends to %s does nothing', async (address) => {
    await submitted();
    const administrator = await app.as('administrator');
    await administrator.post(address).set('Sec-Fetch-Site', 'cross-site').expect(403);
  });
});

describe('authors', () => {
  const asanov = {
    'names.0.value': 'Асанов, Усен',
    'names.0.lang': 'ky',
    'names.1.value': 'Asanov, Usen',
    'names.1.lang': 'en',
    born: '1925',
    'biographies.0.value': 'Тарыхчы.',
    'biographies.0.lang': 'ky',
  };
  const created = async () => {
    const answer = await librarian.post('/admin/people').type('form').send(asanov).expect(303);
    return Number(/\/admin\/people\/(\d+)/.exec(answer.headers.location!)![1]);
  };

  test('are made and changed, with what is wrong said beside the field', async () => {
    const id = await created();
    const person = await app.house.people.get(id);
    expect(person.names.map(({ value, kind }) => [value, kind])).toEqual([
      ['Асанов, Усен', 'main'],
      ['Asanov, Usen', 'variant'],
    ]);
    const bad = await librarian
      .post(`/admin/people/${id}`)
      .type('form')
      .send({ ...asanov, revision: person.revision, died: '1900', orcid: '1' });
    expect(bad.status).toBe(422);
    expect(bad.text).toContain('This ORCID iD is wrong');
    expect(bad.text).toContain('value="1900"');
    const late = await librarian
      .post(`/admin/people/${id}`)
      .type('form')
      .send({ ...asanov, revision: 0, degree: 'доктор' });
    expect(late.status).toBe(412);
    expect(late.text).toContain('value="доктор"');
    await librarian
      .post(`/admin/people/${id}`)
      .type('form')
      .send({ ...asanov, revision: person.revision, degree: 'доктор' })
      .expect(303);
    expect((await app.house.people.get(id)).degree).toBe('доктор');
  });

  test('get a portrait, drawn anew and kept in the archive; what is no picture is refused', async () => {
    const id = await created();
    const canvas = createCanvas(1600, 2000);
    canvas.getContext('2d').fillRect(0, 0, 1600, 2000);
    const png = await canvas.encode('png');
    const send = async (content: Buffer, filename: string) => {
      const request = librarian.post(`/admin/people/${id}`);
      for (const [name, value] of Object.entries(asanov)) request.field(name, value);
      return request
        .field('revision', String((await app.house.people.get(id)).revision))
        .attach('portrait', content, { filename });
    };
    expect((await send(png, 'a.png')).status).toBe(303);
    const person = await app.house.people.get(id);
    expect(person.portrait?.mediaType).toBe('image/jpeg');
    expect((await readPerson(app.house.archive, personObject(id))).portrait?.sha512).toBe(person.portrait?.sha512);
    const picture = await librarian.get(`/people/${id}/portrait`).expect(200);
    expect(picture.headers['content-type']).toBe('image/jpeg');
    const broken = await send(Buffer.concat([png.subarray(0, 8), Buffer.alloc(100)]), 'b.png');
    expect(broken.status).toBe(422);
    expect(broken.text).toContain('A portrait must be');
    expect((await send(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'c.svg')).status).toBe(422);
    expect((await send(Buffer.alloc(6 * 1024 * 1024, 1), 'd.bin')).status).toBe(422);
    expect(readdirSync(`${app.folder}/incoming`)).toEqual([]);
    expect((await app.house.people.get(id)).portrait?.sha512).toBe(person.portrait?.sha512);
  });

  test('are made from a typed name while a work is reviewed', async () => {
    const id = await submitted();
    const { text } = await librarian.get(`/deposit/${id}`).expect(200);
    const stamp = /name="stamp" value="([^"]*)"/.exec(text)![1];
    await librarian
      .post(`/deposit/${id}`)
      .type('form')
      .send({
        stamp,
        type: 'article',
        languages: 'ky',
        'titles.0.value': 'Мөңгүлөр жана суу',
        'titles.0.lang': 'ky',
        'contributors.0.role': 'author',
        'contributors.0.name': 'Асанов, Усен Бакирович',
        issued: '2024',
        action: 'person:0',
      })
      .expect(303);
    const { metadata } = (await app.house.works.drafts.of(id))!;
    expect((await app.house.people.get(metadata.contributors[0]!.personId!)).mainName).toBe('Асанов, Усен Бакирович');
  });
});

test('collections are made, renamed, moved and deleted while empty', async () => {
  const make = (slug: string, parent = '') =>
    librarian
      .post('/admin/collections')
      .type('form')
      .send({ slug, parent, 'titles.0.value': `Жыйнак ${slug}`, 'titles.0.lang': 'ky' });
  await make('history').expect(303);
  await make('theses', 'history').expect(303);
  expect((await make('history')).text).toContain('There is already a collection');
  expect((await make('Тарых')).status).toBe(422);
  const change = (body: object) => librarian.post('/admin/collections/history').type('form').send(body);
  expect((await change({ parent: 'theses', 'titles.0.value': 'Тарых', 'titles.0.lang': 'ky' })).text).toContain(
    'cannot be moved into itself',
  );
  await librarian
    .post('/admin/collections/theses')
    .type('form')
    .send({ parent: '', 'titles.0.value': 'Диссертациялар', 'titles.0.lang': 'ky' })
    .expect(303);
  expect((await app.house.collections.get('theses')).parent).toBeNull();
  await app.published({ collections: ['history'] });
  expect((await librarian.post('/admin/collections/history/remove')).status).toBe(409);
  await librarian.post('/admin/collections/theses/remove').expect(303);
  expect((await app.house.collections.all()).map((each) => each.slug)).toEqual(['history']);
});

describe('the administrator', () => {
  test('sees the state of the library, starts a job again, has a text read again', async () => {
    const { id, files } = await app.published({ pages: ['Текст'] });
    await app.house.works.files.setText(files[0]!.id, { state: 'failed', reason: 'text.reason.tookTooLong' });
    await app.house.jobs.add('no-such-job', 'x');
    const job = await app.house.jobs.take(['no-such-job']);
    await app.house.jobs.failed({ ...job!, attempts: 5 }, new Error('It broke'));
    const administrator = await app.as('administrator');
    const { text } = await administrator.get('/admin').expect(200);
    for (const shown of ['pdftotext', 'tesseract', 'SMTP_URL', 'It broke', 'no-such-job x', 'text.pdf', app.folder])
      expect(text).toContain(shown);
    await administrator
      .post('/admin/jobs/restart')
      .type('form')
      .send({ job: String(job!.id) })
      .expect(303);
    expect((await app.house.jobs.counts()).dead).toBe(0);
    await administrator.post(`/admin/files/${files[0]!.id}/read-again`).expect(303);
    await app.runner.drain();
    expect((await app.house.works.published(id)).files[0]!.text.state).toBe('done');
  });

  test('invites by link, changes roles, closes accounts, but never the last administrator’s', async () => {
    const administrator = await app.as('administrator');
    const invited = await administrator
      .post('/admin/accounts')
      .type('form')
      .send({ email: 'new@library.test', name: 'Жаңы', role: 'depositor', language: 'ky' })
      .expect(200);
    const secret = /value="http:\/\/library\.test\/welcome\/([^"]+)"/.exec(invited.text)![1]!;
    const account = await app.house.accounts.useLink(secret, 'a long enough phrase');
    expect(account).toMatchObject({ email: 'new@library.test', role: 'depositor', language: 'ky' });
    const change = (id: number, body: object) => administrator.post(`/admin/accounts/${id}`).type('form').send(body);
    await change(account.id, { role: 'reviewer', action: 'role' }).expect(303);
    expect((await app.house.accounts.get(account.id)).role).toBe('reviewer');
    await change(account.id, { action: 'disable' }).expect(303);
    expect(await app.house.accounts.signIn('new@library.test', 'a long enough phrase')).toBeNull();
    const own = await app.account('administrator');
    expect((await change(own.id, { action: 'disable' })).text).toContain('must keep at least one administrator');
    expect((await change(own.id, { role: 'reader', action: 'role' })).status).toBe(409);
    expect(
      (
        await administrator
          .post('/admin/accounts')
          .type('form')
          .send({ email: 'new@library.test', name: 'X', role: 'reader', language: 'ky' })
      ).status,
    ).toBe(409);
  });
});
