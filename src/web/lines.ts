import type { Request } from 'express';
import { accessOf, isEmbargoed } from '../access/access';
import type { Translator } from '../i18n';
import { formatPartialDate } from '../i18n';
import { shortName } from '../language/names';
import type { Access, Contributor, Metadata, TextIn } from '../works/schema';
import type { Work } from '../works/work';
import { yearOf } from '../works/work';

/** How far a reader gets, in one word for the style and one for people. */
export interface Badge {
  kind: string;
  label: string;
}

/** A work as a list shows it, ready to print. */
export interface WorkLine {
  id: number;
  href: string;
  title: TextIn;
  /** The same in the reader's language, where a list in the order of titles must show another. */
  translation: TextIn | null;
  by: { name: string; href: string | null }[];
  /** More people than are named. */
  byMore: boolean;
  /** Type, year, where it appeared. */
  facts: string[];
  badge: Badge | null;
}

const MOST_NAMED = 4;

/** In the reader's language, else in that of the work, else the first. */
export function textFor<T extends { lang: string }>(texts: readonly T[], language: string, own?: string): T | null {
  return texts.find((text) => text.lang === language) ?? texts.find((text) => text.lang === own) ?? texts[0] ?? null;
}

export const titleFor = (metadata: Pick<Metadata, 'titles' | 'languages'>, language: string): TextIn =>
  textFor(metadata.titles, language, metadata.languages[0]) ?? { value: '–', lang: language };

export function accessBadge(access: Access, today: string, t: Translator): Badge {
  if (access.level !== 'closed' && isEmbargoed(access, today)) {
    return {
      kind: 'embargo',
      label: t('access.embargo', { date: formatPartialDate(access.openFrom!, t.language) }),
    };
  }
  if (access.level === 'open' && access.viewOnly) return { kind: 'viewOnly', label: t('access.viewOnly') };
  return { kind: access.level, label: t.tell(`access.${access.level}`) };
}

/** The badge of the file a reader comes for; none where there is no file. */
export function workBadge(work: Work, today: string, t: Translator): Badge | null {
  const file = work.files.find((candidate) => candidate.role === 'main') ?? work.files[0];
  return file ? accessBadge(accessOf(work, file), today, t) : null;
}

/** Whom a list names: the authors, else who made the book. */
export function namedFirst(contributors: readonly Contributor[]): Contributor[] {
  for (const roles of [
    ['author', 'corporate-author'],
    ['editor', 'compiler', 'translator'],
  ]) {
    const found = contributors.filter((contributor) => roles.includes(contributor.role));
    if (found.length > 0) return found;
  }
  return [];
}

/** Where all works of a contributor are listed. */
export const contributorHref = (contributor: Pick<Contributor, 'name' | 'personId'>): string =>
  contributor.personId === null
    ? `/browse/authors?author=${encodeURIComponent(contributor.name)}`
    : `/people/${contributor.personId}`;

/** @param inOrder the list is in the order of titles, so each shows the one it is sorted by: its first. */
export function workLine(work: Work, req: Request, today: string, inOrder = false): WorkLine {
  const { metadata } = work;
  const translated = titleFor(metadata, req.language);
  const title = inOrder ? metadata.titles[0]! : translated;
  const named = namedFirst(metadata.contributors);
  const year = yearOf(metadata);
  return {
    id: work.id,
    href: `/works/${work.id}`,
    title,
    translation: translated === title ? null : translated,
    by: named.slice(0, MOST_NAMED).map((contributor) => ({
      name: shortName(contributor.name),
      href: contributorHref(contributor),
    })),
    byMore: named.length > MOST_NAMED,
    facts: [
      req.t.tell(`type.${metadata.type}`),
      ...(year === null ? [] : [String(year)]),
      sourceLine(metadata, req.t),
    ].filter(Boolean),
    badge:
      work.state === 'withdrawn'
        ? { kind: 'withdrawn', label: req.t('state.withdrawn') }
        : workBadge(work, today, req.t),
  };
}

/** The works of `ids`, in that order, as a list shows them. */
export const workLines = (
  works: ReadonlyMap<number, Work>,
  ids: readonly number[],
  req: Request,
  today: string,
  inOrder = false,
): WorkLine[] =>
  ids.flatMap((id) => {
    const work = works.get(id);
    return work ? [workLine(work, req, today, inOrder)] : [];
  });

/** «КУУнун Жарчысы, 3-том, № 2, 14-21-б.» */
export function sourceLine(metadata: Pick<Metadata, 'source'>, t: Translator): string {
  const { source } = metadata;
  if (!source) return '';
  const part = (value: string | null, key: 'work.volume' | 'work.issue' | 'work.sourcePages') =>
    value ? [t(key, { value })] : [];
  return [
    ...(source.title ? [source.title] : []),
    ...part(source.volume, 'work.volume'),
    ...part(source.issue, 'work.issue'),
    ...part(source.pages, 'work.sourcePages'),
  ].join(', ');
}

/** Which pages of a long list to link: the first, the last, and those around the one shown; null stands for a gap. */
export function pagerOf(
  page: number,
  perPage: number,
  total: number,
  hrefOf: (page: number) => string,
): {
  page: number;
  last: number;
  links: ({ page: number; href: string } | null)[];
  previous: string | null;
  next: string | null;
} | null {
  const last = Math.max(1, Math.ceil(total / perPage));
  if (last === 1) return null;
  const numbers = [...new Set([1, page - 1, page, page + 1, last])]
    .filter((n) => n >= 1 && n <= last)
    .sort((a, b) => a - b);
  const links = numbers.flatMap((number, i) => [
    ...(i > 0 && number - numbers[i - 1]! > 1 ? [null] : []),
    { page: number, href: hrefOf(number) },
  ]);
  return {
    page,
    last,
    links,
    previous: page > 1 ? hrefOf(page - 1) : null,
    next: page < last ? hrefOf(page + 1) : null,
  };
}

/** A whole number from 1 in a query, else 1. */
export function pageIn(value: unknown): number {
  const page = Number(value);
  return Number.isSafeInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
}

/** The number in an address, as in `/works/17`; anything else is no address of ours. */
export function numberIn(value: unknown): number | null {
  return typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null;
}

/** `path` with those of `query` that say something. */
export function addressOf(path: string, query: Record<string, string | number | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') params.append(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** The paragraphs of a plain text. */
export const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n+/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean);

/** Those of `contributors` in one of `roles`, each with where the name leads. */
export const people = (contributors: readonly Contributor[], roles: readonly string[]) =>
  contributors
    .filter((contributor) => roles.includes(contributor.role))
    .map((contributor) => ({ ...contributor, href: contributorHref(contributor) }));

/** The text on one line, cut at a word where it is longer than `limit`. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit).replace(/\s+\S*$/, '')} …`;
}
