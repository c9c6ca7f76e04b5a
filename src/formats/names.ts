import type { Contributor } from '../works/schema';
import type { Authority, CatalogueRecord } from './record';

/** A contributor with what the authority file adds. */
export interface Named {
  role: Contributor['role'];
  /** As the title page has it: «Family, Given Patronymic», or the whole name of a body. */
  name: string;
  corporate: boolean;
  /** Null for a body or a single name. */
  family: string | null;
  given: string | null;
  affiliation: string | null;
  orcid: string | null;
  authority: Authority | null;
}

export function named(contributor: Contributor, record: CatalogueRecord): Named {
  const authority = contributor.personId ? (record.authorities.get(contributor.personId) ?? null) : null;
  // Where a work is tied to an author's record, a name corrected there is corrected everywhere.
  const name = authority?.name ?? contributor.name;
  const comma = name.indexOf(',');
  const corporate = contributor.role === 'corporate-author' || contributor.role === 'publisher';
  const split = !corporate && comma > 0;
  return {
    role: contributor.role,
    name,
    corporate,
    family: split ? name.slice(0, comma).trim() || null : null,
    given: split ? name.slice(comma + 1).trim() || null : null,
    affiliation: contributor.affiliation,
    orcid: contributor.orcid ?? authority?.orcid ?? null,
    authority,
  };
}

/** Those who made the work, in the order of the title page. */
export const creators = (record: CatalogueRecord): Named[] =>
  record.metadata.contributors.filter((c) => isCreator(c.role)).map((c) => named(c, record));

/** Everybody else but the publisher, who has a place of his own in every format. */
export const helpers = (record: CatalogueRecord): Named[] =>
  record.metadata.contributors.filter((c) => !isCreator(c.role) && c.role !== 'publisher').map((c) => named(c, record));

/** The publishers' names, each once, the one entered as such first; where there is none, a thesis' institution. */
export function publishersOf(record: CatalogueRecord): string[] {
  const { metadata } = record;
  const contributors = metadata.contributors.filter((c) => c.role === 'publisher').map((c) => named(c, record).name);
  const names = [...(metadata.publisher ? [metadata.publisher] : []), ...contributors];
  const alike = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const once = names.filter((name, i) => names.findIndex((other) => alike(other) === alike(name)) === i);
  return once.length > 0 ? once : [metadata.thesis?.institution ?? []].flat();
}

/** The first of them, for formats that have room for one; or null. */
export const publisherOf = (record: CatalogueRecord): string | null => publishersOf(record)[0] ?? null;

/** «Усен Бакирович Асанов», as a statement of responsibility has it. */
export const directOrder = (person: Named): string =>
  person.family && person.given ? `${person.given} ${person.family}` : person.name;

/** «У. Б.» */
export const initials = (given: string): string =>
  given
    .split(/[\s-]+/)
    .filter(Boolean)
    .map((part) => `${[...part][0]}.`)
    .join(' ');

/** The international form of an ORCID iD. */
export const orcidUri = (orcid: string): string => `https://orcid.org/${orcid}`;

const isCreator = (role: Contributor['role']) => role === 'author' || role === 'corporate-author';
