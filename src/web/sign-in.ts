import { parseCookie } from 'cookie';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Account } from '../accounts/accounts';
import { Busy } from '../errors';
import type { House } from '../house';
import { addressOf, limitRate } from '../http/security';
import { KNOWN_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE } from '../http/visitor';
import { errorsOf, fieldOf, localPath, noErrors } from './form';
import { render } from './view';

const QUARTER_OF_AN_HOUR = 900;

export function signInRoutes(house: House): Router {
  const router = Router();
  const { accounts, config } = house;
  const slowGuessing = slowGuessingOf(house);

  const page = (req: Request, res: Response, next: string, errors = noErrors) => {
    res.status(errors.status);
    render(house, req, res, 'sign-in', {
      title: req.t('signIn.title'),
      robots: 'noindex',
      next,
      email: fieldOf(req, 'email'),
      errors,
    });
  };

  router.get('/sign-in', (req, res) => {
    const next = localPath(req.query.next, '');
    if (req.account) return res.redirect(303, next || '/account');
    page(req, res, next);
  });

  router.post('/sign-in', ...slowGuessing, async (req, res) => {
    const next = localPath(fieldOf(req, 'next'), '');
    const account = await accounts.signIn(fieldOf(req, 'email'), fieldOf(req, 'password'));
    if (!account) return page(req, res, next, errorsOf([], req.t('error.wrongSignIn')));
    await beginSession(house, req, res, account);
    res.redirect(303, next || '/account');
  });

  // Whoever must wait keeps what was typed, and is told of the other way in.
  router.use('/sign-in', (error: unknown, req: Request, res: Response, next: NextFunction) => {
    const isTooOften = error instanceof Busy && error.messageKey === 'error.tooMany';
    if (!isTooOften || req.path !== '/') return next(error);
    res.setHeader('Retry-After', error.retryAfterSeconds);
    const count = Math.ceil(error.retryAfterSeconds / 60);
    page(req, res, localPath(fieldOf(req, 'next'), ''), errorsOf([], req.t('signIn.tooMany', { count }), 429));
  });

  router.post('/sign-out', async (req, res) => {
    const secret = parseCookie(req.headers.cookie ?? '')[SESSION_COOKIE];
    if (secret) await accounts.closeSession(secret);
    res.clearCookie(SESSION_COOKIE, { path: '/' });
    res.redirect(303, '/');
  });

  router.get('/sign-in/forgotten', (req, res) => {
    render(house, req, res, 'forgotten', {
      title: req.t('forgot.title'),
      robots: 'noindex',
      hasMail: config.smtpUrl !== undefined,
      sent: req.query.sent === '1',
    });
  });

  router.post('/sign-in/forgotten', limitRate(10, QUARTER_OF_AN_HOUR), async (req, res) => {
    const account = await accounts.byEmail(fieldOf(req, 'email'));
    if (account && !account.disabled) await house.letters.passwordLink(account.id);
    res.redirect(303, '/sign-in/forgotten?sent=1'); // the same answer, whether there is such an account or not
  });

  return router;
}

/**
 * Failures alone count: of one address, of one account from one address, and, more widely, of one account from anywhere. In
 * a browser that has signed in to the account before, only its own failures do, so that nobody shuts an owner out.
 */
function slowGuessingOf({ accounts }: House): RequestHandler[] {
  const account = (req: Request) => fieldOf(req, 'email').trim().toLowerCase().slice(0, LONGEST_ADDRESS);
  const known = new WeakMap<Request, string>();
  const ofStrangers = (key: (req: Request) => string) => (req: Request) => (known.has(req) ? null : key(req));
  const limit = (most: number, by: (req: Request) => string | null) =>
    limitRate(most, QUARTER_OF_AN_HOUR, { failuresOnly: true, by });
  return [
    async (req, _res, next) => {
      const marks = marksOf(req);
      const mark = marks.length > 0 ? await accounts.browserMark(account(req)) : null;
      if (mark && marks.includes(mark)) known.set(req, mark);
      next();
    },
    limit(10, (req) => known.get(req) ?? null),
    limit(50, ofStrangers(addressOf)),
    limit(
      10,
      ofStrangers((req) => `${addressOf(req)} ${account(req)}`),
    ),
    limit(100, ofStrangers(account)),
  ];
}

/** Longer than any account's: what is counted is remembered for a while. */
const LONGEST_ADDRESS = 254;
const MOST_MARKS = 5;
const YEAR_MS = 365 * 86_400_000;
const marksOf = (req: Request): string[] =>
  (parseCookie(req.headers.cookie ?? '')[KNOWN_COOKIE] ?? '').split('.').filter(Boolean).slice(0, MOST_MARKS);

/** Opens a session for `account` in this browser, which from now on speaks the account's language. */
export async function beginSession(house: House, req: Request, res: Response, account: Account): Promise<void> {
  const secure = house.config.baseUrl.startsWith('https:');
  const { secret, expiresAt } = await house.accounts.openSession(account.id);
  res.cookie(SESSION_COOKIE, secret, { httpOnly: true, sameSite: 'lax', secure, path: '/', expires: expiresAt });
  const mark = await house.accounts.browserMark(account.email);
  if (mark) {
    const known = [mark, ...marksOf(req).filter((other) => other !== mark)].slice(0, MOST_MARKS).join('.');
    res.cookie(KNOWN_COOKIE, known, { httpOnly: true, sameSite: 'lax', secure, path: '/sign-in', maxAge: YEAR_MS });
  }
  if (!parseCookie(req.headers.cookie ?? '')[LANGUAGE_COOKIE]) rememberLanguage(house, res, account.language);
}

export function rememberLanguage(house: House, res: Response, language: string): void {
  const secure = house.config.baseUrl.startsWith('https:');
  res.cookie(LANGUAGE_COOKIE, language, { maxAge: 365 * 86_400_000, sameSite: 'lax', secure, path: '/' });
}
