import type { Block } from './blocks';

/**
 * A page of text and where its words stand. The text is the truth: lines are separated by a line feed, blocks by an
 * empty line, words by one space. Boxes are kept line by line and belong to the words of the text in order, so
 * nothing is stored twice. One form serves `pdftotext`, PDFium and tesseract.
 */

/** Positions are in ten-thousandths of the page's width and height, whatever unit they came in. */
export const UNITS = 10_000;

export interface WordBox {
  left: number;
  width: number;
}

export interface TextLine {
  /** Where the line begins, at the left edge of the page if it slopes. */
  top: number;
  height: number;
  /** How far the line of a crooked scan sinks across the whole width of the page; left out when it is level. */
  slope?: number;
  /** One for each word of the line, in the order of the text. */
  words: WordBox[];
}

export interface TextPage {
  /** Counted from 1. */
  number: number;
  /** What is printed on the page (`xii`, `С. 3`), or null where the file does not say. */
  label: string | null;
  /** Points of 1/72 inch, as the page is shown (after its own rotation). 0 where pages have no size. */
  width: number;
  height: number;
  text: string;
  /** Empty where no positions are known: DOCX, HTML, plain text. */
  lines: TextLine[];
  /** Why this page could not be read: a key of `i18n/`, or null. */
  problem: string | null;
  /** What was written and not printed, as its author arranged it; `text` is their plain text. */
  blocks?: Block[];
}

export interface OutlineEntry {
  title: string;
  /** Counted from 1, or null where it leads outside the file. */
  page: number | null;
  /** The id of a block on that page. */
  anchor?: string;
  children: OutlineEntry[];
}

/** A word of a page with its place in the text (UTF-16 offsets) and on the page (units of {@link UNITS}). */
export interface PlacedWord extends WordBox {
  text: string;
  start: number;
  end: number;
  top: number;
  height: number;
  line: number;
}

const WORD = /\S+/g;

/**
 * The words of a page in reading order. Where the text has more words than boxes (it was corrected since) the words
 * of the line share the width that the line has.
 */
export function placedWords(page: Pick<TextPage, 'text' | 'lines'>): PlacedWord[] {
  const words: PlacedWord[] = [];
  let lineStart = 0;
  let index = 0;
  for (const lineText of page.text.split('\n')) {
    const found = [...lineText.matchAll(WORD)];
    if (found.length > 0) {
      const line = page.lines[index++];
      if (line) {
        const boxes = line.words.length === found.length ? line.words : shareWidth(line, lineText, found);
        found.forEach((match, i) => {
          const start = lineStart + match.index;
          const { left, width } = boxes[i]!;
          words.push({
            text: match[0],
            start,
            end: start + match[0].length,
            left,
            width,
            top: topAt(line, left + width / 2),
            height: line.height,
            line: index - 1,
          });
        });
      }
    }
    lineStart += lineText.length + 1;
  }
  return words;
}

/** The top of a line at `left`. */
const topAt = (line: TextLine, left: number): number =>
  line.slope ? Math.round(line.top + (line.slope * left) / UNITS) : line.top;

function shareWidth(line: TextLine, text: string, words: RegExpMatchArray[]): WordBox[] {
  const left = Math.min(...line.words.map((word) => word.left));
  const right = Math.max(...line.words.map((word) => word.left + word.width));
  const unit = (right - left) / Math.max(1, text.length);
  return words.map((word) => ({
    left: Math.round(left + word.index! * unit),
    width: Math.round(word[0].length * unit),
  }));
}

/** A page while its words arrive: keeps text and boxes in step. */
export class PageBuilder {
  private readonly parts: string[] = [];
  private readonly lines: TextLine[] = [];
  private line: { words: (WordBox & { text: string })[]; top: number; bottom: number } | null = null;
  private breakBefore = false;
  private characters = 0;

  /** `width` and `height` are the page's, in the unit in which the words will be given. */
  constructor(
    readonly number: number,
    readonly width: number,
    readonly height: number,
  ) {}

