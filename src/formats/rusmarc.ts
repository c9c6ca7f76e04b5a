import type { CONTRIBUTOR_ROLES } from '../works/schema';
import type { MetadataFormat } from './format';
import { bibliographicCode } from './languages';
import {
  controlField,
  countryOf,
  field,
  leader,
  linkingField,
  marcDay,
  record as marcRecord,
  type Subfield,
  splitTitle,
} from './marc';
import { creators, directOrder, helpers, initials, type Named, publishersOf } from './names';
import { identifierUri } from './oai-dc';
import type { CatalogueRecord } from './record';
import { type Related, relationsOf } from './relations';
import { degreeOf, euRepoAccess, licenceOf, typeTerms } from './vocabulary';
import { type Content, print } from './xml';

/**
 * RUSMARC (the Russian UNIMARC) in MarcXchange, ISO 25577: what IRBIS64 and the union catalogues of the region read.
 */
export const rusmarc: MetadataFormat = {
  prefix: 'rusmarc',
  name: 'RUSMARC',
  file: __filename,
  schema: 'http://www.loc.gov/standards/iso25577/marcxchange-1-1.xsd',
  namespace: 'info:lc/xmlns/marcxchange-v1',

  serialise(record) {
    return print(
      marcRecord(
        {
          xmlns: rusmarc.namespace,
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${rusmarc.namespace} ${rusmarc.schema}`,
          format: 'RUSMARC',
          type: 'Bibliographic',
        },
        ...fields(record),
      ),
    );
  },
};

function fields(record: CatalogueRecord): Content[] {
  const { metadata } = record;
  const { analytic } = typeTerms(metadata.type);
  const authors = creators(record);
  const others = helpers(record);
  const [mainTitle, ...otherTitles] = metadata.titles;
  const title = splitTitle(mainTitle?.value ?? '');
  const thesis = metadata.thesis;
  const isThesis = degreeOf(metadata) !== null || metadata.type.startsWith('dissertation');
  const level = metadata.type === 'journal-issue' ? 's' : analytic ? 'a' : 'm';
  const identifiers = (scheme: string) => metadata.identifiers.filter((identifier) => identifier.scheme === scheme);
  const subjects = (scheme: string) => metadata.subjects.filter((subject) => subject.scheme === scheme);
  const licence = licenceOf(metadata);
  const [firstPerson, ...morePersons] = authors.filter((person) => !person.corporate);

  return [
    // 5 new, 6 text, 7 level, 8 analytic records stand below their host; 17 full, 18 ISBD.
    leader(`00000na${level}${analytic ? '2' : '0'} 2200000   450 `),
    controlField('001', String(record.id)),
    controlField('005', `${record.updatedAt.slice(0, 19).replace(/\D/g, '')}.0`),
    identifiers('isbn').map(({ value }) => field('010', '  ', ['a', value])),
    identifiers('issn').map(({ value }) => field('011', '  ', ['a', value])),
    identifiers('doi').map(({ value }) => field('014', '  ', ['a', value], ['2', 'doi'])),
    // Indicator 7: the system is named in $2; 8: it is not said which.
    identifiers('handle').map(({ value }) => field('017', '70', ['a', value], ['2', 'hdl'])),
    identifiers('urn').map(({ value }) => field('017', '70', ['a', value], ['2', 'urn'])),
    identifiers('other').map(({ value }) => field('017', '80', ['a', value])),
    field('100', '  ', ['a', generalProcessingData(record)]),
    field(
      '101',
      '0 ',
      ...(metadata.languages.length ? metadata.languages : ['und']).map((code): [string, string] => [
        'a',
        bibliographicCode(code),
      ]),
      ...[...new Set(metadata.abstracts.map((abstract) => abstract.lang))].map((code): [string, string] => [
        'd',
        bibliographicCode(code),
      ]),
    ),
    field('102', '  ', ['a', countryOf(metadata.place).iso]),
    !analytic &&
      level === 'm' &&
      field('105', '  ', ['a', codedMonograph(record)], ['9', isThesis ? degreeCode(record) : null]),
    field('135', '  ', ['a', 'drcn ---     ']),
    field(
      '200',
      '1 ',
      ['a', title.proper],
      ['b', 'Текст'],
      ['d', otherTitles[0]?.value],
      ['e', title.rest],
      ['f', authors.map(directOrder).join(', ')],
      ['g', others.map((person) => `${ROLE_WORDS[person.role] ?? ''} ${directOrder(person)}`.trim()).join(' ; ')],
    ),
    field('210', '  ', ...imprint(record)),
    field('215', '  ', ['a', metadata.extent]),
    field('230', '  ', ['a', 'Текстовые электронные данные']),
    thesis?.council && field('300', '  ', ['a', `Диссертационный совет: ${thesis.council}`]),
    thesis?.defendedOn && field('300', '  ', ['a', `Дата защиты: ${thesis.defendedOn}`]),
    isThesis &&
      field(
        '328',
        '  ',
        ['a', [thesis?.specialityCode, thesis?.specialityName].filter(Boolean).join(' – ')],
        ['c', thesis?.institution],
        ['d', thesis?.defendedOn?.slice(0, 4)],
      ),
    metadata.abstracts.map((abstract) => field('330', '  ', ['a', abstract.value])),
    field('371', '0 ', ['a', euRepoAccess(record.access.status)]),
    record.access.openFrom && field('371', '0 ', ['a', `info:eu-repo/date/embargoEnd/${record.access.openFrom}`]),
    field('371', '1 ', ['a', licence?.label], ['c', licence?.uri]),
    field('371', '1 ', ['a', metadata.rights.statement]),
    field('371', '1 ', ['a', metadata.rights.holder && `Правообладатель: ${metadata.rights.holder}`]),
    host(record),
    relationsOf(record).map(relatedWork),
    otherTitles.map((other) => field('510', '1 ', ['a', other.value], ['z', bibliographicCode(other.lang)])),
    subjects('keyword').map((subject) => field('610', '0 ', ['a', subject.value])),
    subjects('udc').map(({ value }) => field('675', '  ', ['a', value])),
    subjects('ddc').map(({ value }) => field('676', '  ', ['a', value])),
    subjects('lcc').map(({ value }) => field('680', '  ', ['a', value])),
    subjects('bbk').map(({ value }) => field('686', '  ', ['a', value], ['2', 'rubbk'])),
    subjects('grnti').map(({ value }) => field('686', '  ', ['a', value], ['2', 'rugasnti'])),
    [...subjects('vak').map(({ value }) => value), thesis?.specialityCode].map(
      (value) => value && field('686', '  ', ['a', value], ['2', 'oksvnk']),
    ),
    firstPerson && personField('700', firstPerson, isThesis ? '305' : '070'),
    morePersons.map((person) => personField('701', person, '070')),
    others.map((person) => personField('702', person, RELATORS[person.role])),
    authors
      .filter((person) => person.corporate)
      .map((body, i) => field(i || firstPerson ? '711' : '710', '02', ['a', body.name], ['4', '070'])),
    field('712', '02', ['a', thesis?.institution], ['b', thesis?.department], ['4', thesis?.institution && '295']),
    field('801', ' 0', ['a', 'KG'], ['b', record.repository.name], ['c', marcDay(record.updatedAt)], ['g', 'PSBO']),
    field('856', '4 ', ['u', record.landingUrl], ['z', record.identifier]),
    identifiers('url').map((identifier) => field('856', '4 ', ['u', identifierUri(identifier)])),
    record.files.map(
      (file) =>
        file.url &&
        field('856', '4 ', ['u', file.url], ['q', file.mediaType], ['s', String(file.size)], ['z', file.name]),
    ),
  ];
}

/** 100$a: exactly 36 characters. */
function generalProcessingData(record: CatalogueRecord): string {
  const { metadata } = record;
  const entered = marcDay(record.publishedAt);
  const defended = metadata.thesis?.defendedOn ?? null;
  const detailed = [defended, metadata.issued].find((date) => date?.length === 10);
  const year = (metadata.issued ?? record.publishedAt).slice(0, 4);
  const kindAndDates = detailed ? `j${detailed.replaceAll('-', '')}` : `d${year}    `;
  const latin = ['en', 'tr', 'de', 'fr'].includes(metadata.titles[0]?.lang ?? '');
  //              17–19 readers, 20 not an official edition, 21 as published, 22–24 catalogued in Russian, 25 not
  //              transliterated, 26–29 ISO 10646, 34–35 script of the title
  return `${entered}${kindAndDates}m  y0rusy50      ${latin ? 'ba' : 'ca'}`;
}

/** 105$a: thirteen characters, of which 4–7 say what kind of text it is. */
function codedMonograph(record: CatalogueRecord): string {
  const { type } = record.metadata;
  const kind = CONTENT_CODES[type] ?? '';
  return `    ${kind.padEnd(4)}000yy`;
}

const CONTENT_CODES: Partial<Record<CatalogueRecord['metadata']['type'], string>> = {
  dissertation: 'm',
  'dissertation-abstract': 'md',
  'master-thesis': 'm',
  'bachelor-thesis': 'm',
  textbook: 'j',
  'study-guide': 'j',
  lecture: 'j',
  bibliography: 'a',
  patent: 'k',
  report: 'p',
};

function degreeCode(record: CatalogueRecord): string | null {
  const degree = degreeOf(record.metadata);
  if (degree === 'doctor') return 'ca';
  if (degree === 'candidate' || degree === 'phd') return 'ba';
  return degree === 'master' ? 'ad' : null;
}

/** Place, publishers and year, of field 210 and of one embedded in 463. */
function imprint(record: CatalogueRecord): Subfield[] {
  const { place, issued } = record.metadata;
  return [['a', place], ...publishersOf(record).map((name): Subfield => ['c', name]), ['d', issued?.slice(0, 4)]];
}

/** 461 the journal or book, 463 the issue, with their titles and the imprint embedded. An issue itself is no 463. */
function host(record: CatalogueRecord): Content {
  const { source, type } = record.metadata;
  if (!source) return null;
  const issue = [source.volume && `Т. ${source.volume}`, source.issue && `№ ${source.issue}`]
    .filter(Boolean)
    .join(', ');
  const isIssue = type === 'journal-issue';
  return [
    linkingField(
      '461',
      ' 0',
      { tag: '011', indicators: '  ', subfields: [['a', source.issn]] },
      {
        tag: '200',
        indicators: '1 ',
        subfields: [
          ['a', source.title],
          ['v', isIssue ? issue : null],
        ],
      },
    ),
    !isIssue &&
      linkingField(
        '463',
        ' 0',
        {
          tag: '200',
          indicators: '1 ',
          subfields: [
            ['a', issue || source.title],
            ['v', source.pages && `С. ${source.pages}`],
          ],
        },
        { tag: '210', indicators: '  ', subfields: imprint(record) },
      ),
  ];
}

/** The linking block's word for a relation; 488 is any other. */
const RELATED: Partial<Record<Related['type'], string>> = {
  isVersionOf: '451',
  hasVersion: '451',
  isPartOf: '461',
  hasPart: '464',
  isTranslationOf: '454',
  hasTranslation: '453',
  isSupplementTo: '422',
  isSupplementedBy: '421',
};

function relatedWork({ type, target, kind }: Related): Content {
  const embedded = kind
    ? { tag: '856', indicators: '4 ', subfields: [['u', kind === 'DOI' ? doiAddress(target) : target]] as Subfield[] }
    : { tag: '200', indicators: '1 ', subfields: [['a', target]] as Subfield[] };
  return linkingField(RELATED[type] ?? '488', ' 0', embedded);
}

const doiAddress = (doi: string): string => `https://doi.org/${doi.replace(/^.*?(?=10\.\d{4,9}\/)/, '')}`;

/** UNIMARC relator codes. */
const RELATORS: Record<(typeof CONTRIBUTOR_ROLES)[number], string> = {
  author: '070',
  supervisor: '727',
  opponent: '555',
  reviewer: '675',
  editor: '340',
  translator: '730',
  compiler: '220',
  illustrator: '440',
  publisher: '650',
  'corporate-author': '070',
};

const ROLE_WORDS: Partial<Record<Named['role'], string>> = {
  supervisor: 'науч. рук.',
  opponent: 'офиц. оппонент',
  reviewer: 'рец.',
  editor: 'ред.',
  translator: 'пер.',
  compiler: 'сост.',
  illustrator: 'худож.',
};

function personField(tag: string, person: Named, relator: string) {
  const authority = person.authority;
  return field(
    tag,
    person.family ? ' 1' : ' 0',
    ['a', person.family ?? person.name],
    ['b', person.given && initials(person.given)],
    ['g', person.given],
    ['f', authority?.born ? `${authority.born.slice(0, 4)}-${authority.died?.slice(0, 4) ?? ''}` : null],
    ['p', person.affiliation],
    ['3', authority?.url],
    ['4', relator],
  );
}
