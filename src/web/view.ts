import { existsSync, readFileSync, statSync } from 'node:fs';
import ejs from 'ejs';
import type { Request, Response } from 'express';
import { isStaff, mayDeposit } from '../accounts/visitor';
import { LANGUAGES } from '../config';
import type { House } from '../house';
import { formatDay, formatInstant, formatNumber, formatPartialDate } from '../i18n';
import { inProject } from '../paths';
import { sharedByNobody } from './kept';

/** JSON for a `<script type="application/ld+json">`: printed without HTML escapes, and unable to end the script. */
export class ScriptJson {
  constructor(private readonly value: unknown) {}
  toString(): string {
    return JSON.stringify(this.value)
      .replace(/</g, '\\u003c')
      .replace(/\u2028|\u2029/g, '');
  }
}

/** Segments of a text with `<mark>` around the hits; every piece is escaped. */
export class MarkedText {
  constructor(private readonly segments: readonly { text: string; hit: boolean }[]) {}
  toString(): string {
    let html = '';
    for (const { text, hit } of this.segments) html += hit ? `<mark>${escapeHtml(text)}</mark>` : escapeHtml(text);
    return html;
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const escapeHtml = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (value instanceof ScriptJson || value instanceof MarkedText) return value.toString();
  return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
};

type Escape = (value: unknown) => string;
type Include = (name: string, values?: object) => string;
type Compiled = (it: object, escapeFn: Escape, include: Include) => string;
const views = new Map<string, Compiled>();

/** Compiles a view once; in strict mode its values are reached as `it.…` alone, which is more than twice as fast. */
function viewOf(name: string): Compiled {
  let known = views.get(name);
  if (!known) {
    const [inViews, inPartials] = [`${name}.ejs`, `partials/${name}.ejs`].map((file) => inProject('views', file));
    const file = existsSync(inViews!) ? inViews! : inPartials!;
    const template = new ejs.Template(readFileSync(file, 'utf8'), {
      filename: file,
      strict: true,
      compileDebug: false,
    });
    template.compile();
    // EJS's own function would copy all values at every include: that alone was a third of a page's time.
    known = new Function('it', 'escapeFn', 'include', `"use strict";\n${template.source}`) as Compiled;
    views.set(name, known);
  }
  return known;
}

/** A part of a page finds the values given to it, and behind them those of the page. */
function fill(name: string, it: object): string {
  return viewOf(name)(it, escapeHtml, (part, values) =>
    fill(part, values === undefined || values === it ? it : Object.assign(Object.create(it), values)),
  );
}

/** What every page knows. */
function pageLocals(req: Request, house: House) {
  const { language, t, visitor } = req;
  const { timeZone } = house.config;
  return {
    t,
    tell: t.tell,
    language,
    languages: LANGUAGES,
    repositoryName: house.config.repositoryName,
    baseUrl: house.config.baseUrl,
    visitor,
    account: req.account,
    mayDeposit: mayDeposit(visitor),
    isStaff: isStaff(visitor),
    isAdministrator: visitor.role === 'administrator',
    /** The address of this page without its language, and with another. */
    path: req.path,
    here: req.originalUrl,
    inLanguage: (lang: string) => {
      const url = new URL(req.originalUrl, house.config.baseUrl);
      url.searchParams.set('lang', lang);
      return url.pathname + url.search;
    },
    date: (value: string) => formatPartialDate(value, language),
    day: (value: string) => formatDay(value, language, timeZone),
    instant: (value: string) => formatInstant(value, language, timeZone),
    number: (value: number) => formatNumber(value, language),
    bytes: (value: number) => formatBytes(value, language),
    languageName: (code: string) => languageName(code, language),
    asset,
    q: '',
    description: '',
    robots: null as string | null,
    /** Path of the page's own address, without language: what search engines and citations should keep. */
    canonical: null as string | null,
    /** What more the head links to, as `{ rel, href, type, title }`. */
    links: null as null | { rel: string; href: string; type?: string; title?: string }[],
    /** A style sheet of the page's own, beside that of all. */
    styles: null as string | null,
    /** The page has a search field of its own, so the header shows none. */
    ownSearch: false,
    head: null as null | { name: string; content: string }[],
    jsonLd: null as ScriptJson | null,
  };
}
export type PageLocals = ReturnType<typeof pageLocals>;

/** Answers with the page `name` (views/name.ejs), which finds `values` and what every page knows in `it`. */
export function render(
  house: House,
  req: Request,
  res: Response,
  name: string,
  values: { title: string } & Record<string, unknown>,
): void {
  const html = fill(name, { ...pageLocals(req, house), ...values });
  res.type('html');
  sharedByNobody(res);
  res.send(html);
}

const stamps = new Map<string, string>();
/** The address of a file of ours under /assets, with a stamp that changes when the file does. */
export function asset(name: string): string {
  let stamp = stamps.get(name);
  if (stamp === undefined) {
    const file =
      name === 'pico.min.css' ? inProject('node_modules/@picocss/pico/css/pico.min.css') : inProject('public', name);
    stamp = Math.floor(statSync(file).mtimeMs / 1000).toString(36);
    stamps.set(name, stamp);
  }
  return `/assets/${name}?${stamp}`;
}

function formatBytes(bytes: number, language: Request['language']): string {
  const units = language === 'ky' || language === 'ru' ? ['Б', 'КБ', 'МБ', 'ГБ'] : ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${formatNumber(value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10, language)}\u00a0${units[unit]}`;
}

const languageNames = new Map<string, string>();
/** What ICU calls otherwise than the people here do. */
const OUR_NAMES: Record<string, string> = { 'ru ky': 'Кыргызский' };

/** The name of a language in another: ours, with a capital; a code that nobody knows is told as it is. */
export function languageName(code: string, inLanguage: string): string {
  const key = `${inLanguage} ${code}`;
  let known = languageNames.get(key);
  if (known === undefined) {
    let name = OUR_NAMES[key] ?? code;
    try {
      name =
        OUR_NAMES[key] ??
        new Intl.DisplayNames([inLanguage, 'en'], { type: 'language', fallback: 'code' }).of(code) ??
        code;
    } catch {
      // typed into an address, and no code of a language
    }
    known = name.charAt(0).toLocaleUpperCase(inLanguage) + name.slice(1);
    if (languageNames.size < 5_000) languageNames.set(key, known);
  }
  return known;
}
