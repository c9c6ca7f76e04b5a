import { foldWord } from '../language/normalise';
import { scanBounds, wordOf } from '../language/tokenise';
import type { Segment } from './types';

/** Tells which word of the query, by its number, a word of a text is. */
export interface Matcher {
  /** Could the word at `start` be one of the query? Asked of every word, so it looks at two letters only. */
  mayBegin(text: string, start: number): boolean;
  /** The number of the query's word, or -1. */
  word(raw: string): number;
}

interface Hit {
  start: number;
  end: number;
  /** Number of the query's word. */
  word: number;
  /** Number of the text's word. */
  at: number;
}

/** How much of a text a passage shows, in characters. */
export interface Extent {
  /** In all, but for dots. */
  length: number;
  /** On the two sides of what was found, together, and between two words of it. */
  context: number;
}

export const PASSAGE: Extent = { length: 240, context: 240 };

/**
 * Of what may be looked at only: the more of a text a question already tells, the less is told beside it. Else the last
 * words of each passage, asked for as a phrase, would give the next.
 * @param terms of the question
 */
export function viewOnlyExtent(terms: readonly { words: readonly unknown[] }[]): Extent {
  const isPhrase = terms.some(({ words }) => words.length > 1);
  return { length: 100, context: isPhrase ? 0 : terms.length > 1 ? 30 : 80 };
}

const MOST_HITS = 400;

/** All of a short text, hits marked; null where there is none. */
export function marked(text: string, matcher: Matcher): Segment[] | null {
  const hits = hitsIn(text, matcher);
  return hits.length === 0 ? null : segments(text, 0, text.length, hits);
}

export interface BestPassage {
  segments: Segment[];
  /** The more of the query stands here and the closer, the higher. */
  score: number;
}

/**
 * The sentence or two of `text` that answer best, or null.
 * @param phrases numbers of words that must follow each other. @param extent never more of the text.
 */
export function bestPassage(
  text: string,
  matcher: Matcher,
  phrases: number[][] = [],
  extent = PASSAGE,
): BestPassage | null {
  const hits = hitsIn(text, matcher);
  if (hits.length === 0) return null;
  let best = 0;
  let bestEnd = 0;
  let bestScore = -1;
  let last = 0;
  for (let first = 0; first < hits.length; first += 1) {
    if (last < first) last = first;
    while (last + 1 < hits.length && hits[last + 1]!.end - hits[first]!.start <= extent.length) last += 1;
    const window = hits.slice(first, last + 1);
    const score =
      new Set(window.map((hit) => hit.word)).size * 10 +
      Math.min(window.length, 5) +
      15 * countPhrases(window, phrases);
    if (score > bestScore) [best, bestEnd, bestScore] = [first, last, score];
  }
  const [from, to] = withContext(text, hits[best]!.start, hits[bestEnd]!.end, extent);
  return {
    segments: segments(text, from, to, hits, extent.context),
    score: bestScore + Math.min(hits.length, 20) / 10,
  };
}

export function hitsIn(text: string, matcher: Matcher): Hit[] {
  const hits: Hit[] = [];
  let at = 0;
  scanBounds(text, (start, end) => {
    at += 1;
    if (hits.length >= MOST_HITS || !matcher.mayBegin(text, start)) return;
    const word = matcher.word(text.slice(start, end));
    if (word >= 0) hits.push({ start, end, word, at });
  });
  return hits;
}

function countPhrases(hits: Hit[], phrases: number[][]): number {
  let count = 0;
  for (const phrase of phrases) {
    for (let i = 0; i + phrase.length <= hits.length; i += 1) {
      if (phrase.every((word, k) => hits[i + k]!.word === word && hits[i + k]!.at === hits[i]!.at + k)) {
        count += 1;
        break;
      }
    }
  }
  return count;
}

export const holdsPhrases = (text: string, matcher: Matcher, phrases: number[][]): boolean =>
  countPhrases(hitsIn(text, matcher), phrases) === phrases.length;

