import type { Extent } from '../search/passage';
import type { Segment } from '../search/types';
import { type OutlineEntry, placedWords, UNITS } from '../text/page';
import type { StoredPage, StoredText, TextStore } from '../text/text-store';
import type { FindWords, Loose, Range } from './find-words';
import { type ShownBlock, shownBlocks } from './shown-blocks';

/** A line of words to lay over the picture; all numbers in units of the page's own width and height in points. */
export interface LaidLine {
  text: string;
  left: number;
  /** Of the letters' feet. */
  baseline: number;
  width: number;
  size: number;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a word or phrase that was looked for stands, or a part of it; `word` is all of it, without the break. */
export interface HitBox extends Box {
  word: string;
}

export interface PageView {
  number: number;
  label: string | null;
  width: number;
  height: number;
  /** A picture can be shown: the page has a size. */
  isPicture: boolean;
  lines: LaidLine[];
  /** Where what was looked for stands. What is broken across two lines has two boxes. */
  hits: HitBox[];
  /** The text in paragraphs, what was looked for marked. */
  paragraphs: Segment[][];
  /** What was written and not printed, as its author arranged it, marked too; else null. */
  document: ShownBlock[] | null;
  problem: string | null;
  confidence: number | null;
}

/** A page that has what is looked for, with a few words around the first hit. */
export interface FoundPage {
  page: number;
  label: string | null;
  hits: number;
  segments: Segment[];
}

export interface FoundPages {
  pages: FoundPage[];
  hits: number;
  /** Those of the question's words and phrases that stand nowhere as they were typed: found is what was likely meant. */
  loose: Loose;
}

const NOTHING: FoundPages = { pages: [], hits: 0, loose: new Set() };
/** Searching a long book must let others have their turn: milliseconds at a stretch, and pages read at once. */
const TURN_MS = 4;
const PAGES_AT_ONCE = 20;

/** What the reader shows of a file: its pages, its contents, and where in it words stand. */
export class Reader {
  private readonly found = new Map<string, { at: number; result: Promise<FoundPages> }>();

  constructor(
    private readonly texts: TextStore,
    private readonly finder: (question: string, loose: Loose) => FindWords,
  ) {}

  async about(fileId: number): Promise<StoredText & { contents: OutlineEntry[] }> {
    const text = await this.texts.about(fileId);
    return text
      ? { ...text, contents: text.outline }
      : { fileId, pages: 0, source: '', outline: [], complete: false, changes: 0, contents: [] };
  }

  /** The page as it is shown, with the words of `question` marked; null when no such page is known. */
  async page(fileId: number, number: number, question: string): Promise<PageView | null> {
    const page = await this.texts.page(fileId, number);
    if (!page) return null;
    const { loose } = await this.find(fileId, question);
    return viewOf(page, this.finder(question, loose)(page.text));
  }

  /**
   * Every page of the file with any of the words and phrases of `question`, in order; of each that stands nowhere, as in
   * the library's search, those with the same in letters that many keyboards lack.
   */
  find(fileId: number, question: string): Promise<FoundPages> {
    if (question.trim() === '') return Promise.resolve(NOTHING);
    const key = `${fileId} ${question}`;
    const known = this.found.get(key);
    if (known && known.at > Date.now() - 60_000) return known.result;
    if (this.found.size > 200) this.found.clear();
    const result = this.scan(fileId, question);
    this.found.set(key, { at: Date.now(), result });
    result.catch(() => this.found.delete(key));
    return result;
  }

  /** After a page's text has changed, what was found in it is no longer true. */
  forget(fileId: number): void {
    for (const key of this.found.keys()) if (key.startsWith(`${fileId} `)) this.found.delete(key);
  }

