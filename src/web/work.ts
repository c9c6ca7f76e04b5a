import { type Request, type Response, Router } from 'express';
import { accessOf, isEmbargoed, isOffered, isOpenToAll, mayDownload, mayEdit, mayReadFile } from '../access/access';
import { Gone, NotFound } from '../errors';
import { isForReaders } from '../formats/access-status';
import type { House } from '../house';
import { contentDisposition, sendFile } from '../http/send-file';
import { linkHeader, signposting } from '../http/signposting';
import { formatDay, formatPartialDate } from '../i18n';
import type { Person } from '../people/people';
import { ReadingRoom } from '../reading/reading-room';
import { Renderer } from '../reading/renderer';
import {
  CITATION_STYLES,
  citationFileName,
  citationMediaType,
  cite,
  isCitationStyle,
  READ_STYLES,
} from '../works/citation';
import type { CollectionPath } from '../works/collections';
import type { Contributor, Metadata } from '../works/schema';
import type { Work, WorkFile } from '../works/work';
import { kept } from './kept';

import {
  accessBadge,
  addressOf,
  contributorHref,
  numberIn,
  paragraphsOf,
  sourceLine,
  textFor,
  titleFor,
  workBadge,
  workLine,
} from './lines';
import { downloadAddress, fileAddress } from './readable-file';
import { languageName, render, ScriptJson } from './view';

/** One value beside a name in the list of facts. */
interface Fact {
  text: string;
  href?: string;
  lang?: string;
  note?: string;
}

