import { openTestApp, type TestApp } from './support/app';
import { ask, DC, harvest } from './support/harvest';

let app: TestApp;
const ids: number[] = [];
beforeAll(async () => {
  app = await openTestApp({ OAI_PAGE_SIZE: '2', REPOSITORY_NAME: 'КУУ & Ачык' });
  await app.house.collections.create({ slug: 'history', titles: [{ value: 'Тарых', lang: 'ky' }] });
  await app.house.collections.create({
    slug: 'theses',
    parent: 'history',
    titles: [{ value: 'Тезистер', lang: 'ky' }],
  });
  for (const type of ['dissertation', 'article', 'dissertation', 'report', 'article'] as const) {
    const { id } = await app.published({ type, collections: type === 'dissertation' ? ['theses'] : [] });
    ids.push(id);
    app.wait({ seconds: 1 });
  }
  await app.house.deposits.withdraw(ids[1]!, await app.visitor('reviewer'), 'Себеби бар');
  app.wait({ seconds: 1 });
});

const oai = (id: number | undefined) => `oai:library.test:${id}`;

test('Identify tells who we are, in the protocol’s own terms', async () => {
  const { xml, all } = await ask(app, { verb: 'Identify' });
  expect(all('repositoryName')).toEqual(['КУУ & Ачык']);
  expect(all('baseURL')).toEqual(['http://library.test/oai']);
  expect(all('deletedRecord')).toEqual(['persistent']);
  expect(all('granularity')).toEqual(['YYYY-MM-DDThh:mm:ssZ']);
  expect(all('earliestDatestamp')).toEqual(['2026-03-10T06:00:00Z']);
  expect(all('adminEmail')[0]).toMatch(/@/);
  for (const container of ['oai-identifier', 'branding', 'rightsManifest', 'friends'])
    expect(xml).toContain(`<${container} `);
});

test('GET and POST answer alike', async () => {
  for (const given of [{ verb: 'Identify' }, { verb: 'ListRecords', ...DC }, { verb: 'ListSets' }]) {
    const [get, post] = [await ask(app, given), await ask(app, given, 'POST')];
    expect(post.xml).toBe(get.xml);
  }
});

test('a list gives every record once, in pages, with size, cursor and an empty last token', async () => {
  for (const verb of ['ListRecords', 'ListIdentifiers']) {
    const pages = await harvest(app, { verb, ...DC });
    expect(pages.flatMap((page) => page.identifiers)).toEqual([0, 2, 3, 4, 1].map((i) => oai(ids[i])));
    expect(pages.map((page) => page.attributes('resumptionToken'))).toEqual([
      { expirationDate: expect.stringMatching(/^2026-03-1\dT.*Z$/), completeListSize: '5', cursor: '0' },
      { expirationDate: expect.any(String), completeListSize: '5', cursor: '2' },
      { completeListSize: '5', cursor: '4' },
    ]);
    expect(pages.at(-1)!.token).toBe('');
  }
});

test('a list of one page has no token', async () => {
  expect((await ask(app, { verb: 'ListRecords', ...DC, set: 'type:dissertation' })).token).toBeNull();
});

test('the same token gives the same page again, a day later too; with another verb or altered it is refused', async () => {
  const first = await ask(app, { verb: 'ListIdentifiers', ...DC });
  const again = { verb: 'ListIdentifiers', resumptionToken: first.token! };
  const second = await ask(app, again);
  app.wait({ hours: 24 });
  expect((await ask(app, again)).identifiers).toEqual(second.identifiers);
  expect((await ask(app, { ...again, verb: 'ListRecords' })).codes).toEqual(['badResumptionToken']);
  expect((await ask(app, { ...again, verb: 'ListSets' })).codes).toEqual(['badResumptionToken']);
  const altered = first.token!.replace(/^./, (c) => (c === 'W' ? 'X' : 'W'));
  expect((await ask(app, { ...again, resumptionToken: altered })).codes).toEqual(['badResumptionToken']);
  app.wait({ days: 10 });
  expect((await ask(app, again)).codes).toEqual(['badResumptionToken']);
});

