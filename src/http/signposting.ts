import { isOffered, isOpenToAll } from '../access/access';
import { FORMATS } from '../formats';
import { licenceOf } from '../formats/vocabulary';
import type { House } from '../house';
import { CITATION_STYLES, citationMediaType, READ_STYLES } from '../works/citation';
import type { WorkType } from '../works/schema';
import type { Work } from '../works/work';

/** A typed link (RFC 8288), as Signposting uses them: https://signposting.org/FAIR/ */
export interface TypedLink {
  href: string;
  rel: 'cite-as' | 'describedby' | 'item' | 'author' | 'type' | 'license' | 'linkset';
  /** Media type of what is there. */
  type?: string;
  /** The address of the schema of what is there. */
  profile?: string;
}

type Asked = Pick<House, 'config' | 'today'>;

/** What schema.org calls a type of work. */
export const schemaOrgType = (type: WorkType): string => SCHEMA_TYPES[type] ?? 'CreativeWork';

const SCHEMA_TYPES: Partial<Record<WorkType, string>> = {
  dissertation: 'Thesis',
  'dissertation-abstract': 'Thesis',
  'master-thesis': 'Thesis',
  'bachelor-thesis': 'Thesis',
  article: 'ScholarlyArticle',
  'conference-paper': 'ScholarlyArticle',
  monograph: 'Book',
  textbook: 'Book',
  'study-guide': 'LearningResource',
  lecture: 'LearningResource',
  'scanned-book': 'Book',
  bibliography: 'Book',
  'book-part': 'Chapter',
  'journal-issue': 'PublicationIssue',
  report: 'Report',
};

/** Proxies take headers of 8 kB; the linkset tells the rest. */
const MOST_IN_HEADER = 20;

/** All that a work's page is linked with, for programs that do not read pages. Only what anyone may have is an item. */
export function signposting({ config, today }: Asked, work: Work): TypedLink[] {
  const landing = `${config.baseUrl}/works/${work.id}`;
  const { metadata } = work;
  const doi = metadata.identifiers.find(({ scheme }) => scheme === 'doi');
  const licence = licenceOf(metadata);
  const day = today();
  const orcids = metadata.contributors.flatMap(({ role, orcid }) => (role === 'author' && orcid ? [orcid] : []));
  return [
    { rel: 'cite-as', href: doi ? `https://doi.org/${encodeURI(doi.value)}` : landing },
    ...[...new Set(orcids)].map((orcid): TypedLink => ({ rel: 'author', href: `https://orcid.org/${orcid}` })),
    { rel: 'type', href: 'https://schema.org/AboutPage' },
    { rel: 'type', href: `https://schema.org/${schemaOrgType(metadata.type)}` },
    ...(licence ? [{ rel: 'license', href: licence.uri } as const] : []),
    ...FORMATS.map(
      ({ prefix, namespace }): TypedLink => ({
        rel: 'describedby',
        href: `${landing}/export/${prefix}`,
        type: 'application/xml',
        profile: namespace,
      }),
    ),
    ...CITATION_STYLES.filter((style) => !READ_STYLES.includes(style)).map(
      (style): TypedLink => ({
        rel: 'describedby',
        href: `${landing}/cite?style=${style}`,
        type: citationMediaType(style),
      }),
    ),
    ...work.files
      .filter((file) => isOffered(file) && isOpenToAll(work, file, day))
      .map(
        (file): TypedLink => ({
          rel: 'item',
          href: `${landing}/files/${file.id}/${encodeURIComponent(file.name)}`,
          type: file.mediaType,
        }),
      ),
    { rel: 'linkset', href: `${landing}/linkset.json`, type: 'application/linkset+json' },
  ];
}

/** The value of a `Link` header. */
export function linkHeader(links: readonly TypedLink[]): string {
  const items = links.filter(({ rel }) => rel === 'item').slice(0, MOST_IN_HEADER);
  return links
    .filter((link) => link.rel !== 'item' || items.includes(link))
    .map(({ href, rel, type, profile }) =>
      [`<${href}>`, `rel="${rel}"`, type && `type="${type}"`, profile && `profile="${profile}"`]
        .filter(Boolean)
        .join('; '),
    )
    .join(', ');
}

/** The same as a linkset (RFC 9264), with the way back from each file and record to the page. */
export function linkset(asked: Asked, work: Work): object {
  const landing = `${asked.config.baseUrl}/works/${work.id}`;
  const links = signposting(asked, work).filter(({ rel }) => rel !== 'linkset');
  const target = ({ href, type, profile }: TypedLink) => ({
    href,
    ...(type ? { type } : {}),
    ...(profile ? { profile: [profile] } : {}),
  });
  const page = { href: landing, type: 'text/html' };
  const from = (rel: TypedLink['rel']) => links.filter((link) => link.rel === rel);
  const relations = [...new Set(links.map(({ rel }) => rel))];
  return {
    linkset: [
      { anchor: landing, ...Object.fromEntries(relations.map((rel) => [rel, from(rel).map(target)])) },
      ...from('item').map(({ href }) => ({ anchor: href, collection: [page] })),
      ...from('describedby').map(({ href }) => ({ anchor: href, describes: [page] })),
    ],
  };
}
