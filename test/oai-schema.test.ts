import fc from 'fast-check';
import { FORMATS } from '../src/formats';
import { sampleRecords } from '../src/formats/sample';
import { clean } from '../src/formats/xml';
import { VERBS } from '../src/oai/arguments';
import { WORK_TYPES } from '../src/works/schema';
import { openTestApp, type TestApp } from './support/app';
import { ask, harvest, type OaiAnswer } from './support/harvest';
import { officialSchemas } from './support/schemas';

let app: TestApp;
const HOSTILE = 'a\u0000b\u0008\ufffe\uffff 😀 𐱅 ]]> <b> & " \' \ud800';
const REPOSITORY = { name: 'x', id: 'library.test', baseUrl: 'http://library.test' };

beforeAll(async () => {
  app = await openTestApp({ OAI_PAGE_SIZE: '10', REPOSITORY_NAME: 'КУУ <архив> & "Ачык" 😀' });
  const { collections, people, deposits, database } = app.house;
  await collections.create({ slug: 'theses', titles: [{ value: 'Тезистер & <эмгектер>', lang: 'ky' }] });
  const person = await people.create({ names: [{ value: 'Асанов, Үсөн', lang: 'ky', kind: 'main' }], born: '1950' });
  const samples = sampleRecords(REPOSITORY).map(({ metadata }) => metadata);
  const accesses = [
    { level: 'open' },
    { level: 'open', openFrom: '2031-05-06' },
    { level: 'registered' },
    { level: 'campus' },
    { level: 'closed' },
    { level: 'open', viewOnly: true },
  ];
  const byDepositor = await app.visitor('depositor');
  const byReviewer = await app.visitor('reviewer');
  for (const [i, sample] of samples.entries()) {
    const work = {
      ...sample,
      languages: sample.languages.length ? sample.languages : ['tr'],
      issued: sample.issued ?? '2020-05',
      contributors: sample.contributors.length
        ? sample.contributors.map((c) => ({ ...c, personId: c.personId && person.id }))
        : [{ role: 'author', name: 'Айтматов' }],
      access: accesses[i % accesses.length],
      collections: i % 2 ? ['theses'] : [],
    };
    const { id } = await app.draft({
      ...(work as object),
      files: [{ name: `a'"<&> ${i}.pdf`, mediaType: 'application/pdf', content: Buffer.from(`%PDF ${i}`) }],
    });
    await deposits.submit(id, byDepositor, { licenceAccepted: true });
    await deposits.accept(id, byReviewer);
    if (i % 10 === 7) await deposits.withdraw(id, byReviewer, 'Себеби бар');
  }
  // As an old or imported row may be: past the checks of today's doors.
  const poison = database.sqlite.prepare(
    `UPDATE works SET metadata = json_set(metadata, '$.titles[0].value', ?, '$.abstracts', json(?), '$.publisher', ?)
     WHERE id % 3 = 0 AND metadata IS NOT NULL`,
  );
  const long = 'Мөңгүлөр чегинет. 😀 '.repeat(2000).slice(0, 40_000);
  poison.run(HOSTILE, JSON.stringify([{ value: `${HOSTILE} ${long}`, lang: 'ky' }]), HOSTILE);
}, 60_000);

test('every answer over the whole corpus is valid, in every format', async () => {
  const schemas = officialSchemas();
  if (!schemas) return;
  const documents: Record<string, Record<string, string>> = {
    all: {},
    'openaire40-strict': {},
    'datacite46-strict': {},
  };
  const take = (answers: OaiAnswer[], name: string, driver = 'all') => {
    for (const [i, { xml, codes }] of answers.entries()) {
      expect(codes).toEqual([]);
      documents[driver]![`${name} ${i}`] = xml;
    }
  };
  take([await ask(app, { verb: 'Identify' })], 'Identify');
  take([await ask(app, { verb: 'ListMetadataFormats' })], 'ListMetadataFormats');
  take(await harvest(app, { verb: 'ListSets' }), 'ListSets');
  take(await harvest(app, { verb: 'ListIdentifiers', metadataPrefix: 'oai_dc' }), 'ListIdentifiers');
  const drivers: Record<string, string> = { oai_openaire: 'openaire40-strict', oai_datacite: 'datacite46-strict' };
  let records = 0;
  for (const { prefix } of FORMATS) {
    const pages = await harvest(app, { verb: 'ListRecords', metadataPrefix: prefix });
    take(pages, prefix, drivers[prefix]);
    records = pages.flatMap((page) => page.identifiers).length;
    expect(records).toBe(WORK_TYPES.length * 2);
    const identifier = pages[0]!.identifiers[0]!;
    take(
      [await ask(app, { verb: 'GetRecord', metadataPrefix: prefix, identifier })],
      `${prefix} alone`,
      drivers[prefix],
    );
  }
  for (const [driver, found] of Object.entries(documents)) {
    expect(await schemas.faults(found, driver as 'all')).toEqual([]);
  }
}, 60_000);

