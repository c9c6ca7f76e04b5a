import type { Metadata, RELATION_TYPES } from '../works/schema';
import type { MetadataFormat } from './format';
import { threeLetters } from './languages';
import { creators, helpers, publishersOf } from './names';
import { identifierUri, sourceLine } from './oai-dc';
import { relationsOf } from './relations';
import { euRepoAccess, licenceOf, typeTerms } from './vocabulary';
import { type Element, group, print, text } from './xml';

/** Qualified Dublin Core in the container element that DSpace made customary. */
export const qdc: MetadataFormat = {
  prefix: 'qdc',
  name: 'Qualified DC',
  file: __filename,
  schema: 'http://www.ukoln.ac.uk/metadata/dcmi/xmlschema/qualifieddc.xsd',
  namespace: 'http://dspace.org/qualifieddc/',

  serialise(record) {
    const { metadata, access } = record;
    const terms = typeTerms(metadata.type);
    const licence = licenceOf(metadata);
    const [title, ...otherTitles] = metadata.titles;
    return print(
      group(
        'qdc:qualifieddc',
        {
          'xmlns:qdc': qdc.namespace,
          'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
          'xmlns:dcterms': 'http://purl.org/dc/terms/',
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${qdc.namespace} ${qdc.schema}`,
        },
        text('dc:title', title?.value, { 'xml:lang': title?.lang }),
        otherTitles.map((other) => text('dcterms:alternative', other.value, { 'xml:lang': other.lang })),
        creators(record).map((person) => text('dc:creator', person.name)),
        helpers(record).map((person) => text('dc:contributor', person.name)),
        metadata.subjects.map((subject) => subjectElement(subject)),
        metadata.abstracts.map((abstract) => text('dcterms:abstract', abstract.value, { 'xml:lang': abstract.lang })),
        publishersOf(record).map((name) => text('dc:publisher', name)),
        text('dcterms:issued', metadata.issued, { 'xsi:type': 'dcterms:W3CDTF' }),
        text('dcterms:dateAccepted', metadata.thesis?.defendedOn, { 'xsi:type': 'dcterms:W3CDTF' }),
        text('dcterms:available', access.openFrom ?? record.publishedAt.slice(0, 10), { 'xsi:type': 'dcterms:W3CDTF' }),
        text('dc:type', `info:eu-repo/semantics/${terms.euRepo}`),
        text('dc:type', terms.label, { 'xml:lang': 'en' }),
        [...new Set(record.files.filter((file) => file.url).map((file) => file.mediaType))].map((type) =>
          text('dc:format', type, { 'xsi:type': 'dcterms:IMT' }),
        ),
        text('dcterms:extent', metadata.extent),
        text('dc:identifier', record.landingUrl, { 'xsi:type': 'dcterms:URI' }),
        record.files.map((file) => text('dc:identifier', file.url, { 'xsi:type': 'dcterms:URI' })),
        metadata.identifiers.map((identifier) => text('dc:identifier', identifierUri(identifier))),
        text('dcterms:bibliographicCitation', sourceLine(record)),
        text('dcterms:isPartOf', metadata.source?.title),
        metadata.source?.issn ? text('dcterms:isPartOf', `urn:ISSN:${metadata.source.issn}`) : null,
        metadata.languages.map((language) =>
          text('dc:language', threeLetters(language), { 'xsi:type': 'dcterms:ISO639-3' }),
        ),
        relationsOf(record).map((relation) => text(RELATIONS[relation.type], relation.target)),
        text('dcterms:accessRights', euRepoAccess(access.status)),
        text('dcterms:license', licence?.uri, { 'xsi:type': 'dcterms:URI' }),
        text('dc:rights', metadata.rights.statement),
        text('dcterms:rightsHolder', metadata.rights.holder),
      ),
    );
  },
};

const RELATIONS: Record<(typeof RELATION_TYPES)[number], string> = {
  isVersionOf: 'dcterms:isVersionOf',
  hasVersion: 'dcterms:hasVersion',
  isPartOf: 'dcterms:isPartOf',
  hasPart: 'dcterms:hasPart',
  isReferencedBy: 'dcterms:isReferencedBy',
  references: 'dcterms:references',
  isTranslationOf: 'dcterms:isVersionOf',
  hasTranslation: 'dcterms:hasVersion',
  isSupplementTo: 'dc:relation',
  isSupplementedBy: 'dc:relation',
  isReviewedBy: 'dcterms:isReferencedBy',
  isIdenticalTo: 'dc:relation',
  isDerivedFrom: 'dc:source',
};

/** The scheme as a type where Dublin Core has one for it, else before the value, as in `oai_dc`. */
function subjectElement({ scheme, value, lang }: Metadata['subjects'][number]): Element | null {
  if (scheme === 'keyword') return text('dc:subject', value, { 'xml:lang': lang });
  const type = { udc: 'dcterms:UDC', ddc: 'dcterms:DDC', lcc: 'dcterms:LCC', bbk: null, grnti: null, vak: null }[
    scheme
  ];
  return type ? text('dc:subject', value, { 'xsi:type': type }) : text('dc:subject', `${scheme}:${value}`);
}
