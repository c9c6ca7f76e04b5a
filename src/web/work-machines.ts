import type { Request } from 'express';
import { isOffered, isOpenToAll } from '../access/access';
import type { House } from '../house';
import { schemaOrgType } from '../http/signposting';
import type { Person } from '../people/people';
import { isBook } from '../works/book';
import type { Work } from '../works/work';
import { oneLine, people, titleFor } from './lines';
import { licenceAddress } from './work-facts';
import type { FileRow } from './work-files';

/** The `citation_*` tags that Google Scholar and reference managers read. The PDF is named only where everyone may have it. */
export function scholarTags(
  house: House,
  work: Work,
  address: string,
  rows: readonly FileRow[],
): { name: string; content: string }[] {
  const { metadata } = work;
  const { source, thesis } = metadata;
  const tags: { name: string; content: string }[] = [];
  const add = (name: string, content: string | null | undefined) => {
    if (content) tags.push({ name: `citation_${name}`, content });
  };
  add('title', titleFor(metadata, metadata.languages[0] ?? '').value);
  for (const person of people(metadata.contributors, ['author', 'corporate-author'])) {
    add('author', person.name);
    add('author_institution', person.affiliation);
    add('author_orcid', person.orcid);
  }
  add('publication_date', metadata.issued?.replaceAll('-', '/'));
  add('online_date', work.publishedAt?.slice(0, 10).replaceAll('-', '/'));
  for (const code of metadata.languages) add('language', code);
  const isPaper = metadata.type === 'conference-paper';
  if (isPaper) add('conference_title', source?.title);
  else if (metadata.type === 'book-part') add('inbook_title', source?.title);
  else add('journal_title', source?.title);
  add('volume', source?.volume);
  add('issue', source?.issue);
  const [firstPage, lastPage] = (source?.pages ?? '').split(/\s*[-–—]\s*/);
  add('firstpage', firstPage);
  add('lastpage', lastPage);
  add('issn', source?.issn);
  for (const { scheme, value } of metadata.identifiers) {
    if (scheme === 'doi' || scheme === 'isbn' || (scheme === 'issn' && !source?.issn)) add(scheme, value);
  }
  add('publisher', metadata.publisher);
  if (thesis) {
    add('dissertation_institution', thesis.institution);
    add('dissertation_name', thesis.degree);
  }
  for (const subject of metadata.subjects) if (subject.scheme === 'keyword') add('keywords', subject.value);
  add('abstract_html_url', address);
  const open = work.files.filter((file) => file.role === 'main' && isOpenToAll(work, file, house.today()));
  const pdf = open.find((file) => file.mediaType === 'application/pdf');
  // Of a scanned book, the PDF made of its pages.
  const book = open.find(isBook);
  const made = book && rows.find((row) => row.id === book.id && row.openHref !== null);
  if (pdf) add('pdf_url', `${address}/files/${pdf.id}/${encodeURIComponent(pdf.name)}`);
  else add('pdf_url', made && `${house.config.baseUrl}${made.openHref}`);
  return tags;
}

const OG_LOCALES = { ky: 'ky_KG', ru: 'ru_RU', tr: 'tr_TR', en: 'en_GB' } as const;

export const openGraph = (
  house: House,
  req: Request,
  work: Work,
  title: string,
  abstract: string | undefined,
  address: string,
): { name: string; content: string }[] => [
  {
    name: 'og:type',
    content: ['monograph', 'textbook', 'scanned-book'].includes(work.metadata.type) ? 'book' : 'article',
  },
  { name: 'og:title', content: title },
  { name: 'og:site_name', content: house.config.repositoryName },
  { name: 'og:url', content: address },
  { name: 'og:locale', content: OG_LOCALES[req.language] },
  ...(abstract ? [{ name: 'og:description', content: oneLine(abstract, 200) }] : []),
  { name: 'twitter:card', content: 'summary' },
];

/** The work in the words of schema.org. */
export function schemaOrg(house: House, work: Work, address: string, known: ReadonlyMap<number, Person>): object {
  const { metadata } = work;
  const { source } = metadata;
  const persons = (roles: string[]) =>
    people(metadata.contributors, roles).map((person) => {
      const record = person.personId === null ? undefined : known.get(person.personId);
      const orcid = person.orcid ?? record?.orcid;
      return {
        '@type': person.role === 'corporate-author' ? 'Organization' : 'Person',
        name: person.name,
        ...(person.affiliation ? { affiliation: { '@type': 'Organization', name: person.affiliation } } : {}),
        ...(record ? { url: `${house.config.baseUrl}/people/${record.id}` } : {}),
        ...(orcid ? { sameAs: `https://orcid.org/${orcid}` } : {}),
      };
    });
  const some = <T>(values: T[]): T[] | undefined => (values.length > 0 ? values : undefined);
  const open = work.files.filter((file) => isOffered(file) && isOpenToAll(work, file, house.today()));
  return {
    '@context': 'https://schema.org',
    '@type': schemaOrgType(metadata.type),
    '@id': address,
    url: address,
    name: titleFor(metadata, metadata.languages[0] ?? '').value,
    alternateName: some(metadata.titles.slice(1).map((title) => title.value)),
    author: some(persons(['author', 'corporate-author'])),
    editor: some(persons(['editor', 'compiler'])),
    translator: some(persons(['translator'])),
    inLanguage: some(metadata.languages),
    datePublished: metadata.issued ?? undefined,
    abstract: some(metadata.abstracts.map(({ value, lang }) => ({ '@value': value, '@language': lang }))),
    keywords: some(metadata.subjects.filter((s) => s.scheme === 'keyword').map((s) => s.value)),
    publisher: metadata.publisher ? { '@type': 'Organization', name: metadata.publisher } : undefined,
    isPartOf: source?.title
      ? { '@type': source.issn ? 'Periodical' : 'CreativeWork', name: source.title, issn: source.issn ?? undefined }
      : undefined,
    pagination: source?.pages ?? undefined,
    identifier: some(
      metadata.identifiers.map(({ scheme, value }) => ({ '@type': 'PropertyValue', propertyID: scheme, value })),
    ),
    isbn: metadata.identifiers.find((identifier) => identifier.scheme === 'isbn')?.value,
    license: metadata.rights.licence ? licenceAddress(metadata.rights.licence) : undefined,
    copyrightHolder: metadata.rights.holder ? { '@type': 'Organization', name: metadata.rights.holder } : undefined,
    isAccessibleForFree: open.length > 0,
    encoding: some(
      open.map((file) => ({
        '@type': 'MediaObject',
        contentUrl: `${address}/files/${file.id}/${encodeURIComponent(file.name)}`,
        encodingFormat: file.mediaType,
        contentSize: String(file.size),
        name: file.name,
      })),
    ),
    includedInDataCatalog: { '@type': 'DataCatalog', name: house.config.repositoryName, url: house.config.baseUrl },
  };
}
