import type { Request } from 'express';
import { mayEdit } from '../access/access';
import type { House } from '../house';
import { formatPartialDate } from '../i18n';
import type { Person } from '../people/people';
import { CITATION_STYLES, citationMediaType, cite, READ_STYLES } from '../works/citation';
import type { CollectionPath } from '../works/collections';
import type { Metadata } from '../works/schema';
import type { Work } from '../works/work';
import { addressOf, oneLine, paragraphsOf, people, textFor, titleFor, workBadge } from './lines';
import { ScriptJson } from './view';
import { factsOf } from './work-facts';
import type { fileRows } from './work-files';
import { openGraph, schemaOrg, scholarTags } from './work-machines';
import type { relatedTo } from './work-related';

export interface PageParts {
  work: Work;
  newest: Work;
  rows: Awaited<ReturnType<typeof fileRows>>;
  paths: ReadonlyMap<string, CollectionPath>;
  people: ReadonlyMap<number, Person>;
  versions: { number: number; publishedAt: string }[];
  related: Awaited<ReturnType<typeof relatedTo>>;
}

/** Everything the landing page prints. */
export function workPage(
  house: House,
  req: Request,
  { work, newest, rows, paths, people: known, versions, related }: PageParts,
) {
  const { t, language } = req;
  const { metadata } = work;
  const title = titleFor(metadata, language);
  const isNewest = work.version === newest.version;
  const address = `${house.config.baseUrl}/works/${work.id}`;
  const abstracts = inReadersOrder(metadata.abstracts, language, metadata.languages[0]).map((abstract) => ({
    lang: abstract.lang,
    paragraphs: paragraphsOf(abstract.value),
  }));
  const citeWith = citeOptions(house, req, work);
  const first = rows.files.find((row) => row.role === 'main' && (row.readHref || row.href)) ?? null;
  const withPreview = rows.files.find((row) => row.preview);

  return {
    title: title.value,
    canonical: `/works/${work.id}`,
    robots: isNewest && work.state === 'published' ? null : 'noindex',
    description: oneLine(abstracts[0]?.paragraphs.join(' ') ?? authorsLine(metadata), 300),
    head: [
      ...scholarTags(house, work, address, rows.files),
      ...openGraph(house, req, work, title.value, abstracts[0]?.paragraphs.join(' '), address),
    ],
    jsonLd: isNewest && work.state === 'published' ? new ScriptJson(schemaOrg(house, work, address, known)) : null,
    links: [
      ...CITATION_STYLES.filter((style) => !READ_STYLES.includes(style)).map((style) => ({
        rel: 'alternate',
        type: citationMediaType(style),
        href: `/works/${work.id}/cite?style=${style}`,
        title: style,
      })),
    ],
    work,
    heading: title,
    otherTitles: metadata.titles.filter((other) => other.value !== title.value),
    typeLine: typeLine(metadata, req),
    crumbs: crumbs(metadata, paths, req),
    authors: people(metadata.contributors, ['author', 'corporate-author']),
    badge: workBadge(work, house.today(), t),
    withdrawn: newest.withdrawn,
    oldVersion: isNewest
      ? null
      : { number: String(work.version), date: versions.find((v) => v.number === work.version)!.publishedAt },
    abstracts,
    keywords: keywordsByLanguage(metadata, language),
    files: rows.files,
    pageFiles: rows.pages,
    first,
    preview: withPreview ? { src: withPreview.preview!, href: withPreview.readHref ?? withPreview.href } : null,
    facts: factsOf(house, req, work, paths),
    related,
    versions: versions.length > 1 ? versions : [],
    address,
    citations: READ_STYLES.map((style) => ({
      style,
      label: t.tell(`work.cite.${style}`),
      text: cite(work, style, citeWith),
    })),
    citationFiles: CITATION_STYLES.filter((style) => !READ_STYLES.includes(style)).map((style) => ({
      label: { bibtex: 'BibTeX', ris: 'RIS', 'csl-json': 'CSL JSON' }[style as string] ?? style,
      href: `/works/${work.id}/cite?style=${style}`,
    })),
    exports: house.records.formats.map((format) => ({
      label: format.name,
      href: `/works/${work.id}/export/${format.prefix}`,
    })),
    shares: [
      { label: 'WhatsApp', href: `https://wa.me/?text=${encodeURIComponent(`${title.value} ${address}`)}` },
      {
        label: 'Telegram',
        href: `https://t.me/share/url?url=${encodeURIComponent(address)}&text=${encodeURIComponent(title.value)}`,
      },
      {
        label: t('work.byMail'),
        href: `mailto:?subject=${encodeURIComponent(title.value)}&body=${encodeURIComponent(address)}`,
      },
    ],
    mayEdit: isNewest && work.state === 'published' && mayEdit(req.visitor, work),
  };
}

export const typeLine = (metadata: Metadata, req: Request): string =>
  [
    req.t.tell(`type.${metadata.type}`),
    ...(metadata.issued ? [formatPartialDate(metadata.issued, req.language)] : []),
  ].join(' · ');

function crumbs(metadata: Metadata, paths: ReadonlyMap<string, CollectionPath>, req: Request) {
  const path = paths.get(metadata.collections[0] ?? '');
  if (!path) return [];
  return [
    { href: '/browse/collections', text: req.t('layout.collections'), lang: req.language as string },
    ...path.path.flatMap((slug) => {
      const collection = paths.get(slug);
      const title = collection && textFor(collection.titles, req.language);
      return title ? [{ href: `/collections/${slug}`, text: title.value, lang: title.lang }] : [];
    }),
  ];
}

/** The reader's own language first, then that of the work, then as catalogued. */
function inReadersOrder<T extends { lang: string }>(
  texts: readonly T[],
  language: string,
  own: string | undefined,
): T[] {
  const rank = (text: T) => (text.lang === language ? 0 : text.lang === own ? 1 : 2);
  return [...texts].sort((a, b) => rank(a) - rank(b));
}

function keywordsByLanguage(metadata: Metadata, language: string) {
  const keywords = metadata.subjects.filter((subject) => subject.scheme === 'keyword');
  const languages = [...new Set(keywords.map((keyword) => keyword.lang ?? ''))];
  return inReadersOrder(
    languages.map((lang) => ({
      lang,
      words: keywords
        .filter((keyword) => (keyword.lang ?? '') === lang)
        .map((keyword) => ({
          text: keyword.value,
          href: addressOf('/browse/subjects', { subject: keyword.value }),
        })),
    })),
    language,
    metadata.languages[0],
  );
}

export const citeOptions = (house: House, req: Request, work: Work) => ({
  url: `${house.config.baseUrl}/works/${work.id}`,
  language: req.language,
  accessedOn: house.today(),
});

const authorsLine = (metadata: Metadata): string =>
  people(metadata.contributors, ['author', 'corporate-author'])
    .map((person) => person.name)
    .join('; ');
