import { randomBytes } from 'node:crypto';
import type { Request } from 'express';
import {
  Busy,
  Conflict,
  type FieldIssue,
  Forbidden,
  Gone,
  HouseError,
  Invalid,
  NotFound,
  Outdated,
  SignInNeeded,
} from '../errors';
import type { Log } from '../log';

/** An error as every HTTP door tells it, in its own form. */
export interface Problem {
  status: number;
  /** A sentence in the reader's language. */
  message: string;
  /** What the sender can mend, each with a sentence. */
  issues: { path: string; message: string }[];
  retryAfterSeconds: number | null;
  /** To quote to the library; only with the unexpected. */
  number: string | null;
}

/** The one place where the house's errors become HTTP. The unexpected is written to the log once, under its number. */
export function problemOf(error: unknown, req: Request, log: Log): Problem {
  const { t } = req;
  const plain = (status: number, message: string, more: Partial<Problem> = {}): Problem => ({
    status,
    message,
    issues: [],
    retryAfterSeconds: null,
    number: null,
    ...more,
  });
  if (error instanceof HouseError) {
    const params =
      'state' in error.params ? { ...error.params, state: t.tell(`state.${error.params.state}`) } : error.params;
    const message = t.tell(error.messageKey, params);
    if (error instanceof Invalid) {
      const status = error.issues.every((issue) => issue.message === 'fileTooLarge') ? 413 : 422;
      return plain(status, message, {
        issues: error.issues.map((issue) => ({ path: issue.path, message: sentenceOf(issue, req) })),
      });
    }
    if (error instanceof Busy) {
      const status = error.messageKey === 'error.tooMany' ? 429 : 503;
      return plain(status, message, { retryAfterSeconds: error.retryAfterSeconds });
    }
    if (error instanceof NotFound) return plain(404, message);
    if (error instanceof Gone) return plain(410, message);
    if (error instanceof SignInNeeded) return plain(401, message);
    if (error instanceof Forbidden) return plain(403, message);
    if (error instanceof Outdated) return plain(412, message);
    if (error instanceof Conflict) return plain(409, message);
    return plain(422, message); // what a file, as it is, does not give
  }
  if (isLocked(error)) {
    log.warn({ err: error, method: req.method, path: req.path }, 'another process was too long at its writing');
    return plain(503, t('error.busy'), { retryAfterSeconds: 10 });
  }
  const status = statusOf(error);
  if (status === 405) return plain(405, t('error.methodNotAllowed'));
  if (status === 413) return plain(413, t('error.requestTooLarge'));
  if (status !== null) return plain(status, status === 404 ? t('error.notFound') : t('error.unreadableRequest'));
  const number = randomBytes(4).toString('hex');
  log.error({ err: error, number, method: req.method, path: req.path }, 'unexpected error');
  return plain(500, t('error.unexpected', { number }), { number });
}

/** What a field's message says in the reader's language. */
export const sentenceOf = (issue: FieldIssue, req: Request): string =>
  req.t.tell(`invalid.${issue.message}`, issue.params);

/** Did SQLite wait for another process in vain? */
const isLocked = (error: unknown): boolean =>
  String((error as { code?: unknown } | null | undefined)?.code).startsWith('SQLITE_BUSY');

/** The status of an error that Express, its body parsers or multer made, where the sender is to blame. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (code === 'LIMIT_UNEXPECTED_FILE') return 400; // a file in a field that takes none
  if (typeof code === 'string' && code.startsWith('LIMIT_')) return 413;
  if (error instanceof Error && /multipart|unexpected end of form|boundary|malformed part header/i.test(error.message))
    return 400;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
