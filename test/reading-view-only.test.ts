import { writeFileSync } from 'node:fs';
import { readSampleLibrary } from '../src/demo/library';
import { fileOf as sampleFileOf } from '../src/demo/render';
import { FORMATS } from '../src/formats';
import { CITATION_STYLES } from '../src/works/citation';
import type { Work, WorkFile } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { listen } from './support/chromium';
import { passagesIn } from './support/passages-in';
import { isInk, pixelsOf } from './support/pixels';
import { routesOf } from './support/routes';
import { samplePdf } from './support/sample-pdf';
import { scan } from './support/scan';

jest.setTimeout(120_000);

/**
 * Works that may be read and not copied, tried at every address that the server itself says it answers. A new route
 * is tried without anyone thinking of it; one with a new kind of name in its address makes the test fail until it is
 * told what to put there.
 */
const SECRET = 'Кербендер таңкы шоокумда ашуудан ашып кетишти';
const LONG = `${SECRET}. ${'Жол узак, суу аз, бирок эл шайыр эле. '.repeat(20)} Кербендер кайра келди.`;
const SECOND = 'Экинчи бетте кеч күздө жылкычылар сайга түнөп, түнү бою от жагып отурганы айтылат.';
/** So many letters in a row of what the pages say are a piece of the text, and no title or abstract. */
const A_PIECE = 40;
/** What a search may show around a hit. */
const A_PASSAGE = 200;
const VIEW_ONLY = { level: 'open', openFrom: null, viewOnly: true } as const;

let app: TestApp;
let server: Awaited<ReturnType<typeof listen>>;
/** One that is view-only as a whole, with a file of each kind; one that is open, with a view-only file. */
let whole: Work;
let partly: Work;
const bytes = new Map<string, Buffer>();

beforeAll(async () => {
  app = await openTestApp();
  server = await listen(app);
  const sample = readSampleLibrary();
  const docx = sample.works.find((work) => work.file.format === 'docx')!;
  const picture = scan('Сүрөт', { inches: { width: 4, height: 2 }, dpi: 100 }).jpeg;
  const files = [
    { name: 'work.pdf', mediaType: 'application/pdf', content: await samplePdf([LONG, SECOND]) },
    { name: 'plate.jpg', mediaType: 'image/jpeg', content: picture },
    {
      name: 'page.html',
      mediaType: 'text/html',
      content: Buffer.from(`<h1>Кербен</h1><p>${LONG}</p><p>${SECOND}</p>`),
    },
    {
      name: 'words.docx',
      mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      content: await sampleFileOf(docx, sample),
    },
  ];
  for (const file of files) bytes.set(file.name, file.content);
  whole = await app.published({ titles: [{ value: 'Кербен жолу', lang: 'ky' }], access: VIEW_ONLY, files });

  const depositor = await app.visitor('depositor');
  const { id } = await app.draft({ titles: [{ value: 'Кербен сарайы', lang: 'ky' }], files: files.slice(0, 1) });
  const [file] = (await app.house.works.drafts.of(id))!.files;
  await app.house.deposits.changeFile(id, depositor, file!.id, { access: VIEW_ONLY });
  await app.house.deposits.submit(id, depositor, { licenceAccepted: true });
  await app.house.deposits.accept(id, await app.visitor('reviewer'));
  await app.runner.drain();
  partly = await app.house.works.published(id);
});
afterAll(() => server?.close());

// ── What to put into an address ──

/** For each name in an address, what it may be. */
function valuesOf(path: string, work: Work, file: WorkFile): Record<string, readonly (string | number)[]> {
  return {
    id: path.startsWith('/admin/people') || path.includes('/people/') ? [1] : [work.id],
    fileId: [file.id],
    name: path.startsWith('/sitemaps')
      ? ['pages', 'works-1', 'people-1']
      : [file.name, 'any-other-name.pdf', 'read', 'thumbnail', '%2e%2e%2fmetadata.json', 'content'],
    n: [work.version],
    page: [1, 2],
    format: FORMATS.map(({ prefix }) => prefix),
    kind: ['bib', 'ris', 'csv'],
    act: ['accept', 'return', 'reject', 'withdraw'],
    slug: ['none'],
    secret: ['none'],
    region: ['full', 'square'],
    size: ['max'],
    rotation: ['0'],
    file: ['default.jpg'],
  };
}

