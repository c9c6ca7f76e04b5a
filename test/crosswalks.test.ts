import { FORMATS } from '../src/formats';
import * as all from '../src/formats/all';
import { sampleRecord } from '../src/formats/sample';
import { type Metadata, WORK_TYPES } from '../src/works/schema';

const REPOSITORY = { name: 'Ачык', id: 'achyk.example.kg', baseUrl: 'https://achyk.example.kg' };

/** The fields of a MARC record as librarians write them: `702 _1 $aИванова$4730`. */
const marcFields = (xml: string): string[] =>
  [...xml.matchAll(/<datafield tag="(\d+)" ind1="(.)" ind2="(.)">(.*?)<\/datafield>/gs)].map(
    ([, tag, one, two, content]) =>
      `${tag} ${`${one}${two}`.replaceAll(' ', '_')} ${[...content!.matchAll(/code="(.)">([^<]*)</g)]
        .map(([, code, value]) => `$${code}${value}`)
        .join('')}`,
  );
const rusmarcOf = (metadata: Partial<Record<keyof Metadata, unknown>>) =>
  marcFields(
    all.rusmarc.serialise(
      sampleRecord(
        { type: 'article', titles: [{ value: 'Аталыш', lang: 'ky' }], ...metadata } as never,
        REPOSITORY,
        'open',
      ),
    ),
  );

test('RUSMARC: an article stands in its journal, with place, publisher and year', () => {
  const fields = rusmarcOf({
    issued: '2021-03-24',
    place: 'Бишкек',
    publisher: 'Илим',
    source: { title: 'КУУнун Жарчысы', volume: '3', issue: '2', pages: '14-21', issn: '2049-3630' },
  });
  expect(fields).toContain('210 __ $aБишкек$cИлим$d2021');
  expect(fields).toContain('461 _0 $1011  $a2049-3630$12001 $aКУУнун Жарчысы');
  expect(fields).toContain('463 _0 $12001 $aТ. 3, № 2$vС. 14-21$1210  $aБишкек$cИлим$d2021');
});

test.each(WORK_TYPES)('RUSMARC: what a %s is published in is told, and where', (type) => {
  const source = { title: 'КУУнун Жарчысы', volume: null, issue: '2', pages: null, issn: null };
  const fields = rusmarcOf({ type, issued: '2021-03', place: 'Бишкек', source });
  expect(fields).toContain('210 __ $aБишкек$d2021');
  if (type === 'journal-issue') {
    expect(fields).toContain('461 _0 $12001 $aКУУнун Жарчысы$v№ 2');
    expect(fields.filter((field) => field.startsWith('463'))).toEqual([]);
  } else {
    expect(fields).toContain('461 _0 $12001 $aКУУнун Жарчысы');
    expect(fields).toContain('463 _0 $12001 $a№ 2$1210  $aБишкек$d2021');
  }
});

test('RUSMARC: those who helped are in 702 by their codes, the translator too', () => {
  const roles = { supervisor: '727', opponent: '555', editor: '340', compiler: '220', translator: '730' };
  const fields = rusmarcOf({
    contributors: Object.keys(roles).map((role) => ({ role, name: `Иванова, Анна ${role}` })),
  });
  for (const [role, code] of Object.entries(roles)) {
    expect(fields).toContainEqual(expect.stringMatching(new RegExp(`^702 _1 \\$aИванова.*${role}\\$4${code}$`)));
  }
});

test('RUSMARC: identifiers of every scheme, relations and the rights holder are written', () => {
  const fields = rusmarcOf({
    identifiers: [
      { scheme: 'doi', value: '10.1234/abc' },
      { scheme: 'handle', value: '123/456' },
      { scheme: 'isbn', value: '978-3-16-148410-0' },
      { scheme: 'issn', value: '2049-3630' },
      { scheme: 'url', value: 'https://example.org/a' },
      { scheme: 'urn', value: 'urn:nbn:kg-1' },
      { scheme: 'other', value: 'инв. 17' },
    ],
    relations: [
      { type: 'isTranslationOf', target: '/works/5' },
      { type: 'hasVersion', target: 'Экинчи басылышы' },
      { type: 'references', target: 'doi:10.1234/xyz' },
    ],
    rights: { holder: 'Асанов У.' },
  });
  for (const field of [
    '010 __ $a978-3-16-148410-0',
    '011 __ $a2049-3630',
    '014 __ $a10.1234/abc$2doi',
    '017 70 $a123/456$2hdl',
    '017 70 $aurn:nbn:kg-1$2urn',
    '017 80 $aинв. 17',
    '856 4_ $uhttps://example.org/a',
    '454 _0 $18564 $uhttps://achyk.example.kg/works/5',
    '451 _0 $12001 $aЭкинчи басылышы',
    '488 _0 $18564 $uhttps://doi.org/10.1234/xyz',
    '371 1_ $aПравообладатель: Асанов У.',
  ])
    expect(fields).toContain(field);
});

