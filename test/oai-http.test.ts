import http from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';
import express from 'express';
import type { Response } from 'superagent';
import request from 'supertest';
import { encodingOf } from '../src/oai/encoding';
import { oai } from '../src/oai/oai';
import type { Provider } from '../src/oai/provider';
import { openTestApp, type TestApp } from './support/app';
import { describeInBrowser, launchBrowser, listen } from './support/chromium';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await app.published({ pages: ['Текст.'] });
});

/** Closed after each test, also after one that failed. */
const open: http.Server[] = [];
const opened = (server: http.Server) => {
  open.push(server);
  return server;
};
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const raw = (res: Response, done: (error: Error | null, body: Buffer) => void) => {
  const chunks: Buffer[] = [];
  (res as unknown as NodeJS.ReadableStream).on('data', (chunk: Buffer) => chunks.push(chunk));
  (res as unknown as NodeJS.ReadableStream).on('end', () => done(null, Buffer.concat(chunks)));
};

test.each([
  ['gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['gzip, deflate, br', 'gzip'],
  ['gzip;q=0.5, deflate', 'deflate'],
  ['gzip;q=0, deflate;q=0', 'identity'],
  ['gzip; q=0, *', 'deflate'],
  ['*', 'gzip'],
  ['*;q=0', 'identity'],
  ['identity, gzip;q=0.9', 'identity'],
  ['identity;q=0.5, gzip;q=0.8', 'gzip'],
  ['br', 'identity'],
  ['x-gzip', 'gzip'],
  ['GZIP;Q=1.0', 'gzip'],
  ['gzip;q=2', 'identity'],
  ['', 'identity'],
  [undefined, 'identity'],
])('Accept-Encoding %p gets %s', (header, encoding) => {
  expect(encodingOf(header)).toBe(encoding);
});

test('an answer is compressed as it was wished, and says that it depends on the wish', async () => {
  const ask = (encoding: string) =>
    app
      .browse()
      .get('/oai?verb=Identify')
      .set('Accept-Encoding', encoding)
      .buffer(true)
      .parse(raw as never)
      .expect(200);
  const plain = await ask('identity');
  expect(plain.headers['content-encoding']).toBeUndefined();
  const text = (plain.body as Buffer).toString();
  expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
  for (const answer of [plain, await ask('gzip'), await ask('deflate')]) {
    expect(answer.headers.vary).toContain('Accept-Encoding');
    expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8');
  }
  const gzip = await ask('gzip');
  expect(gzip.headers['content-encoding']).toBe('gzip');
});

test('gzip and deflate bodies are what they say', async () => {
  const server = opened(app.server.listen(0));
  const { port } = server.address() as { port: number };
  const get = (encoding: string) =>
    new Promise<Buffer>((resolve) =>
      http.get(`http://127.0.0.1:${port}/oai?verb=ListSets`, { headers: { 'Accept-Encoding': encoding } }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
      }),
    );
  const plain = (await get('identity')).toString();
  expect(gunzipSync(await get('gzip')).toString()).toBe(plain);
  expect(inflateSync(await get('deflate')).toString()).toBe(plain);
});

test('HEAD has the headers alone, and other methods are told which there are', async () => {
  const head = await app.browse().head('/oai?verb=Identify').expect(200);
  expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
  const put = await app.browse().put('/oai').set('Sec-Fetch-Site', 'none').expect(405);
  expect(put.headers.allow).toBe('GET, HEAD, POST');
});

test('a harvester from a page of another site may POST: nothing is changed by it', async () => {
  await app
    .browse()
    .post('/oai')
    .set('Origin', 'https://portal.example')
    .type('form')
    .send('verb=Identify')
    .expect(200);
});

