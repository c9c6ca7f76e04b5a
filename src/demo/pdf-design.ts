import path from 'node:path';
import type { Metadata } from '../works/schema';

export const FONTS = {
  serif: 'DejaVuSerifCondensed.ttf',
  'serif-bold': 'DejaVuSerifCondensed-Bold.ttf',
  'serif-italic': 'DejaVuSerifCondensed-Italic.ttf',
  sans: 'DejaVuSansCondensed.ttf',
  'sans-bold': 'DejaVuSansCondensed-Bold.ttf',
} as const;
const fontFolder = path.join(path.dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
export const fontFile = (name: keyof typeof FONTS): string => path.join(fontFolder, FONTS[name]);

const mm = (millimetres: number) => (millimetres * 72) / 25.4;

export interface Design {
  size: [width: number, height: number];
  margins: { top: number; bottom: number; left: number; right: number };
  /** Point size of the text, and the space between its lines. */
  body: number;
  lead: number;
  align: 'justify' | 'left';
  front: 'thesis' | 'autoreferat' | 'book' | 'article' | 'sheet' | 'patent';
  contents: boolean;
  /** Does a chapter begin a new page? */
  chapters: boolean;
}

const a4 = { size: [mm(210), mm(297)] as [number, number], margins: { top: 64, bottom: 72, left: 85, right: 48 } };
export const a5 = {
  size: [mm(148), mm(210)] as [number, number],
  margins: { top: 54, bottom: 58, left: 50, right: 46 },
};
const journal = { size: [mm(170), mm(240)] as [number, number], margins: { top: 60, bottom: 62, left: 56, right: 54 } };
const thesis: Design = {
  ...a4,
  body: 13.5,
  lead: 7.5,
  align: 'justify',
  front: 'thesis',
  contents: true,
  chapters: true,
};
const book: Design = { ...a5, body: 10, lead: 3.6, align: 'left', front: 'book', contents: true, chapters: true };
const article: Design = {
  ...journal,
  body: 10,
  lead: 3.4,
  align: 'justify',
  front: 'article',
  contents: false,
  chapters: false,
};
const sheet: Design = { ...a4, body: 11, lead: 4.6, align: 'left', front: 'sheet', contents: false, chapters: false };

/** How a work of each type is set. */
export const DESIGNS: Record<Metadata['type'], Design> = {
  dissertation: thesis,
  'master-thesis': thesis,
  'bachelor-thesis': thesis,
  'dissertation-abstract': { ...book, front: 'autoreferat', contents: false, chapters: false },
  article,
  'conference-paper': article,
  'book-part': article,
  'journal-issue': { ...article, front: 'book', contents: true, chapters: true },
  monograph: book,
  textbook: book,
  'study-guide': book,
  'scanned-book': book,
  bibliography: { ...book, contents: false },
  lecture: sheet,
  report: sheet,
  patent: { ...sheet, front: 'patent' },
  other: sheet,
};
