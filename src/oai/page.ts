import { readFileSync } from 'node:fs';
import { parseCookie } from 'cookie';
import ejs from 'ejs';
import type { Request } from 'express';
import { LANGUAGES, type Language } from '../config';
import { LANGUAGE_COOKIE } from '../http/visitor';
import { acceptedLanguage, isLanguage, translator } from '../i18n';
import { inProject } from '../paths';
import { readOwn, type Told } from './own-xml';
import { OAI } from './xml-tree';

/** What `isPerson` asks, for Vary. */
export const PERSON_HEADERS = 'Sec-Fetch-Dest, Upgrade-Insecure-Requests, Accept';

/**
 * Does a person look at this in a browser? Only browsers say what goes into their window: by Sec-Fetch-Dest over HTTPS,
 * by Upgrade-Insecure-Requests over plain HTTP, as inside a university. What a request accepts could not tell alone:
 * Java's default prefers HTML, and a harvester of web pages says what a browser says.
 */
export function isPerson(req: Request): boolean {
  const destination = req.headers['sec-fetch-dest'];
  if (destination !== undefined) return destination === 'document';
  return (
    req.headers['upgrade-insecure-requests'] === '1' &&
    /\btext\/html\b/.test(req.headers.accept ?? '') &&
    req.accepts(['text/xml', 'application/xml', 'text/html']) === 'text/html'
  );
}

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
  const root = readOwn(xml);
  const named = (name: string) => root.children.filter((child) => child.name === name);
  const request = Object.fromEntries(named('request')[0]?.attributes.map(({ name, value }) => [name, value]) ?? []);
  const body = root.children.filter((element) => !['responseDate', 'request', 'error'].includes(element.name));
  return template({
    t,
    tell: t.tell,
    language,
    languages: LANGUAGES,
    repositoryName: repository.name,
    verb: request.verb ?? null,
    answered: named('responseDate')[0]?.text,
    links: ['Identify', 'ListMetadataFormats', 'ListSets', 'ListIdentifiers', 'ListRecords'].map((verb) => ({
      verb,
      href: address({ verb, ...(/Identifiers|Records/.test(verb) ? { metadataPrefix: 'oai_dc' } : {}) }),
    })),
    errors: named('error').map((error) => ({ code: error.attributes[0]?.value, text: error.text })),
    elements: body.map((element) => shown(element, request, t.tell)),
  });
}

function shown(element: Told, request: Record<string, string>, tell: (key: string) => string): Shown {
  const children = element.children.map((child) => shown(child, request, tell));
  const text = children.length > 0 ? null : element.text;
  const { href, more = null } = links(element, request, tell);
  const isToken = element.namespace === OAI && element.name === 'resumptionToken';
  return {
    name: element.qualifiedName,
    attributes: element.attributes.filter(({ name }) => !/^xmlns|^xsi:schemaLocation$/.test(name)),
    text: isToken && text ? tell('oai.page.next') : text,
    href,
    more,
    children,
  };
}

function links(
  element: Told,
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
  return { href: element.children.length === 0 && /^https?:\/\/\S+$/.test(text) ? text : null };
}

const address = (given: Record<string, string>): string => `/oai?${new URLSearchParams(given)}`;
