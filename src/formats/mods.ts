import type { RELATION_TYPES } from '../works/schema';
import type { MetadataFormat } from './format';
import { bibliographicCode } from './languages';
import { creators, helpers, type Named, orcidUri, publishersOf } from './names';
import type { CatalogueRecord } from './record';
import { type Related, relationsOf } from './relations';
import { coarAccess, coarUri, DEGREE_NAMES, degreeOf, licenceOf, MARC_RELATORS, typeTerms } from './vocabulary';
import { type Content, type Element, group, print, some, text, uri } from './xml';

/** MODS 3.7. */
export const mods: MetadataFormat = {
  prefix: 'mods',
  name: 'MODS',
  file: __filename,
  schema: 'http://www.loc.gov/standards/mods/v3/mods-3-7.xsd',
  namespace: 'http://www.loc.gov/mods/v3',

  serialise: (record) =>
    print({
      ...modsElement(record),
      attributes: {
        'xmlns:mods': mods.namespace,
        'xmlns:xlink': 'http://www.w3.org/1999/xlink',
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xsi:schemaLocation': `${mods.namespace} ${mods.schema}`,
        version: '3.7',
      },
    }),
};

/** The record as a `mods:mods` element; METS wraps the same one. */
export function modsElement(record: CatalogueRecord): Element {
  const { metadata } = record;
  const terms = typeTerms(metadata.type);
  const degree = degreeOf(metadata);
  const thesis = metadata.thesis;
  const licence = licenceOf(metadata);
  const access = coarAccess(record.access.status);
  const [mainTitle, ...otherTitles] = metadata.titles;
  return group(
    'mods:mods',
    { version: '3.7' },
    some('mods:titleInfo', { usage: 'primary', 'xml:lang': mainTitle?.lang }, text('mods:title', mainTitle?.value)),
    otherTitles.map((title) =>
      some('mods:titleInfo', { type: 'translated', 'xml:lang': title.lang }, text('mods:title', title.value)),
    ),
    [...creators(record), ...helpers(record)].map(nameElement),
    thesis?.institution &&
      group(
        'mods:name',
        { type: 'corporate' },
        text('mods:namePart', thesis.institution),
        text('mods:namePart', thesis.department),
        role('dgg'),
      ),
    text('mods:typeOfResource', 'text'),
    text('mods:genre', terms.coar[1], { authority: 'coar', valueURI: coarUri(terms.coar[0]) }),
    text('mods:genre', metadata.type, { authority: 'local' }),
    some(
      'mods:originInfo',
      { eventType: 'publication' },
      metadata.place && group('mods:place', {}, text('mods:placeTerm', metadata.place, { type: 'text' })),
      publishersOf(record).map((name) => text('mods:publisher', name)),
      text('mods:dateIssued', metadata.issued, { encoding: 'w3cdtf', keyDate: 'yes' }),
      text('mods:dateValid', record.access.openFrom, { encoding: 'w3cdtf', point: 'start' }),
      text('mods:dateOther', thesis?.defendedOn, { type: 'defended', encoding: 'w3cdtf' }),
    ),
    metadata.languages.map((language) =>
      group(
        'mods:language',
        {},
        text('mods:languageTerm', bibliographicCode(language), { type: 'code', authority: 'iso639-2b' }),
      ),
    ),
    group(
      'mods:physicalDescription',
      {},
      text('mods:form', 'electronic', { authority: 'marcform' }),
      [...new Set(record.files.map((file) => file.mediaType))].map((type) => text('mods:internetMediaType', type)),
      text('mods:extent', metadata.extent),
    ),
    metadata.abstracts.map((abstract) => text('mods:abstract', abstract.value, { 'xml:lang': abstract.lang })),
    degree && text('mods:note', DEGREE_NAMES[degree], { type: 'thesis' }),
    text('mods:note', [thesis?.specialityCode, thesis?.specialityName].filter(Boolean).join(' '), {
      type: 'speciality',
    }),
    text('mods:note', thesis?.council, { type: 'dissertation council' }),
    metadata.subjects.map(
      (subject) =>
        subject.scheme === 'keyword' &&
        some('mods:subject', { 'xml:lang': subject.lang }, text('mods:topic', subject.value)),
    ),
    metadata.subjects.map(
      (subject) =>
        subject.scheme !== 'keyword' &&
        text('mods:classification', subject.value, { authority: CLASSIFICATIONS[subject.scheme] }),
    ),
    hostItem(record),
    relationsOf(record).map(relatedItem),
    text('mods:identifier', record.landingUrl, { type: 'uri' }),
    metadata.identifiers.map(({ scheme, value }) =>
      text('mods:identifier', value, { type: scheme === 'handle' ? 'hdl' : scheme === 'url' ? 'uri' : scheme }),
    ),
    group(
      'mods:location',
      {},
      text('mods:url', record.landingUrl, { usage: 'primary display', access: 'object in context' }),
      record.files.map((file) => text('mods:url', file.url, { access: 'raw object', displayLabel: file.name })),
    ),
    text('mods:accessCondition', access.label, { type: 'restriction on access', 'xlink:href': access.uri }),
    licence && text('mods:accessCondition', licence.label, { type: 'use and reproduction', 'xlink:href': licence.uri }),
    text('mods:accessCondition', metadata.rights.statement, { type: 'use and reproduction' }),
    text('mods:accessCondition', metadata.rights.holder, { type: 'rights holder' }),
    group(
      'mods:recordInfo',
      {},
      text('mods:recordContentSource', record.repository.name),
      text('mods:recordCreationDate', record.publishedAt.slice(0, 10), { encoding: 'w3cdtf' }),
      text('mods:recordChangeDate', record.updatedAt.slice(0, 10), { encoding: 'w3cdtf' }),
      text('mods:recordIdentifier', record.identifier, { source: record.repository.id }),
    ),
  );
}

