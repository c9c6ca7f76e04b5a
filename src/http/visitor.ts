import { BlockList, isIPv6 } from 'node:net';
import { parseCookie } from 'cookie';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Account, Accounts } from '../accounts/accounts';
import { nobody, type Visitor } from '../accounts/visitor';
import type { Config, Language } from '../config';
import { acceptedLanguage, isLanguage, type Translator, translator } from '../i18n';

declare global {
  namespace Express {
    interface Request {
      /** Who is asking. */
      visitor: Visitor;
      account: Account | null;
      language: Language;
      t: Translator;
    }
  }
}

export const SESSION_COOKIE = 'achyk_session';
/** Marks of the accounts that have signed in with this browser. */
export const KNOWN_COOKIE = 'achyk_known';
export const LANGUAGE_COOKIE = 'achyk_language';

/** The addresses of CAMPUS_NETWORKS, as a question. IPv4 addresses mapped into IPv6 count as what they are. */
export function campusOf(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address, bits] = network.split('/') as [string, string | undefined];
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (address) => Boolean(address) && list.check(address!, isIPv6(address!) ? 'ipv6' : 'ipv4');
}

/**
 * Tells the request who is asking and in which language: by bearer token, else by session cookie; by `?lang`, cookie,
 * Accept-Language, the account's language, DEFAULT_LANGUAGE. A `?lang` is remembered in the cookie.
 */
export function knowVisitor(accounts: Accounts, config: Config): RequestHandler {
  const isOnCampus = campusOf(config.campusNetworks);
  const secure = config.baseUrl.startsWith('https:');
  return async (req: Request, res: Response, next: NextFunction) => {
    const cookies = parseCookie(req.headers.cookie ?? '');
    const bearer = /^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const session = cookies[SESSION_COOKIE];
    req.account = bearer ? await accounts.byToken(bearer) : session ? await accounts.bySession(session) : null;
    const onCampus = isOnCampus(req.ip);
    req.visitor = req.account
      ? { accountId: req.account.id, role: req.account.role, name: req.account.name, onCampus }
      : { ...nobody, onCampus };
    const asked = req.query.lang;
    const remembered = cookies[LANGUAGE_COOKIE];
    req.language = isLanguage(asked)
      ? asked
      : isLanguage(remembered)
        ? remembered
        : (acceptedLanguage(req.headers['accept-language']) ?? config.defaultLanguage);
    if (isLanguage(asked) && asked !== remembered) {
      res.cookie(LANGUAGE_COOKIE, asked, { maxAge: 365 * 86_400_000, sameSite: 'lax', secure, path: '/' });
    }
    req.t = translator(req.language);
    next();
  };
}
