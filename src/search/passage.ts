import { scanWords, wordOf } from '../language/tokenise';
import type { Segment } from './types';

/** Tells which word of the query, by its number, a word of a text is; -1 for none. */
export type Matcher = (raw: string) => number;

interface Hit {
  start: number;
  end: number;
  /** Number of the query's word. */
  word: number;
  /** Number of the text's word. */
  at: number;
}

/** About how long a passage is, in characters. */
const LENGTH = 240;
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

/** The sentence or two of `text` that answer best, or null. @param phrase numbers of words that must follow each other. */
export function bestPassage(text: string, matcher: Matcher, phrases: number[][] = []): BestPassage | null {
  const hits = hitsIn(text, matcher);
  if (hits.length === 0) return null;
  let best = 0;
  let bestEnd = 0;
  let bestScore = -1;
  let last = 0;
  for (let first = 0; first < hits.length; first += 1) {
    if (last < first) last = first;
    while (last + 1 < hits.length && hits[last + 1]!.end - hits[first]!.start <= LENGTH) last += 1;
    const window = hits.slice(first, last + 1);
    const score =
      new Set(window.map((hit) => hit.word)).size * 10 +
      Math.min(window.length, 5) +
      15 * countPhrases(window, phrases);
    if (score > bestScore) [best, bestEnd, bestScore] = [first, last, score];
  }
  const [from, to] = withContext(text, hits[best]!.start, hits[bestEnd]!.end);
  return { segments: segments(text, from, to, hits), score: bestScore + Math.min(hits.length, 20) / 10 };
}

export function hitsIn(text: string, matcher: Matcher): Hit[] {
  const hits: Hit[] = [];
  let at = 0;
  scanWords(text, (raw, start, end) => {
    at += 1;
    if (hits.length >= MOST_HITS) return;
    const word = matcher(raw);
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

/** Widens a stretch to about LENGTH, to the beginning of a sentence where one is near, else to a word. */
function withContext(text: string, start: number, end: number): [number, number] {
  const room = Math.max(60, LENGTH - (end - start));
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
  return [from, to];
}

function segments(text: string, from: number, to: number, hits: Hit[]): Segment[] {
  const list: Segment[] = [];
  const put = (part: string, hit: boolean) => {
    const clean = readable(part);
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

/** A matcher for words given by what they fold to, tried in their order. */
export function matcherOf(words: readonly { matches(folded: string): boolean }[]): Matcher {
  const known = new Map<string, number>();
  return (raw) => {
    let number = known.get(raw);
    if (number === undefined) {
      const folded = wordOf(raw);
      number = folded ? words.findIndex((word) => word.matches(folded)) : -1;
      known.set(raw, number);
    }
    return number;
  };
}
