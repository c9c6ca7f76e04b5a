import type { MetadataFormat } from './format';
import { bibliographicCode } from './languages';
import { controlField, countryOf, field, leader, marcDay, record as marcRecord, splitTitle } from './marc';
import { creators, directOrder, helpers, type Named, orcidUri, publishersOf } from './names';
import { identifierUri } from './oai-dc';
import type { CatalogueRecord } from './record';
import { relationsOf } from './relations';
import { coarAccess, DEGREE_NAMES, degreeOf, licenceOf, MARC_RELATORS, typeTerms } from './vocabulary';
import { type Content, print } from './xml';

/** MARC 21 bibliographic in MARCXML (slim). */
export const marcxml: MetadataFormat = {
  prefix: 'marcxml',
  name: 'MARC 21',
  file: __filename,
  schema: 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
  namespace: 'http://www.loc.gov/MARC21/slim',

  serialise(record) {
    return print(
      marcRecord(
        {
          xmlns: marcxml.namespace,
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${marcxml.namespace} ${marcxml.schema}`,
          type: 'Bibliographic',
        },
        ...fields(record),
      ),
    );
  },
};

function fields(record: CatalogueRecord): Content[] {
  const { metadata } = record;
  const terms = typeTerms(metadata.type);
  const authors = creators(record);
  const others = helpers(record);
  const [mainAuthor, ...moreAuthors] = authors;
  const [mainTitle, ...otherTitles] = metadata.titles;
  const title = splitTitle(mainTitle?.value ?? '');
  const year = metadata.issued?.slice(0, 4) ?? record.publishedAt.slice(0, 4);
  const language = bibliographicCode(metadata.languages[0] ?? 'und');
  const degree = degreeOf(metadata);
  const thesis = metadata.thesis;
  const licence = licenceOf(metadata);
  const access = coarAccess(record.access.status);
  const bySubject = (scheme: string) => metadata.subjects.filter((subject) => subject.scheme === scheme);
  // Serial; component part of a serial, or of a book; monograph.
  const level =
    metadata.type === 'journal-issue' ? 's' : metadata.type === 'article' ? 'b' : terms.analytic ? 'a' : 'm';
  const source = metadata.source;

  return [
    leader(`00000na${level} a2200000 i 4500`),
    controlField('001', String(record.id)),
    controlField('003', record.repository.id),
    controlField('005', `${record.updatedAt.slice(0, 19).replace(/\D/g, '')}.0`),
    controlField('006', 'm     o  d        '),
    controlField('007', 'cr |n|||||||||'),
    controlField(
      '008',
      `${marcDay(record.publishedAt).slice(2)}s${year}    ${countryOf(metadata.place).marc}     o    |||| ||${language.slice(0, 3).padEnd(3)} d`,
    ),
    metadata.identifiers.map(({ scheme, value }) => scheme === 'isbn' && field('020', '  ', ['a', value])),
    metadata.identifiers.map(({ scheme, value }) => scheme === 'issn' && field('022', '  ', ['a', value])),
    metadata.identifiers.map(
      ({ scheme, value }) =>
        ['doi', 'handle', 'urn'].includes(scheme) &&
        field('024', '7 ', ['a', value], ['2', scheme === 'handle' ? 'hdl' : scheme]),
    ),
    field('024', '8 ', ['a', record.identifier]),
    field('040', '  ', ['a', record.repository.name], ['b', 'rus'], ['e', 'rda']),
    metadata.languages.length > 0 &&
      field(
        '041',
        '  ',
        ...metadata.languages.map((code): [string, string] => ['a', bibliographicCode(code)]),
        ...[...new Set(metadata.abstracts.map((abstract) => abstract.lang))].map((code): [string, string] => [
          'b',
          bibliographicCode(code),
        ]),
      ),
    field('044', '  ', ['a', countryOf(metadata.place).marc.trim()]),
    bySubject('lcc').map(({ value }) => field('050', ' 4', ['a', value])),
    bySubject('udc').map(({ value }) => field('080', '  ', ['a', value])),
    bySubject('ddc').map(({ value }) => field('082', '04', ['a', value])),
    bySubject('bbk').map(({ value }) => field('084', '  ', ['a', value], ['2', 'rubbk'])),
    bySubject('grnti').map(({ value }) => field('084', '  ', ['a', value], ['2', 'rugasnti'])),
    bySubject('vak').map(({ value }) => field('084', '  ', ['a', value], ['2', 'oksvnk'])),
    field('084', '  ', ['a', thesis?.specialityCode], thesis?.specialityCode ? ['2', 'oksvnk'] : ['2', null]),
    mainAuthor && nameField(mainAuthor.corporate ? '110' : '100', mainAuthor),
    field(
      '245',
      `${mainAuthor ? 1 : 0}0`,
      ['a', title.proper + (title.rest ? ' :' : authors.length ? ' /' : '')],
      ['b', title.rest && `${title.rest}${authors.length ? ' /' : ''}`],
      ['c', authors.map(directOrder).join(', ')],
    ),
    otherTitles.map((other) => field('246', '31', ['a', other.value])),
    field('264', ' 1', ['a', metadata.place], ...publishersOf(record).map((name): [string, string] => ['b', name]), [
      'c',
      metadata.issued,
    ]),
    field('300', '  ', ['a', metadata.extent ?? '1 online resource']),
    field('336', '  ', ['a', 'text'], ['b', 'txt'], ['2', 'rdacontent']),
    field('337', '  ', ['a', 'computer'], ['b', 'c'], ['2', 'rdamedia']),
    field('338', '  ', ['a', 'online resource'], ['b', 'cr'], ['2', 'rdacarrier']),
    thesis?.council && field('500', '  ', ['a', `Dissertation council: ${thesis.council}`]),
    (degree || thesis?.institution) &&
      field(
        '502',
        '  ',
        ['b', degree && DEGREE_NAMES[degree]],
        ['c', thesis?.institution],
        ['d', thesis?.defendedOn],
        ['g', thesis?.department],
      ),
    field(
      '506',
      record.access.status === 'open' ? '0 ' : '1 ',
      ['a', access.label],
      ['f', access.label],
      ['g', record.access.openFrom?.replaceAll('-', '')],
      ['u', access.uri],
      ['2', 'star'],
    ),
    metadata.abstracts.map((abstract) => field('520', '3 ', ['a', abstract.value])),
    field('540', '  ', ['a', licence?.label], ['f', licence?.spdx ? licence.id : null], ['u', licence?.uri]),
    field('540', '  ', ['a', metadata.rights.statement]),
    field('542', '  ', ['d', metadata.rights.holder]),
    metadata.languages.length > 1 &&
      field('546', '  ', ['a', `Languages: ${metadata.languages.map(bibliographicCode).join(', ')}`]),
    bySubject('keyword').map(({ value }) => field('653', '  ', ['a', value])),
    field('655', ' 7', ['a', terms.genre], ['2', terms.genre && 'marcgt']),
    field(
      '655',
      ' 7',
      ['a', terms.coar[1]],
      ['0', `http://purl.org/coar/resource_type/${terms.coar[0]}`],
      ['2', 'coar'],
    ),
    [...moreAuthors, ...others].map((person) => nameField(person.corporate ? '710' : '700', person)),
    field('710', '2 ', ['a', thesis?.institution], ['4', thesis?.institution && 'dgg']),
    source &&
      field(
        '773',
        '0 ',
        ['t', source.title],
        [
          'g',
          [
            source.volume && `Vol. ${source.volume}`,
            source.issue && `no. ${source.issue}`,
            source.pages && `p. ${source.pages}`,
          ]
            .filter(Boolean)
            .join(', '),
        ],
        ['x', source.issn],
      ),
    relationsOf(record).map(({ type, target, kind }) => field('787', '0 ', ['i', type], [kind ? 'o' : 't', target])),
    field('856', '42', ['u', record.landingUrl], ['3', 'Landing page']),
    record.files.map(
      (file) =>
        file.url &&
        field(
          '856',
          '40',
          ['u', file.url],
          ['q', file.mediaType],
          ['s', `${file.size} bytes`],
          ['y', file.name],
          ['3', file.role],
        ),
    ),
    metadata.identifiers.map(
      (identifier) =>
        ['url', 'other'].includes(identifier.scheme) && field('856', '42', ['u', identifierUri(identifier)]),
    ),
  ];
}

function nameField(tag: string, person: Named) {
  const dates = person.authority && [person.authority.born, person.authority.died];
  return field(
    tag,
    person.corporate ? '2 ' : `${person.family ? 1 : 0} `,
    ['a', person.name],
    ['d', dates?.[0] ? `${dates[0].slice(0, 4)}-${dates[1]?.slice(0, 4) ?? ''}` : null],
    ['u', person.affiliation],
    ['0', person.authority?.url],
    ['1', person.orcid && orcidUri(person.orcid)],
    ['4', MARC_RELATORS[person.role]],
  );
}