test('no answer gives the address of a file that is not open to all', async () => {
  const open = new Set<string>();
  for (const { id, metadata } of (await app.house.works.publishedMany([...Array(60).keys()])).values()) {
    const { level, openFrom, viewOnly } = metadata.access;
    if (level === 'open' && !openFrom && !viewOnly) open.add(String(id));
  }
  let addresses = 0;
  for (const { prefix } of FORMATS) {
    for (const { xml } of await harvest(app, { verb: 'ListRecords', metadataPrefix: prefix })) {
      for (const [, id] of xml.matchAll(/library\.test\/works\/(\d+)\/files\//g)) {
        addresses += 1;
        expect(open).toContain(id);
      }
    }
  }
  expect(addresses).toBeGreaterThan(20);
});

test('whatever the arguments, the answer is valid and its codes are the right ones', async () => {
  const value = (good: string[]) =>
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      { weight: 1, arbitrary: fc.constant('') },
    );
  const dates = ['2020-01-01', '2026-03-10', '2026-03-10T06:00:00Z', '2027-01-01', '2026-02-30', '2026', '0000-01-01'];
  const pair = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('verb'), value([...VERBS])) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('metadataPrefix'), value(['oai_dc', 'marcxml', 'nobody'])) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constant('identifier'), value(['oai:library.test:1', 'oai:library.test:0', 'x'])),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('from'), value(dates)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('until'), value(dates)) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constant('set'), value(['openaire', 'type:article', 'collection', 'no:where'])),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant('resumptionToken'), value(['x', 'a.b'])) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 8 })),
    },
  );
  const sensible = fc
    .tuple(
      fc.constantFrom('ListRecords', 'ListIdentifiers'),
      fc.constantFrom('oai_dc', 'mods', 'nobody'),
      fc.dictionary(
        fc.constantFrom('from', 'until', 'set'),
        fc.constantFrom(...dates.slice(0, 4), 'openaire', 'no:where'),
        {
          maxKeys: 3,
        },
      ),
    )
    .map(([verb, metadataPrefix, more]) => Object.entries({ ...more, verb, metadataPrefix }));
  const tokenAlone = fc
    .tuple(fc.constantFrom('ListRecords', 'ListSets'), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }))
    .map(([verb, resumptionToken]) => Object.entries({ verb, resumptionToken }));
  const schemas = officialSchemas();
  const documents: Record<string, string> = {};
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.array(pair, { maxLength: 6 }), sensible, tokenAlone),
      fc.boolean(),
      async (pairs, post) => {
        const sent = [...new URLSearchParams(new URLSearchParams(pairs).toString())];
        const answer = await ask(app, pairs, post ? 'POST' : 'GET');
        documents[`${Object.keys(documents).length} ${JSON.stringify(pairs)}`] = answer.xml;
        for (const code of answer.codes.length ? answer.codes : ['none']) seen.add(code);
        judge(sent, answer);
      },
    ),
    { numRuns: 400, seed: 20261122 },
  );
  for (const code of [
    'none',
    'badVerb',
    'badArgument',
    'badResumptionToken',
    'cannotDisseminateFormat',
    'noRecordsMatch',
  ])
    expect(seen).toContain(code);
  if (schemas) expect(await schemas.faults(documents)).toEqual([]);
}, 60_000);

/** A parser of XML reads any white space in an attribute as a blank. */
const inAttribute = (value: string) => value.replace(/[\t\r\n]/g, ' ');

/** The protocol once more, told from the other side: which codes must, and which may not, stand in the answer. */
function judge(sent: [string, string][], { codes, attributes }: OaiAnswer) {
  const verbs = sent.filter(([name]) => name === 'verb').map(([, value]) => value);
  const isVerb = verbs.length === 1 && (VERBS as readonly string[]).includes(verbs[0]!);
  expect(codes.includes('badVerb')).toBe(!isVerb);
  const request = attributes('request');
  if (!isVerb) {
    expect(codes).toEqual(['badVerb']);
    expect(request).toEqual({});
    return;
  }
  const others = sent.filter(([name]) => name !== 'verb');
  const names = others.map(([name]) => name);
  const lists = ['metadataPrefix', 'from', 'until', 'set', 'resumptionToken'];
  const allowed: Record<string, string[]> = {
    Identify: [],
    ListMetadataFormats: ['identifier'],
    ListSets: ['resumptionToken'],
    GetRecord: ['identifier', 'metadataPrefix'],
    ListIdentifiers: lists,
    ListRecords: lists,
  };
  const verb = verbs[0]!;
  const plainlyBad =
    names.some((name) => !allowed[verb]!.includes(name)) ||
    new Set(names).size < names.length ||
    others.some(([, value]) => value === '') ||
    (names.includes('resumptionToken') && names.length > 1) ||
    (verb === 'GetRecord' && names.length < 2) ||
    (/^List(Records|Identifiers)$/.test(verb) &&
      !names.includes('metadataPrefix') &&
      !names.includes('resumptionToken'));
  if (plainlyBad) expect(codes).toContain('badArgument');
  if (codes.includes('badArgument')) expect(request).toEqual({});
  else {
    const echoed = sent.map(([name, value]) => [name, inAttribute(clean(value))]);
    expect(
      request &&
        Object.entries(request)
          .map(([name, value]) => [name, inAttribute(value)])
          .sort(),
    ).toEqual(echoed.sort());
  }
  const given = Object.fromEntries(others);
  if (!codes.includes('badArgument')) {
    expect(codes.includes('badResumptionToken')).toBe('resumptionToken' in given);
    if (given.metadataPrefix === 'nobody') expect(codes).toContain('cannotDisseminateFormat');
    if (given.identifier === 'oai:library.test:0') expect(codes).toContain('idDoesNotExist');
    if (given.set === 'no:where' || given.from === '2027-01-01') expect(codes).toContain('noRecordsMatch');
  }
}
