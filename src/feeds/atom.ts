import { isOffered, isOpenToAll } from '../access/access';
import { group, print, text } from '../formats/xml';
import type { House } from '../house';
import type { Translator } from '../i18n';
import { nameInReadingOrder } from '../language/names';
import type { TextIn } from '../works/schema';
import { abstractIn, titleIn, type Work } from '../works/work';

/** Readers of feeds show what is short. */
const LONGEST_SUMMARY = 2_000;

export interface Feed {
  title: string;
  /** The feed's own address, and the page that shows the same. */
  self: string;
  page: string;
  works: readonly Work[];
}

/** A feed (RFC 4287) of works in the order given, in the language of the reader where a work has it. */
export function atomFeed({ config, today }: Pick<House, 'config' | 'today'>, feed: Feed, t: Translator): string {
  const changed = feed.works.map((work) => work.updatedAt).sort();
  const element = group(
    'feed',
    { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': t.language },
    text('id', feed.self),
    text('title', feed.title),
    text('updated', changed.at(-1) ?? '1970-01-01T00:00:00Z'),
    group('author', {}, text('name', config.repositoryName)),
    text('generator', 'Achyk'),
    link('self', feed.self, 'application/atom+xml'),
    link('alternate', feed.page, 'text/html'),
    feed.works.map((work) => entry(config.baseUrl, work, t, today())),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${print(element)}\n`;
}

function entry(baseUrl: string, work: Work, t: Translator, today: string) {
  const { metadata } = work;
  const page = `${baseUrl}/works/${work.id}`;
  const title = metadata.titles.find(({ lang }) => lang === t.language) ?? metadata.titles[0];
  const abstract = abstractIn(metadata, t.language);
  const authors = metadata.contributors.filter(({ role }) => role === 'author' || role === 'corporate-author');
  return group(
    'entry',
    {},
    text('id', page),
    text('title', titleIn(metadata, t.language), { 'xml:lang': title?.lang }),
    text('updated', work.updatedAt),
    text('published', work.publishedAt ?? work.updatedAt),
    authors.map(({ name }) => group('author', {}, text('name', nameInReadingOrder(name)))),
    group('category', { term: metadata.type, label: t.tell(`type.${metadata.type}`) }),
    metadata.subjects
      .filter(({ scheme }) => scheme === 'keyword')
      .map(({ value }) => group('category', { term: value })),
    abstract && text('summary', shortened(abstract), { 'xml:lang': abstract.lang }),
    link('alternate', page, 'text/html'),
    work.files
      .filter((file) => isOffered(file) && isOpenToAll(work, file, today))
      .map((file) =>
        link('enclosure', `${page}/files/${file.id}/${encodeURIComponent(file.name)}`, file.mediaType, file.size),
      ),
  );
}

const link = (rel: string, href: string, type: string, length?: number) => group('link', { rel, href, type, length });

/** Cut between words. */
const shortened = ({ value }: TextIn): string =>
  value.length <= LONGEST_SUMMARY ? value : `${value.slice(0, LONGEST_SUMMARY).replace(/\s+\S*$/, '')} …`;
