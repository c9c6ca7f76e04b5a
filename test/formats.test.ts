import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'xmlbuilder2';
import { FORMATS, fingerprint } from '../src/formats';
import * as all from '../src/formats/all';
import type { MetadataFormat } from '../src/formats/format';
import type { AccessStatus, CatalogueRecord } from '../src/formats/record';
import { sampleRecord, sampleRecords } from '../src/formats/sample';
import { clean, uri } from '../src/formats/xml';
import { readOwn, type Told } from '../src/oai/own-xml';
import type { Metadata } from '../src/works/schema';
import { officialSchemas } from './support/schemas';

const REPOSITORY = { name: 'КУУ & «Ачык» <архив>', id: 'achyk.example.kg', baseUrl: 'https://achyk.example.kg' };
const SOURCE = path.join(__dirname, '../../src');

/** Text that breaks what is careless; put in after the checks of the door, as an old or imported row might hold it. */
const HOSTILE =
  'a\u0000b\u0008c\u000b\u001f\ufffe\uffff\u{1fffe} 😀 𐱅 ]]> <![CDATA[ &amp; " \' </dc:title> \ud800 \udc00 \u0085';

function hostile(record: CatalogueRecord): CatalogueRecord {
  const poison = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => poison(item, key));
    if (value && typeof value === 'object' && !(value instanceof Map)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)]));
    }
    return typeof value === 'string' && POISONED.includes(key) ? `${value} ${HOSTILE}` : value;
  };
  const POISONED = [
    'value',
    'name',
    'affiliation',
    'publisher',
    'place',
    'extent',
    'title',
    'volume',
    'issue',
    'pages',
  ];
  POISONED.push(
    'specialityCode',
    'specialityName',
    'institution',
    'department',
    'council',
    'target',
    'holder',
    'statement',
  );
  return { ...(poison(record) as CatalogueRecord), authorities: record.authorities };
}

const LONG = 'Мөңгүлөр жайкысын чегинет. 😀 '.repeat(1400).slice(0, 40_000);

function corpus(): Record<string, CatalogueRecord> {
  const records: Record<string, CatalogueRecord> = {};
  for (const [i, record] of sampleRecords(REPOSITORY).entries()) {
    const name = `${i} ${record.metadata.type} ${record.access.status}`;
    records[name] = record;
    if (i % 2) records[`${name} hostile`] = hostile(record);
  }
  const quoted = records['1 dissertation embargoed']!;
  records['an id with quotes'] = { ...quoted, landingUrl: `${REPOSITORY.baseUrl}/works/1"7'<&>` };
  records['long abstracts'] = {
    ...quoted,
    metadata: { ...quoted.metadata, abstracts: ['ky', 'ru', 'tr', 'en', 'zh'].map((lang) => ({ value: LONG, lang })) },
  };
  return records;
}

/** Formats whose namespace OpenAIRE and DataCite both claim are judged by the schema of their own. */
const DRIVERS: Record<string, 'openaire40-strict' | 'datacite46-strict'> = {
  oai_openaire: 'openaire40-strict',
  oai_datacite: 'datacite46-strict',
};

test('the schema of each format accepts every type, access, language and hostile text', async () => {
  const schemas = officialSchemas();
  if (!schemas) return;
  for (const driver of ['all', 'openaire40-strict', 'datacite46-strict'] as const) {
    const documents: Record<string, string> = {};
    for (const format of FORMATS.filter(({ prefix }) => (DRIVERS[prefix] ?? 'all') === driver)) {
      for (const [name, record] of Object.entries(corpus())) {
        documents[`${format.prefix} ${name}`] = format.serialise(record);
      }
    }
    expect(Object.keys(documents).length).toBeGreaterThan(50);
    expect(await schemas.faults(documents, driver)).toEqual([]);
  }
}, 90_000);

test('the judge does judge: in no format does a foreign element pass', async () => {
  const schemas = officialSchemas();
  if (!schemas) return;
  const [record] = sampleRecords(REPOSITORY);
  for (const format of FORMATS) {
    const broken = format.serialise(record!).replace(/<\/[^<]+>$/, '<foreign xmlns=""/>$&');
    expect(await schemas.faults({ [format.prefix]: broken }, DRIVERS[format.prefix])).toContainEqual(
      expect.stringContaining('foreign'),
    );
  }
});

test('the reader of our own answers sees what any reader of XML sees', () => {
  const told = (element: Told): unknown => [
    element.name,
    element.namespace,
    element.attributes.map(({ name, value }) => [name, value]),
    element.children.length > 0 ? element.children.map(told) : element.text,
  ];
  const seen = (element: Node): unknown => {
    const children = [...element.childNodes].filter((node) => node.nodeType === 1);
    return [
      element.localName,
      element.namespaceURI,
      [...element.attributes].map(({ name, value }) => [name, value]),
      children.length > 0 ? children.map(seen) : element.textContent,
    ];
  };
  for (const format of FORMATS) {
    for (const record of Object.values(corpus())) {
      const xml = format.serialise(record);
      const { node } = create(xml).root();
      expect(told(readOwn(xml))).toEqual(seen(node as unknown as Node));
    }
  }
  for (const wrong of ['<a><b></a></b>', '<a>', '<a/><b/>', '']) expect(() => readOwn(wrong)).toThrow();
});

