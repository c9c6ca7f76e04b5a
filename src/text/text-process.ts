import { readFile } from 'node:fs/promises';
import { pagesOfDocument } from './document-pages';
import { htmlOfWord, isShown } from './document-pictures';
import { ExtractionFailed } from './extraction-failed';
import { blocksOfHtml, type ReadDocument } from './html-blocks';
import { answerTasks } from './killable-process';
import { type OutlineEntry, plainPage, type TextPage } from './page';
import { PdfDocument, type PrintedLine } from './pdfium';
import { decodeText, pagesOfPlainText } from './plain-text';

/** What runs in the process that can be killed: everything that parses an uploaded file in JavaScript or WASM. */

export interface PdfOverview {
  pages: number;
  outline: OutlineEntry[];
  /** By page from 1; null where the label is only the number. Empty when no page has one. */
  labels: (string | null)[];
  /** Width and height in points, by page from 1. */
  sizes: [number, number][];
}

export interface PdfFrontMatter {
  title: string;
  author: string;
  subject: string;
  keywords: string;
  created: string;
  /** The printed lines of the first pages. */
  pages: PrintedLine[][];
}

/** Pages sent at once: small enough to hold in memory, large enough that the sending costs little. */
const PAGES_PER_PART = 20;

async function withPdf<T>(path: string, use: (pdf: PdfDocument) => Promise<T> | T): Promise<T> {
  const pdf = await PdfDocument.open(path);
  try {
    return await use(pdf);
  } finally {
    pdf.close();
  }
}

async function sendDocument(document: ReadDocument, send: (pages: TextPage[]) => Promise<void>): Promise<number> {
  const pages = pagesOfDocument(document);
  for (let i = 0; i < pages.length; i += PAGES_PER_PART) await send(pages.slice(i, i + PAGES_PER_PART));
  return pages.length;
}

/** Pages that show a picture, and those of them that show one too large to be unpacked. */
export interface PicturedPages {
  pages: number[];
  tooLarge: number[];
}

answerTasks({
  overview: ({ path, mostPages }: { path: string; mostPages: number }): Promise<PdfOverview> =>
    withPdf(path, (pdf) => {
      const pages = pdf.pageCount;
      if (pages > mostPages) throw new ExtractionFailed('tooManyPages');
      const labels = Array.from({ length: pages }, (_, i) => pdf.label(i + 1));
      return {
        pages,
        outline: pdf.outline(),
        labels: labels.some((label) => label !== null) ? labels : [],
        sizes: labels.map((_, i) => pdf.size(i + 1)),
      };
    }),

  pdf: (input: { path: string; mostPages: number; from: number; to: number | null }, send) =>
    withPdf(input.path, async (pdf) => {
      const count = pdf.pageCount;
      if (count > input.mostPages) throw new ExtractionFailed('tooManyPages');
      if (count === 0) throw new ExtractionFailed('noPages');
      let part: TextPage[] = [];
      for (let number = input.from; number <= Math.min(count, input.to ?? count); number++) {
        try {
          part.push(pdf.page(number));
        } catch (error) {
          if (!(error instanceof ExtractionFailed)) throw error;
          part.push({ ...plainPage(number, ''), problem: error.messageKey });
        }
        if (part.length === PAGES_PER_PART) {
          await send(part);
          part = [];
        }
      }
      if (part.length > 0) await send(part);
      return count;
    }),

  pictured: ({ path, pages }: { path: string; pages: number[] }): Promise<PicturedPages> =>
    withPdf(path, (pdf) => {
      const found: PicturedPages = { pages: [], tooLarge: [] };
      for (const number of pages) {
        try {
          const answer = pdf.isPictured(number);
          if (answer) (answer === 'tooLarge' ? found.tooLarge : found.pages).push(number);
        } catch (error) {
          if (!(error instanceof ExtractionFailed)) throw error; // a page that cannot be opened shows nothing
        }
      }
      return found;
    }),

  frontMatter: ({ path }: { path: string }): Promise<PdfFrontMatter> =>
    withPdf(path, (pdf) => ({
      title: pdf.info('Title'),
      author: pdf.info('Author'),
      subject: pdf.info('Subject'),
      keywords: pdf.info('Keywords'),
      created: pdf.info('CreationDate'),
      pages: Array.from({ length: Math.min(4, pdf.pageCount) }, (_, i) => {
        try {
          return pdf.printedLines(i + 1).slice(0, 400);
        } catch {
          return [];
        }
      }),
    })),

  docx: async ({ path }: { path: string }, send) =>
    sendDocument(blocksOfHtml(await htmlOfWord(path), isShown.word), send),

  html: async ({ path }: { path: string }, send) =>
    sendDocument(blocksOfHtml(decodeText(await readFile(path), true), isShown.html), send),

  text: async ({ path }: { path: string }, send) => {
    const pages = pagesOfPlainText(decodeText(await readFile(path)));
    for (let i = 0; i < pages.length; i += PAGES_PER_PART) await send(pages.slice(i, i + PAGES_PER_PART));
    return pages.length;
  },
});
