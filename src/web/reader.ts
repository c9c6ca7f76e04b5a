import { createHash } from 'node:crypto';
import { parseCookie } from 'cookie';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { accessOf, isOpenToAll, mayDownload, mayEdit } from '../access/access';
import { isStaff } from '../accounts/visitor';
import { Forbidden, NotFound } from '../errors';
import type { House } from '../house';
import { limitRate } from '../http/security';
import { SESSION_COOKIE } from '../http/visitor';
import { THUMBNAIL, WIDTHS, type Width } from '../reading/page-images';
import { type FoundPage, type FoundPages, hitId, type PageView } from '../reading/reader';
import { ReadingRoom } from '../reading/reading-room';
import { RenderFailed } from '../reading/renderer';
import { searchableAddress } from '../reading/searchable-address';
import type { OutlineEntry } from '../text/page';
import { isBook } from '../works/book';
import { titleIn, type Work, type WorkFile } from '../works/work';
import { type PageName, pageNames, placeTyped } from './page-name';
import { downloadAddress, fileAddress, readableFile } from './readable-file';
import { render } from './view';
import { viewOnlyPassages } from './view-only-passages';

const MOST_LISTED = 100;
/** Small pictures shown at once, around the page that is open. */
const THUMBNAILS_AROUND = 6;
const QUESTION_LENGTH = 300;
/** Below it, recognised text is offered to a librarian for correction. */
const DOUBTFUL = 75;

