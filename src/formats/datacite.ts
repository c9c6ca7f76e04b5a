import type { CONTRIBUTOR_ROLES, RELATION_TYPES } from '../works/schema';
import { helpers, type Named, orcidUri, publishersOf } from './names';
import type { CatalogueRecord } from './record';
import { relationsOf } from './relations';
import { type Content, type Element, group, some, text } from './xml';

/** `isVersionOf` → `IsVersionOf` */
export const relationType = (type: (typeof RELATION_TYPES)[number]): string => type[0]!.toUpperCase() + type.slice(1);

export const CONTRIBUTOR_TYPES: Record<(typeof CONTRIBUTOR_ROLES)[number], string> = {
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

/**
 * The parts that DataCite and the profile of OpenAIRE, which stands on it, write alike.
 * @param ns `datacite:` where that is not the default namespace
 */
export function dataciteParts(ns: '' | 'datacite:', record: CatalogueRecord) {
  const { metadata } = record;
  const doi = metadata.identifiers.find((identifier) => identifier.scheme === 'doi');

  const agent = (kind: 'creator' | 'contributor', person: Named, contributorType: string | null = null): Element =>
    group(
      `${ns}${kind}`,
      { contributorType },
      text(`${ns}${kind}Name`, person.name, { nameType: person.corporate ? 'Organizational' : 'Personal' }),
      text(`${ns}givenName`, person.given),
      text(`${ns}familyName`, person.family),
      person.orcid &&
        text(`${ns}nameIdentifier`, orcidUri(person.orcid), {
          nameIdentifierScheme: 'ORCID',
          schemeURI: 'https://orcid.org',
        }),
      text(`${ns}affiliation`, person.affiliation),
    );
  const institution = (contributorType: string, name: string): Element =>
    group(`${ns}contributor`, { contributorType }, text(`${ns}contributorName`, name, { nameType: 'Organizational' }));

  return {
    doi,
    creator: (person: Named): Element => agent('creator', person),
    identifier: (): Element | null =>
      doi
        ? text(`${ns}identifier`, doi.value, { identifierType: 'DOI' })
        : text(`${ns}identifier`, record.landingUrl, { identifierType: 'URL' }),
    titles: (): Element =>
      group(
        `${ns}titles`,
        {},
        metadata.titles.map((title, i) =>
          text(`${ns}title`, title.value, { 'xml:lang': title.lang, titleType: i === 0 ? null : 'TranslatedTitle' }),
        ),
      ),
    contributors: (types: Record<(typeof CONTRIBUTOR_ROLES)[number], string>): Element =>
      group(
        `${ns}contributors`,
        {},
        helpers(record).map((person) => agent('contributor', person, types[person.role])),
        publishersOf(record)
          .slice(1)
          .map((name) => institution(types.publisher, name)),
        metadata.thesis?.institution && institution('RegistrationAuthority', metadata.thesis.institution),
        institution('HostingInstitution', record.repository.name),
      ),
    /** @param terms where a kind of relation, or that of a journal to its article, has another word */
    relatedIdentifiers: (terms: { of?: (type: (typeof RELATION_TYPES)[number]) => string; journal: string }): Content =>
      some(
        `${ns}relatedIdentifiers`,
        {},
        relationsOf(record).map(
          ({ type, target, kind }) =>
            kind &&
            text(`${ns}relatedIdentifier`, target, {
              relatedIdentifierType: kind,
              relationType: (terms.of ?? relationType)(type),
            }),
        ),
        metadata.source?.issn &&
          text(`${ns}relatedIdentifier`, metadata.source.issn, {
            relatedIdentifierType: 'ISSN',
            relationType: terms.journal,
          }),
      ),
    subjects: (): Content =>
      some(
        `${ns}subjects`,
        {},
        metadata.subjects.map((subject) =>
          text(`${ns}subject`, subject.value, {
            subjectScheme: subject.scheme === 'keyword' ? null : subject.scheme.toUpperCase(),
            'xml:lang': subject.lang,
          }),
        ),
      ),
    sizes: (): Content =>
      some(
        `${ns}sizes`,
        {},
        text(`${ns}size`, metadata.extent),
        record.files.map((file) => file.url && text(`${ns}size`, `${file.size} bytes`)),
      ),
  };
}
