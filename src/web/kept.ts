import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import type { House } from '../house';

/** Changes with everything that is written to the database, by this process or another. */
function databaseState(house: House): () => string {
  const ownWrites = house.database.sqlite.prepare('SELECT total_changes()').pluck();
  return () => `${ownWrites.get()} ${house.database.sqlite.pragma('data_version', { simple: true })}`;
}

/**
 * A value that is worked out once and kept until something is written to the database. Nothing here can be out of
 * date, so nobody has to say when it should be thrown away.
 */
export function kept<T>(house: House, compute: () => Promise<T>): () => Promise<T> {
  const stateNow = databaseState(house);
  let known: { state: string; value: Promise<T> } | null = null;
  return () => {
    const state = stateNow();
    if (known?.state !== state) {
      const value = compute();
      known = { state, value };
      value.catch(() => {
        if (known?.value === value) known = null;
      });
    }
    return known!.value;
  };
}

/** Pages that are the same for every reader who is not signed in and not on campus. */
const KEPT = /^\/($|about$|search$|(works|people|collections)\/[^/]+$|works\/\d+\/versions\/\d+$|people$|browse\/)/;
const MOST_PAGES = 400;
const LARGEST_PAGE = 200_000; // characters
/** The index is another database, which a command may replace; its pages are worked out anew this often. */
const LONGEST_MS = 5_000;

interface KeptPage {
  html: string;
  /** The `Link` header: what the page tells programs. */
  link: string | null;
  /** Made when the page is asked for again. */
  gzip: Buffer | null;
  at: number;
}

/**
 * Answers signed-out readers with a page worked out before, as long as nothing was written to the database since and
 * the day is the same (embargoes end by it). What is kept is what was sent; whoever has an account gets his own.
 */
export function keptPages(house: House): RequestHandler {
  const stateNow = databaseState(house);
  const pages = new Map<string, KeptPage>();
  let holdsFor = '';
  return (req, res, next) => {
    if (req.method !== 'GET' || req.account || req.visitor.onCampus || !KEPT.test(req.path)) return next();
    const state = `${stateNow()} ${house.today()}`;
    if (state !== holdsFor) {
      pages.clear();
      holdsFor = state;
    }
    const key = `${req.language} ${req.originalUrl}`;
    const page = pages.get(key);
    if (page && (req.path !== '/search' || Date.now() - page.at < LONGEST_MS)) {
      res.setHeader('Content-Type', 'text/html; charset=utf-8');
      sharedByNobody(res);
      if (page.link) res.setHeader('Link', page.link);
      if (!/\bgzip\b/.test(String(req.headers['accept-encoding']))) {
        res.end(page.html);
        return;
      }
      page.gzip ??= gzipSync(page.html, { level: 6 });
      res.vary('Accept-Encoding');
      res.setHeader('Content-Encoding', 'gzip');
      res.setHeader('Content-Length', page.gzip.length);
      res.end(page.gzip);
      return;
    }
    const send = res.send.bind(res);
    res.send = (body: unknown) => {
      const isWhole = res.statusCode === 200 && res.locals.isIncomplete !== true;
      if (isWhole && typeof body === 'string' && body.length <= LARGEST_PAGE && state === holdsFor) {
        const link = res.getHeader('Link');
        if (state === `${stateNow()} ${house.today()}`) {
          pages.set(key, { html: body, link: link ? String(link) : null, gzip: null, at: Date.now() });
        }
        if (pages.size > MOST_PAGES) pages.delete(pages.keys().next().value!);
      }
      return send(body);
    };
    next();
  };
}

/** A page differs by language and by who is signed in; nobody in between may keep it. */
export function sharedByNobody(res: { setHeader(name: string, value: string): unknown }): void {
  res.setHeader('Cache-Control', 'private, no-cache');
  res.setHeader('Vary', 'Cookie, Accept-Language');
}
