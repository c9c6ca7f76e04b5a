import { create } from 'xmlbuilder2';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ REPOSITORY_NAME: 'Ачык & "китепкана"' });
});

type Node = Record<string, unknown>;
const SIGNS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
/** The document as plain values. The parser gives text still escaped. */
const read = (xml: string): Record<string, Node> =>
  JSON.parse(JSON.stringify(create(xml).end({ format: 'object' })), (_, value) =>
    typeof value === 'string' ? value.replace(/&(amp|lt|gt|quot);/g, (_whole, name) => SIGNS[name]!) : value,
  );
const many = (value: unknown): Node[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]) as Node[];
const get = (path: string) => app.browse().get(path).set('Accept-Language', 'en');

test('robots may have every work, know where the sitemap is, and stay out of what has no end', async () => {
  const { text } = await get('/robots.txt')
    .expect(200)
    .expect('Content-Type', /text\/plain/);
  expect(text).toContain('Sitemap: http://library.test/sitemap.xml');
  expect(text).toContain('Disallow: /search\n');
  expect(text).not.toMatch(/Disallow: \/works\/?\n|Disallow: \/\n/);
});

test('the sitemap leads to every published work, person and collection, each with its last change', async () => {
  const { id: personId } = await app.house.people.create({ names: [{ value: 'Асанов, Усен', lang: 'ky' }] });
  await app.house.collections.create({ slug: 'history', titles: [{ value: 'Тарых', lang: 'ky' }] });
  const first = await app.published({});
  app.wait({ days: 1 });
  const second = await app.published({});
  const draft = await app.draft({});
  const withdrawn = await app.published({});
  await app.house.deposits.withdraw(withdrawn.id, await app.visitor('administrator'), 'Себеп');

  const index = read(
    (
      await get('/sitemap.xml')
        .expect(200)
        .expect('Content-Type', /application\/xml/)
    ).text,
  );
  const parts = many(index.sitemapindex!.sitemap);
  expect(parts.map((part) => part.loc)).toEqual([
    'http://library.test/sitemaps/pages.xml',
    'http://library.test/sitemaps/works-1.xml',
    'http://library.test/sitemaps/people-1.xml',
  ]);
  expect(parts[1]!.lastmod).toBe(second.updatedAt);
  const found = new Map<unknown, unknown>();
  for (const part of parts) {
    const { text } = await get(new URL(part.loc as string).pathname).expect(200);
    for (const url of many(read(text).urlset!.url)) found.set(url.loc, url.lastmod);
  }
  expect(found.get(`http://library.test/works/${first.id}`)).toBe(first.updatedAt);
  expect(found.get(`http://library.test/works/${second.id}`)).toBe(second.updatedAt);
  expect(found.has(`http://library.test/people/${personId}`)).toBe(true);
  expect(found.has('http://library.test/collections/history')).toBe(true);
  expect(found.has(`http://library.test/works/${draft.id}`)).toBe(false);
  expect(found.has(`http://library.test/works/${withdrawn.id}`)).toBe(false);
  for (const name of ['works-2', 'works-0', 'works-1x', 'nothing']) await get(`/sitemaps/${name}.xml`).expect(404);
});

test('fifty thousand addresses at most are in one part, and parts go by number', async () => {
  const { sqlite } = app.house.database;
  const columns = (sqlite.pragma('table_info(works)') as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => name !== 'id' && name !== 'change_number');
  const last = (sqlite.prepare('SELECT max(change_number) AS n FROM works').get() as { n: number }).n;
  const list = columns.join(', ');
  sqlite.exec(`WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
    INSERT INTO works (id, change_number, ${list}) SELECT i, ${last} + i, ${list} FROM n, (SELECT ${list} FROM works WHERE state = 'published' LIMIT 1)`);
  try {
    const parts = many(read((await get('/sitemap.xml')).text).sitemapindex!.sitemap).map((part) => part.loc);
    expect(parts.filter((loc) => String(loc).includes('works-'))).toHaveLength(3);
    const { text } = await get('/sitemaps/works-2.xml').expect(200);
    expect(text.match(/<url>/g)).toHaveLength(50_000);
    expect(text).toContain('/works/50001<');
    expect(text).toContain('/works/100000<');
    expect((await get('/sitemaps/works-3.xml').expect(200)).text.match(/<url>/g)).toHaveLength(1);
  } finally {
    sqlite.exec('DELETE FROM works WHERE id >= 1000');
  }
});

