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
  const selective = fc
    .tuple(
      fc.constantFrom('ListRecords', 'ListIdentifiers'),
      fc.constantFrom(...dates, '2026-03-10T00:00:00Z', '2026-03-10T23:59:59Z', '2026-13-01', '2026-03-10T24:00:00Z'),
      fc.constantFrom(...dates, '2026-03-10T00:00:00Z', '2026-03-10T23:59:59Z', '2026-03-10T10:60:00Z'),
      fc.subarray(['from', 'until'], { minLength: 1 }),
      fc.option(fc.constantFrom('openaire', 'type:patent', 'type:nothing'), { nil: undefined }),
    )
    .map(([verb, from, until, which, set]) =>
      Object.entries({ verb, metadataPrefix: 'oai_dc', from, until, set }).filter(
        (given): given is [string, string] =>
          given[1] !== undefined && (!['from', 'until'].includes(given[0]) || which.includes(given[0])),
      ),
    );
  const single = fc
    .tuple(
      fc.constantFrom('oai_dc', 'mods', 'nobody'),
      fc.constantFrom('oai:library.test:1', 'oai:library.test:0', 'oai:elsewhere.test:1', 'x'),
    )
    .map(([metadataPrefix, identifier]) => Object.entries({ verb: 'GetRecord', metadataPrefix, identifier }));
  const tokenAlone = fc
    .tuple(fc.constantFrom('ListRecords', 'ListSets'), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }))
    .map(([verb, resumptionToken]) => Object.entries({ verb, resumptionToken }));
  const corpus = (await harvest(app, { verb: 'ListIdentifiers', metadataPrefix: 'oai_dc' })).flatMap(({ xml }) =>
    [...xml.matchAll(/<header[^>]*>(.*?)<\/header>/g)].map(([, header]) => ({
      identifier: /<identifier>([^<]*)/.exec(header!)![1]!,
      datestamp: /<datestamp>([^<]*)/.exec(header!)![1]!,
      sets: [...header!.matchAll(/<setSpec>([^<]*)/g)].map((match) => match[1]!),
    })),
  );
  expect(corpus).toHaveLength(WORK_TYPES.length * 2);
  const schemas = officialSchemas();
  const documents: Record<string, string> = {};
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.array(pair, { maxLength: 6 }), sensible, selective, single, tokenAlone),
      fc.boolean(),
      async (pairs, post) => {
        const sent = [...new URLSearchParams(new URLSearchParams(pairs).toString())];
        const answer = await ask(app, pairs, post ? 'POST' : 'GET');
        documents[`${Object.keys(documents).length} ${JSON.stringify(pairs)}`] = answer.xml;
        for (const code of answer.codes.length ? answer.codes : ['none']) seen.add(code);
        const fault = judge(sent, answer, corpus);
        if (fault) seen.add(fault);
      },
    ),
    { numRuns: 600, seed: 20261122 },
  );
  for (const code of [
    'none',
    'badVerb',
    'badArgument',
    'badResumptionToken',
    'cannotDisseminateFormat',
    'idDoesNotExist',
    'noRecordsMatch',
    'an impossible date',
    'two granularities',
    'from after until',
  ])
    expect(seen).toContain(code);
  if (schemas) expect(await schemas.faults(documents)).toEqual([]);
}, 60_000);

/** A parser of XML reads any white space in an attribute as a blank. */
const inAttribute = (value: string) => value.replace(/[\t\r\n]/g, ' ');

/** What is wrong with a date or a range, told independently of the code under test; null when nothing is. */
function faultOfRange({ from, until }: Record<string, string>): string | null {
  for (const date of [from, until]) {
    if (date === undefined) continue;
    const whole = /^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T00:00:00Z` : date;
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(whole) ? Date.parse(whole) : Number.NaN;
    if (Number.isNaN(time) || `${new Date(time).toISOString().slice(0, 19)}Z` !== whole || date.startsWith('0000')) {
      return 'an impossible date';
    }
  }
  if (from === undefined || until === undefined) return null;
  if (from.length !== until.length) return 'two granularities';
  return from > until ? 'from after until' : null;
}

interface Listed {
  identifier: string;
  datestamp: string;
  sets: string[];
}

/**
 * The protocol once more, told from the other side: exactly these codes, and no others, stand in the answer.
 * @returns what was wrong with the dates
 */
function judge(sent: [string, string][], { codes, attributes }: OaiAnswer, corpus: Listed[]): string | null {
  const verbs = sent.filter(([name]) => name === 'verb').map(([, value]) => value);
  const isVerb = verbs.length === 1 && (VERBS as readonly string[]).includes(verbs[0]!);
  const request = attributes('request');
  if (!isVerb) {
    expect(codes).toEqual(['badVerb']);
    expect(request).toEqual({});
    return null;
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
  const isList = /^List(Records|Identifiers)$/.test(verb);
  const given = Object.fromEntries(others);
  const word = /^[\w.!~*'()-]+$/;
  const plainlyBad =
    names.some((name) => !allowed[verb]!.includes(name)) ||
    new Set(names).size < names.length ||
    others.some(([, value]) => value === '') ||
    (names.includes('resumptionToken') && names.length > 1) ||
    (verb === 'GetRecord' && names.length < 2) ||
    (isList && !names.includes('metadataPrefix') && !names.includes('resumptionToken')) ||
    (given.metadataPrefix !== undefined && !word.test(given.metadataPrefix)) ||
    (given.set !== undefined && !given.set.split(':').every((part) => word.test(part)));
  const fault = faultOfRange(given);
  // Whether any odd text can be an xs:anyURI is asked elsewhere, case by case.
  const isOddIdentifier = given.identifier !== undefined && !/^(x|oai:[a-z.]+:\d+)$/.test(given.identifier);
  if (plainlyBad || fault) {
    // An unknown format is told beside other faults, where the verb asks for one.
    const prefix = allowed[verb]!.includes('metadataPrefix')
      ? others.find(([name]) => name === 'metadataPrefix')
      : null;
    const isUnknown = prefix && word.test(prefix[1]) && !FORMATS.some((format) => format.prefix === prefix[1]);
    expect([...new Set(codes)]).toEqual(['badArgument', ...(isUnknown ? ['cannotDisseminateFormat'] : [])]);
  } else if (!(isOddIdentifier && codes.includes('badArgument'))) {
    expect([...codes].sort()).toEqual(expectedCodes(verb, given, corpus).sort());
  }
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
  return plainlyBad ? null : fault;
}

/** The codes of a request whose arguments are right. No token that was made up is one of ours. */
function expectedCodes(verb: string, given: Record<string, string>, corpus: Listed[]): string[] {
  if (given.resumptionToken !== undefined) return ['badResumptionToken'];
  const codes: string[] = [];
  if (given.identifier !== undefined && !corpus.some(({ identifier }) => identifier === given.identifier)) {
    codes.push('idDoesNotExist');
  }
  if (given.metadataPrefix !== undefined && !FORMATS.some(({ prefix }) => prefix === given.metadataPrefix)) {
    codes.push('cannotDisseminateFormat');
  }
  if (!/^List(Records|Identifiers)$/.test(verb)) return codes;
  const { from, until, set } = given;
  const matches = corpus.some(
    ({ datestamp, sets }) =>
      (from === undefined || datestamp.slice(0, from.length) >= from) &&
      (until === undefined || datestamp.slice(0, until.length) <= until) &&
      (set === undefined || sets.some((spec) => spec === set || spec.startsWith(`${set}:`))),
  );
  return matches ? codes : [...codes, 'noRecordsMatch'];
}
