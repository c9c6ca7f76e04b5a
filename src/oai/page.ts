import { readFileSync } from 'node:fs';
import { parseCookie } from 'cookie';
import ejs from 'ejs';
import type { Request } from 'express';
import { LANGUAGES, type Language } from '../config';
import { LANGUAGE_COOKIE } from '../http/visitor';
import { acceptedLanguage, isLanguage, translator } from '../i18n';
import { inProject } from '../paths';
import { OAI, Xml } from './xml-tree';

/**
 * Does a person look at this in a browser? Only browsers send this header, and only for what goes into the window: a
 * harvester can never be mistaken for one, whatever it says it accepts.
 */
export const isPerson = (req: Request): boolean => req.headers['sec-fetch-dest'] === 'document';

/** An element of the answer, as the page shows it. */
interface Shown {
  name: string;
  attributes: { name: string; value: string }[];
  text: string | null;
  href: string | null;
  /** A second link, with its words. */
  more: { href: string; text: string } | null;
  children: Shown[];
}

let template: ((it: object) => string) | undefined;

/** The answer `xml` as a page: the same elements, where identifiers, sets, formats and tokens can be followed. */
export function page(req: Request, xml: string, repository: { name: string; language: Language }): string {
  template ??= ejs.compile(readFileSync(inProject('views/oai.ejs'), 'utf8'), {
    filename: inProject('views/oai.ejs'),
    strict: true,
    localsName: 'it',
  }) as (it: object) => string;
  const remembered = parseCookie(req.headers.cookie ?? '')[LANGUAGE_COOKIE];
  const language = isLanguage(remembered)
    ? remembered
    : (acceptedLanguage(req.headers['accept-language']) ?? repository.language);
  const t = translator(language);
  const root = Xml.parse(xml);
  const request = root.child('request')?.attributes() ?? {};
  const body = root.elements().filter((element) => !['responseDate', 'request'].includes(element.name));
  return template({
    t,
    tell: t.tell,
    language,
    languages: LANGUAGES,
    repositoryName: repository.name,
    verb: request.verb ?? null,
    answered: root.child('responseDate')?.text,
    links: ['Identify', 'ListMetadataFormats', 'ListSets', 'ListIdentifiers', 'ListRecords'].map((verb) => ({
      verb,
      href: address({ verb, ...(/Identifiers|Records/.test(verb) ? { metadataPrefix: 'oai_dc' } : {}) }),
    })),
    errors: root.children('error').map((error) => ({ code: error.attribute('code'), text: error.text })),
    elements: body.filter((element) => element.name !== 'error').map((element) => shown(element, request, t.tell)),
  });
}

function shown(element: Xml, request: Record<string, string>, tell: (key: string) => string): Shown {
  const children = element.elements().map((child) => shown(child, request, tell));
  const text = children.length > 0 ? null : element.text;
  const { href, more = null } = links(element, request, tell);
  const isToken = element.namespace === OAI && element.name === 'resumptionToken';
  return {
    name: element.qualifiedName,
    attributes: element.plainAttributes(),
    text: isToken && text ? tell('oai.page.next') : text,
    href,
    more,
    children,
  };
}

function links(
  element: Xml,
  request: Record<string, string>,
  tell: (key: string) => string,
): { href: string | null; more?: Shown['more'] } {
  const { text } = element;
  const metadataPrefix = request.metadataPrefix ?? 'oai_dc';
  if (element.namespace === OAI) {
    if (element.name === 'identifier') {
      return {
        href: address({ verb: 'GetRecord', metadataPrefix, identifier: text }),
        more: {
          href: address({ verb: 'ListMetadataFormats', identifier: text }),
          text: tell('oai.verb.ListMetadataFormats'),
        },
      };
    }
    if (element.name === 'setSpec') return { href: address({ verb: 'ListRecords', metadataPrefix, set: text }) };
    if (element.name === 'metadataPrefix') {
      const { identifier } = request;
      return {
        href: address(
          identifier
            ? { verb: 'GetRecord', metadataPrefix: text, identifier }
            : { verb: 'ListRecords', metadataPrefix: text },
        ),
      };
    }
    if (element.name === 'resumptionToken' && text) {
      return { href: address({ verb: request.verb ?? 'ListRecords', resumptionToken: text }) };
    }
  }
  return { href: element.elements().length === 0 && /^https?:\/\/\S+$/.test(text) ? text : null };
}

const address = (given: Record<string, string>): string => `/oai?${new URLSearchParams(given)}`;
