import { THESIS_TYPES } from '../works/schema';
import type { MetadataFormat } from './format';
import { threeLetters } from './languages';
import { creators, helpers, type Named, publishersOf } from './names';
import { identifierUri } from './oai-dc';
import { DEGREE_NAMES, degreeOf, euRepoAccess, licenceOf, typeTerms } from './vocabulary';
import { group, print, some, text, uri } from './xml';

/** ETD-MS 1.1, the NDLTD's format for theses; other works are given in it too, without a degree. */
export const oaiEtdms: MetadataFormat = {
  prefix: 'oai_etdms',
  name: 'ETD-MS',
  file: __filename,
  schema: 'http://www.ndltd.org/standards/metadata/etdms/1.1/etdms.xsd',
  namespace: 'http://www.ndltd.org/standards/metadata/etdms/1.1/',

  serialise(record) {
    const { metadata } = record;
    const degree = degreeOf(metadata);
    const licence = licenceOf(metadata);
    const [title, ...otherTitles] = metadata.titles;
    const authors = creators(record);
    return print(
      group(
        'thesis',
        {
          xmlns: oaiEtdms.namespace,
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${oaiEtdms.namespace} ${oaiEtdms.schema}`,
        },
        text('title', title?.value, { 'xml:lang': title?.lang }),
        otherTitles.map((other) => text('alternativeTitle', other.value, { 'xml:lang': other.lang })),
        // The schema wants a creator; a thesis has one, an anonymous work says so.
        authors.length
          ? authors.map((person) => text('creator', person.name, { resource: resourceOf(person) }))
          : text('creator', '(anonymous)'),
        metadata.subjects.length
          ? metadata.subjects.map((subject) =>
              text('subject', subject.value, {
                scheme: subject.scheme === 'keyword' ? null : subject.scheme,
                'xml:lang': subject.lang,
              }),
            )
          : null,
        metadata.abstracts.map((abstract) => text('description', abstract.value, { 'xml:lang': abstract.lang })),
        publishersOf(record).map((name) => text('publisher', name)),
        helpers(record).map((person) =>
          text('contributor', person.name, { role: ROLES[person.role] ?? person.role, resource: resourceOf(person) }),
        ),
        text('date', metadata.thesis?.defendedOn ?? metadata.issued ?? record.publishedAt.slice(0, 10)),
        THESIS_TYPES.includes(metadata.type) && text('type', 'Electronic Thesis or Dissertation'),
        text('type', typeTerms(metadata.type).label),
        [...new Set(record.files.filter((file) => file.url).map((file) => file.mediaType))].map((type) =>
          text('format', type),
        ),
        text('format', metadata.extent),
        text('identifier', record.landingUrl),
        record.files.map((file) => text('identifier', file.url)),
        metadata.identifiers.map((identifier) => text('identifier', identifierUri(identifier))),
        metadata.languages.map((language) => text('language', threeLetters(language))),
        text('rights', euRepoAccess(record.access.status)),
        text('rights', licence?.uri),
        text('rights', metadata.rights.statement),
        some(
          'degree',
          {},
          degree && text('name', DEGREE_NAMES[degree], { 'xml:lang': 'en' }),
          degree && text('level', LEVELS[degree]),
          text(
            'discipline',
            [metadata.thesis?.specialityCode, metadata.thesis?.specialityName].filter(Boolean).join(' '),
          ),
          text('grantor', metadata.thesis?.institution),
        ),
      ),
    );
  },
};

/** ETD-MS 1.1 §thesis.degree.level: 0 undergraduate, 1 master's, 2 doctoral. */
const LEVELS = { bachelor: '0', specialist: '1', master: '1', candidate: '2', phd: '2', doctor: '2' } as const;
const ROLES: Partial<Record<Named['role'], string>> = { supervisor: 'advisor', opponent: 'committee member' };

const resourceOf = (person: Named): string | null =>
  (person.orcid && uri(`https://orcid.org/${person.orcid}`)) || (person.authority && uri(person.authority.url)) || null;
