import type { MetadataFormat } from './format';
import { threeLetters } from './languages';
import { creators, helpers, orcidUri, publishersOf } from './names';
import type { CatalogueRecord } from './record';
import { relationsOf } from './relations';
import { euRepoAccess, licenceOf, typeTerms } from './vocabulary';
import { type Content, group, print, text, uri } from './xml';

/**
 * Simple Dublin Core, with what portals read out of it (OpenAIRE Guidelines for Literature Repositories 3, DRIVER 2):
 * the first type and the version from `info:eu-repo`, access and the end of an embargo, the landing page as the first
 * identifier, and the file itself, for CORE.
 */
export const oaiDc: MetadataFormat = {
  prefix: 'oai_dc',
  name: 'Dublin Core',
  file: __filename,
  schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
  namespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',

  serialise(record) {
    return print(
      group(
        'oai_dc:dc',
        {
          'xmlns:oai_dc': oaiDc.namespace,
          'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${oaiDc.namespace} ${oaiDc.schema}`,
        },
        ...elements(record),
      ),
    );
  },
};

function elements(record: CatalogueRecord): Content[] {
  const { metadata } = record;
  const terms = typeTerms(metadata.type);
  const licence = licenceOf(metadata);
  return [
    metadata.titles.map((title) => text('dc:title', title.value, { 'xml:lang': title.lang })),
    creators(record).map((person) => text('dc:creator', person.name)),
    metadata.subjects.map((subject) =>
      text('dc:subject', subject.scheme === 'keyword' ? subject.value : `${subject.scheme}:${subject.value}`, {
        'xml:lang': subject.scheme === 'keyword' ? subject.lang : null,
      }),
    ),
    metadata.abstracts.map((abstract) => text('dc:description', abstract.value, { 'xml:lang': abstract.lang })),
    publishersOf(record).map((name) => text('dc:publisher', name)),
    helpers(record).map((person) => text('dc:contributor', person.name)),
    text('dc:date', metadata.issued),
    record.access.openFrom ? text('dc:date', `info:eu-repo/date/embargoEnd/${record.access.openFrom}`) : null,
    text('dc:type', `info:eu-repo/semantics/${terms.euRepo}`),
    text('dc:type', 'info:eu-repo/semantics/publishedVersion'),
    text('dc:type', terms.label, { 'xml:lang': 'en' }),
    [...new Set(record.files.filter((file) => file.url).map((file) => file.mediaType))].map((type) =>
      text('dc:format', type),
    ),
    text('dc:format', metadata.extent),
    text('dc:identifier', record.landingUrl),
    record.files.map((file) => (file.url ? text('dc:identifier', file.url) : null)),
    metadata.identifiers.map((identifier) => text('dc:identifier', identifierUri(identifier))),
    text('dc:source', sourceLine(record)),
    metadata.source?.issn ? text('dc:source', `ISSN ${metadata.source.issn}`) : null,
    metadata.languages.map((language) => text('dc:language', threeLetters(language))),
    relationsOf(record).map((relation) => text('dc:relation', relation.target)),
    creators(record).map((person) => (person.orcid ? text('dc:relation', orcidUri(person.orcid)) : null)),
    text('dc:rights', euRepoAccess(record.access.status)),
    text('dc:rights', licence?.uri),
    text('dc:rights', metadata.rights.statement),
    text('dc:rights', metadata.rights.holder ? `© ${metadata.rights.holder}` : null),
  ];
}

/** An identifier as an address or a URN where its scheme has one. */
export function identifierUri({ scheme, value }: { scheme: string; value: string }): string {
  if (scheme === 'doi') return `https://doi.org/${value}`;
  if (scheme === 'handle') return /^https?:/.test(value) ? value : `https://hdl.handle.net/${value}`;
  if (scheme === 'isbn' || scheme === 'issn') return `urn:${scheme.toUpperCase()}:${value}`;
  return (scheme === 'url' && uri(value)) || value;
}

/** «КУУнун Жарчысы, 3, 2, 14-21» */
export function sourceLine(record: CatalogueRecord): string | null {
  const { source } = record.metadata;
  if (!source) return null;
  const volume = source.volume && source.issue ? `${source.volume} (${source.issue})` : (source.volume ?? source.issue);
  return [source.title, volume, source.pages].filter(Boolean).join(', ') || null;
}