  private async scan(fileId: number, question: string, loose: Loose = new Set()): Promise<FoundPages> {
    const find = this.finder(question, loose);
    const met = new Set<number>();
    const pages: FoundPage[] = [];
    let hits = 0;
    let since = performance.now();
    for await (const page of this.texts.texts(fileId, PAGES_AT_ONCE)) {
      const ranges = find(page.text, met);
      if (ranges.length > 0) {
        hits += ranges.length;
        pages.push({ page: page.number, label: page.label, hits: ranges.length, segments: around(page.text, ranges) });
      }
      if (performance.now() - since > TURN_MS) {
        await new Promise(setImmediate);
        since = performance.now();
      }
    }
    const missing = new Set(Array.from({ length: find.asked }, (_, term) => term).filter((term) => !met.has(term)));
    if (missing.size > 0 && loose.size === 0) return this.scan(fileId, question, missing);
    return { pages, hits, loose };
  }
}

/** The page laid out for printing as SVG and as paragraphs. */
export function viewOf(page: StoredPage, hits: readonly Range[]): PageView {
  const across = (value: number) => round((value / UNITS) * page.width);
  const down = (value: number) => round((value / UNITS) * page.height);
  const words = placedWords(page);
  const lines: LaidLine[] = [];
  for (let i = 0; i < words.length; ) {
    const first = words[i]!;
    let end = i;
    while (end + 1 < words.length && words[end + 1]!.line === first.line) end += 1;
    const last = words[end]!;
    lines.push({
      text: page.text.slice(first.start, last.end),
      left: across(first.left),
      baseline: down(first.top + first.height * 0.8),
      width: across(Math.max(1, last.left + last.width - first.left)),
      size: Math.max(1, down(first.height * 0.9)),
    });
    i = end + 1;
  }
  return {
    number: page.number,
    label: page.label,
    width: page.width,
    height: page.height,
    isPicture: page.width > 0 && page.height > 0,
    lines,
    hits: boxesOf(page.text, words, hits).map((box) => ({
      word: box.word,
      left: across(box.left),
      top: down(box.top),
      width: across(box.width),
      height: down(box.height),
    })),
    paragraphs: paragraphsOf(page.text, hits),
    document: page.blocks ? shownBlocks(page.blocks, hits, (hit) => hitId(page.number, hit)) : null,
    problem: page.problem,
    confidence: page.confidence,
  };
}

/** What the address of a hit ends in: one of its own, for several pages may stand beside each other. @param hit from 0 */
export const hitId = (page: number, hit: number): string => `hit-${page}-${hit + 1}`;

const round = (value: number) => Math.round(value * 100) / 100;

/** What breaks a word across two lines. */
const BREAK = /[-\u00ad\u2010\u00ac]\n ?/gu;

/**
 * Where each range stands: of «китептер» in «(китептер)» not the brackets; what follows each other on a line has one box.
 */
export function boxesOf(
  text: string,
  words: readonly ReturnType<typeof placedWords>[number][],
  ranges: readonly Range[],
): HitBox[] {
  const boxes: HitBox[] = [];
  let i = 0;
  for (const range of ranges) {
    while (i < words.length && words[i]!.end <= range.start) i += 1;
    let line = -1;
    for (let at = i; at < words.length && words[at]!.start < range.end; at += 1) {
      const word = words[at]!;
      const letters = word.end - word.start;
      const from = Math.max(0, range.start - word.start) / letters;
      const to = Math.min(letters, range.end - word.start) / letters;
      const left = word.left + word.width * from;
      const right = word.left + word.width * to;
      const before = boxes.at(-1);
      if (before && word.line === line) {
        const bottom = Math.max(before.top + before.height, word.top + word.height);
        before.width = Math.max(before.width, right - before.left);
        before.top = Math.min(before.top, word.top);
        before.height = bottom - before.top;
      } else {
        const whole = text.slice(range.start, range.end).replace(BREAK, '').replace(/\s+/g, ' ');
        boxes.push({ word: whole, left, top: word.top, width: right - left, height: word.height });
      }
      line = word.line;
    }
  }
  return boxes;
}

/** The text cut at empty lines, in stretches that are marked or not. */
export function paragraphsOf(text: string, hits: readonly Range[]): Segment[][] {
  const paragraphs: Segment[][] = [];
  let start = 0;
  for (const part of text.split(/\n{2,}/)) {
    const at = text.indexOf(part, start);
    if (part.trim() !== '') paragraphs.push(segments(text, at, at + part.length, hits));
    start = at + part.length;
  }
  return paragraphs;
}

export function segments(text: string, from: number, to: number, hits: readonly Range[]): Segment[] {
  const result: Segment[] = [];
  let at = from;
  const say = (until: number, hit: boolean) => {
    if (until > at) result.push({ text: text.slice(at, until), hit });
    at = Math.max(at, until);
  };
  for (const hit of hits) {
    if (hit.end <= from || hit.start >= to) continue;
    say(Math.max(from, hit.start), false);
    say(Math.min(to, hit.end), true);
  }
  say(to, false);
  return result;
}

const PASSAGE = 160;
const MOST_PASSAGE = 200;
const DOTS = '… ';

/** Some words before the first hit and after it, cut between words. At most 200 characters, with the dots. */
export function around(text: string, hits: readonly Range[]): Segment[] {
  const first = hits[0]!;
  let from = Math.max(0, first.start - 60);
  let to = Math.min(text.length, Math.max(first.end, from + PASSAGE));
  if (from > 0) from = Math.min(first.start, (text.slice(from).search(/\s/) + 1 || 1) + from);
  const lastSpace = text.slice(0, to).lastIndexOf(' ');
  if (to < text.length && lastSpace > first.end) to = lastSpace;
  to = Math.min(to, from + MOST_PASSAGE - 2 * DOTS.length);
  const found = segments(text, from, to, hits).map((segment) => ({
    ...segment,
    text: segment.text.replace(/[-\u00ad]\n(?=\p{Ll})/gu, '').replace(/\s+/g, ' '),
  }));
  if (from > 0) found.unshift({ text: DOTS, hit: false });
  if (to < text.length) found.push({ text: ' …', hit: false });
  return found;
}

/** Less of a passage: its first hit, and as much around it as `extent` grants. */
export function glimpse(passage: readonly Segment[], { length, context }: Extent): Segment[] {
  const first = passage.findIndex(({ hit }) => hit);
  const plain = (part: readonly Segment[]) => part.map(({ text }) => text).join('');
  const before = plain(passage.slice(0, first));
  const hit = passage[first]!.text.slice(0, length);
  const after = plain(passage.slice(first + 1));
  const side = Math.floor(Math.min(context, length - hit.length) / 2);
  const from = before.length - side;
  const isCut = after.length > side;
  return [
    { text: from > 0 ? DOTS + before.slice(from).replace(/^\S*\s*/, '') : before, hit: false },
    { text: hit, hit: true },
    { text: isCut ? `${after.slice(0, side).replace(/\S*$/, '').trimEnd()} …` : after, hit: false },
  ];
}
