import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { samplePdf } from './support/sample-pdf';

/** A work that may be read and not copied, tried at every door that could let its bytes or its text out. */
let app: TestApp;
let work: Work;
let base: string;
const SECRET = 'Кербендер таңкы шоокумда ашуудан ашып кетишти';
const LONG = `${SECRET}. ${'Жол узак, суу аз, бирок эл шайыр эле. '.repeat(20)} Кербендер кайра келди.`;

beforeAll(async () => {
  app = await openTestApp();
  work = await app.published({
    titles: [{ value: 'Кербен жолу', lang: 'ky' }],
    access: { level: 'open', openFrom: null, viewOnly: true } as never,
    files: [{ name: 'work.pdf', mediaType: 'application/pdf', content: await samplePdf([LONG, 'Экинчи']) }],
  });
  base = `/works/${work.id}/files/${work.files[0]!.id}`;
});

const holdsBytes = (body: Buffer) => body.includes('%PDF') || body.includes(Buffer.from([0xff, 0xd8, 0xff]));

describe.each(['nobody', 'reader'] as const)('to %s', (who) => {
  const visitor = async () => (who === 'nobody' ? app.browse() : app.as('reader'));

  test.each([
    ['GET', '/work.pdf', {}],
    ['GET', '/work.pdf', { Range: 'bytes=0-99' }],
    ['GET', '/work.pdf', { Range: 'bytes=0-0,10-20' }],
    ['HEAD', '/work.pdf', {}],
    ['GET', '/any-other-name', {}],
    ['GET', '/thumbnail', {}],
    ['GET', '/pages/1.jpg', {}],
    ['GET', '/pages/1.jpg?w=2000', {}],
    ['GET', '/pages/1.jpg?w=200&v=00000000', {}],
    ['GET', '/pages/1.jpg?ticket=zzzzzz.forged', {}],
    ['HEAD', '/pages/1.jpg', {}],
  ])('%s %s %j gives nothing', async (method, address, headers) => {
    const browser = await visitor();
    const answer = await (method === 'HEAD' ? browser.head(base + address) : browser.get(base + address))
      .set(headers)
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect([303, 403, 404]).toContain(answer.status);
    expect(Buffer.isBuffer(answer.body) && holdsBytes(answer.body)).toBe(false);
    expect(answer.headers['content-type'] ?? '').not.toMatch(/pdf|image/);
  });

  test('the interface for programs gives the record and no bytes', async () => {
    const browser = await visitor();
    await browser.get(`/api/v1/works/${work.id}/files/${work.files[0]!.id}/content`).expect(403);
    await browser.get(`/api/v1/works/${work.id}`).expect(200);
  });

  test('no page prints its text, and no tag leads to its bytes', async () => {
    const browser = await visitor();
    for (const address of [`/works/${work.id}`, `${base}/read`, `${base}/read?page=1&view=two`]) {
      const { text } = await browser.get(address).expect(200);
      expect(text).not.toContain('ашуудан ашып');
      expect(text).not.toContain('citation_pdf_url');
      expect(text).not.toContain(`${base}/work.pdf`);
    }
  });

  test('a passage that search shows is no longer than 200 letters', async () => {
    const browser = await visitor();
    const { body } = await browser.get('/api/v1/search').query({ q: 'кербендер' }).expect(200);
    expect(body.total).toBe(1);
    for (const passage of body.hits[0].passages) {
      expect(passage.segments.map((segment: { text: string }) => segment.text).join('').length).toBeLessThanOrEqual(
        200,
      );
    }
    const { text } = await browser.get(`${base}/read`).query({ q: 'кербендер' }).expect(200);
    const shown = /<ol class="passages-list">([\s\S]*?)<\/ol>/.exec(text)![1]!;
    for (const passage of shown.split('</li>'))
      expect(passage.replace(/<[^>]+>|\s+/g, ' ').trim().length).toBeLessThan(230);
  });
});

test('harvesters, feeds and exports tell of the work and give no way to its bytes', async () => {
  const id = `oai:library.test:${work.id}`;
  const browser = app.browse();
  for (const prefix of [
    'oai_dc',
    'qdc',
    'oai_etdms',
    'marcxml',
    'mods',
    'mets',
    'oai_openaire',
    'oai_datacite',
    'rusmarc',
  ]) {
    const { text } = await browser
      .get('/oai')
      .query({ verb: 'GetRecord', identifier: id, metadataPrefix: prefix })
      .expect(200);
    expect(text).not.toContain('work.pdf');
    expect(text).not.toContain('Кербендер');
  }
  for (const address of ['/feed.atom', `/works/${work.id}/linkset.json`, '/sitemap.xml']) {
    const { text } = await browser.get(address);
    expect(text).not.toContain('work.pdf');
  }
});

test('its keepers may have everything', async () => {
  const librarian = await app.as('reviewer');
  await librarian.get(`${base}/work.pdf`).expect(200);
  await librarian.get(`${base}/pages/1.jpg`).expect(200);
  expect((await librarian.get(`${base}/read`).expect(200)).text).toContain('ашуудан ашып');
});

test('pictures are limited to what a reader can look at in a minute', async () => {
  const reader = app.browse();
  const { text } = await reader.get(`${base}/read`).expect(200);
  const address = /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
  const answers: number[] = [];
  for (let i = 0; i < 130; i++) answers.push((await reader.get(`${address.replace(/ticket=.*/, 'ticket=x')}`)).status);
  expect(answers).toContain(429);
});
