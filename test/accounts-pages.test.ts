import { SESSION_COOKIE } from '../src/http/visitor';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const PASSWORD = 'a long enough phrase';
const english = () => app.browse().set('Cookie', 'achyk_language=en').set('Sec-Fetch-Site', 'same-origin');

async function reader(email = 'aigul@library.test') {
  return app.house.accounts.create({ email, name: 'Айгүл', role: 'depositor', language: 'en' }, PASSWORD);
}

test('who knows the password signs in, is sent where he wanted to go, and signs out', async () => {
  await reader();
  const browser = english();
  const answer = await browser
    .post('/sign-in')
    .type('form')
    .send({ email: 'Aigul@library.test ', password: PASSWORD, next: '/deposit?a=1' })
    .expect(303);
  expect(answer.headers.location).toBe('/deposit?a=1');
  expect(String(answer.headers['set-cookie'])).toMatch(/achyk_session=[^;]+;.*HttpOnly; SameSite=Lax/);
  const session = /achyk_session=([^;]+)/.exec(String(answer.headers['set-cookie']))![1];
  expect(await app.house.accounts.bySession(session!)).not.toBeNull();
  await app.browse().post('/sign-out').set('Cookie', `${SESSION_COOKIE}=${session}`).expect(303);
  expect(await app.house.accounts.bySession(session!)).toBeNull();
});

test('a wrong password and an unknown address are answered alike', async () => {
  await reader();
  const wrong = await english().post('/sign-in').type('form').send({ email: 'aigul@library.test', password: 'no' });
  const unknown = await english().post('/sign-in').type('form').send({ email: 'nobody@library.test', password: 'no' });
  expect([wrong.status, unknown.status]).toEqual([422, 422]);
  expect(wrong.text).toContain('The address or the password is wrong.');
  expect(unknown.text.replace('nobody@', 'aigul@')).toBe(wrong.text);
});

test.each([
  '//evil.example',
  'https://evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '/..//evil.example/x',
  '/.//evil.example',
  '/a/..//evil.example',
])('a sign-in leads to no other site: %s', async (next) => {
  await reader();
  const answer = await english()
    .post('/sign-in')
    .type('form')
    .send({ email: 'aigul@library.test', password: PASSWORD, next });
  expect(answer.headers.location).toBe('/account');
});

test('ten wrong guesses at one account, and the next must wait', async () => {
  await reader();
  const guess = () => english().post('/sign-in').type('form').send({ email: 'aigul@library.test', password: 'no' });
  for (let i = 0; i < 10; i++) await guess().expect(422);
  const refused = await guess();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
});

test('a form that another site sends is refused', async () => {
  const depositor = await app.as('depositor');
  await depositor.post('/account').set('Sec-Fetch-Site', 'cross-site').type('form').send({ name: 'X' }).expect(403);
  expect((await app.account('depositor')).name).toBe('Test depositor');
});

describe('the first administrator', () => {
  test('is made with the one-time link, once', async () => {
    const secret = await app.house.accounts.createLink(null);
    const browser = english();
    expect((await browser.get(`/welcome/${secret}`).expect(200)).text).toContain('The first administrator');
    const bad = await browser
      .post(`/welcome/${secret}`)
      .type('form')
      .send({ name: 'Айгүл', email: 'aigul@', password: 'short' });
    expect(bad.status).toBe(422);
    expect(bad.text).toContain('value="Айгүл"');
    expect(bad.text).toContain('at least 10 characters');
    const made = { name: 'Айгүл', email: 'aigul@library.test', password: PASSWORD };
    const answer = await browser.post(`/welcome/${secret}`).type('form').send(made).expect(303);
    expect(answer.headers.location).toBe('/admin');
    expect((await app.house.accounts.byEmail('aigul@library.test'))?.role).toBe('administrator');
    await browser.get(`/welcome/${secret}`).expect(404);
    await browser
      .post(`/welcome/${secret}`)
      .type('form')
      .send({ ...made, email: 'b@library.test' })
      .expect(404);
  });

  test('link is too old after three days', async () => {
    const secret = await app.house.accounts.createLink(null);
    app.wait({ hours: 73 });
    await english().get(`/welcome/${secret}`).expect(404);
  });
});

describe('my account', () => {
  test('asks a stranger to sign in', async () => {
    const answer = await english().get('/account').expect(303);
    expect(answer.headers.location).toBe('/sign-in?next=%2Faccount');
    await english().post('/account').type('form').send({ name: 'X' }).expect(401);
  });

  test('keeps name and language', async () => {
    const depositor = await app.as('depositor');
    const answer = await depositor.post('/account').type('form').send({ name: 'Үсөн', language: 'ky' }).expect(303);
    expect(String(answer.headers['set-cookie'])).toContain('achyk_language=ky');
    expect(await app.account('depositor')).toMatchObject({ name: 'Үсөн', language: 'ky' });
    expect((await depositor.post('/account').type('form').send({ name: ' ' }).expect(422)).text).toContain(
      'Бул талаа милдеттүү.', // the page speaks Kyrgyz from now on
    );
  });

  test('changes the password only for who knows the present one, and ends the other sessions', async () => {
    const account = await reader();
    const other = await app.house.accounts.openSession(account.id);
    const browser = english();
    const { secret } = await app.house.accounts.openSession(account.id);
    browser.set('Cookie', `${SESSION_COOKIE}=${secret}; achyk_language=en`);
    const change = (present: string) =>
      browser.post('/account/password').type('form').send({ present, password: 'another long phrase' });
    expect((await change('wrong').expect(422)).text).toContain('The present password is wrong.');
    const answer = await change(PASSWORD).expect(303);
    expect(String(answer.headers['set-cookie'])).toContain('achyk_session=');
    expect(await app.house.accounts.bySession(other.secret)).toBeNull();
    expect(await app.house.accounts.signIn('aigul@library.test', 'another long phrase')).not.toBeNull();
  });

  test('shows an API token once, and revokes it', async () => {
    const depositor = await app.as('depositor');
    const { text } = await depositor.post('/account/tokens').type('form').send({ tokenName: 'EndNote' }).expect(200);
    const secret = /achyk_[\w-]+/.exec(/class="secret"[^>]*value="([^"]+)"/.exec(text)![1]!)![0];
    expect((await app.house.accounts.byToken(secret))?.email).toBe('depositor@library.test');
    const again = await depositor.get('/account').expect(200);
    expect(again.text).toContain('EndNote');
    expect(again.text).not.toContain(secret);
    const [token] = await app.house.accounts.tokens((await app.account('depositor')).id);
    await (await app.as('reviewer')).post(`/account/tokens/${token!.id}/revoke`).expect(303); // not his
    expect(await app.house.accounts.byToken(secret)).not.toBeNull();
    await depositor.post(`/account/tokens/${token!.id}/revoke`).expect(303);
    expect(await app.house.accounts.byToken(secret)).toBeNull();
  });

  test('lists drafts and published works', async () => {
    const published = await app.published({ titles: [{ value: 'Жарыяланган эмгек', lang: 'ky' }] });
    const draft = await app.draft({ titles: [{ value: 'Долбоор эмгек', lang: 'ky' }] });
    const { text } = await (await app.as('depositor')).get('/account').expect(200);
    expect(text).toContain(`<a href="/works/${published.id}">Жарыяланган эмгек</a>`);
    expect(text).toContain(`<a href="/deposit/${draft.id}">Долбоор эмгек</a>`);
  });
});