test('the feed has what RFC 4287 demands, the newest first, and survives hostile text', async () => {
  app.wait({ days: 1 });
  const work = await app.published({
    titles: [
      { value: 'Чекке ]]> & <b>жол</b> "сөз" 🏔', lang: 'ky' },
      { value: 'The road', lang: 'en' },
    ],
    contributors: [{ role: 'author', name: 'Асанов, Усен Бакирович', personId: null, affiliation: null, orcid: null }],
    abstracts: [{ value: `${'Узун сөз. '.repeat(600)}`, lang: 'ky' }],
    subjects: [{ scheme: 'keyword', value: 'мөңгү', lang: 'ky' }],
    pages: ['Барак.'],
  });
  const { text } = await get('/feed.atom')
    .expect(200)
    .expect('Content-Type', /application\/atom\+xml/);
  const { feed } = read(text) as { feed: Node };
  expect(feed['@xmlns']).toBe('http://www.w3.org/2005/Atom');
  expect(feed).toMatchObject({ id: 'http://library.test/feed.atom', title: 'Ачык & "китепкана": new works' });
  const entries = many(feed.entry);
  for (const one of [feed, ...entries]) {
    expect(one.id).toBeTruthy();
    expect(one.title).toBeTruthy();
    expect(one.updated).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  }
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  expect(feed.updated).toBe(
    entries
      .map(({ updated }) => updated as string)
      .sort()
      .at(-1),
  );
  expect(entries[0]).toMatchObject({
    id: `http://library.test/works/${work.id}`,
    title: { '#': 'The road' },
    author: { name: 'Усен Бакирович Асанов' },
  });
  const links = many(entries[0]!.link);
  expect(links).toContainEqual({
    '@rel': 'enclosure',
    '@href': `http://library.test/works/${work.id}/files/${work.files[0]!.id}/text.pdf`,
    '@type': 'application/pdf',
    '@length': String(work.files[0]!.size),
  });
  expect(String((entries[0]!.summary as Node)['#']).length).toBeLessThan(2_010);
  const kyrgyz = await app.browse().get('/feed.atom').set('Accept-Language', 'ky').expect(200);
  const [first] = many((read(kyrgyz.text).feed as Node).entry);
  expect((first!.title as Node)['#']).toBe('Чекке ]]> & <b>жол</b> "сөз" 🏔');
});

test('a question has a feed too, under the rights of whoever asks', async () => {
  const open = await app.published({ pages: ['Кашкулак түнкүсүн келди.'] });
  await app.published({
    pages: ['Кашкулак жабык жерде.'],
    access: { level: 'closed', openFrom: null, viewOnly: false },
  });
  const { text } = await get('/feed.atom').query({ q: 'кашкулак', type: 'article' }).expect(200);
  const { feed } = read(text) as { feed: Node };
  expect(many(feed.entry).map(({ id }) => id)).toEqual([`http://library.test/works/${open.id}`]);
  expect(feed.title).toContain('кашкулак');
  const self = many(feed.link).find((link) => link['@rel'] === 'self')!['@href'] as string;
  expect(new URL(self).searchParams.get('q')).toBe('кашкулак');
  expect(many((read((await get('/feed.atom?q=жокнерсе')).text).feed as Node).entry)).toEqual([]);
});

test('a feed that has not changed is not sent again', async () => {
  const { headers } = await get('/feed.atom').expect(200);
  await get('/feed.atom').set('If-None-Match', headers.etag!).expect(304);
  await app.published({});
  await get('/feed.atom').set('If-None-Match', headers.etag!).expect(200);
});

test('a browser learns how to search here', async () => {
  const { text } = await get('/opensearch.xml')
    .expect(200)
    .expect('Content-Type', /opensearchdescription/);
  const { OpenSearchDescription: told } = read(text) as Record<string, Node>;
  expect(told!['@xmlns']).toBe('http://a9.com/-/spec/opensearch/1.1/');
  expect(String(told!.ShortName).length).toBeLessThanOrEqual(16);
  expect(many(told!.Url)).toContainEqual({
    '@type': 'text/html',
    '@template': 'http://library.test/search?q={searchTerms}',
  });
});

