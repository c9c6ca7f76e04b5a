import path from 'node:path';
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { Block, Run } from '../text/blocks';

const FONTS = path.join(path.dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const SERIF = 'Achyk Serif';
export const SANS = 'Achyk Sans';

let registered = false;
/** Fonts that have ө ү ң, whatever is installed. */
export function registerFonts(): void {
  if (registered) return;
  registered = true;
  for (const style of ['', '-Bold', '-Italic', '-BoldItalic']) {
    GlobalFonts.registerFromPath(path.join(FONTS, `DejaVuSerif${style}.ttf`), SERIF);
  }
  GlobalFonts.registerFromPath(path.join(FONTS, 'DejaVuSans.ttf'), SANS);
}

/** The least a page is high, by its width, and the most. */
const SHEET = Math.SQRT2;
const TALLEST = 12_000; // pixels

type Draw = (context: SKRSContext2D) => void;

/** A page of a document as a picture: for a work that may be read and whose text may not be taken. */
export function typeset(blocks: readonly Block[], width: number): Canvas {
  registerFonts();
  const measure = createCanvas(10, 10).getContext('2d');
  const margin = Math.round(width * 0.09);
  const drawn: Draw[] = [];
  const bottom = new Setter(measure, drawn, width * 0.0215).blocks(blocks, margin, width - 2 * margin, margin);
  const height = Math.min(TALLEST, Math.max(Math.round(width * SHEET), Math.ceil(bottom) + margin));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#1b1b1b';
  context.strokeStyle = '#999';
  for (const draw of drawn) draw(context);
  return canvas;
}

interface Word {
  text: string;
  font: string;
  width: number;
  /** Pixels above the line; below it where negative. */
  raise: number;
}

/** Sets blocks from the top down; each step says where it ended. */
class Setter {
  constructor(
    private readonly measure: SKRSContext2D,
    private readonly drawn: Draw[],
    /** Of the letters, in pixels. */
    private readonly size: number,
  ) {}

  blocks(blocks: readonly Block[], left: number, width: number, top: number): number {
    let y = top;
    for (const block of blocks) {
      if (y > TALLEST) break;
      y = this.block(block, left, width, y);
    }
    return y;
  }

  private block(block: Block, left: number, width: number, y: number): number {
    const { size } = this;
    switch (block.kind) {
      case 'heading': {
        const scale = [1.5, 1.35, 1.2][block.level - 1] ?? 1.08;
        return this.runs(block.runs, left, width, y + size * 0.6, size * scale, true) + size * 0.5;
      }
      case 'paragraph':
      case 'preformatted':
        return this.runs(block.runs, left, width, y, size) + size * 0.7;
      case 'picture': // its description stands for it
        if (block.runs.length === 0) return y;
        return this.runs([{ text: '[' }, ...block.runs, { text: ']' }], left, width, y, size) + size * 0.7;
      case 'quote':
        return this.blocks(block.blocks, left + size * 2, width - size * 3, y);
      case 'list': {
        let at = y;
        for (const [i, item] of block.items.entries()) {
          this.runs([{ text: block.ordered ? `${block.start + i}.` : '•' }], left, size * 2.4, at, size);
          at = Math.max(at + size, this.blocks(item, left + size * 2.4, width - size * 2.4, at));
        }
        return at;
      }
      case 'table':
        return this.table(block.rows, left, width, y) + size * 0.8;
      case 'note': {
        const small = new Setter(this.measure, this.drawn, size * 0.86);
        small.runs([{ text: block.mark }], left, size * 2, y, size * 0.86);
        return small.blocks(block.blocks, left + size * 2, width - size * 2, y);
      }
      case 'rule':
        this.line(left, y + size * 0.5, left + width, y + size * 0.5);
        return y + size;
    }
  }

  private table(rows: Extract<Block, { kind: 'table' }>['rows'], left: number, width: number, y: number): number {
    const columns = Math.max(1, ...rows.map((row) => row.reduce((sum, cell) => sum + cell.across, 0)));
    const each = width / Math.min(columns, 40);
    const pad = this.size * 0.3;
    let at = y;
    for (const row of rows) {
      this.line(left, at, left + width, at);
      let column = 0;
      let bottom = at + this.size * 1.6;
      for (const cell of row) {
        const inside = Math.max(this.size * 2, each * cell.across - pad * 2);
        bottom = Math.max(bottom, this.blocks(cell.blocks, left + column * each + pad, inside, at + pad));
        column += cell.across;
      }
      at = bottom;
      if (at > TALLEST) break;
    }
    this.line(left, at, left + width, at);
    return at;
  }

  private line(x1: number, y1: number, x2: number, y2: number): void {
    this.drawn.push((context) => {
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    });
  }

  private runs(runs: readonly Run[], left: number, width: number, top: number, size: number, isBold = false): number {
    const height = size * 1.5;
    let y = top;
    let x = left;
    const end = () => {
      x = left;
      y += height;
    };
    for (const run of runs) {
      const style = this.styleOf(run, size, isBold);
      for (const [i, line] of run.text.split('\n').entries()) {
        if (i > 0) end();
        for (const part of line.match(/\s+|\S+/g) ?? []) {
          for (const word of this.words(part, style, width)) {
            if (x + word.width > left + width + 0.5 && x > left) end();
            if (x === left && word.text.trim() === '') continue;
            this.word(word, x, y + size);
            x += word.width;
          }
        }
      }
    }
    return y + height;
  }

  private styleOf(run: Run, size: number, isBold: boolean): Pick<Word, 'font' | 'raise'> {
    const has = (mark: NonNullable<Run['marks']>[number]) => run.marks?.includes(mark) ?? false;
    const isSmall = has('sup') || has('sub');
    const font = `${has('em') ? 'italic ' : ''}${isBold || has('strong') ? 'bold ' : ''}${Math.round(size * (isSmall ? 0.65 : 1))}px "${SERIF}"`;
    return { font, raise: has('sup') ? size * 0.35 : has('sub') ? -size * 0.15 : 0 };
  }

  /** A word; one that is longer than the line in parts. */
  private words(text: string, style: Pick<Word, 'font' | 'raise'>, width: number): Word[] {
    this.measure.font = style.font;
    const whole = this.measure.measureText(text).width;
    if (whole <= width || text.length < 2) return [{ text, ...style, width: whole }];
    const middle = Math.ceil(text.length / 2);
    return [...this.words(text.slice(0, middle), style, width), ...this.words(text.slice(middle), style, width)];
  }

  private word({ text, font, raise }: Word, x: number, baseline: number): void {
    if (baseline > TALLEST || text.trim() === '') return;
    this.drawn.push((context) => {
      context.font = font;
      context.fillText(text, x, baseline - raise);
    });
  }
}