const CLASSIFICATIONS = { udc: 'udc', bbk: 'rubbk', grnti: 'rugasnti', vak: 'oksvnk', lcc: 'lcc', ddc: 'ddc' } as const;

function role(code: string): Element {
  return group('mods:role', {}, text('mods:roleTerm', code, { type: 'code', authority: 'marcrelator' }));
}

function nameElement(person: Named): Element {
  const { authority } = person;
  return group(
    'mods:name',
    {
      type: person.corporate ? 'corporate' : 'personal',
      authority: authority ? 'local' : null,
      valueURI: authority && uri(authority.url),
    },
    person.family ? text('mods:namePart', person.family, { type: 'family' }) : text('mods:namePart', person.name),
    text('mods:namePart', person.given, { type: 'given' }),
    authority?.born &&
      text('mods:namePart', `${authority.born.slice(0, 4)}-${authority.died?.slice(0, 4) ?? ''}`, { type: 'date' }),
    text('mods:displayForm', person.name),
    text('mods:affiliation', person.affiliation),
    person.orcid && text('mods:nameIdentifier', orcidUri(person.orcid), { type: 'orcid' }),
    role(MARC_RELATORS[person.role]),
  );
}

function hostItem(record: CatalogueRecord): Element | null {
  const { source } = record.metadata;
  if (!source) return null;
  const detail = (type: string, value: string | null) =>
    value && group('mods:detail', { type }, text('mods:number', value));
  return some(
    'mods:relatedItem',
    { type: 'host' },
    some('mods:titleInfo', {}, text('mods:title', source.title)),
    source.issn && text('mods:identifier', source.issn, { type: 'issn' }),
    some(
      'mods:part',
      {},
      detail('volume', source.volume),
      detail('issue', source.issue),
      source.pages && group('mods:extent', { unit: 'page' }, text('mods:list', source.pages)),
    ),
  );
}

const RELATED: Record<(typeof RELATION_TYPES)[number], { type: string } | { otherType: string }> = {
  isVersionOf: { type: 'otherVersion' },
  hasVersion: { type: 'otherVersion' },
  isPartOf: { type: 'host' },
  hasPart: { type: 'constituent' },
  isReferencedBy: { type: 'isReferencedBy' },
  references: { type: 'references' },
  isTranslationOf: { otherType: 'isTranslationOf' },
  hasTranslation: { otherType: 'hasTranslation' },
  isSupplementTo: { otherType: 'isSupplementTo' },
  isSupplementedBy: { otherType: 'isSupplementedBy' },
  isReviewedBy: { otherType: 'isReviewedBy' },
  isIdenticalTo: { otherType: 'isIdenticalTo' },
  isDerivedFrom: { type: 'original' },
};

function relatedItem(relation: Related): Content {
  const address = uri(relation.target);
  return some(
    'mods:relatedItem',
    RELATED[relation.type],
    address
      ? text('mods:identifier', address, { type: 'uri' })
      : some('mods:titleInfo', {}, text('mods:title', relation.target)),
  );
}