describe('a person in a browser', () => {
  const look = (path: string, language: string) =>
    app.browse().get(path).set({ 'Sec-Fetch-Dest': 'document', 'Accept-Language': language }).expect(200);

  test('is shown the same answer as a page, in his language', async () => {
    const russian = await look('/oai?verb=Identify', 'ru-RU,ru;q=0.9');
    expect(russian.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(russian.text).toContain('<html lang="ru">');
    expect(russian.text).toContain('сбор метаданных');
    expect(russian.text).toContain('http://library.test/oai');
    expect((await look('/oai', 'tr')).text).toContain('üst veri toplama');
    expect((await look('/oai', 'fr')).text).toContain('метамаалыматтарды алуу');
    expect((await look('/oai', 'en')).text).not.toMatch(/oai\.(page|verb)\./);
  });

  test('can follow verbs, formats, sets and records by their links', async () => {
    const seen = new Set<string>();
    const waiting = ['/oai?verb=Identify'];
    for (let path = waiting.shift(); path && seen.size < 60; path = waiting.shift()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const { text } = await look(path, 'en');
      expect(text).not.toContain('role="alert"');
      for (const [, href] of text.matchAll(/href="(\/oai\?[^"]+)"/g))
        waiting.push(href!.replaceAll('&amp;', '&').replaceAll('&#38;', '&'));
    }
    const verbs = new Set([...seen].map((path) => new URL(path, 'http://x').searchParams.get('verb')));
    expect([...verbs].sort()).toEqual([
      'GetRecord',
      'Identify',
      'ListIdentifiers',
      'ListMetadataFormats',
      'ListRecords',
      'ListSets',
    ]);
  });

  test('is shown twenty records at once, and the rest behind the next links', async () => {
    for (let i = 0; i < 44; i++) await app.published();
    const counts: number[] = [];
    const seen = new Set<string>();
    let path: string | undefined = '/oai?verb=ListRecords&metadataPrefix=oai_dc';
    while (path) {
      const { text }: { text: string } = await look(path, 'en');
      const given = [...text.matchAll(/>(oai:library\.test:\d+)</g)].map((match) => match[1]!);
      counts.push(given.length);
      for (const identifier of given) seen.add(identifier);
      path = /href="(\/oai\?verb=ListRecords&(?:amp|#38);resumptionToken=[^"]+)"/
        .exec(text)?.[1]
        ?.replace(/&(amp|#38);/g, '&');
    }
    expect(counts).toEqual([20, 20, 5]);
    expect(seen.size).toBe(45);
    const { text } = await app.browse().get('/oai?verb=ListRecords&metadataPrefix=oai_dc').expect(200);
    expect(text.match(/<record>/g)).toHaveLength(45);
  });

  test('reads what is wrong, and nothing that was sent runs', async () => {
    const { text } = await look(`/oai?verb=${encodeURIComponent('<script>alert(1)</script>')}`, 'en');
    expect(text).toContain('badVerb');
    expect(text).not.toContain('<script>');
  });

  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  test.each<[string, Record<string, string>, 'html' | 'xml']>([
    ['a browser over HTTPS', { Accept: BROWSER, 'Sec-Fetch-Dest': 'document' }, 'html'],
    ['a browser over plain HTTP', { Accept: BROWSER, 'Upgrade-Insecure-Requests': '1' }, 'html'],
    ['a script of a page', { Accept: '*/*', 'Sec-Fetch-Dest': 'empty' }, 'xml'],
    ['Java', { Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' }, 'xml'],
    ['Scrapy', { Accept: BROWSER, 'Accept-Language': 'en' }, 'xml'],
    ['curl', { Accept: '*/*' }, 'xml'],
    ['one that accepts all and more', { Accept: '*/*', 'Upgrade-Insecure-Requests': '1' }, 'xml'],
    ['one that likes XML better', { Accept: 'text/xml, text/html;q=0.5', 'Upgrade-Insecure-Requests': '1' }, 'xml'],
  ])('%s gets what it can use', async (_, headers, kind) => {
    const answer = await app.browse().get('/oai?verb=Identify').set(headers).expect(200);
    expect(answer.headers['content-type']).toBe(`text/${kind}; charset=utf-8`);
    expect(answer.headers.vary).toContain('Upgrade-Insecure-Requests');
  });
});

describe('an impolite harvester', () => {
  let release: () => void = () => {};
  const slow = {
    answer: () => new Promise<string>((resolve) => (release = () => resolve('<x/>'))),
  } as unknown as Provider;
  const door = (provider: Provider, limits: { requests: number; everySeconds: number; atOnce: number }) =>
    express().use(
      '/oai',
      oai(provider, { error: () => {} } as never, { defaultLanguage: 'ky', repositoryName: 'Ачык' }, limits),
    );

  test('that asks without waiting is told in seconds when to come back', async () => {
    const server = opened(door(slow, { requests: 100, everySeconds: 60, atOnce: 1 }).listen(0));
    const first = request(server)
      .get('/oai')
      .then((r) => r);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await request(server).get('/oai').expect(503);
    expect(second.headers['retry-after']).toMatch(/^\d+$/);
    release();
    expect((await first).status).toBe(200);
    const third = request(server)
      .get('/oai')
      .then((r) => r);
    await new Promise((resolve) => setTimeout(resolve, 100));
    release();
    expect((await third).status).toBe(200);
  });

  const soon = {
    answer: () => new Promise<string>((resolve) => setTimeout(() => resolve('<x/>'), 20)),
  } as unknown as Provider;
  /** The refused among eight requests at once. */
  const crowd = async (server: http.Server) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => request(server).get('/oai')));
    return answers.filter(({ status }) => status === 503);
  };

  test('that asks for much at once is told when it may come back, and then it may', async () => {
    const server = opened(door(soon, { requests: 3, everySeconds: 2, atOnce: 8 }).listen(0));
    const refused = await crowd(server);
    expect(refused.length).toBeGreaterThan(0);
    const waits = refused.map(({ headers }) => Number(headers['retry-after']));
    for (const wait of waits) expect([1, 2]).toContain(wait);
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(...waits)));
    const pair = await Promise.all([request(server).get('/oai'), request(server).get('/oai')]);
    expect(pair.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('is told the time left, not a time that is too short', async () => {
    const server = opened(door(soon, { requests: 3, everySeconds: 60, atOnce: 8 }).listen(0));
    const [refused] = await crowd(server);
    expect(Number(refused!.headers['retry-after'])).toBeGreaterThan(40);
    expect(Number(refused!.headers['retry-after'])).toBeLessThanOrEqual(60);
  });
});

test('a harvester that waits for each answer meets no limit, however fast it asks', async () => {
  const provider = { answer: async () => '<x/>' } as unknown as Provider;
  const limits = { requests: 3, everySeconds: 60, atOnce: 8 };
  const repository = { defaultLanguage: 'ky', repositoryName: 'Ачык' } as const;
  const door = oai(provider, { error: () => {} } as never, repository, limits);
  const server = opened(express().use('/oai', door).listen(0));
  for (const agent of [new http.Agent({ keepAlive: true, maxSockets: 1 }), new http.Agent({ keepAlive: false })]) {
    for (let i = 0; i < 40; i++) await request(server).get('/oai').agent(agent).expect(200);
    agent.destroy();
  }
});

describeInBrowser('on the narrowest telephone', () => {
  test('no answer is wider than the page', async () => {
    const [server, browser] = await Promise.all([listen(app), launchBrowser()]);
    try {
      for (const locale of ['ky', 'ru', 'tr', 'en']) {
        const page = await browser.newPage({ viewport: { width: 320, height: 640 }, locale });
        for (const verb of [
          'Identify',
          'ListMetadataFormats',
          'ListSets',
          'ListRecords&metadataPrefix=marcxml',
          'ListIdentifiers&metadataPrefix=oai_dc',
          'Nothing',
        ]) {
          await page.goto(`${server.address}/oai?verb=${verb}`);
          expect(await page.locator('html').getAttribute('lang')).toBe(locale);
          expect(await page.locator('nav a').count()).toBe(5);
          const width = await page.evaluate('document.documentElement.scrollWidth');
          expect([locale, verb, Number(width) <= 320 || width]).toEqual([locale, verb, true]);
        }
        await page.close();
      }
    } finally {
      await browser.close();
      await server.close();
    }
  }, 60_000);
});

describeInBrowser('inside a university, over plain HTTP', () => {
  test('a librarian can click from verb to set to record', async () => {
    const server = await listen(app);
    const host = `library.example:${new URL(server.address).port}`;
    const browser = await launchBrowser(['--host-resolver-rules=MAP library.example 127.0.0.1']);
    try {
      const page = await browser.newPage({ locale: 'en' });
      await page.goto(`http://${host}/oai?verb=Identify`);
      expect(await page.evaluate('isSecureContext')).toBe(false);
      await page.locator('a[href*="verb=ListSets"]').first().click();
      await page.locator('a[href*="set=openaire"]').first().click();
      await page.locator('a[href*="verb=GetRecord"]').first().click();
      await page.waitForURL(/GetRecord/);
      expect(await page.locator('body').textContent()).toContain('oai:library.test:1');
    } finally {
      await browser.close();
      await server.close();
    }
  }, 60_000);
});