/** What to ask an address for; each is sent to every address with a file in it, the others hear what is meant for them. */
function questionsFor(path: string, work: Work, file: WorkFile): string[] {
  const record = (verb: string, rest: string) =>
    FORMATS.map(({ prefix }) => `?verb=${verb}&metadataPrefix=${prefix}${rest}`);
  if (path === '/oai') {
    const identifier = `&identifier=oai:library.test:${work.id}`;
    return [
      ...record('GetRecord', identifier),
      ...record('ListRecords', ''),
      ...record('ListIdentifiers', ''),
      `?verb=ListMetadataFormats${identifier}`,
      '?verb=Identify',
      '?verb=ListSets',
    ];
  }
  if (path.endsWith('/cite')) return CITATION_STYLES.map((style) => `?style=${style}`);
  const words = encodeURIComponent('кербендер');
  if (!path.includes(':fileId')) return ['', `?q=${words}`, `?q=${encodeURIComponent(`"${SECRET}"`)}`];
  const version = file.sha512.slice(0, 8);
  return [
    '',
    `?q=${words}`,
    `?page=2&view=two&q=${words}`,
    `?w=2000&v=${version}`,
    '?ticket=zzzzzz.forged',
    '?download',
  ];
}

const HEADERS: Record<string, string>[] = [
  { Range: 'bytes=0-99' },
  { Range: 'bytes=-50' },
  { Range: 'bytes=0-0,10-20' },
  { Accept: 'application/pdf, image/*;q=0.9' },
];

/** Every address that `path` can be, for this file, and with what headers it is asked for. */
function requestsOf(method: string, path: string, work: Work, file: WorkFile): [string, Record<string, string>][] {
  let addresses = [path];
  const values = valuesOf(path, work, file);
  for (const [, name] of path.matchAll(/:(\w+)/g)) {
    const known = values[name!];
    if (!known) throw new Error(`${path}: tell this test what to put in place of :${name}`);
    addresses = addresses.flatMap((address) => known.map((value) => address.replace(`:${name}`, String(value))));
  }
  const isRead = method === 'GET' || method === 'HEAD';
  return addresses.flatMap((address) => {
    if (!isRead) return [[address, {}]];
    const plainly = questionsFor(path, work, file).map((question): [string, object] => [address + question, {}]);
    return path.includes(':fileId') ? [...plainly, ...HEADERS.map((headers) => [address, headers])] : plainly;
  }) as [string, Record<string, string>][];
}

// ── What must not come out ──

