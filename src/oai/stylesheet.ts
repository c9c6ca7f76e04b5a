import { readFileSync } from 'node:fs';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { Language } from '../config';
import { LANGUAGE_COOKIE } from '../http/visitor';
import { acceptedLanguage, isLanguage, translator } from '../i18n';
import { inProject } from '../paths';
import { escaped } from './envelope';

const template = readFileSync(inProject('public/oai.xsl'), 'utf8');

/** The XSLT that shows answers to people, its words in the language of `?lang`, the cookie or the browser. */
export const stylesheet =
  (byDefault: Language) =>
  (req: Request, res: Response): void => {
    const asked = req.query.lang ?? parseCookie(req.headers.cookie ?? '')[LANGUAGE_COOKIE];
    const language = isLanguage(asked) ? asked : (acceptedLanguage(req.headers['accept-language']) ?? byDefault);
    const t = translator(language);
    res
      .set({ 'Content-Type': 'text/xsl; charset=utf-8', Vary: 'Accept-Language, Cookie', 'Cache-Control': 'no-cache' })
      .end(
        template
          .replaceAll(/\{\{([\w.-]+)\}\}/g, (_, key: string) => escaped(t.tell(key)))
          .replace('lang="ky"', `lang="${language}"`),
      );
  };
