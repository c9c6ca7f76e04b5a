import type { RequestHandler } from 'express';
import type { Log } from '../log';

/**
 * One line for every answer: method, path, status, time. Queries are left out, for they hold what people search and
 * sometimes tickets; so are parts of a path that look like a secret (the link that sets a password).
 */
export function logRequests(log: Log): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const path = withoutSecrets(req.path);
    res.once('close', () => {
      const line = {
        method: req.method,
        path,
        status: res.statusCode,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        ...(res.writableFinished ? {} : { aborted: true }),
      };
      const isRoutine = /^\/(healthz|readyz|metrics|assets\/)/.test(path) && res.statusCode < 400;
      log[isRoutine ? 'debug' : 'info'](line, 'request');
    });
    next();
  };
}

export const withoutSecrets = (path: string): string =>
  path.replace(/^\/welcome\/.+/, '/welcome/…').replace(/\/[A-Za-z0-9_-]{32,}(?=\/|$)/g, '/…');
