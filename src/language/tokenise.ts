import { foldWord } from './normalise';

/** A word of a text: what search compares, and where it stands in the text as it came. */
export interface Token {
  word: string;
  /** UTF-16 offsets into the original text, `end` not included. */
  start: number;
  end: number;
}

const LETTER = 1;
const DIGIT = 2;
const CONTINUES = 3; // combining marks and invisible characters: inside a word, never its beginning
const APOSTROPHE = 4;
const HYPHEN = 5;
const POINT = 6;
const SURROGATE = 7;

const KINDS = kindsOfCharacters();

function kindsOfCharacters(): Uint8Array {
  const kinds = new Uint8Array(0x10000);
  for (let code = 0; code < 0x10000; code += 1) {
    const character = String.fromCharCode(code);
    if (code >= 0xd800 && code < 0xe000) kinds[code] = SURROGATE;
    else if (/\p{L}/u.test(character)) kinds[code] = LETTER;
    else if (/\p{N}/u.test(character)) kinds[code] = DIGIT;
    else if (/[\p{M}\u00ad\u200b-\u200d\u2060\ufeff]/u.test(character)) kinds[code] = CONTINUES;
  }
  for (const character of "'’ʼ`′‘") kinds[character.charCodeAt(0)] = APOSTROPHE;
  for (const character of '-\u2010\u00ac') kinds[character.charCodeAt(0)] = HYPHEN;
  for (const character of '.,') kinds[character.charCodeAt(0)] = POINT;
  return kinds;
}

const SOFT_HYPHEN = 0xad;
const LINE_END = /[ \t]*\r?\n[ \t]*(?=\p{Ll})/uy;
const ISBN = /(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx](?![\d-])/y;

/**
 * Calls `visit` with every word as it stands, and its offsets: letters and digits together (H2O, COVID), a number with its
 * points (10.02.01, 575.2), an ISBN whole, C++ and C# with their signs, a word broken at a line's end as one.
 * Hyphens inside a line part words. The word is not folded: an indexer folds each form once and remembers.
 */
export function scanWords(text: string, visit: (raw: string, start: number, end: number) => void): void {
  scanBounds(text, (start, end) => visit(text.slice(start, end), start, end));
}

/** As `scanWords`, for those who count every word of a library: no string is made. */
export function scanBounds(text: string, visit: (start: number, end: number) => void): void {
  const length = text.length;
  let at = 0;
  while (at < length) {
    const kind = KINDS[text.charCodeAt(at)];
    if (kind === LETTER || kind === DIGIT || (kind === SURROGATE && astralWord(text, at))) {
      const end = kind === DIGIT ? endOfNumber(text, at) : endOfWord(text, at);
      visit(at, end);
      at = end;
    } else at += 1;
  }
}

/** The words of a text, folded, in their order. Words that fold to nothing are left out. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  scanWords(text, (raw, start, end) => {
    const word = wordOf(raw);
    if (word) tokens.push({ word, start, end });
  });
  return tokens;
}

/** What search compares of one scanned word. */
export function wordOf(raw: string): string {
  const first = raw.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    if (/^[\d\s-]+[xX]?$/.test(raw)) return raw.replace(/[\s-]/g, '').toLowerCase();
    return foldWord(raw.replaceAll(',', '.'));
  }
  return foldWord(raw.replace(/[-\u2010\u00ac]?[ \t]*\r?\n[ \t]*/g, ''));
}

function endOfWord(text: string, start: number): number {
  const length = text.length;
  let at = start;
  while (at < length) {
    const code = text.charCodeAt(at);
    const kind = KINDS[code];
    if (kind === LETTER || kind === DIGIT) at += 1;
    else if (kind === SURROGATE && astralWord(text, at)) at += 2;
    else if (kind === APOSTROPHE && KINDS[text.charCodeAt(at + 1)] === LETTER) at += 2;
    else if (kind === HYPHEN || code === SOFT_HYPHEN) {
      LINE_END.lastIndex = at + 1;
      const lineEnd = LINE_END.exec(text);
      if (lineEnd) at += 1 + lineEnd[0].length;
      else if (code === SOFT_HYPHEN) at += 1;
      else break;
    } else if (kind === CONTINUES) at += 1;
    else break;
  }
  if (at - start === 1) {
    if (text.startsWith('++', at)) return at + 2;
    if (text.charCodeAt(at) === 0x23) return at + 1; // C#, F#
  }
  return at;
}

function endOfNumber(text: string, start: number): number {
  ISBN.lastIndex = start;
  const isbn = ISBN.exec(text)?.[0];
  if (isbn && isIsbnLong(isbn)) return start + isbn.length;
  let at = start;
  let run = 0;
  while (at < text.length) {
    const kind = KINDS[text.charCodeAt(at)];
    if (kind === DIGIT) run += 1;
    else if (kind === POINT && run <= 3 && KINDS[text.charCodeAt(at + 1)] === DIGIT) run = 0;
    else if (kind === LETTER) return endOfWord(text, at);
    else break;
    at += 1;
  }
  return at;
}

const isIsbnLong = (isbn: string): boolean => {
  const characters = isbn.replace(/[- ]/g, '').length;
  const hyphens = isbn.length - characters;
  return (characters === 13 && /^97[89]/.test(isbn)) || (characters === 10 && hyphens === 3);
};

const astralWord = (text: string, at: number): boolean => {
  const code = text.codePointAt(at) ?? 0;
  return code > 0xffff && /[\p{L}\p{N}]/u.test(String.fromCodePoint(code));
};