/** The page viewer, the pictures it shows, and the correction of a page's text. */
export function readerRoutes(house: House): Router {
  const router = Router();
  const { reading } = house;
  // Of a view-only work nobody reads or asks faster than this; copying it passage by passage takes long.
  const pictureLimit = limitRate(90, 60);
  const questionLimit = limitRate(40, 60);
  const glimpses = viewOnlyPassages(house);

  router.get('/works/:id/files/:fileId/read', async (req, res) => {
    const { work, file } = await readableFile(house, req);
    if (!ReadingRoom.opens(file)) throw new NotFound('reader.notPaged');
    const rights = rightsOf(house, req, work, file);
    if (rights.isViewOnly && questionIn(req)) await within(questionLimit, req, res);
    const about = await reading.reader.about(file.id);
    const count = Math.max(1, about.pages, file.text.pages ?? 0);
    const q = questionIn(req);
    const two = req.query.view === 'two';
    const at = (page: number, hit = '') => {
      const query = new URLSearchParams({ page: String(page), ...(q ? { q } : {}), ...(two ? { view: 'two' } : {}) });
      return `?${query}${hit}`;
    };
    const typed = typeof req.query.goto === 'string' ? req.query.goto.trim().slice(0, 100) : '';
    if (req.query.goto !== undefined) {
      const wanted = typed ? await pageCalled(house, typed, file.id, count) : null;
      if (wanted) return res.redirect(`/works/${work.id}/files/${file.id}/read${at(wanted)}`);
    }
    const number = await pageAsked(house, req.query.page, file.id, count);
    const numbers = two ? spreadOf(number, count) : [number];
    const [before, after] = [numbers[0]! - 1, numbers.at(-1)! + 1];
    const leaves = await Promise.all(numbers.map((n) => leafOf(house, req, work, file, rights, n, q)));
    const everything = await reading.reader.find(file.id, q);
    const { found, isEnough } = rights.isViewOnly
      ? glimpses(req, file.id, q, everything)
      : { found: everything, isEnough: false };
    const title = titleIn(work.metadata, req.language);
    const listed = contentsFor(about.contents, at);
    const nearby = around(number, count);
    const doubtful = rights.mayCorrect ? await doubtfulPages(house, file.id) : [];
    const called = await pageNames(house.texts, file.id, [
      ...numbers,
      ...nearby,
      ...listed.flatMap((line) => line.page ?? []),
      ...found.pages.slice(0, MOST_LISTED).map((entry) => entry.page),
      ...doubtful.map((entry) => entry.number),
    ]);
    render(house, req, res, 'reader', {
      title: req.t('reader.title', { title, ...called(number) }),
      robots: rights.isViewOnly ? 'noindex, noimageindex' : 'noindex',
      workTitle: title,
      work,
      file,
      q,
      number,
      count,
      countText: String(count),
      leaves: leaves.map((leaf) => ({ ...leaf, called: called(leaf.number) })),
      here: called(number),
      unknownPage: typed || null,
      at,
      address: at(number),
      hitId,
      textLanguage: work.metadata.languages.length === 1 ? work.metadata.languages[0] : null,
      rights,
      ...(await offersOf(house, work, file, rights)),
      two,
      previous: before < 1 ? null : at(two ? spreadOf(before, count)[0]! : before),
      next: after > count ? null : at(after),
      found: foundFor(found, called, at),
      isEnough,
      ...(await neighbourHits(found, numbers, at, (entry) => lastHit(house, rights, file.id, entry, q))),
      contents: listed.map((line) => ({ ...line, called: line.page === null ? null : called(line.page) })),
      thumbnails: nearby.map((page) => ({
        called: called(page),
        href: at(page),
        src: rights.isViewOnly ? null : pictureAddress(work, file, page, THUMBNAIL),
        current: numbers.includes(page),
      })),
      textState: file.text.state,
      textReason: file.text.reason,
      viewHref: `?${new URLSearchParams({ page: String(number), ...(q ? { q } : {}), ...(two ? {} : { view: 'two' }) })}`,
      doubtful: doubtful.map((page) => ({ ...page, called: called(page.number), href: at(page.number) })),
    });
  });

  router.get('/works/:id/files/:fileId/pages/:page.jpg', async (req, res) => {
    const { work, file } = await readableFile(house, req);
    const rights = rightsOf(house, req, work, file);
    const page = Number(req.params.page);
    if (!Number.isSafeInteger(page)) throw new NotFound();
    const width = widthIn(req.query.w);
    if (rights.isViewOnly) {
      await within(pictureLimit, req, res);
      return sendStamped(house, req, res, file, page, width);
    }
    try {
      const picture = await reading.picture(file.id, page, width, isAhead(req) ? 'ahead' : 'shown');
      sendPicture(house, res, work, file, picture);
    } catch (error) {
      if (!(error instanceof RenderFailed)) throw error;
      sendReason(req, res, error);
    }
  });

  router.get('/works/:id/files/:fileId/pictures/:page.jpg', async (req, res) => {
    const { work, file } = await readableFile(house, req);
    if (rightsOf(house, req, work, file).isViewOnly) throw new Forbidden('error.fileClosed');
    const number = Number(req.params.page);
    if (!Number.isSafeInteger(number) || number < 1) throw new NotFound();
    try {
      sendPicture(house, res, work, file, await reading.pictureInside(file.id, number));
    } catch (error) {
      if (!(error instanceof RenderFailed)) throw error;
      sendReason(req, res, new RenderFailed('reader.pictureUnshown', {}, { cause: error }), 160);
    }
  });

  router.get('/works/:id/files/:fileId/thumbnail', async (req, res) => {
    const { work, file } = await readableFile(house, req);
    if (rightsOf(house, req, work, file).isViewOnly) throw new Forbidden('error.fileClosed');
    sendPicture(house, res, work, file, await reading.cover(file.id));
  });

  router.post('/works/:id/files/:fileId/pages/:page/text', async (req, res) => {
    const { work, file } = await readableFile(house, req);
    if (!isStaff(req.visitor)) throw new Forbidden();
    const page = Number(req.params.page);
    if (!Number.isSafeInteger(page) || typeof req.body?.text !== 'string') throw new NotFound();
    await reading.correct(file.id, work.id, page, req.body.text, req.visitor.accountId);
    res.redirect(303, `/works/${work.id}/files/${file.id}/read?page=${page}`);
  });

  return router;
}

/** What is open to all a browser may keep for a while; of all else it must ask each time whether it still may show it. */
export function sendPicture(house: House, res: Response, work: Work, file: WorkFile, picture: string): void {
  const isOpen = isOpenToAll(work, file, house.today());
  res.setHeader('Cache-Control', isOpen ? 'private, max-age=600' : 'private, no-cache');
  res.setHeader('Vary', 'Cookie');
  res.sendFile(picture, { cacheControl: false, dotfiles: 'allow' });
}

/**
 * A browser shows it where the page, or a picture in it, would stand: who turns to what cannot be drawn reads why.
 * @param height of what stands there, when it is 595 wide
 */