test('relations lead outside by addresses in full, and what is no identifier is not called one', () => {
  const relations = [
    { type: 'isPartOf', target: '/works/1' },
    { type: 'references', target: `oai:${REPOSITORY.id}:2` },
    { type: 'references', target: '10.1234/abc' },
    { type: 'references', target: 'urn:nbn:kg-1' },
    { type: 'references', target: 'https://hdl.handle.net/1/2' },
    { type: 'isVersionOf', target: 'Манас, биринчи басылышы' },
    { type: 'references', target: 'oai:elsewhere.example:9' },
  ];
  const record = sampleRecord(
    { type: 'article', titles: [{ value: 'Аталыш', lang: 'ky' }], relations },
    REPOSITORY,
    'open',
  );
  for (const format of FORMATS) {
    const xml = format.serialise(record);
    expect(xml).not.toMatch(/>\/works\/|>oai:achyk\.example\.kg:2</);
    if (!['oai_etdms'].includes(format.prefix)) {
      for (const id of [1, 2]) expect(xml).toContain(`https://achyk.example.kg/works/${id}<`);
    }
  }
  for (const format of [all.oaiDatacite, all.oaiOpenaire]) {
    const xml = format.serialise(record);
    expect(
      [...xml.matchAll(/relatedIdentifierType="(\w+)"[^>]*>([^<]*)</g)].map(([, kind, value]) => `${kind} ${value}`),
    ).toEqual([
      'URL https://achyk.example.kg/works/1',
      'URL https://achyk.example.kg/works/2',
      'DOI 10.1234/abc',
      'URN urn:nbn:kg-1',
      'Handle https://hdl.handle.net/1/2',
    ]);
  }
  expect(all.oaiDatacite.serialise(record)).toContain(
    '<relatedItem relatedItemType="Other" relationType="IsVersionOf"><titles><title>Манас, биринчи басылышы</title>',
  );
});

test.each([
  ['article', 'Journal'],
  ['conference-paper', 'ConferenceProceeding'],
  ['book-part', 'Book'],
])('DataCite: an %s is published in a %s', (type, host) => {
  const source = { title: 'Жыйнак', volume: null, issue: null, pages: '1-2', issn: null };
  const titles = [{ value: 'Аталыш', lang: 'ky' }];
  const record = sampleRecord({ type: type as 'article', titles, source }, REPOSITORY, 'open');
  expect(all.oaiDatacite.serialise(record)).toContain(`relatedItemType="${host}" relationType="IsPublishedIn"`);
});

test('qualified Dublin Core tells the scheme of every subject, and no place of publication as a place it is about', () => {
  const schemes = { udc: '494', bbk: '81.2', grnti: '16.21', vak: '10.02.01', lcc: 'PL', ddc: '490' };
  const subjects = Object.entries(schemes).map(([scheme, value]) => ({ scheme, value }));
  const titles = [{ value: 'Аталыш', lang: 'ky' }];
  const xml = all.qdc.serialise(
    sampleRecord({ type: 'article', titles, subjects, place: 'Бишкек' }, REPOSITORY, 'open'),
  );
  expect([...xml.matchAll(/<dc:subject[^/]*\/dc:subject>/g)].map(([element]) => element)).toEqual([
    '<dc:subject xsi:type="dcterms:UDC">494</dc:subject>',
    '<dc:subject>bbk:81.2</dc:subject>',
    '<dc:subject>grnti:16.21</dc:subject>',
    '<dc:subject>vak:10.02.01</dc:subject>',
    '<dc:subject xsi:type="dcterms:LCC">PL</dc:subject>',
    '<dc:subject xsi:type="dcterms:DDC">490</dc:subject>',
  ]);
  expect(xml).not.toContain('spatial');
});

test('every publisher is told, once, by the name of the authority file', () => {
  const record = sampleRecord(
    {
      type: 'monograph',
      titles: [{ value: 'Аталыш', lang: 'ky' }],
      publisher: 'Илим',
      contributors: [
        { role: 'publisher', name: '«Илим»' },
        { role: 'publisher', name: 'Асанов басмасы', personId: 12 },
      ],
    },
    REPOSITORY,
    'open',
  );
  const corrected = record.authorities.get(12)!.name;
  for (const format of FORMATS) {
    const xml = format.serialise(record);
    expect(xml).toContain(corrected);
    expect(xml).not.toContain('Асанов басмасы');
    expect(xml).not.toContain('«Илим»');
    expect(xml.match(/>Илим</g)).toHaveLength(1);
  }
});