test('a work’s page names its records, files, authors and licence in typed links', async () => {
  const work = await app.published({
    pages: ['Барак.'],
    identifiers: [{ scheme: 'doi', value: '10.1234/a<b>' }],
    contributors: [
      { role: 'author', name: 'Асанов, Усен', personId: null, affiliation: null, orcid: '0000-0002-1825-0097' },
    ],
    rights: { licence: 'CC-BY-4.0', holder: null, statement: null },
  });
  const page = `http://library.test/works/${work.id}`;
  const { headers } = await get(`/works/${work.id}`).expect(200);
  const links = headers.link!;
  expect(links).toContain('<https://doi.org/10.1234/a%3Cb%3E>; rel="cite-as"');
  expect(links).toContain('<https://orcid.org/0000-0002-1825-0097>; rel="author"');
  expect(links).toContain('<https://creativecommons.org/licenses/by/4.0/>; rel="license"');
  expect(links).toContain(`<${page}/files/${work.files[0]!.id}/text.pdf>; rel="item"; type="application/pdf"`);
  expect(links).toContain(`<${page}/linkset.json>; rel="linkset"; type="application/linkset+json"`);

  const { body } = await get(`/works/${work.id}/linkset.json`)
    .expect(200)
    .expect('Content-Type', /application\/linkset\+json/)
    .buffer(true)
    .parse((res, done) => {
      let text = '';
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('end', () => done(null, JSON.parse(text)));
    });
  const [own, ...others] = body.linkset;
  expect(own.anchor).toBe(page);
  expect(own['cite-as']).toEqual([{ href: 'https://doi.org/10.1234/a%3Cb%3E' }]);
  expect(others).toContainEqual({ anchor: own.item[0].href, collection: [{ href: page, type: 'text/html' }] });
  expect(others).toContainEqual({ anchor: own.describedby[0].href, describes: [{ href: page, type: 'text/html' }] });
  // Every link leads somewhere, and says truly what is there.
  for (const { href, type } of [...own.describedby, ...own.item]) {
    const answer = await get(href.slice('http://library.test'.length)).expect(200);
    expect(answer.headers['content-type']).toContain(type);
  }
  const file = await get(own.item[0].href.slice('http://library.test'.length)).expect(200);
  expect(file.headers.link).toBe(`<${page}>; rel="collection"; type="text/html"`);
});

test('a closed file is in no link, and a withdrawn work has none', async () => {
  const work = await app.published({ pages: ['Барак.'], access: { level: 'open', openFrom: null, viewOnly: true } });
  const { headers } = await get(`/works/${work.id}`).expect(200);
  expect(headers.link).not.toContain('rel="item"');
  expect((await get('/feed.atom')).text).not.toContain(`/works/${work.id}/files/`);
  await app.house.deposits.withdraw(work.id, await app.visitor('administrator'), 'Себеп');
  expect((await get(`/works/${work.id}`).expect(410)).headers.link).toBeUndefined();
  await get(`/works/${work.id}/linkset.json`).expect(410);
  await get('/works/4711/linkset.json').expect(404);
});

test('what a search finds can be taken along for a reference manager and for a table', async () => {
  const work = await app.published({
    titles: [{ value: '=cmd|" /c calc"!A1, жылкы', lang: 'ky' }],
    subjects: [{ scheme: 'keyword', value: 'жылкычылык', lang: 'ky' }],
  });
  const page = await get('/search').query({ q: 'жылкычылык' }).expect(200);
  const offered = [...page.text.matchAll(/href="(\/(?:search\/export|feed)\.[^"]+)"/g)].map(([, href]) => href!);
  expect(offered.filter((href) => href.includes('q='))).toHaveLength(4);
  const take = async (kind: string) =>
    (await get(offered.find((href) => href.startsWith(`/search/export.${kind}`))!.replaceAll('&#38;', '&'))
      .buffer(true)
      .expect(200)) as {
      text: string;
      headers: Record<string, string>;
      body: Buffer;
    };
  expect((await take('bib')).text).toContain(`@article{asanov2024-${work.id},`);
  expect((await take('ris')).text).toMatch(/^TY {2}- JOUR\r\n/);
  const csv = await take('csv');
  expect(csv.headers['content-disposition']).toContain('search.csv');
  const [, row, end] = csv.text.split('\r\n');
  expect(row).toBe(
    `${work.id},http://library.test/works/${work.id},article,"'=cmd|"" /c calc""!A1, жылкы","Асанов, Усен Бакирович",2024,,,,,`,
  );
  expect(end).toBe('');
  await get('/search/export.exe').expect(404);
});
