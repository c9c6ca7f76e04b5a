import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const ask = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string) =>
  app.browse()[method](path).set('Cookie', 'achyk_language=en').set('Sec-Fetch-Site', 'same-origin');

test.each([
  ['post', '/', 'GET, HEAD'],
  ['delete', '/search?q=x', 'GET, HEAD'],
  ['put', '/works/1', 'GET, HEAD'],
  ['post', '/works/1/', 'GET, HEAD'],
  ['patch', '/people', 'GET, HEAD'],
  ['delete', '/sign-in', 'GET, HEAD, POST'],
  ['get', '/sign-out', 'POST'],
  ['post', '/sitemap.xml', 'GET, HEAD'],
  ['post', '/feed.atom', 'GET, HEAD'],
  ['post', '/healthz', 'GET, HEAD'],
  ['put', '/works/1/files/2/a.pdf', 'GET, HEAD'],
] as const)('%s %s is told which methods there are: %s', async (method, path, allowed) => {
  const answer = await ask(method, path).expect(405);
  expect(answer.headers.allow).toBe(allowed);
  expect(answer.text).toContain('This address does not take such requests.');
});

test('an address that nobody knows is not found by any method', async () => {
  for (const method of ['get', 'post', 'put', 'delete'] as const) {
    const answer = await ask(method, '/nowhere/at/all').expect(404);
    expect(answer.headers.allow).toBeUndefined();
  }
  await ask('get', '/works/12345').expect(404);
  await ask('get', '/sitemapsxml').expect(404);
});
