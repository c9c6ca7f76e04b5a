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

describe('guessing', () => {
  const from = (address: string, password = 'no', email = 'aigul@library.test', cookie = '') =>
    app
      .browse()
      .post('/sign-in')
      .set('Cookie', `achyk_language=en; ${cookie}`)
      .set('Sec-Fetch-Site', 'same-origin')
      .set('X-Forwarded-For', address)
      .type('form')
      .send({ email, password });
  const knownAfter = async (address: string) => {
    const { headers } = await from(address, PASSWORD).expect(303);
    return /achyk_known=[^;]+/.exec(String(headers['set-cookie']))![0];
  };
  /** Fails as often as told, without the second that a password takes to be looked at. */
  const many = async (times: number, act: (i: number) => PromiseLike<unknown>) => {
    const signIn = jest.spyOn(app.house.accounts, 'signIn').mockResolvedValue(null);
    for (let i = 0; i < times; i++) await act(i);
    signIn.mockRestore();
  };

  test('ten wrong ones at one account from one address, and the next must wait; elsewhere the owner comes in', async () => {
    await reader();
    await many(10, () => from('192.0.2.1').expect(422));
    const refused = await from('192.0.2.1', PASSWORD).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.text).toMatch(/Try again in \d+ minutes, or ask for a link/);
    expect(refused.text).toContain('value="aigul@library.test"');
    expect(refused.text).toContain('href="/sign-in/forgotten"');
    await from('192.0.2.2', PASSWORD).expect(303);
    // A household's addresses of IPv6 are one.
    await many(10, (i) => from(`2001:db8::${i + 1}`).expect(422));
    await from('2001:db8::99').expect(429);
  });

  test('fifty wrong ones from one address, whatever the accounts, and strangers there must wait', async () => {
    await reader();
    const known = await knownAfter('192.0.2.7');
    await many(50, (i) => from('192.0.2.7', 'no', `someone-${i}@library.test`));
    await from('192.0.2.7', PASSWORD).expect(429);
    await from('192.0.2.7', PASSWORD, undefined, known).expect(303);
  }, 120_000);

  test('a hundred wrong ones from everywhere shut strangers out, and never a browser of the owner', async () => {
    await reader();
    const known = await knownAfter('192.0.2.200');
    await many(100, (i) => from(`192.0.2.${i}`).expect(422));
    await from('198.51.100.1', PASSWORD).expect(429);
    await from('198.51.100.1', PASSWORD, undefined, `${known}x`).expect(429);
    await from('198.51.100.1', PASSWORD, undefined, known).expect(303);

    // What a browser that was known fails counts too, and a new password makes it a stranger.
    await many(10, () => from('198.51.100.1', 'no', undefined, known).expect(422));
    await from('198.51.100.2', PASSWORD, undefined, known).expect(429);
    const { id } = (await app.house.accounts.byEmail('aigul@library.test'))!;
    await app.house.accounts.setPassword(id, 'another long phrase');
    const stranger = await from('198.51.100.3', 'another long phrase', undefined, known).expect(429);
    expect(stranger.text).not.toContain('achyk_known');
  }, 120_000);
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
