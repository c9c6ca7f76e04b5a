import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { Invalid, NotFound, SignInNeeded } from '../errors';
import type { House } from '../house';
import { receiveFiles } from '../http/upload';
import { validate } from '../validate';
import { collectionRoutes } from './collections';
import { fileRoutes } from './files';
import { openApiDocument } from './openapi';
import { pageRoutes } from './pages';
import { peopleRoutes } from './people';
import { problems, Refusal } from './problem';
import type { Call, Method, PathValues, Reply, Route } from './route';
import { READ_ONLY } from './schemas';
import { searchRoutes } from './search';
import { unknownFields } from './unknown-fields';
import { workRoutes } from './works';

/** Every request of the interface. What is in this table is answered and is in the document; nothing else is. */
export const ROUTES: readonly Route[] = [
  ...workRoutes,
  ...fileRoutes,
  ...pageRoutes,
  ...searchRoutes,
  ...peopleRoutes,
  ...collectionRoutes,
];

/** What a request may bring as JSON. Files come as multipart and have a limit of their own. */
const JSON_LIMIT = '2mb';

/** The JSON interface, to be mounted at /api/v1. */
export function api(house: House): Router {
  const router = Router();
  router.use(refuseWrongTokens, commonHeaders);
  const document = JSON.stringify(openApiDocument(ROUTES, house.config));
  router.get('/openapi.json', (_req, res) => {
    res.setHeader('Content-Type', 'application/vnd.oai.openapi+json;version=3.1; charset=utf-8');
    res.setHeader('Cache-Control', 'public, max-age=300');
    res.send(document);
  });
  const methods = new Map<string, Method[]>([['/openapi.json', ['get']]]);
  for (const route of ROUTES) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    router[route.method](path, ...stepsOf(house, route));
  }
  for (const [path, allowed] of methods) router.all(path, otherMethods(allowed));
  router.use(() => {
    throw new NotFound();
  });
  router.use(problems(house.log));
  return router;
}

/** A token that opens nothing is told so, lest its bearer take himself for signed in. */
const refuseWrongTokens: RequestHandler = (req, _res, next) => {
  // Another scheme is of a proxy before us, not for us.
  const hasToken = /^Bearer\b/i.test(req.headers.authorization ?? '');
  next(hasToken && !req.account ? new SignInNeeded('error.wrongToken') : undefined);
};

const commonHeaders: RequestHandler = (req, res, next) => {
  res.setHeader('Cache-Control', 'private, no-cache');
  res.setHeader('Vary', 'Authorization, Cookie, Accept-Language');
  res.setHeader('Content-Language', req.language);
  next();
};

const otherMethods =
  (allowed: readonly Method[]): RequestHandler =>
  (req, res) => {
    const names = [...new Set(allowed)].map((method) => method.toUpperCase());
    res.setHeader('Allow', [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', '));
    if (req.method !== 'OPTIONS') throw new Refusal(405, 'error.methodNotAllowed');
    res.status(204).end();
  };

/** A request's way: who asks, what may be asked, then what it brings, then the act. */
function stepsOf(house: House, route: Route): RequestHandler[] {
  const steps: RequestHandler[] = [];
  steps.push(async (req, res, next) => {
    if (route.signedIn && req.visitor.role === null) throw new SignInNeeded();
    await route.before?.({ house, visitor: req.visitor, path: pathValues(req), req, res });
    next();
  });
  if (route.body) steps.push(requireType(/^application\/([\w.+-]+\+)?json\s*(;|$)/i), parseJson);
  if (route.takesFiles) steps.push(requireType(/^multipart\/form-data\s*;/i), receiveFiles(house, 'file'));
  steps.push(async (req, res) => {
    const call: Call<unknown, unknown> = {
      house,
      visitor: req.visitor,
      path: pathValues(req),
      body: route.body && bodyOf(route, req),
      query: route.query && validate(route.query, { ...req.query }),
      req,
      res,
    };
    const reply = await route.handle(call as Parameters<Route['handle']>[0]);
    if (reply) send(req, res, reply);
  });
  return steps;
}

const parseJson = express.json({ limit: JSON_LIMIT, type: () => true, strict: false });

const requireType =
  (wanted: RegExp): RequestHandler =>
  (req: Request, _res: Response, next: NextFunction) => {
    next(wanted.test(req.headers['content-type'] ?? '') ? undefined : new Refusal(415, 'error.wrongMediaType'));
  };

/** Numbers and slugs in the address. What cannot be one is the address of nothing. */
function pathValues(req: Request): PathValues {
  const number = (name: string) => {
    const text = req.params[name];
    if (text === undefined) return 0;
    if (typeof text !== 'string' || !/^[1-9]\d{0,14}$/.test(text)) throw new NotFound();
    return Number(text);
  };
  return { id: number('id'), fileId: number('fileId'), slug: String(req.params.slug ?? '') };
}

/** The body as the route's schema makes it. Fields that only answers have may come back and are passed over. */
function bodyOf(route: Route, req: Request): unknown {
  const { name, schema } = route.body!;
  const given: unknown = req.body;
  const taken = validate(schema, given);
  const passedOver: readonly string[] = name.startsWith('Work')
    ? READ_ONLY.work
    : name.startsWith('Person')
      ? READ_ONLY.person
      : name.startsWith('Collection')
        ? READ_ONLY.collection
        : name === 'BookPagesInput'
          ? READ_ONLY.bookPages
          : [];
  const unknown = unknownFields(given, taken).filter((issue) => !passedOver.includes(issue.path));
  if (unknown.length > 0) throw new Invalid(unknown.slice(0, 50));
  return taken;
}

function send(req: Request, res: Response, reply: Reply): void {
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  res.status(reply.status);
  if (reply.body === undefined) {
    res.end();
    return;
  }
  if (reply.status === 200 && req.fresh) {
    res.status(304).end();
    return;
  }
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.send(JSON.stringify(reply.body));
}
