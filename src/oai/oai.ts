import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Config } from '../config';
import { Busy } from '../errors';
import type { Log } from '../log';
import { encodingOf } from './encoding';
import { isPerson, PERSON_HEADERS, page } from './page';
import type { Provider } from './provider';

/**
 * What one address may ask. Only those count that come while another of its requests is in hand: a harvester that waits
 * for one answer before it asks for the next is slowed by our answers alone, and meets no limit however fast it is.
 */
const LIMITS = { requests: 12_000, everySeconds: 60, atOnce: 8 };
const RETRY_AFTER_SECONDS = 30;
/** To a page: it is made on the thread that answers everybody, and nobody reads a hundred. */
const RECORDS_FOR_PEOPLE = 20;

/** The OAI-PMH door: `/oai` by GET and POST; a person in a browser gets the same answer as a page to click through. */
export function oai(
  provider: Provider,
  log: Log,
  config: Pick<Config, 'defaultLanguage' | 'repositoryName'>,
  limits = LIMITS,
): Router {
  const router = Router();
  router.use(...notTooMany(limits));
  // As text: the names and values must come in the order and as often as they were sent.
  router.use(express.text({ type: 'application/x-www-form-urlencoded', limit: '20kb' }));
  router.all('/', async (req, res, next) => {
    if (!['GET', 'HEAD', 'POST'].includes(req.method)) {
      res.set('Allow', 'GET, HEAD, POST').status(405).end();
      return;
    }
    try {
      const repository = { name: config.repositoryName, language: config.defaultLanguage };
      if (isPerson(req)) {
        const xml = await provider.answer(argumentsOf(req), RECORDS_FOR_PEOPLE);
        await send(req, res, page(req, xml, repository), 'text/html');
      } else await send(req, res, await provider.answer(argumentsOf(req)), 'text/xml');
    } catch (error) {
      next(error);
    }
  });
  router.use(unavailable(log));
  return router;
}

function argumentsOf(req: Request): [string, string][] {
  const query = req.originalUrl.slice(req.originalUrl.indexOf('?') + 1 || req.originalUrl.length);
  const body = req.method === 'POST' && typeof req.body === 'string' ? req.body : '';
  return [...new URLSearchParams(query), ...new URLSearchParams(body)];
}

const compressed = {
  gzip: promisify<string, { level: number }, Buffer>(gzip),
  deflate: promisify<string, { level: number }, Buffer>(deflate),
};

async function send(req: Request, res: Response, text: string, type: 'text/xml' | 'text/html'): Promise<void> {
  const encoding = encodingOf(req.headers['accept-encoding']);
  res.set({
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': 'no-store',
    Vary: `Accept-Encoding, ${PERSON_HEADERS}`,
  });
  if (encoding !== 'identity') res.set('Content-Encoding', encoding);
  // Level 1: half the time of level 6 for a tenth more bytes.
  const body = encoding === 'identity' ? Buffer.from(text) : await compressed[encoding](text, { level: 1 });
  res.set('Content-Length', String(body.length));
  res.end(req.method === 'HEAD' ? undefined : body);
}

function notTooMany({ requests, everySeconds, atOnce }: typeof LIMITS): RequestHandler[] {
  const inHand = new Map<string, number>();
  const address = (req: Request) => ipKeyGenerator(req.ip ?? '');
  const notTooManyAtOnce: RequestHandler = (req, res, next) => {
    const from = address(req);
    const now = (inHand.get(from) ?? 0) + 1;
    if (now > atOnce) return next(new Busy('error.tooMany', RETRY_AFTER_SECONDS));
    inHand.set(from, now);
    res.once('close', () => {
      const left = (inHand.get(from) ?? 1) - 1;
      if (left > 0) inHand.set(from, left);
      else inHand.delete(from);
    });
    next();
  };
  const notTooOften = rateLimit({
    windowMs: everySeconds * 1000,
    limit: requests,
    keyGenerator: address,
    skip: (req) => inHand.get(address(req)) === 1,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (req, _res, next) => next(new Busy('error.tooMany', secondsLeft(req) ?? everySeconds)),
  });
  return [notTooManyAtOnce, notTooOften];
}

/** Until the address may ask again: one that comes back then is answered. */
function secondsLeft(req: Request): number | null {
  const { resetTime } = (req as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
  return resetTime ? Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1000)) : null;
}

/** Whatever fails on our side is "come back later": an empty list would tell a harvester that nothing is there. */
function unavailable(log: Log) {
  return (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error);
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      res.status(status).type('text/plain').end('The request cannot be read.\n');
      return;
    }
    if (!(error instanceof Busy)) log.error({ err: error, path: req.path }, 'OAI-PMH request failed');
    res
      .status(503)
      .set('Retry-After', String(error instanceof Busy ? error.retryAfterSeconds : RETRY_AFTER_SECONDS))
      .type('text/plain')
      .end('The repository cannot answer now. Please come back after the time in Retry-After.\n');
  };
}
