import type { ContributorRole, Metadata, WorkType } from '../schema';
import { type CitedName, citedName } from './names';

export interface CiteOptions {
  /** The address the reader is sent to: the work's page. */
  url: string;
  /** Of the reader. It decides the words of a style that has them in several languages, never the title. */
  language: string;
  /** The day the work was looked at, YYYY-MM-DD. */
  accessedOn: string;
}

/** How reference styles tell works apart: by where they appeared. */
export type Kind = 'article' | 'part' | 'thesis' | 'book' | 'issue' | 'other';

/** What a citation is made of, read once from the catalogue record. */
export interface Reference extends CiteOptions {
  id: number;
  type: WorkType;
  kind: Kind;
  authors: CitedName[];
  /** Everybody else, by role. */
  others: Record<ContributorRole, CitedName[]>;
  /** In the language of the work: a citation is to be found again by it. */
  title: string;
  /** Its English title, where the work itself is not English; else null. */
  translated: string | null;
  year: string | null;
  /** YYYY, YYYY-MM or YYYY-MM-DD. */
  issued: string | null;
  place: string | null;
  publisher: string | null;
  extent: string | null;
  container: string | null;
  volume: string | null;
  issue: string | null;
  /** «14–21», with an en dash. */
  pages: string | null;
  thesis: Metadata['thesis'];
  /** What kind of thesis it is, in English; null for what is none. */
  thesisKind: string | null;
  institution: string | null;
  doi: string | null;
  isbn: string | null;
  issn: string | null;
  languages: string[];
  keywords: string[];
  abstract: string | null;
}

const KINDS: Record<WorkType, Kind> = {
  dissertation: 'thesis',
  'dissertation-abstract': 'thesis',
  'master-thesis': 'thesis',
  'bachelor-thesis': 'thesis',
  article: 'article',
  'conference-paper': 'part',
  'book-part': 'part',
  monograph: 'book',
  textbook: 'book',
  'study-guide': 'book',
  'scanned-book': 'book',
  bibliography: 'book',
  'journal-issue': 'issue',
  lecture: 'other',
  report: 'other',
  patent: 'other',
  other: 'other',
};

export function referenceOf(work: { id: number; metadata: Metadata }, options: CiteOptions): Reference {
  const { metadata } = work;
  const { contributors, source, thesis } = metadata;
  const own = metadata.languages.find((language) => metadata.titles.some((title) => title.lang === language));
  const title = metadata.titles.find((candidate) => candidate.lang === own) ?? metadata.titles[0];
  const named = (...roles: ContributorRole[]) =>
    contributors
      .filter((contributor) => roles.includes(contributor.role))
      .map(({ name, role }) => citedName(name, role === 'corporate-author' || role === 'publisher'));
  const identifier = (scheme: string) => metadata.identifiers.find((known) => known.scheme === scheme)?.value ?? null;
  const others = Object.fromEntries(contributors.map(({ role }) => [role, named(role)])) as Partial<
    Reference['others']
  >;
  return {
    ...options,
    id: work.id,
    type: metadata.type,
    kind: KINDS[metadata.type],
    authors: named('author', 'corporate-author'),
    others: { ...NOBODY, ...others },
    title: title?.value ?? '',
    translated: title?.lang === 'en' ? null : (metadata.titles.find(({ lang }) => lang === 'en')?.value ?? null),
    year: (metadata.issued ?? thesis?.defendedOn)?.slice(0, 4) ?? null,
    issued: metadata.issued ?? thesis?.defendedOn ?? null,
    place: metadata.place,
    publisher: metadata.publisher ?? contributors.find(({ role }) => role === 'publisher')?.name ?? null,
    extent: metadata.extent,
    container: source?.title ?? null,
    volume: source?.volume ?? null,
    issue: source?.issue ?? null,
    pages: source?.pages?.replace(/\s*[-–—]\s*/g, '–') ?? null,
    thesis,
    thesisKind: thesisKind(metadata),
    institution: thesis?.institution ?? null,
    doi: identifier('doi'),
    isbn: identifier('isbn'),
    issn: source?.issn ?? identifier('issn'),
    languages: metadata.languages,
    keywords: metadata.subjects.filter(({ scheme }) => scheme === 'keyword').map(({ value }) => value),
    abstract: (metadata.abstracts.find(({ lang }) => lang === title?.lang) ?? metadata.abstracts[0])?.value ?? null,
  };
}

const NOBODY: Reference['others'] = {
  author: [],
  supervisor: [],
  opponent: [],
  reviewer: [],
  editor: [],
  translator: [],
  compiler: [],
  illustrator: [],
  publisher: [],
  'corporate-author': [],
};

function thesisKind({ type, thesis }: Metadata): string | null {
  if (KINDS[type] !== 'thesis') return null;
  if (type === 'dissertation-abstract') return 'Dissertation abstract';
  if (type === 'bachelor-thesis') return thesis?.degree === 'specialist' ? 'Specialist’s thesis' : 'Bachelor’s thesis';
  if (type === 'master-thesis') return 'Master’s thesis';
  if (thesis?.degree === 'candidate') return 'Candidate of Sciences dissertation';
  return thesis?.degree === 'doctor' ? 'Doctor of Sciences dissertation' : 'Doctoral dissertation';
}

/** The same with titles as English styles punctuate them: «A : b», as a catalogue writes it, becomes «A: b». */
export function withEnglishColons(reference: Reference): Reference {
  const closed = <T extends string | null>(title: T) => (title?.replace(/\s+:\s+/g, ': ') ?? null) as T;
  const { title, translated, container } = reference;
  return { ...reference, title: closed(title), translated: closed(translated), container: closed(container) };
}

/** Those a style puts where authors go when there are none. */
export const editorsOf = ({ others }: Reference): CitedName[] =>
  others.editor.length > 0 ? others.editor : others.compiler;

/** Where the reader is sent: the DOI where there is one, for it outlives addresses. */
export const addressOf = ({ doi, url }: Reference): string => (doi ? `https://doi.org/${doi}` : url);

/** `text` with a full stop, unless it ends in a mark that closes a sentence, or is empty. */
export const ended = (text: string): string => (/(^|[.?!…]["”»)]?)$/.test(text) ? text : `${text}.`);

/** «A», «A and B», «A, B, and C», by the words given. */
export function joined(items: readonly string[], and: string, comma = ', '): string {
  if (items.length < 2) return items[0] ?? '';
  if (items.length === 2) return items.join(and);
  return `${items.slice(0, -1).join(comma)},${and}${items.at(-1)}`;
}
