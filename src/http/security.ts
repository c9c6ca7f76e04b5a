import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { Busy, Forbidden } from '../errors';

/** Headers for every answer: nothing but our own scripts, styles and images runs or shows on our pages. */
export function securityHeaders(baseUrl: string): RequestHandler {
  const isHttps = baseUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
        ...(isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: isHttps,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
  });
}

/**
 * Refuses a form that another site sends in a signed-in person's name. Browsers say where a request comes from
 * (`Sec-Fetch-Site`, else `Origin`); a request with a bearer token carries no cookie's power and passes.
 */
export function refuseForeignForms(baseUrl: string): RequestHandler {
  return (req: Request, _res: Response, next: NextFunction) => {
    const hasToken = /^Bearer /i.test(req.headers.authorization ?? '');
    if (['GET', 'HEAD', 'OPTIONS'].includes(req.method) || hasToken) return next();
    const site = req.headers['sec-fetch-site'];
    const origin = req.headers.origin;
    const own = [new URL(baseUrl).origin, `${req.protocol}://${req.headers.host}`];
    const isOwn = site ? site === 'same-origin' || site === 'none' : !origin || own.includes(origin);
    next(isOwn ? undefined : new Forbidden('error.crossSite'));
  };
}

/** The address a request comes from; of IPv6 the network, for one household has more addresses than can be counted. */
export const addressOf = (req: Request): string => ipKeyGenerator(req.ip ?? '');

/**
 * At most `limit` requests of one address in `windowSeconds`; more are told when to come back.
 * @param options count only those that were refused; count by something else than the address, or, with null, not at all.
 */
export function limitRate(
  limit: number,
  windowSeconds: number,
  options: { failuresOnly?: boolean; by?: (req: Request) => string | null } = {},
): RequestHandler {
  const { by } = options;
  return rateLimit({
    windowMs: windowSeconds * 1000,
    limit,
    skipSuccessfulRequests: options.failuresOnly ?? false,
    ...(by ? { keyGenerator: (req: Request) => by(req) ?? '', skip: (req: Request) => by(req) === null } : {}),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_req, res, next) => {
      const resetTime = (_req as Request & { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime;
      const seconds = resetTime ? Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1000)) : windowSeconds;
      res.status(429);
      next(new Busy('error.tooMany', seconds));
    },
  });
}