  /** The next line begins a new block. */
  block(): void {
    this.endLine();
    this.breakBefore = this.parts.length > 0;
  }

  endLine(): void {
    const line = this.line;
    if (!line || line.words.length === 0) return;
    if (this.parts.length > 0) this.parts.push(this.breakBefore ? '\n\n' : '\n');
    this.breakBefore = false;
    this.parts.push(line.words.map((word) => word.text).join(' '));
    const top = clamp(line.top, this.height);
    this.lines.push({
      top,
      height: Math.max(1, clamp(line.bottom, this.height) - top),
      words: line.words.map(({ left, width }) => ({ left, width })),
    });
    this.line = null;
  }

  word(text: string, left: number, top: number, width: number, height: number): void {
    // A space inside what an extractor calls a word would part text and boxes.
    const clean = PLAIN.test(text) ? text : cleanText(text).replace(/\s+/g, '');
    if (clean === '') return;
    this.line ??= { words: [], top, bottom: top + height };
    this.line.top = Math.min(this.line.top, top);
    this.line.bottom = Math.max(this.line.bottom, top + height);
    const start = clamp(left, this.width);
    this.line.words.push({ text: clean, left: start, width: Math.max(1, clamp(left + width, this.width) - start) });
    this.characters += clean.length;
  }

  get length(): number {
    return this.characters;
  }

  /** `pointsPerUnit` turns the unit of the words into points. */
  page(label: string | null = null, pointsPerUnit = 1): TextPage {
    this.endLine();
    return {
      number: this.number,
      label,
      width: round2(this.width * pointsPerUnit),
      height: round2(this.height * pointsPerUnit),
      text: this.parts.join(''),
      lines: this.lines,
      problem: null,
    };
  }
}

const round2 = (value: number) => Math.round(value * 100) / 100;

function clamp(value: number, whole: number): number {
  if (!(whole > 0) || !Number.isFinite(value)) return 0;
  return Math.min(UNITS, Math.max(0, Math.round((value / whole) * UNITS)));
}

// Letters of Latin and Cyrillic, digits and usual marks: composed already, nothing in them to clean.
const PLAIN = /^[\u0021-\u007e\u00a1-\u00ac\u00ae-\u024f\u0400-\u0482\u048a-\u052f\u2010-\u201f\u2026\u2116]+$/;

const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text as it may be stored and printed: NFC, no controls but line feeds and tabs, no lone surrogates. */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '');
}

/** A page that has text but no places for it. */
export function plainPage(number: number, text: string): TextPage {
  return { number, label: null, width: 0, height: 0, text, lines: [], problem: null };
}

/** Lines as bytes: a few for each word. @see decodeLines */
export function encodeLines(lines: readonly TextLine[]): Buffer {
  const out: number[] = [];
  const put = (value: number) => {
    let rest = value;
    while (rest > 0x7f) {
      out.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.push(rest);
  };
  const putSigned = (value: number) => put(value < 0 ? -value * 2 - 1 : value * 2);
  let top = 0;
  for (const line of lines) {
    putSigned(line.top - top);
    put(line.height);
    put(line.words.length * 2 + (line.slope ? 1 : 0));
    if (line.slope) putSigned(line.slope);
    let right = 0;
    for (const word of line.words) {
      putSigned(word.left - right);
      put(word.width);
      right = word.left + word.width;
    }
    top = line.top;
  }
  return Buffer.from(out);
}

export function decodeLines(bytes: Uint8Array): TextLine[] {
  let at = 0;
  const get = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const getSigned = () => {
    const value = get();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  };
  const lines: TextLine[] = [];
  let top = 0;
  while (at < bytes.length) {
    top += getSigned();
    const line: TextLine = { top, height: get(), words: [] };
    const count = get();
    if (count % 2 === 1) line.slope = getSigned();
    let right = 0;
    for (let words = count >> 1; words > 0; words--) {
      const left = right + getSigned();
      const width = get();
      line.words.push({ left, width });
      right = left + width;
    }
    lines.push(line);
  }
  return lines;
}