const asText = (body: Buffer): string =>
  body
    .toString('utf8')
    .replace(/<[^>]*>/g, '')
    .replace(/"hit":(true|false)|"text":|[{}[\]",]/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, ' ')
    .replace(/\s+/g, ' ');

const plain = (text: string) => text.replace(/[",]/g, '').replace(/\s+/g, ' ');
const TEXTS = [plain(LONG), plain(SECOND)];

/** Does the answer hold a stretch of the pages' text of so many letters, and `step` at most beyond? */
function tells(text: string, letters: number, step: number): boolean {
  return TEXTS.some((page) => {
    for (let at = 0; at + letters <= page.length; at += step) {
      if (text.includes(page.slice(at, at + letters))) return true;
    }
    return false;
  });
}

const PICTURE_OR_DOCUMENT = ['%PDF', '\xff\xd8\xff', '\x89PNG', 'RIFF', 'PK\x03\x04', 'II*\0', 'MM\0*', 'AT&TFORM'];

/** Pages on which a search shows what it found. */
const SHOWS_PASSAGES = /^\/(search|feed\.atom|api\/v1\/search)|\/read($|\?)/;

/** What an answer gives away, or null. */
function leak(address: string, file: WorkFile, answer: { headers: Headers; body: Buffer }): string | null {
  const type = answer.headers.get('content-type') ?? '';
  const { body } = answer;
  if (/pdf|image\/|wordprocessing|octet-stream/.test(type)) return `answers with ${type}`;
  const head = body.subarray(0, 8).toString('latin1');
  if (PICTURE_OR_DOCUMENT.some((sign) => head.startsWith(sign))) return `begins with ${JSON.stringify(head)}`;
  const isOurs = address.startsWith('/assets/');
  if (!isOurs && (answer.headers.get('content-range') || answer.headers.get('accept-ranges'))) return 'offers ranges';
  const original = bytes.get(file.name)!;
  for (let at = 0; at + 48 <= original.length && file.mediaType !== 'text/html'; at += 1024) {
    if (body.includes(original.subarray(at, at + 48))) return `holds the file's bytes from ${at}`;
  }
  const links = `${answer.headers.get('link')} ${body.toString('utf8')}`;
  const way = `/files/${file.id}/${encodeURIComponent(file.name)}`;
  if (links.includes(way) && !address.includes(way)) return 'leads to the bytes';
  if (links.includes('citation_pdf_url') && /^\/works\/\d+($|\?|\/versions)/.test(address)) return 'names a PDF';
  const text = asText(body);
  if (SHOWS_PASSAGES.test(address)) return tells(text, A_PASSAGE + 1, 1) ? 'tells more than a passage' : null;
  return tells(text, A_PIECE, A_PIECE / 2) ? 'tells a piece of the text' : null;
}

async function ask(method: string, address: string, headers: Record<string, string>) {
  const answer = await fetch(server.address + address, { method, headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

async function cookieOf(who: 'nobody' | 'reader'): Promise<Record<string, string>> {
  if (who === 'nobody') return {};
  const { secret } = await app.house.accounts.openSession((await app.account('reader')).id);
  return { Cookie: `achyk_session=${secret}; achyk_language=en`, 'Sec-Fetch-Site': 'same-origin' };
}

describe.each(['nobody', 'reader'] as const)('to %s', (who) => {
  test('its record is there for everyone, and its pages are shown', async () => {
    const browser = who === 'nobody' ? app.browse() : await app.as('reader');
    const base = `/works/${whole.id}/files/${whole.files[0]!.id}`;
    await browser.get(`/api/v1/works/${whole.id}`).expect(200);
    await browser.get(`/works/${whole.id}`).expect(200);
    const { text } = await browser.get(`${base}/read`).query({ q: 'кербендер' }).expect(200);
    const address = /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
    const picture = await browser.get(address).expect(200);
    expect(picture.headers['content-type']).toBe('image/jpeg');
    expect(picture.headers['cache-control']).toBe('no-store');
    for (const passage of /<ol class="passages-list">([\s\S]*?)<\/ol>/.exec(text)![1]!.split('</li>')) {
      expect(passage.replace(/<[^>]+>|\s+/g, ' ').trim().length).toBeLessThan(A_PASSAGE + 30);
    }
  });
});

test.each(['page.html', 'words.docx'])('%s, which has no pages of its own, is shown as pictures too', async (name) => {
  const file = whole.files.find((each) => each.name === name)!;
  const reader = await app.as('reader');
  const { text } = await reader.get(`/works/${whole.id}/files/${file.id}/read`).expect(200);
  const address = /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
  const { body, headers } = await reader.get(address).buffer(true).expect(200);
  expect([headers['content-type'], headers['cache-control']]).toEqual(['image/jpeg', 'no-store']);
  const picture = await pixelsOf(body as Buffer);
  expect(picture.height).toBeGreaterThanOrEqual(picture.width * 1.4);
  // Lines of type in the upper half, and the reader's name so faint that no ink of it is dark.
  const upper = { x: 0, y: 0, width: picture.width, height: picture.height / 3 };
  expect(picture.share(upper, isInk)).toBeGreaterThan(0.02);
  if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/typeset-${name}.jpg`, body as Buffer);
});

describe('the address of a page', () => {
  const base = () => `/works/${whole.id}/files/${whole.files[0]!.id}`;
  const addressFor = async (browser: ReturnType<TestApp['browse']>) => {
    const { text } = await browser.get(`${base()}/read`).expect(200);
    return /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
  };

  test('opens that page, in that session, for two minutes', async () => {
    const reader = await app.as('reader');
    const address = await addressFor(reader);
    await reader.get(address).expect(200);
    await app.browse().get(address).expect(403);
    await (await app.as('depositor')).get(address).expect(200); // who deposited it has the file anyway
    await reader.get(address.replace('pages/1', 'pages/2')).expect(403);
    app.wait({ seconds: 121 });
    await reader.get(address).expect(403);
  });

  test('is tied to the session itself, not to another cookie whose name ends alike', async () => {
    const { secret } = await app.house.accounts.openSession((await app.account('reader')).id);
    const as = (session: string) => ({ Cookie: `old_achyk_session=same; ${session}` });
    const { text } = await app
      .browse()
      .get(`${base()}/read`)
      .set(as(`achyk_session=${secret}`))
      .expect(200);
    const address = /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
    await app
      .browse()
      .get(address)
      .set(as(`achyk_session=${secret}`))
      .expect(200);
    await app.browse().get(address).set(as('achyk_session=another')).expect(403);
    await app.browse().get(address).set(as('')).expect(403);
  });

  test('holds after a restart: what signs it is kept with the catalogue', async () => {
    const other = await openTestApp({}, app.folder); // a second process on the same folder
    other.wait({ seconds: (app.clock.now().getTime() - other.clock.now().getTime()) / 1000 });
    const given = app.house.reading.tickets.give('one', 1, 1);
    expect(other.house.reading.tickets.isValid(given, 'one', 1, 1)).toBe(true);
    expect(other.house.reading.tickets.isValid(given, 'another', 1, 1)).toBe(false);
    await other.close();
  });
});

test('a passage is never longer than it may be, however long the phrase asked for', async () => {
  const phrase = LONG.slice(LONG.indexOf('бирок эл'), LONG.indexOf('бирок эл') + 266);
  const base = `/works/${whole.id}/files/${whole.files[0]!.id}`;
  const { text } = await app
    .browse()
    .get(`${base}/read`)
    .query({ q: `"${phrase.slice(0, phrase.lastIndexOf(' '))}"` })
    .expect(200);
  const [passage] = passagesIn(text);
  expect(passage).toContain('бирок эл');
  expect(passage!.length).toBeLessThanOrEqual(A_PASSAGE);
});

test('its keepers may have everything', async () => {
  const librarian = await app.as('reviewer');
  const base = `/works/${whole.id}/files/${whole.files[0]!.id}`;
  await librarian.get(`${base}/work.pdf`).expect(200);
  await librarian.get(`${base}/pages/1.jpg`).expect(200);
  expect((await librarian.get(`${base}/read`).expect(200)).text).toContain('ашуудан ашып');
});

describe.each(['nobody', 'reader'] as const)('to %s', (who) => {
  test.each([
    ['a view-only work', () => whole],
    ['a view-only file of an open work', () => partly],
  ])('%s gives no bytes and no text at any address the server answers', async (_name, theWork) => {
    const work = theWork();
    const cookie = await cookieOf(who);
    const leaks: string[] = [];
    const asked = new Set<string>();
    for (const { method, path } of routesOf(app)) {
      // What changes the library is for those who may; here is asked what it says to those who may not.
      if (path === '/sign-out') continue;
      for (const file of path.includes(':fileId') ? work.files : work.files.slice(0, 1)) {
        for (const [address, headers] of requestsOf(method, path, work, file)) {
          const answer = await ask(method, address, { ...headers, ...cookie });
          const found = leak(address, file, answer);
          if (found) leaks.push(`${method} ${address} ${JSON.stringify(headers)} (${answer.status}) ${found}`);
          if (answer.status >= 500) leaks.push(`${method} ${address} failed: ${answer.status}`);
          asked.add(`${method} ${path}`);
        }
      }
    }
    expect(leaks).toEqual([]);
    // The tables were really walked: each door is there.
    for (const known of [
      'GET /works/:id/files/:fileId/:name',
      'HEAD /works/:id/files/:fileId/:name',
      'GET /works/:id/files/:fileId/pages/:page.jpg',
      'GET /iiif/works/:id/files/:fileId/manifest.json',
      'GET /api/v1/works/:id/files/:fileId/content',
      'GET /oai',
      'GET /feed.atom',
      'GET /sitemap.xml',
      'GET /search/export.:kind',
    ]) {
      expect([known, asked.has(known)]).toEqual([known, true]);
    }
  });
});

test('pictures are limited to what a reader can look at in a minute', async () => {
  const reader = app.browse();
  const base = `/works/${whole.id}/files/${whole.files[0]!.id}`;
  const { text } = await reader.get(`${base}/read`).expect(200);
  const address = /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
  const answers: number[] = [];
  for (let i = 0; i < 130; i++) answers.push((await reader.get(`${address.replace(/ticket=.*/, 'ticket=x')}`)).status);
  expect(answers).toContain(429);
});
