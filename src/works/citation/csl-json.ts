import type { CitedName } from './names';
import type { Reference } from './reference';

const TYPES: Partial<Record<Reference['type'], string>> = {
  'conference-paper': 'paper-conference',
  report: 'report',
  patent: 'patent',
  lecture: 'speech',
};
const KINDS = {
  article: 'article-journal',
  part: 'chapter',
  thesis: 'thesis',
  book: 'book',
  issue: 'periodical',
  other: 'document',
} as const;

/** CSL-JSON (schema 1.0.2): a list with this one item, as Zotero and citeproc take it in. */
export function cslJson(reference: Reference): string {
  const { kind, others } = reference;
  const item = {
    id: String(reference.id),
    type: TYPES[reference.type] ?? KINDS[kind],
    title: reference.title,
    author: people(reference.authors),
    editor: people(others.editor),
    translator: people(others.translator),
    compiler: people(others.compiler),
    issued: dateOf(reference.issued),
    accessed: dateOf(reference.accessedOn),
    'container-title': reference.container,
    volume: reference.volume,
    issue: reference.issue,
    page: reference.pages?.replaceAll('–', '-'),
    publisher: kind === 'thesis' ? (reference.institution ?? reference.publisher) : reference.publisher,
    'publisher-place': reference.place,
    genre: reference.thesisKind,
    DOI: reference.doi,
    ISBN: reference.isbn,
    ISSN: reference.issn,
    URL: reference.url,
    language: reference.languages[0],
    abstract: reference.abstract,
    keyword: reference.keywords.join(', '),
  };
  const known = Object.entries(item).filter(([, value]) => value);
  return `${JSON.stringify([Object.fromEntries(known)], null, 2)}\n`;
}

const people = (names: readonly CitedName[]) =>
  names.length > 0 ? names.map(({ family, given }) => (given ? { family, given } : { literal: family })) : null;

const dateOf = (date: string | null) => (date ? { 'date-parts': [date.split('-').map(Number)] } : null);