export function workRoutes(house: House): Router {
  const router = Router();
  const collectionPaths = kept(
    house,
    async () => new Map([...(await house.collections.paths()).values()].map((path) => [path.slug, path])),
  );

  const published = async (req: Request): Promise<Work> => {
    const id = numberIn(req.params.id);
    if (id === null) throw new NotFound();
    return house.works.published(id);
  };

  const show = async (req: Request, res: Response, work: Work, newest: Work): Promise<void> => {
    if (newest.state === 'withdrawn' && !mayEdit(req.visitor, newest)) return tombstone(house, req, res, newest);
    const paths = await collectionPaths();
    const people = await house.people.many(work.metadata.contributors.flatMap((c) => c.personId ?? []));
    const versions = await house.works.versions(work.id);
    const related = await relatedTo(house, req, work);
    render(house, req, res, 'work', workPage(house, req, { work, newest, paths, people, versions, related }));
  };

  router.get('/works/:id', async (req, res) => {
    const work = await published(req);
    if (work.state === 'withdrawn') res.status(410);
    else res.setHeader('Link', linkHeader(signposting(house, work)));
    await show(req, res, work, work);
  });

  router.get('/works/:id/versions/:n', async (req, res) => {
    const newest = await published(req);
    const number = numberIn(req.params.n);
    if (number === null) throw new NotFound();
    if (newest.state === 'withdrawn') res.status(410);
    const then = number === newest.version ? newest : await house.works.version(newest.id, number);
    // What holds is today's access of the work, not that of the day when the version came out.
    await show(
      req,
      res,
      { ...then, state: newest.state, metadata: { ...then.metadata, access: newest.metadata.access } },
      newest,
    );
  });

  router.get('/works/:id/files/:fileId/:name', async (req, res, next) => {
    const [workId, fileId] = [numberIn(req.params.id), numberIn(req.params.fileId)];
    if (workId === null || fileId === null) throw new NotFound();
    if (req.params.name === 'read' || req.params.name === 'thumbnail') return next('route');
    await sendFile(house, req, res, workId, fileId);
  });

  router.get('/works/:id/cite', async (req, res) => {
    const work = await published(req);
    const { style } = req.query;
    if (work.state === 'withdrawn') throw new Gone('error.withdrawn');
    if (!isCitationStyle(style)) throw new NotFound();
    if (!READ_STYLES.includes(style)) {
      res.setHeader('Content-Disposition', contentDisposition('attachment', citationFileName(work.id, style)));
    }
    res.type(`${citationMediaType(style)}; charset=utf-8`);
    res.setHeader('Cache-Control', 'no-cache');
    res.send(cite(work, style, citeOptions(house, req, work)));
  });

  router.get('/works/:id/export/:format', async (req, res) => {
    const { id, state } = await published(req);
    if (state === 'withdrawn') throw new Gone('error.withdrawn');
    const xml = await house.records.serialised(id, req.params.format);
    res.setHeader('Content-Disposition', contentDisposition('attachment', `work-${id}.${req.params.format}.xml`));
    res.type('application/xml; charset=utf-8');
    res.setHeader('Cache-Control', 'no-cache');
    res.send(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`);
  });

  return router;
}

/** What stays of a work that was withdrawn: its address, what it was called, when and why it went. */
function tombstone(house: House, req: Request, res: Response, work: Work): void {
  const title = titleFor(work.metadata, req.language);
  render(house, req, res, 'tombstone', {
    title: title.value,
    robots: 'noindex',
    heading: title,
    by: people(work.metadata.contributors, ['author', 'corporate-author']),
    withdrawn: work.withdrawn,
    reason: paragraphsOf(work.withdrawn?.reason ?? ''),
    typeLine: typeLine(work.metadata, req),
  });
}

interface PageParts {
  work: Work;
  newest: Work;
  paths: ReadonlyMap<string, CollectionPath>;
  people: ReadonlyMap<number, Person>;
  versions: { number: number; publishedAt: string }[];
  related: Awaited<ReturnType<typeof relatedTo>>;
}

/** Everything the landing page prints. */
function workPage(house: House, req: Request, { work, newest, paths, people: known, versions, related }: PageParts) {
  const { t, language } = req;
  const { metadata } = work;
  const title = titleFor(metadata, language);
  const isNewest = work.version === newest.version;
  const address = `${house.config.baseUrl}/works/${work.id}`;
  const files = work.files.filter((file) => isForReaders(file) || mayEdit(req.visitor, work));
  const fileRows = files.map((file) => fileRow(house, req, work, file));
  const abstracts = inReadersOrder(metadata.abstracts, language, metadata.languages[0]).map((abstract) => ({
    lang: abstract.lang,
    paragraphs: paragraphsOf(abstract.value),
  }));
  const citeWith = citeOptions(house, req, work);
  const first = fileRows.find((row) => row.role === 'main' && (row.readHref || row.href)) ?? null;
  const withPreview = fileRows.find((row) => row.preview);

  return {
    title: title.value,
    canonical: `/works/${work.id}`,
    robots: isNewest && work.state === 'published' ? null : 'noindex',
    description: oneLine(abstracts[0]?.paragraphs.join(' ') ?? authorsLine(metadata), 300),
    head: [
      ...scholarTags(house, work, address),
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
    files: fileRows,
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
      label: FORMAT_NAMES[format.prefix] ?? format.prefix,
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

// The parts of the page, in its order

const typeLine = (metadata: Metadata, req: Request): string =>
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

const people = (contributors: readonly Contributor[], roles: readonly string[]) =>
  contributors
    .filter((contributor) => roles.includes(contributor.role))
    .map((contributor) => ({ ...contributor, href: contributorHref(contributor) }));

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

function fileRow(house: House, req: Request, work: Work, file: WorkFile) {
  const { t } = req;
  const today = house.today();
  const access = accessOf(work, file);
  const base = `/works/${work.id}/files/${file.id}`;
  const mayRead = mayReadFile(req.visitor, work, file, today);
  const mayHave = mayDownload(req.visitor, work, file, today);
  const closedBecause = (): string => {
    if (file.scan === 'infected') return t('work.closed.infected');
    if (access.level !== 'closed' && isEmbargoed(access, today)) {
      return t('work.closed.embargo', { date: formatPartialDate(access.openFrom!, req.language) });
    }
    return access.level === 'open' ? t('work.closed.closed') : t.tell(`work.closed.${access.level}`);
  };
  return {
    id: file.id,
    role: file.role,
    name: file.name,
    roleName: t.tell(`fileRole.${file.role}`),
    kind: KINDS[file.mediaType] ?? file.name.split('.').pop()?.slice(0, 5).toUpperCase() ?? '',
    size: file.size,
    pages: file.text.pages,
    badge: accessBadge(access, today, t),
    href: mayHave ? downloadAddress(work, file) : null,
    openHref: mayHave && file.mediaType === 'application/pdf' ? fileAddress(work, file) : null,
    readHref: mayRead && ReadingRoom.opens(file) ? `${base}/read` : null,
    preview: mayHave && Renderer.renders(file.mediaType) && file.text.state !== 'failed' ? `${base}/thumbnail` : null,
    note: mayRead ? (mayHave ? null : t('work.closed.viewOnly')) : closedBecause(),
    signInHelps: !mayRead && req.visitor.role === null && access.level === 'registered' && !isEmbargoed(access, today),
  };
}

const KINDS: Record<string, string> = {
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'DOCX',
  'application/epub+zip': 'EPUB',
  'application/zip': 'ZIP',
  'image/vnd.djvu': 'DjVu',
  'text/html': 'HTML',
  'text/plain': 'TXT',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/tiff': 'TIFF',
};

/** What librarians call the formats; one not listed is called as harvesters call it. */
const FORMAT_NAMES: Record<string, string> = {
  oai_dc: 'Dublin Core',
  qdc: 'Qualified DC',
  oai_etdms: 'ETD-MS',
  marcxml: 'MARC 21',
  rusmarc: 'RUSMARC',
  mods: 'MODS',
  mets: 'METS',
  oai_openaire: 'OpenAIRE',
  oai_datacite: 'DataCite',
};

const LICENCE_ADDRESSES: Record<string, string> = {
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'PDM-1.0': 'https://creativecommons.org/publicdomain/mark/1.0/',
  'in-copyright': 'https://rightsstatements.org/vocab/InC/1.0/',
};
const licenceAddress = (licence: string): string =>
  LICENCE_ADDRESSES[licence] ??
  `https://creativecommons.org/licenses/${licence
    .replace(/^CC-/, '')
    .replace(/-4\.0$/, '')
    .toLowerCase()}/4.0/`;

const IDENTIFIER_ADDRESSES: Record<string, (value: string) => string> = {
  doi: (value) => `https://doi.org/${encodeURI(value)}`,
  handle: (value) => (/^https?:/.test(value) ? value : `https://hdl.handle.net/${encodeURI(value)}`),
  url: (value) => value,
};

function factsOf(
  house: House,
  req: Request,
  work: Work,
  paths: ReadonlyMap<string, CollectionPath>,
): { label: string; values: Fact[] }[] {
  const { t } = req;
  const { metadata } = work;
  const { thesis, rights } = metadata;
  const facts: { label: string; values: Fact[] }[] = [];
  const add = (label: string, ...values: (Fact | string | null | undefined | false)[]) => {
    const said = values.flatMap((value) => (value ? [typeof value === 'string' ? { text: value } : value] : []));
    if (said.length > 0) facts.push({ label, values: said });
  };

  add(t('work.type'), {
    text: t.tell(`type.${metadata.type}`),
    href: addressOf('/browse/types', { type: metadata.type }),
  });
  const otherRoles = metadata.contributors.map(({ role }) => role).filter((role) => !role.endsWith('author'));
  for (const role of new Set(otherRoles)) {
    add(
      t.tell(`role.${role}`),
      ...people(metadata.contributors, [role]).map((person) => ({
        text: person.name,
        href: person.href,
        note: person.affiliation ?? undefined,
      })),
    );
  }
  add(t('work.language'), ...metadata.languages.map((code) => languageName(code, req.language)));
  add(t('work.issued'), metadata.issued && formatPartialDate(metadata.issued, req.language));
  add(t('work.publisher'), [metadata.place, metadata.publisher].filter(Boolean).join(': '));
  add(t('work.source'), sourceLine(metadata, t), metadata.source?.issn && `ISSN ${metadata.source.issn}`);
  if (thesis) {
    add(t('work.degree'), thesis.degree && t.tell(`degree.${thesis.degree}`));
    add(t('work.speciality'), [thesis.specialityCode, thesis.specialityName].filter(Boolean).join(' — '));
    add(t('work.institution'), thesis.institution);
    add(t('work.department'), thesis.department);
    add(t('work.council'), thesis.council);
    add(t('work.defendedOn'), thesis.defendedOn && formatPartialDate(thesis.defendedOn, req.language));
  }
  add(t('work.extent'), metadata.extent);
  for (const scheme of ['udc', 'bbk', 'grnti', 'vak', 'lcc', 'ddc']) {
    add(
      t.tell(`work.scheme.${scheme}`),
      ...metadata.subjects
        .filter((subject) => subject.scheme === scheme)
        .map((subject) => ({ text: subject.value, href: addressOf('/browse/subjects', { subject: subject.value }) })),
    );
  }
  for (const scheme of [...new Set(metadata.identifiers.map((identifier) => identifier.scheme))]) {
    add(
      t.tell(`work.identifier.${scheme}`),
      ...metadata.identifiers
        .filter((identifier) => identifier.scheme === scheme)
        .map(({ value }) => ({ text: value, href: IDENTIFIER_ADDRESSES[scheme]?.(value) })),
    );
  }
  add(
    t('work.collections'),
    ...metadata.collections.flatMap((slug) => {
      const title = textFor(paths.get(slug)?.titles ?? [], req.language);
      return title ? [{ text: title.value, href: `/collections/${slug}`, lang: title.lang }] : [];
    }),
  );
  add(
    t('work.rights'),
    rights.licence && { text: t.tell(`work.licence.${rights.licence}`), href: licenceAddress(rights.licence) },
    rights.holder && `© ${rights.holder}`,
    rights.statement,
  );
  if (work.publishedAt) {
    add(t('work.publishedAt'), formatDay(work.publishedAt, req.language, house.config.timeZone));
  }
  return facts;
}

const INVERSE: Record<string, string> = {
  isVersionOf: 'hasVersion',
  hasVersion: 'isVersionOf',
  isPartOf: 'hasPart',
  hasPart: 'isPartOf',
  isReferencedBy: 'references',
  references: 'isReferencedBy',
  isTranslationOf: 'hasTranslation',
  hasTranslation: 'isTranslationOf',
  isSupplementTo: 'isSupplementedBy',
  isSupplementedBy: 'isSupplementTo',
  isReviewedBy: 'reviews',
  isIdenticalTo: 'isIdenticalTo',
  isDerivedFrom: 'isSourceOf',
};

/** Works that this one names and works that name it, by how they are related; targets elsewhere as plain links. */
async function relatedTo(house: House, req: Request, work: Work) {
  const { baseUrl, repositoryId } = house.config;
  const ours = new RegExp(
    `^(?:${escapeRegExp(baseUrl)})?/works/([1-9]\\d{0,14})/?$|^oai:${escapeRegExp(repositoryId)}:([1-9]\\d{0,14})$`,
  );
  const names = [
    `${baseUrl}/works/${work.id}`,
    `/works/${work.id}`,
    `oai:${repositoryId}:${work.id}`,
    ...work.metadata.identifiers.flatMap(({ scheme, value }) =>
      scheme === 'doi' ? [value, `https://doi.org/${value}`, `doi:${value}`] : [value],
    ),
  ];
  const links: { type: string; workId: number | null; target: string }[] = work.metadata.relations.map(
    ({ type, target }) => {
      const match = ours.exec(target);
      return { type, workId: match ? Number(match[1] ?? match[2]) : null, target };
    },
  );
  for (const { workId, type } of await house.works.relatedTo(names)) {
    const inverse = INVERSE[type]!;
    const isKnown = links.some((link) => link.workId === workId && link.type === inverse);
    if (!isKnown && workId !== work.id) links.push({ type: inverse, workId, target: '' });
  }
  const works = await house.works.publishedMany([...new Set(links.flatMap((link) => link.workId ?? []))]);
  const groups = new Map<
    string,
    { label: string; works: ReturnType<typeof workLine>[]; links: { text: string; href: string | null }[] }
  >();
  for (const { type, workId, target } of links) {
    const other = workId === null ? undefined : works.get(workId);
    if (workId !== null && other?.state !== 'published') continue;
    const group = groups.get(type) ?? { label: req.t.tell(`relation.${type}`), works: [], links: [] };
    if (other) group.works.push(workLine(other, req, house.today()));
    else group.links.push({ text: target, href: hrefOfTarget(target) });
    groups.set(type, group);
  }
  return [...groups.values()];
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A link for what a cataloguer wrote: only addresses of the web and DOIs become one. */
function hrefOfTarget(target: string): string | null {
  if (/^https?:\/\//i.test(target)) return target;
  const doi = /^(?:doi:\s*)?(10\.\d{4,9}\/\S+)$/i.exec(target)?.[1];
  return doi ? `https://doi.org/${encodeURI(doi)}` : null;
}

const citeOptions = (house: House, req: Request, work: Work) => ({
  url: `${house.config.baseUrl}/works/${work.id}`,
  language: req.language,
  accessedOn: house.today(),
});

const authorsLine = (metadata: Metadata): string =>
  people(metadata.contributors, ['author', 'corporate-author'])
    .map((person) => person.name)
    .join('; ');

function oneLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit).replace(/\s+\S*$/, '')} …`;
}

// For machines

/** The `citation_*` tags that Google Scholar and reference managers read. The PDF is named only where everyone may have it. */
function scholarTags(house: House, work: Work, address: string): { name: string; content: string }[] {
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
  const pdf = work.files.find(
    (file) => file.role === 'main' && file.mediaType === 'application/pdf' && isOpenToAll(work, file, house.today()),
  );
  add('pdf_url', pdf && `${address}/files/${pdf.id}/${encodeURIComponent(pdf.name)}`);
  return tags;
}

const OG_LOCALES = { ky: 'ky_KG', ru: 'ru_RU', tr: 'tr_TR', en: 'en_GB' } as const;

const openGraph = (
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

const SCHEMA_TYPES: Partial<Record<Metadata['type'], string>> = {
  dissertation: 'Thesis',
  'dissertation-abstract': 'Thesis',
  'master-thesis': 'Thesis',
  'bachelor-thesis': 'Thesis',
  article: 'ScholarlyArticle',
  'conference-paper': 'ScholarlyArticle',
  monograph: 'Book',
  textbook: 'Book',
  'study-guide': 'Book',
  'scanned-book': 'Book',
  bibliography: 'Book',
  'book-part': 'Chapter',
  'journal-issue': 'PublicationIssue',
  report: 'Report',
};

/** The work in the words of schema.org. */
function schemaOrg(house: House, work: Work, address: string, known: ReadonlyMap<number, Person>): object {
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
    '@type': SCHEMA_TYPES[metadata.type] ?? 'CreativeWork',
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
