import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { HouseError } from '../errors';
import { problemOf } from '../http/problem';
import type { MessageKey } from '../i18n';
import type { Log } from '../log';

/** A refusal that only HTTP has a word for. */
export class Refusal extends HouseError {
  constructor(
    readonly status: 404 | 405 | 410 | 415,
    messageKey: MessageKey,
    /** Members to add to the problem. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(messageKey);
  }
}

/** The one place where this door says what went wrong: RFC 9457, with a sentence in the reader's language. */
export function problems(log: Log): ErrorRequestHandler {
  return (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error, req, log);
    const refusal = error instanceof Refusal ? error : null;
    const status = refusal?.status ?? problem.status;
    if (problem.retryAfterSeconds !== null) res.setHeader('Retry-After', problem.retryAfterSeconds);
    if (status === 401) res.setHeader('WWW-Authenticate', 'Bearer realm="Achyk"');
    for (const name of ['ETag', 'Location', 'Content-Disposition', 'Accept-Ranges']) res.removeHeader(name);
    res
      .status(status)
      .setHeader('Cache-Control', 'no-store')
      .setHeader('Content-Type', 'application/problem+json; charset=utf-8')
      .setHeader('Content-Language', req.language)
      .send(
        JSON.stringify({
          type: 'about:blank',
          title: STATUS_CODES[status],
          status,
          detail: refusal ? req.t.tell(refusal.messageKey) : problem.message,
          ...(problem.issues.length > 0 ? { errors: problem.issues } : {}),
          ...(problem.number ? { number: problem.number } : {}),
          ...refusal?.more,
        }),
      );
  };
}