/** As much of a document tree as is asked here. */
interface Node {
  nodeType: number;
  localName: string;
  namespaceURI: string | null;
  attributes: Iterable<{ name: string; value: string }>;
  childNodes: Iterable<Node>;
  textContent: string;
}

test('no format gives the address of a file that is not open to all', () => {
  for (const record of sampleRecords(REPOSITORY).filter(({ access }) => access.status !== 'open')) {
    for (const format of FORMATS) expect(format.serialise(record)).not.toMatch(/works\/17\/files\//);
  }
});

test('open files are given by address, but in DataCite, which has no place for it', () => {
  const [open] = sampleRecords(REPOSITORY).filter(({ access }) => access.status === 'open');
  for (const format of FORMATS.filter(({ prefix }) => prefix !== 'oai_datacite')) {
    expect(format.serialise(open!)).toContain('/works/17/files/1/');
  }
});

test('titles, abstracts and keywords stand in all their languages, marked', () => {
  const record = sampleRecords(REPOSITORY)[1]!;
  for (const format of FORMATS) {
    const xml = format.serialise(record);
    for (const { value } of [...record.metadata.titles.slice(1), ...record.metadata.abstracts]) {
      expect(xml).toContain(value.split(' : ')[0]!);
    }
    if (!['marcxml', 'rusmarc'].includes(format.prefix)) {
      for (const lang of ['ky', 'ru', 'tr', 'en']) expect(xml).toContain(`xml:lang="${lang}"`);
    }
  }
});

const dc = (metadata: Partial<Record<keyof Metadata, unknown>>, status: AccessStatus) =>
  all.oaiDc.serialise(
    sampleRecord(
      { type: 'dissertation', titles: [{ value: 'Аталыш', lang: 'ky' }], ...metadata } as never,
      REPOSITORY,
      status,
    ),
  );
const values = (xml: string, element: string) =>
  [...xml.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`, 'g'))].map((match) => match[1]);

test('oai_dc speaks OpenAIRE: type first, landing page first, access, end of embargo, file for CORE', () => {
  const open = dc({ issued: '2021' }, 'open');
  expect(values(open, 'dc:type').slice(0, 2)).toEqual([
    'info:eu-repo/semantics/doctoralThesis',
    'info:eu-repo/semantics/publishedVersion',
  ]);
  expect(values(open, 'dc:identifier').slice(0, 2)).toEqual([
    'https://achyk.example.kg/works/17',
    'https://achyk.example.kg/works/17/files/1/text%201.pdf',
  ]);
  expect(values(open, 'dc:rights')).toEqual(['info:eu-repo/semantics/openAccess']);
  const embargoed = dc({ issued: '2021' }, 'embargoed');
  expect(values(embargoed, 'dc:date')).toEqual(['2021', 'info:eu-repo/date/embargoEnd/2031-05-06']);
  expect(values(embargoed, 'dc:rights')).toEqual(['info:eu-repo/semantics/embargoedAccess']);
  expect(values(dc({}, 'restricted'), 'dc:rights')).toEqual(['info:eu-repo/semantics/restrictedAccess']);
  expect(values(dc({}, 'metadata-only'), 'dc:rights')).toEqual(['info:eu-repo/semantics/closedAccess']);
});

test('a name corrected in the authority file is the name that is given', () => {
  const contributors = [{ role: 'author', name: 'Асанов, Усен', personId: 12 }];
  expect(values(dc({ contributors }, 'open'), 'dc:creator')).toEqual(['Асанов, Үсөн Бакирович']);
});

test('100$a of RUSMARC is 36 characters and says UTF-8, and a defence is dated to the day', () => {
  for (const record of sampleRecords(REPOSITORY)) {
    const xml = all.rusmarc.serialise(record);
    const coded = /<datafield tag="100"[^>]*><subfield code="a">([^<]*)</.exec(xml)![1]!;
    expect(coded).toHaveLength(36);
    expect(coded.slice(26, 30)).toBe('50  ');
    if (record.metadata.thesis) expect(coded.slice(8, 17)).toBe('j20210325');
    expect(/<leader>([^<]*)</.exec(xml)![1]).toHaveLength(24);
    const monograph = /<datafield tag="105"[^>]*><subfield code="a">([^<]*)</.exec(xml);
    if (monograph) expect(monograph[1]).toHaveLength(13);
  }
});

test('field 008 of MARC 21 is 40 characters, 006 is 18', () => {
  for (const record of sampleRecords(REPOSITORY)) {
    const xml = all.marcxml.serialise(record);
    const control = (tag: string) => new RegExp(`<controlfield tag="${tag}">([^<]*)<`).exec(xml)![1]!;
    expect(control('008')).toHaveLength(40);
    expect(control('006')).toHaveLength(18);
    expect(/<leader>([^<]*)</.exec(xml)![1]).toHaveLength(24);
  }
});

test('what XML cannot carry is replaced, what it can stays', () => {
  expect(clean('a\u0000b\ufffec\ud800d😀𐱅\u{1fffe}e\tf\r\ng')).toBe('a\ufffdb\ufffdc\ufffdd😀𐱅\ufffde\tf\ng');
  expect(uri('https://a.kg/х?a=1&b=%41 "c')).toBe('https://a.kg/%D1%85?a=1&b=%41%20%22c');
  expect(uri('Башка эмгек')).toBeNull();
});

test('a crosswalk that writes something else has another fingerprint; so has another repository', () => {
  const before = fingerprint(all.oaiDc, REPOSITORY);
  expect(fingerprint(all.oaiDc, { ...REPOSITORY })).toBe(before);
  expect(
    fingerprint(
      { ...all.oaiDc, serialise: (r) => all.oaiDc.serialise(r).replace('КНУ', 'КУУ').replace('Илим', 'И') },
      REPOSITORY,
    ),
  ).not.toBe(before);
  expect(fingerprint(all.oaiDc, { ...REPOSITORY, baseUrl: 'https://archive.example.kg' })).not.toBe(before);
});

describe('an edit of one line changes the fingerprint of the formats it speaks through', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'achyk-crosswalks-'));
    const built = path.join(__dirname, '../src');
    for (const part of ['formats', 'access', 'works/book.js', 'works/book-file.js', 'reading/searchable-address.js']) {
      cpSync(path.join(built, part), path.join(folder, part), { recursive: true });
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const taken = (format: MetadataFormat) =>
    fingerprint({ ...format, file: path.join(folder, 'formats', path.basename(format.file)) }, REPOSITORY);
  const edit = (file: string, before: string, after: string) => {
    const place = path.join(folder, `${file}.js`);
    const code = readFileSync(place, 'utf8');
    expect(code).toContain(before);
    writeFileSync(place, code.replace(before, after));
  };

  test('and where the library stands changes none', () => {
    for (const format of FORMATS) expect(taken(format)).toBe(fingerprint(format, REPOSITORY));
  });

  test.each<[string, string, string, MetadataFormat]>([
    ['formats/vocabulary', 'Candidate of Sciences', 'Candidate', all.marcxml],
    ['formats/vocabulary', "'In Copyright'", "'In copyright'", all.oaiOpenaire],
    ['formats/vocabulary', 'publicdomain/zero', 'publicdomain/nil', all.mets],
    ['formats/oai-etdms', "doctor: '2'", "doctor: '3'", all.oaiEtdms],
    ['formats/rusmarc', "return 'ca'", "return 'cb'", all.rusmarc],
    ['formats/marc', "iso: 'RU'", "iso: 'SU'", all.rusmarc],
    ['formats/mets', "'THUMBNAIL'", "'COVER'", all.mets],
    ['formats/oai-openaire', "=== 'abstract'", "=== 'review'", all.oaiOpenaire],
    ['formats/access-status', "? 'restricted' : 'open'", "? 'closed' : 'open'", all.oaiDc],
    ['formats/catalogue-record', 'encodeURIComponent(', 'encodeURI(', all.oaiDc],
    ['access/access', "!== 'agreement'", "!== 'cover'", all.qdc],
    ['works/book-file', 'book+json', 'volume+json', all.mods],
    ['reading/searchable-address', 'slice(0, 80)', 'slice(0, 90)', all.mods],
  ])('%s: %s', (file, before, after, format) => {
    const then = taken(format);
    edit(file, before, after);
    expect(taken(format)).not.toBe(then);
  });

  test('but another word in a comment does not, nor does another format', () => {
    const then = taken(all.oaiDc);
    edit('formats/names', '/** Those who', '/** All who');
    edit('formats/mets', "'THUMBNAIL'", "'COVER'");
    expect(taken(all.oaiDc)).toBe(then);
  });
});

test('a format is one file and one line: nothing else in the house names one', () => {
  const folder = path.join(SOURCE, 'formats');
  const formatFiles = readdirSync(folder).filter((name) =>
    /: MetadataFormat = \{/.test(readFileSync(path.join(folder, name), 'utf8')),
  );
  expect(formatFiles).toHaveLength(FORMATS.length);
  const lines = readFileSync(path.join(folder, 'all.ts'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('export'));
  expect(lines.map((line) => /'\.\/(.+)'/.exec(line)![1]).sort()).toEqual(
    formatFiles.map((name) => name.replace('.ts', '')).sort(),
  );

  const prefixes = FORMATS.map(({ prefix }) => prefix).filter((prefix) => prefix !== 'oai_dc');
  const views = path.join(SOURCE, '../views');
  const naming: string[] = [];
  for (const folder of [SOURCE, views]) {
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|ejs)$/.test(entry) || entry.startsWith('formats')) continue;
      const source = readFileSync(path.join(folder, entry), 'utf8');
      naming.push(
        ...prefixes.filter((prefix) => new RegExp(`\\b${prefix}\\b`).test(source)).map((p) => `${entry}: ${p}`),
      );
    }
  }
  expect(naming).toEqual([]);
});