/** Widens a stretch by its context, to the beginning of a sentence where one is near, else to a word. */
function withContext(text: string, start: number, end: number, { length, context }: Extent): [number, number] {
  const room = Math.max(0, Math.min(context, length - (end - start)));
  let from = Math.max(0, start - Math.floor(room * 0.45));
  if (from > 0) {
    const before = text.slice(from, start);
    const sentence = /[.!?…»]\s+(?=[\p{Lu}«"“\d])/u.exec(before);
    const space = /\s/.exec(before);
    from += sentence ? sentence.index + sentence[0].length : space ? space.index + 1 : 0;
  }
  let to = Math.min(text.length, end + Math.ceil(room * 0.55));
  if (to < text.length) {
    const after = text.slice(end, to);
    const lastSpace = after.search(/\s\S*$/);
    if (lastSpace > 0) to = end + lastSpace;
  }
  return [from, Math.min(to, from + length)];
}

/** @param mostBetween two hits; what is longer is left out. */
function segments(text: string, from: number, to: number, hits: Hit[], mostBetween = Infinity): Segment[] {
  const list: Segment[] = [];
  const put = (part: string, hit: boolean) => {
    const isLeftOut = !hit && part.length > mostBetween && /[\p{L}\p{N}]/u.test(part);
    const clean = isLeftOut ? ' … ' : readable(part);
    if (clean) list.push({ text: clean, hit });
  };
  let at = from;
  if (from > 0) list.push({ text: '… ', hit: false });
  for (const { start, end } of hits) {
    if (start < from || end > to || start < at) continue;
    put(text.slice(at, start), false);
    put(text.slice(start, end), true);
    at = end;
  }
  put(text.slice(at, to), false);
  if (to < text.length) list.push({ text: ' …', hit: false });
  return list;
}

/** As a sentence is read: lines and broken words joined, invisible characters gone. */
const readable = (text: string): string =>
  text
    .replace(/(\p{L})[-\u2010\u00ac\u00ad][ \t]*\r?\n[ \t]*(?=\p{Ll})/gu, '$1')
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ');

export interface WordToMatch {
  /** The first letters, folded, of everything it matches: one or two of each. */
  beginnings: Iterable<string>;
  matches(folded: string): boolean;
}

/** A matcher for the words of a query, tried in their order. */
export function matcherOf(words: readonly WordToMatch[]): Matcher {
  const first = new Uint8Array(0x10000);
  const second = new Uint8Array(0x10000);
  for (const { beginnings } of words) {
    for (const beginning of beginnings) {
      allow(first, beginning[0]);
      if (beginning.length < 2) second.fill(1);
      else allow(second, beginning[1]);
    }
  }
  const known = new Map<string, number>();
  return {
    mayBegin: (text, start) => {
      const a = text.charCodeAt(start);
      if (!first[a] && !isOdd(a)) return false;
      const b = text.charCodeAt(start + 1);
      return second[b] === 1 || isOdd(b) || isOdd(a);
    },
    word: (raw) => {
      let number = known.get(raw);
      if (number === undefined) {
        const folded = wordOf(raw);
        number = folded ? words.findIndex((word) => word.matches(folded)) : -1;
        known.set(raw, number);
      }
      return number;
    },
  };
}

/** Marks every character that may fold to `letter`. */
function allow(marks: Uint8Array, letter: string | undefined): void {
  if (letter === undefined) return;
  for (const spelt of SPELT.get(letter) ?? [letter, letter.toUpperCase()]) marks[spelt.charCodeAt(0)] = 1;
}

/** Letters that fold to one another: look-alikes of the other alphabet, capitals, ё, the i of Turkish. */
const SPELT = new Map<string, Set<string>>();
for (let code = 0x21; code < 0x530; code += 1) {
  const character = String.fromCharCode(code);
  for (const folded of [foldWord(character), oneAlphabetOf(character, 'ш'), oneAlphabetOf(character, 'w')]) {
    if (folded.length !== 1) continue;
    const spelt = SPELT.get(folded) ?? new Set([folded, folded.toUpperCase()]);
    spelt.add(character);
    SPELT.set(folded, spelt);
  }
}

function oneAlphabetOf(character: string, companion: string): string {
  const folded = foldWord(character + companion.repeat(3));
  return folded.endsWith(companion.repeat(3)) ? folded.slice(0, -3) : '';
}

/** Characters that fold in ways a table of letters cannot tell, and those that fold to nothing. */
const isOdd = (code: number): boolean =>
  (code >= 0x1d00 && code !== 0x2013 && code !== 0x2014) ||
  code === 0xad ||
  (code >= 0x300 && code < 0x370) ||
  code === 0x27 ||
  (code >= 0xaa && code <= 0xbe);