test('a withdrawn work is a deleted header for ever, with its sets, in lists and alone', async () => {
  const alone = await ask(app, { verb: 'GetRecord', ...DC, identifier: oai(ids[1]) });
  expect(alone.attributes('header')).toEqual({ status: 'deleted' });
  expect(alone.xml).not.toContain('<metadata>');
  expect(alone.all('setSpec')).toEqual(['type:article', 'openaire']);
  const list = await ask(app, { verb: 'ListRecords', ...DC, set: 'type:article' });
  expect(list.xml).toContain('<header status="deleted">');
  expect(list.identifiers).toEqual([oai(ids[4]), oai(ids[1])]);
});

test('drafts and works not yet published never existed', async () => {
  const { id } = await app.draft();
  expect((await ask(app, { verb: 'GetRecord', ...DC, identifier: oai(id) })).codes).toEqual(['idDoesNotExist']);
  expect((await ask(app, { verb: 'ListMetadataFormats', identifier: oai(id) })).codes).toEqual(['idDoesNotExist']);
});

test('days and seconds are inclusive at both ends', async () => {
  const listed = async (range: Record<string, string>) => {
    const pages = await harvest(app, { verb: 'ListIdentifiers', ...DC, ...range });
    return pages[0]!.codes.length ? pages[0]!.codes : pages.flatMap((page) => page.identifiers);
  };
  const everything = [0, 2, 3, 4, 1].map((i) => oai(ids[i]));
  expect(await listed({ from: '2026-03-10', until: '2026-03-10' })).toEqual(everything);
  expect(await listed({ until: '2026-03-10' })).toEqual(everything);
  expect(await listed({ from: '2026-03-11' })).toEqual(['noRecordsMatch']);
  expect(await listed({ until: '2026-03-09' })).toEqual(['noRecordsMatch']);
  expect(await listed({ from: '2026-03-10T06:00:02Z', until: '2026-03-10T06:00:03Z' })).toEqual([
    oai(ids[2]),
    oai(ids[3]),
  ]);
  expect(await listed({ from: '2026-03-10T06:00:05Z' })).toEqual([oai(ids[1])]);
});

test.each<[string, [string, string][], string[]]>([
  ['no verb', [], ['badVerb']],
  ['an unknown verb', [['verb', 'Harvest']], ['badVerb']],
  ['a verb of another case', [['verb', 'identify']], ['badVerb']],
  [
    'a repeated verb',
    [
      ['verb', 'Identify'],
      ['verb', 'Identify'],
    ],
    ['badVerb'],
  ],
  [
    'an unknown argument',
    [
      ['verb', 'Identify'],
      ['lang', 'ky'],
    ],
    ['badArgument'],
  ],
  [
    'an argument of another verb',
    [
      ['verb', 'ListSets'],
      ['set', 'openaire'],
    ],
    ['badArgument'],
  ],
  [
    'a repeated argument',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['metadataPrefix', 'oai_dc'],
    ],
    ['badArgument'],
  ],
  [
    'an empty argument',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['set', ''],
    ],
    ['badArgument'],
  ],
  ['a missing argument', [['verb', 'ListRecords']], ['badArgument']],
  ['two missing arguments', [['verb', 'GetRecord']], ['badArgument', 'badArgument']],
  [
    'an impossible date',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '2025-02-29'],
    ],
    ['badArgument'],
  ],
  [
    'an impossible hour',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '2025-02-28T24:00:00Z'],
    ],
    ['badArgument'],
  ],
  [
    'a year alone',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '2025'],
    ],
    ['badArgument'],
  ],
  [
    'a fraction of a second',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '2025-02-28T00:00:00.5Z'],
    ],
    ['badArgument'],
  ],
  [
    'mixed granularities',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '2025-01-01'],
      ['until', '2025-01-02T00:00:00Z'],
    ],
    ['badArgument'],
  ],
  [
    'from after until',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '2025-01-02'],
      ['until', '2025-01-01'],
    ],
    ['badArgument'],
  ],
  [
    'a token with company',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['resumptionToken', 'x'],
    ],
    ['badArgument'],
  ],
  [
    'no token of ours',
    [
      ['verb', 'ListRecords'],
      ['resumptionToken', 'a/><b&'],
    ],
    ['badResumptionToken'],
  ],
  [
    'an unknown format',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_xx'],
    ],
    ['cannotDisseminateFormat'],
  ],
  [
    'a format that cannot be',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai dc'],
    ],
    ['badArgument'],
  ],
  [
    'an unknown set',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'oai_dc'],
      ['set', 'nobody'],
    ],
    ['noRecordsMatch'],
  ],
  [
    'an unknown identifier',
    [
      ['verb', 'GetRecord'],
      ['metadataPrefix', 'oai_dc'],
      ['identifier', 'oai:library.test:99999'],
    ],
    ['idDoesNotExist'],
  ],
  [
    'an identifier that is no URI',
    [
      ['verb', 'GetRecord'],
      ['metadataPrefix', 'oai_dc'],
      ['identifier', 'a "b" <c>'],
    ],
    ['badArgument'],
  ],
  [
    'two things unknown',
    [
      ['verb', 'GetRecord'],
      ['metadataPrefix', 'xx'],
      ['identifier', 'oai:library.test:0'],
    ],
    ['idDoesNotExist', 'cannotDisseminateFormat'],
  ],
  [
    'a fault beside an unknown format',
    [
      ['verb', 'ListRecords'],
      ['metadataPrefix', 'nobody'],
      ['from', 'today'],
    ],
    ['badArgument', 'cannotDisseminateFormat'],
  ],
  [
    'several faults',
    [
      ['verb', 'ListRecords'],
      ['x', '1'],
      ['from', 'today'],
      ['from', 'now'],
    ],
    ['badArgument', 'badArgument', 'badArgument', 'badArgument'],
  ],
])('%s is told by its code, and the request echoed only where it may', async (_, given, codes) => {
  const answer = await ask(app, given);
  expect(answer.codes).toEqual(codes);
  const echoed = Object.fromEntries(given);
  expect(answer.attributes('request')).toEqual(codes.some((code) => /^bad(Verb|Argument)/.test(code)) ? {} : echoed);
});

