import PDFDocument from 'pdfkit';
import type { Metadata } from '../works/schema';
import type { SampleWork } from './library';
import { type Design, FONTS, fontFile } from './pdf-design';
import { type DocumentLanguage, wordsIn } from './words';

export type Pdf = PDFKit.PDFDocument;

/** The document a work is set in, and where its pages begin and end. */
export class Sheet {
  readonly doc: Pdf;
  readonly words;
  /** Pages without a number. */
  readonly quietPages = new Set<number>();

  constructor(
    readonly work: SampleWork,
    readonly design: Design,
  ) {
    const { metadata } = work;
    this.words = wordsIn(metadata.languages[0]);
    const day = new Date(`${(metadata.issued ?? '2026').padEnd(10, '-01-01')}T06:00:00Z`);
    this.doc = new PDFDocument({
      size: design.size,
      margins: design.margins,
      bufferPages: true,
      autoFirstPage: true,
      font: fontFile('serif'),
      pdfVersion: '1.7',
      lang: metadata.languages[0] ?? 'ky',
      displayTitle: true,
      info: {
        Title: metadata.titles[0]!.value,
        Author: namesOf(metadata, 'author').join('; '),
        Keywords: keywordsIn(metadata, metadata.languages[0]).join(', '),
        CreationDate: day,
        ModDate: day,
        Producer: 'Achyk',
        Creator: 'Achyk',
      },
    });
    for (const name of Object.keys(FONTS) as (keyof typeof FONTS)[]) this.doc.registerFont(name, fontFile(name));
  }

  named(role: Metadata['contributors'][number]['role']): string[] {
    return this.work.metadata.contributors
      .filter((each) => each.role === role)
      .map((each) => [fullName(each.name), each.affiliation].filter(Boolean).join(', '));
  }

  /** Begins a new page where fewer than `points` are left. */
  room(points: number): void {
    if (this.doc.y + points > this.bottom) this.doc.addPage();
  }

  get pageNow(): number {
    const { start, count } = this.doc.bufferedPageRange();
    return start + count - 1;
  }
  get left(): number {
    return this.design.margins.left;
  }
  get right(): number {
    return this.pageWidth - this.design.margins.right;
  }
  get textWidth(): number {
    return this.right - this.left;
  }
  get bottom(): number {
    return this.pageHeight - this.design.margins.bottom;
  }
  get pageWidth(): number {
    return this.design.size[0];
  }
  get pageHeight(): number {
    return this.design.size[1];
  }
}

/** «Усенов, Усен Бакирович» as it stands on a title page: «Усенов Усен Бакирович». */
export const fullName = (name: string): string => name.replace(/,\s*/, ' ');

export const namesOf = (metadata: Metadata, role: Metadata['contributors'][number]['role']): string[] =>
  metadata.contributors.filter((each) => each.role === role).map((each) => each.name);

export const keywordsIn = (metadata: Metadata, language: string | undefined): string[] =>
  metadata.subjects
    .filter((subject) => subject.scheme === 'keyword' && subject.lang === (language as DocumentLanguage))
    .map((subject) => subject.value);