function sendReason(req: Request, res: Response, error: RenderFailed, height = 842): void {
  const words = req.t.tell(error.messageKey, error.params).split(' ');
  const lines = [''];
  for (const word of words) {
    if (`${lines.at(-1)} ${word}`.length > 34) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  const spans = lines
    .map((line, i) => `<tspan x="297" y="${Math.round(height * 0.45) + i * 34}">${escapeXml(line)}</tspan>`)
    .join('');
  res.status(422).setHeader('Cache-Control', 'no-store');
  res
    .type('image/svg+xml')
    .send(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 595 ${height}" width="595" height="${height}"><rect width="595" height="${height}" fill="#fff"/><text font-family="sans-serif" font-size="24" text-anchor="middle" fill="#444">${spans}</text></svg>`,
    );
}

const escapeXml = (text: string) => text.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Fetched before anyone turns to it; browsers say so themselves, and our script where they do not. */
const isAhead = (req: Request): boolean => /prefetch/i.test(req.get('Sec-Purpose') ?? req.get('Purpose') ?? '');

const within = (limit: RequestHandler, req: Request, res: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void limit(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });

export interface Rights {
  /** Its bytes leave for nobody but those who keep it. */
  isViewOnly: boolean;
  mayDownload: boolean;
  mayCorrect: boolean;
}

/** What this visitor may do with a file that he may read. */
export function rightsOf(house: House, req: Request, work: Work, file: WorkFile): Rights {
  return {
    isViewOnly: accessOf(work, file).viewOnly && !mayEdit(req.visitor, work),
    mayDownload: mayDownload(req.visitor, work, file, house.today()),
    mayCorrect: isStaff(req.visitor),
  };
}

/** Where this visitor may save the file, and where a browser shows it as a PDF; of a scanned book, the PDF made of it. */
async function offersOf(house: House, work: Work, file: WorkFile, rights: Rights) {
  if (!rights.mayDownload) return { downloadHref: null, pdfHref: null };
  if (isBook(file)) {
    const made = (await house.searchablePdfs.of(file.id)) && searchableAddress(work, file);
    return { downloadHref: made && `${made}?download`, pdfHref: made };
  }
  const isPdf = file.mediaType === 'application/pdf';
  return { downloadHref: downloadAddress(work, file), pdfHref: isPdf ? fileAddress(work, file) : null };
}

/** As a book lies open: the first page alone, then 2 and 3, 4 and 5; a page is always on its own side. */
function spreadOf(number: number, count: number): number[] {
  const left = number - (number % 2);
  return [left, left + 1].filter((page) => page >= 1 && page <= count);
}

/** An address counts pages as the file does; what is printed on one (xii) is understood too where it is no number. */
async function pageAsked(house: House, asked: unknown, fileId: number, count: number): Promise<number> {
  const text = typeof asked === 'string' ? asked.trim() : '';
  if (/^\d{1,6}$/.test(text)) return Math.min(count, Math.max(1, Number(text)));
  return (text && (await house.texts.pageLabelled(fileId, text.slice(0, 100)))) || 1;
}

/**
 * A person means what he sees on the page: the place that we write in brackets, else what is printed on a page, and
 * only where no page has it printed, the place in the file. Null where there is none of it.
 */
async function pageCalled(house: House, typed: string, fileId: number, count: number): Promise<number | null> {
  const isThere = (place: number | null) => place !== null && place >= 1 && place <= count;
  const place = placeTyped(typed);
  if (isThere(place)) return place;
  const printed = await house.texts.pageLabelled(fileId, typed);
  if (printed) return printed;
  const number = /^\d{1,6}$/.test(typed) ? Number(typed) : null;
  return isThere(number) ? number : null;
}

const questionIn = (req: Request): string =>
  typeof req.query.q === 'string' ? req.query.q.trim().slice(0, QUESTION_LENGTH) : '';

function widthIn(asked: unknown): Width {
  const width = Number(asked ?? 900);
  return WIDTHS.find((known) => known === width) ?? 900;
}

/** The version of the bytes in the address: a new file never shows an old file's picture from a cache. */
const pictureAddress = (work: Work, file: WorkFile, page: number, width: Width): string =>
  `/works/${work.id}/files/${file.id}/pages/${page}.jpg?w=${width}&v=${file.sha512.slice(0, 8)}`;

/** Tells one reader's session from another's, without keeping either. */
function sessionOf(req: Request): string {
  const whose = parseCookie(req.headers.cookie ?? '')[SESSION_COOKIE] ?? `${req.ip} ${req.headers['user-agent'] ?? ''}`;
  return createHash('sha256').update(whose).digest('base64url');
}

async function leafOf(
  house: House,
  req: Request,
  work: Work,
  file: WorkFile,
  rights: Rights,
  number: number,
  q: string,
) {
  const view = await house.reading.reader.page(file.id, number, q);
  const page: PageView = view ?? {
    number,
    label: null,
    width: 595,
    height: 842,
    isPicture: file.mediaType === 'application/pdf' || file.mediaType.startsWith('image/'),
    lines: [],
    hits: [],
    paragraphs: [],
    document: null,
    problem: null,
    confidence: null,
  };
  const picture = (width: Width) =>
    rights.isViewOnly
      ? `/works/${work.id}/files/${file.id}/pages/${number}.jpg?w=${width}&ticket=${encodeURIComponent(house.reading.tickets.give(sessionOf(req), file.id, number))}`
      : pictureAddress(work, file, number, width);
  return {
    ...page,
    /** Where a picture of the document is, by its number there. */
    pictureInside: (inside: number) =>
      `/works/${work.id}/files/${file.id}/pictures/${inside}.jpg?v=${file.sha512.slice(0, 8)}`,
    // The text of a view-only work is for finding, not for taking: where the hits stand is all that leaves.
    ...(rights.isViewOnly ? { lines: [], paragraphs: [], document: null, isPicture: true } : {}),
    pictures: WIDTHS.filter((width) => width !== THUMBNAIL).map((width) => ({ width, src: picture(width) })),
    correction:
      rights.mayCorrect && view?.isPicture
        ? {
            action: `/works/${work.id}/files/${file.id}/pages/${number}/text`,
            text: page.paragraphs.map(plain).join('\n\n'),
          }
        : null,
  };
}

const plain = (paragraph: { text: string }[]) => paragraph.map((segment) => segment.text).join('');

async function sendStamped(
  house: House,
  req: Request,
  res: Response,
  file: WorkFile,
  page: number,
  width: Width,
): Promise<void> {
  const ticket = typeof req.query.ticket === 'string' ? req.query.ticket : '';
  if (!house.reading.tickets.isValid(ticket, sessionOf(req), file.id, page)) throw new Forbidden('reader.ticketOver');
  const reader = req.visitor.name ?? req.ip ?? '';
  // Nobody needs more than a page to read: the largest picture would be a copy.
  const stamped = await house.reading.watermarked(
    file.id,
    page,
    width === 2000 ? 1400 : width,
    `${reader} · ${house.today()}`,
  );
  res.setHeader('Cache-Control', 'no-store');
  res.type('image/jpeg').send(Buffer.from(stamped));
}

function foundFor(found: FoundPages, called: (page: number) => PageName, at: (page: number, hit?: string) => string) {
  return {
    hits: found.hits,
    pages: found.pages.length,
    listed: found.pages.slice(0, MOST_LISTED).map((entry) => ({
      ...entry,
      called: called(entry.page),
      href: at(entry.page, `#${hitId(entry.page, 0)}`),
    })),
    more: found.pages.length > MOST_LISTED,
  };
}

/** The last hit before the pages that are shown, and the first after them. */
async function neighbourHits(
  found: FoundPages,
  shown: readonly number[],
  at: (page: number, hit?: string) => string,
  lastOn: (entry: FoundPage) => Promise<number>,
) {
  const before = found.pages.findLast((entry) => entry.page < shown[0]!);
  const after = found.pages.find((entry) => entry.page > shown.at(-1)!);
  return {
    previousHit: before ? at(before.page, `#${hitId(before.page, await lastOn(before))}`) : null,
    nextHit: after ? at(after.page, `#${hitId(after.page, 0)}`) : null,
  };
}

/** From 0, as they are counted where they are shown: what is broken across two lines of a picture has two places. */
async function lastHit(house: House, rights: Rights, fileId: number, entry: FoundPage, q: string): Promise<number> {
  const view = await house.reading.reader.page(fileId, entry.page, q);
  if (view?.isPicture || rights.isViewOnly) return Math.max(0, (view?.hits.length ?? 0) - 1);
  if (!view || view.document) return entry.hits - 1;
  return Math.max(0, view.paragraphs.flat().filter((part) => part.hit).length - 1);
}

interface ContentsLine {
  title: string;
  page: number | null;
  href: string | null;
  depth: number;
}

function contentsFor(
  entries: readonly OutlineEntry[],
  at: (page: number, place?: string) => string,
  depth = 1,
): ContentsLine[] {
  return entries.flatMap((entry) => [
    {
      title: entry.title,
      page: entry.page,
      href: entry.page === null ? null : at(entry.page, entry.anchor ? `#${entry.anchor}` : ''),
      depth: Math.min(depth, 4),
    },
    ...contentsFor(entry.children, at, depth + 1),
  ]);
}

function around(number: number, count: number): number[] {
  const from = Math.max(1, Math.min(number - THUMBNAILS_AROUND, count - 2 * THUMBNAILS_AROUND));
  const to = Math.min(count, from + 2 * THUMBNAILS_AROUND);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

async function doubtfulPages(house: House, fileId: number) {
  const shapes = await house.texts.shapes(fileId);
  return shapes
    .filter((shape) => shape.confidence !== null && shape.confidence < DOUBTFUL)
    .sort((a, b) => a.confidence! - b.confidence!)
    .slice(0, 50)
    .map((shape) => ({ number: shape.number, percent: Math.round(shape.confidence!) }));
}
