import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import { answerTasks } from '../text/killable-process';
import type { Turn } from '../works/book';

/** What runs in the process that binds pages into a PDF: it holds one PDF open, page after page, and none in memory. */

export interface PdfAbout {
  to: string;
  title: string;
  author: string;
  /** ISO 639. */
  language: string | null;
  createdAt: string;
}

/** A word where it stands, in points from the page's top left corner. */
export interface BoundWord {
  text: string;
  left: number;
  top: number;
  width: number;
  height: number;
  line: number;
}

export interface BoundPage {
  /** Points, as the page is shown. */
  width: number;
  height: number;
  label: string | null;
  /** A JPEG, or null for a page that could not be drawn. */
  picture: string | null;
  /** Degrees clockwise by which the picture is turned. */
  turn: Turn;
  words: BoundWord[];
}

/** All letters of our languages, and a shape for each: nobody sees it, and every program can copy the text. */
const FONT = path.join(path.dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf', 'DejaVuSans.ttf');
/** How far DejaVu Sans reaches above and below its line, in sizes of the font. */
const [ASCENT, DESCENT] = [0.928, 0.236];

/** Of pdfkit's own: the font as it is written into the file. The version is pinned. */
interface WrittenFont {
  id: string;
  ref(): unknown;
  encode(text: string, features: object): [string[], { advanceWidth: number }[]];
}
type Inside = PDFKit.PDFDocument & {
  _font: WrittenFont;
  _root: { data: Record<string, unknown> };
  page: PDFKit.PDFPage & { fonts: Record<string, unknown> };
  addContent(content: string): void;
};

/** A letter as the font of the open PDF writes it: its glyph, and how far it reaches in thousandths of the size. */
interface Letter {
  glyph: string;
  advance: number;
}

let open: {
  pdf: Inside;
  file: WriteStream;
  labels: unknown[];
  pages: number;
  letters: Map<string, Letter>;
} | null = null;

answerTasks({
  open: async ({ to, title, author, language, createdAt }: PdfAbout) => {
    if (open) open.file.destroy();
    const info = { Title: title, ...(author ? { Author: author } : {}), CreationDate: new Date(createdAt) };
    const options = { autoFirstPage: false, displayTitle: true, info, ...(language ? { lang: language } : {}) };
    const pdf = new PDFDocument(options) as Inside;
    const file = createWriteStream(to);
    file.on('error', () => {}); // told by the page that waits for it
    pdf.pipe(file);
    open = { pdf, file, labels: [], pages: 0, letters: new Map() };
  },

  page: async ({ width, height, label, picture, turn, words }: BoundPage) => {
    if (!open) throw new Error('No PDF is open');
    const { pdf } = open;
    const size: [number, number] = [Math.max(3, width), Math.max(3, height)];
    pdf.addPage({ size, margin: 0 });
    if (picture !== null) {
      const [across, down] = turn % 180 === 0 ? size : [size[1], size[0]];
      pdf.save();
      pdf.translate(size[0] / 2, size[1] / 2).rotate(turn);
      try {
        // From memory: of what it reads from a path pdfkit keeps a note for good.
        pdf.image(await readFile(picture), -across / 2, -down / 2, { width: across, height: down });
      } catch {
        // no JPEG that pdfkit understands: the page keeps its text and its place
      }
      pdf.restore();
    }
    writeUnseen(pdf, words, open.letters);
    const { labels, pages } = open;
    labels.push(pages, label === null ? { S: 'D', St: pages + 1 } : { P: new String(label) });
    open.pages += 1;
    await drained(pdf, open.file);
  },

  close: async () => {
    if (!open) throw new Error('No PDF is open');
    const { pdf, file, labels } = open;
    pdf._root.data.PageLabels = { Nums: labels };
    pdf.end();
    await finished(file);
    open = null;
    return file.bytesWritten;
  },
});

/** Text in rendering mode 3 (ISO 32000 §9.3.6: neither filled nor stroked), each word stretched to its box. */
function writeUnseen(pdf: Inside, words: readonly BoundWord[], letters: Map<string, Letter>): void {
  if (words.length === 0) return;
  pdf.font(FONT);
  const font = pdf._font;
  pdf.page.fonts[font.id] ??= font.ref();
  // Letter by letter: shaping whole words takes a hundred times as long, and nobody sees how they join.
  const letterOf = (sign: string): Letter => {
    let letter = letters.get(sign);
    if (!letter) {
      const [glyphs, positions] = font.encode(sign, {});
      letter = { glyph: glyphs.join(''), advance: positions.reduce((sum, each) => sum + each.advanceWidth, 0) };
      letters.set(sign, letter);
    }
    return letter;
  };
  const lines: string[] = ['BT 3 Tr'];
  for (const [i, word] of words.entries()) {
    const size = Math.max(1, word.height) / (ASCENT + DESCENT);
    const written = [...word.text].map(letterOf);
    const natural = (written.reduce((sum, { advance }) => sum + advance, 0) * size) / 1_000;
    if (natural <= 0) continue;
    const stretch = (percent: number) => Math.min(1_000, Math.max(1, percent)).toFixed(2);
    const baseline = word.top + (ASCENT / (ASCENT + DESCENT)) * word.height;
    lines.push(
      `/${font.id} ${size.toFixed(2)} Tf ${stretch((word.width / natural) * 100)} Tz`,
      `1 0 0 -1 ${word.left.toFixed(2)} ${baseline.toFixed(2)} Tm <${written.map(({ glyph }) => glyph).join('')}> Tj`,
    );
    const next = words[i + 1];
    const gap = next && next.line === word.line ? next.left - word.left - word.width : 0;
    if (gap > 0) {
      const space = letterOf(' ');
      lines.push(`${stretch((gap / ((space.advance * size) / 1_000)) * 100)} Tz <${space.glyph}> Tj`);
    }
  }
  lines.push('ET');
  pdf.addContent(lines.join('\n'));
}

/** Returns when what was written has left memory. */
async function drained(pdf: Inside, file: WriteStream): Promise<void> {
  while (pdf.readableLength > 0 || file.writableLength > 1_000_000) {
    if (file.destroyed) throw new Error('The PDF cannot be written');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
