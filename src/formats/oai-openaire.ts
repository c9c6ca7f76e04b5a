import { CONTRIBUTOR_TYPES, dataciteParts, relationType } from './datacite';
import type { MetadataFormat } from './format';
import { threeLetters } from './languages';
import { creators, publishersOf } from './names';
import type { CatalogueRecord } from './record';
import { coarAccess, coarUri, licenceOf, typeTerms } from './vocabulary';
import { group, print, some, text } from './xml';

/** The application profile of the OpenAIRE Guidelines for Literature Repository Managers v4. */
export const oaiOpenaire: MetadataFormat = {
  prefix: 'oai_openaire',
  name: 'OpenAIRE',
  file: __filename,
  schema: 'https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd',
  namespace: 'http://namespace.openaire.eu/schema/oaire/',

  serialise(record) {
    const { metadata } = record;
    const { coar } = typeTerms(metadata.type);
    const type = OLDER_TYPES[coar[0]] ?? coar;
    const access = coarAccess(record.access.status);
    const licence = licenceOf(metadata);
    const [first, last] = metadata.source?.pages?.split(/\s*[-–—]\s*/) ?? [];
    const parts = dataciteParts('datacite:', record);
    const { doi } = parts;
    return print(
      group(
        'oaire:resource',
        {
          'xmlns:oaire': oaiOpenaire.namespace,
          'xmlns:datacite': 'http://datacite.org/schema/kernel-4',
          'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
          'xmlns:dcterms': 'http://purl.org/dc/terms/',
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${oaiOpenaire.namespace} ${oaiOpenaire.schema}`,
        },
        parts.titles(),
        some('datacite:creators', {}, creators(record).map(parts.creator)),
        parts.contributors(OLDER_CONTRIBUTORS),
        some(
          'datacite:alternateIdentifiers',
          {},
          metadata.identifiers
            .filter((identifier) => identifier !== doi)
            .map(({ scheme, value }) =>
              text('datacite:alternateIdentifier', value, { alternateIdentifierType: SCHEMES[scheme] }),
            ),
          doi && text('datacite:alternateIdentifier', record.landingUrl, { alternateIdentifierType: 'URL' }),
        ),
        parts.relatedIdentifiers({ of: (type) => OLDER_RELATIONS[type] ?? relationType(type), journal: 'IsPartOf' }),
        some(
          'datacite:dates',
          {},
          text('datacite:date', metadata.issued ?? record.publishedAt.slice(0, 10), { dateType: 'Issued' }),
          text('datacite:date', metadata.thesis?.defendedOn, { dateType: 'Accepted' }),
          // The guidelines read an embargo from two dates: Accepted when it began, Available when it ends.
          record.access.openFrom &&
            !metadata.thesis?.defendedOn &&
            text('datacite:date', record.publishedAt.slice(0, 10), { dateType: 'Accepted' }),
          text('datacite:date', record.access.openFrom, { dateType: 'Available' }),
        ),
        metadata.languages.map((language) => text('dc:language', threeLetters(language))),
        publishersOf(record).map((name) => text('dc:publisher', name)),
        text('oaire:resourceType', type[1], { resourceTypeGeneral: 'literature', uri: coarUri(type[0]) }),
        metadata.abstracts.map((abstract) => text('dc:description', abstract.value, { 'xml:lang': abstract.lang })),
        [...new Set(record.files.filter((file) => file.url).map((file) => file.mediaType))].map((type) =>
          text('dc:format', type),
        ),
        parts.identifier(),
        text('datacite:rights', access.label, { rightsURI: access.uri, 'xml:lang': 'en' }),
        parts.subjects(),
        parts.sizes(),
        record.files.map((file) =>
          text('oaire:file', file.url, {
            accessRightsURI: coarAccess(file.access).uri,
            mimeType: file.mediaType,
            objectType: file.role === 'main' || file.role === 'abstract' ? 'fulltext' : 'other',
          }),
        ),
        licence &&
          text('oaire:licenseCondition', licence.label, {
            startDate: record.access.openFrom ?? record.publishedAt.slice(0, 10),
            uri: licence.uri,
          }),
        metadata.source && [
          text('oaire:citationTitle', metadata.source.title),
          text('oaire:citationVolume', metadata.source.volume),
          text('oaire:citationIssue', metadata.source.issue),
          text('oaire:citationStartPage', first),
          text('oaire:citationEndPage', last),
        ],
        text('oaire:version', 'VoR', { uri: 'http://purl.org/coar/version/c_970fb48d4fbd8a85' }),
      ),
    );
  },
};

/** DataCite 4.1, on which the profile stands, has no translators. */
const OLDER_CONTRIBUTORS = { ...CONTRIBUTOR_TYPES, translator: 'Other' };

const SCHEMES = {
  doi: 'DOI',
  handle: 'Handle',
  isbn: 'ISBN',
  issn: 'ISSN',
  url: 'URL',
  urn: 'URN',
  other: 'Other',
} as const;

/**
 * The profile has the words of COAR 2.0, and its schema at the address every record names knows no other: learning
 * objects came later.
 */
const OLDER_TYPES: Record<string, [concept: string, label: string]> = { c_e059: ['c_18cf', 'text'] };

/** The profile stands on DataCite 4.1, which knows no translations. */
const OLDER_RELATIONS: Partial<Record<CatalogueRecord['metadata']['relations'][number]['type'], string>> = {
  isTranslationOf: 'IsVariantFormOf',
  hasTranslation: 'IsOriginalFormOf',
};