test('sets: types, collections as a tree with their records, openaire and driver; paged', async () => {
  const pages = await harvest(app, { verb: 'ListSets' });
  expect(pages.flatMap((page) => page.all('setSpec'))).toEqual([
    'collection',
    'collection:history',
    'collection:history:theses',
    'driver',
    'openaire',
    'type',
    'type:article',
    'type:dissertation',
    'type:report',
  ]);
  expect(pages[0]!.attributes('resumptionToken')).toMatchObject({ completeListSize: '9', cursor: '0' });
  expect(pages.at(-1)!.attributes('resumptionToken')).toEqual({ completeListSize: '9', cursor: '8' });
  for (const set of ['collection:history:theses', 'collection:history', 'collection', 'type:dissertation']) {
    const list = await ask(app, { verb: 'ListIdentifiers', ...DC, set });
    expect(list.identifiers).toEqual([oai(ids[0]), oai(ids[2])]);
    expect(list.all('setSpec')).toContain('collection:history:theses');
    expect(list.all('setSpec')).not.toContain('collection:history');
  }
});

test('every set is described, by its names at least', async () => {
  const pages = await harvest(app, { verb: 'ListSets' });
  for (const { xml } of pages) expect(xml.match(/<setDescription>/g)).toHaveLength(xml.match(/<setSpec>/g)!.length);
  expect(pages.map(({ xml }) => xml).join()).toContain('<dc:title xml:lang="ky">Тезистер</dc:title>');
});

test('a record says what may be done with it', async () => {
  const { xml } = await ask(app, { verb: 'GetRecord', ...DC, identifier: oai(ids[0]) });
  expect(xml).toMatch(/<\/metadata><about><rights /);
});

test('a database that fails is 503 with Retry-After, never an empty list', async () => {
  const broken = await openTestApp();
  await broken.published();
  broken.house.database.sqlite.exec('DROP TABLE work_sets; DROP TABLE changes');
  for (const verb of ['ListRecords', 'ListIdentifiers']) {
    const response = await broken
      .browse()
      .get('/oai')
      .query({ verb, ...DC })
      .expect(503);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.text).not.toContain('<');
  }
});
