import type { CONTRIBUTOR_ROLES } from '../works/schema';
import { relatedIdentifierType, relationType } from './datacite-terms';
import type { MetadataFormat } from './format';
import { creators, helpers, type Named, orcidUri, publisherOf } from './names';
import { coarAccess, licenceOf, typeTerms } from './vocabulary';
import { type Element, group, print, some, text } from './xml';

/** DataCite Metadata Schema 4.6. */
export const oaiDatacite: MetadataFormat = {
  prefix: 'oai_datacite',
  file: __filename,
  schema: 'http://schema.datacite.org/meta/kernel-4.6/metadata.xsd',
  namespace: 'http://datacite.org/schema/kernel-4',

  serialise(record) {
    const { metadata } = record;
    const terms = typeTerms(metadata.type);
    const access = coarAccess(record.access.status);
    const licence = licenceOf(metadata);
    const authors = creators(record);
    const doi = metadata.identifiers.find((identifier) => identifier.scheme === 'doi');
    const [first, last] = metadata.source?.pages?.split(/\s*[-–—]\s*/) ?? [];
    return print(
      group(
        'resource',
        {
          xmlns: oaiDatacite.namespace,
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${oaiDatacite.namespace} ${oaiDatacite.schema}`,
        },
        doi
          ? text('identifier', doi.value, { identifierType: 'DOI' })
          : text('identifier', record.landingUrl, { identifierType: 'URL' }),
        group(
          'creators',
          {},
          authors.length
            ? authors.map((person) => agent('creator', person))
            : // Mandatory in DataCite, which has a word for a name that is not known.
              group('creator', {}, text('creatorName', '(:unkn) Unknown')),
        ),
        group(
          'titles',
          {},
          metadata.titles.map((title, i) =>
            text('title', title.value, { 'xml:lang': title.lang, titleType: i === 0 ? null : 'TranslatedTitle' }),
          ),
        ),
        text('publisher', publisherOf(record) ?? record.repository.name),
        text('publicationYear', (metadata.issued ?? record.publishedAt).slice(0, 4)),
        text('resourceType', terms.label, { resourceTypeGeneral: terms.datacite }),
        some(
          'subjects',
          {},
          metadata.subjects.map((subject) =>
            text('subject', subject.value, {
              subjectScheme: subject.scheme === 'keyword' ? null : subject.scheme.toUpperCase(),
              'xml:lang': subject.lang,
            }),
          ),
        ),
        group(
          'contributors',
          {},
          helpers(record).map((person) => agent('contributor', person, CONTRIBUTOR_TYPES[person.role])),
          metadata.thesis?.institution &&
            group(
              'contributor',
              { contributorType: 'RegistrationAuthority' },
              text('contributorName', metadata.thesis.institution, { nameType: 'Organizational' }),
            ),
          group(
            'contributor',
            { contributorType: 'HostingInstitution' },
            text('contributorName', record.repository.name, { nameType: 'Organizational' }),
          ),
        ),
        group(
          'dates',
          {},
          text('date', metadata.issued, { dateType: 'Issued' }),
          text('date', metadata.thesis?.defendedOn, { dateType: 'Accepted', dateInformation: 'defended' }),
          text('date', record.access.openFrom ?? record.publishedAt.slice(0, 10), { dateType: 'Available' }),
          text('date', record.updatedAt.slice(0, 10), { dateType: 'Updated' }),
        ),
        text('language', metadata.languages[0]),
        group(
          'alternateIdentifiers',
          {},
          text('alternateIdentifier', record.identifier, { alternateIdentifierType: 'OAI' }),
          doi && text('alternateIdentifier', record.landingUrl, { alternateIdentifierType: 'URL' }),
          metadata.identifiers
            .filter((identifier) => identifier !== doi)
            .map(({ scheme, value }) =>
              text('alternateIdentifier', value, { alternateIdentifierType: scheme.toUpperCase() }),
            ),
        ),
        some(
          'relatedIdentifiers',
          {},
          metadata.relations.map((relation) =>
            text('relatedIdentifier', relation.target, {
              relatedIdentifierType: relatedIdentifierType(relation.target),
              relationType: relationType(relation.type),
            }),
          ),
          metadata.source?.issn &&
            text('relatedIdentifier', metadata.source.issn, {
              relatedIdentifierType: 'ISSN',
              relationType: 'IsPublishedIn',
            }),
        ),
        some(
          'sizes',
          {},
          text('size', metadata.extent),
          record.files.map((file) => file.url && text('size', `${file.size} bytes`)),
        ),
        some(
          'formats',
          {},
          [...new Set(record.files.map((file) => file.mediaType))].map((type) => text('format', type)),
        ),
        text('version', String(record.version)),
        group(
          'rightsList',
          {},
          text('rights', access.label, { rightsURI: access.uri }),
          licence &&
            text('rights', licence.label, {
              rightsURI: licence.uri,
              rightsIdentifier: licence.id,
              ...(licence.spdx ? { rightsIdentifierScheme: 'SPDX', schemeURI: 'https://spdx.org/licenses/' } : {}),
            }),
          text('rights', metadata.rights.statement),
        ),
        some(
          'descriptions',
          {},
          metadata.abstracts.map((abstract) =>
            text('description', abstract.value, { descriptionType: 'Abstract', 'xml:lang': abstract.lang }),
          ),
          text(
            'description',
            [metadata.thesis?.specialityCode, metadata.thesis?.specialityName].filter(Boolean).join(' '),
            {
              descriptionType: 'Other',
            },
          ),
        ),
        metadata.source?.title &&
          group(
            'relatedItems',
            {},
            group(
              'relatedItem',
              { relatedItemType: metadata.type === 'book-part' ? 'Book' : 'Journal', relationType: 'IsPublishedIn' },
              metadata.source.issn &&
                text('relatedItemIdentifier', metadata.source.issn, { relatedItemIdentifierType: 'ISSN' }),
              group('titles', {}, text('title', metadata.source.title)),
              text('volume', metadata.source.volume),
              text('issue', metadata.source.issue),
              text('firstPage', first),
              text('lastPage', last),
            ),
          ),
      ),
    );
  },
};

const CONTRIBUTOR_TYPES: Record<(typeof CONTRIBUTOR_ROLES)[number], string> = {
  author: 'Other',
  'corporate-author': 'Other',
  supervisor: 'Supervisor',
  opponent: 'Other',
  reviewer: 'Other',
  editor: 'Editor',
  translator: 'Translator',
  compiler: 'DataCollector',
  illustrator: 'Other',
  publisher: 'Distributor',
};

function agent(kind: 'creator' | 'contributor', person: Named, contributorType: string | null = null): Element {
  return group(
    kind,
    { contributorType },
    text(`${kind}Name`, person.name, { nameType: person.corporate ? 'Organizational' : 'Personal' }),
    text('givenName', person.given),
    text('familyName', person.family),
    person.orcid &&
      text('nameIdentifier', orcidUri(person.orcid), {
        nameIdentifierScheme: 'ORCID',
        schemeURI: 'https://orcid.org',
      }),
    text('affiliation', person.affiliation),
  );
}
