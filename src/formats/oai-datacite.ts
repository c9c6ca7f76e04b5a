import type { WorkType } from '../works/schema';
import { CONTRIBUTOR_TYPES, dataciteParts, relationType } from './datacite';
import type { MetadataFormat } from './format';
import { creators, publisherOf } from './names';
import { relationsOf } from './relations';
import { coarAccess, licenceOf, typeTerms } from './vocabulary';
import { group, print, some, text } from './xml';

/** DataCite Metadata Schema 4.6. */
export const oaiDatacite: MetadataFormat = {
  prefix: 'oai_datacite',
  name: 'DataCite',
  file: __filename,
  schema: 'http://schema.datacite.org/meta/kernel-4.6/metadata.xsd',
  namespace: 'http://datacite.org/schema/kernel-4',

  serialise(record) {
    const { metadata } = record;
    const terms = typeTerms(metadata.type);
    const access = coarAccess(record.access.status);
    const licence = licenceOf(metadata);
    const authors = creators(record);
    const parts = dataciteParts('', record);
    const { doi } = parts;
    const [first, last] = metadata.source?.pages?.split(/\s*[-–—]\s*/) ?? [];
    return print(
      group(
        'resource',
        {
          xmlns: oaiDatacite.namespace,
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${oaiDatacite.namespace} ${oaiDatacite.schema}`,
        },
        parts.identifier(),
        group(
          'creators',
          {},
          authors.length
            ? authors.map(parts.creator)
            : // Mandatory in DataCite, which has a word for a name that is not known.
              group('creator', {}, text('creatorName', '(:unkn) Unknown')),
        ),
        parts.titles(),
        text('publisher', publisherOf(record) ?? record.repository.name),
        text('publicationYear', (metadata.issued ?? record.publishedAt).slice(0, 4)),
        text('resourceType', terms.label, { resourceTypeGeneral: terms.datacite }),
        parts.subjects(),
        parts.contributors(CONTRIBUTOR_TYPES),
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
        parts.relatedIdentifiers({ journal: 'IsPublishedIn' }),
        parts.sizes(),
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
        some(
          'relatedItems',
          {},
          metadata.source?.title &&
            group(
              'relatedItem',
              {
                relatedItemType: HOSTS[metadata.type] ?? (metadata.source.issn ? 'Journal' : 'Text'),
                relationType: 'IsPublishedIn',
              },
              metadata.source.issn &&
                text('relatedItemIdentifier', metadata.source.issn, { relatedItemIdentifierType: 'ISSN' }),
              group('titles', {}, text('title', metadata.source.title)),
              text('volume', metadata.source.volume),
              text('issue', metadata.source.issue),
              text('firstPage', first),
              text('lastPage', last),
            ),
          // What has a title alone is no identifier, and still related.
          relationsOf(record).map(
            ({ type, target, kind }) =>
              kind === null &&
              group(
                'relatedItem',
                { relatedItemType: 'Other', relationType: relationType(type) },
                group('titles', {}, text('title', target)),
              ),
          ),
        ),
      ),
    );
  },
};

/** What a work of this type is published in. */
const HOSTS: Partial<Record<WorkType, string>> = {
  article: 'Journal',
  'journal-issue': 'Journal',
  'conference-paper': 'ConferenceProceeding',
  'book-part': 'Book',
};
