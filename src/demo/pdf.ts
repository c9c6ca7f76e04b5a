import path from 'node:path';
import PDFDocument from 'pdfkit';
import type { Metadata } from '../works/schema';
import type { Block } from './blocks';
import { drawCover } from './cover';
import type { SampleWork } from './library';
import { type DocumentLanguage, wordsIn } from './words';

export type Pdf = PDFKit.PDFDocument;

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

interface Design {
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
const a5 = { size: [mm(148), mm(210)] as [number, number], margins: { top: 54, bottom: 58, left: 50, right: 46 } };
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

const DESIGNS: Record<Metadata['type'], Design> = {
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

/** The work as a real PDF: outline, page labels, embedded fonts; the same bytes every time. */
export function pdfOf(work: SampleWork, parts: SampleWork[] = []): Promise<Buffer> {
  return new Typesetter(work, DESIGNS[work.metadata.type]).print(parts);
}

class Typesetter {
  private readonly doc: Pdf;
  private readonly words;
  private readonly chapters: { title: string; level: number; page: number; name: string }[] = [];
  private contentsPage: number | null = null;
  private contentsPages = 0;
  private figures = 0;
  private readonly quietPages = new Set<number>();

  constructor(
    private readonly work: SampleWork,
    private readonly design: Design,
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

  async print(parts: SampleWork[]): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const done = new Promise<Buffer>((resolve, reject) => {
      this.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.doc.on('end', () => resolve(Buffer.concat(chunks)));
      this.doc.on('error', reject);
    });
    this.front();
    if (this.design.contents) this.keepRoomForContents(this.headings(parts));
    for (const [i, part] of parts.entries()) {
      if (i > 0 || this.design.contents) this.doc.addPage();
      this.mark(`${namesOf(part.metadata, 'author').join(', ')}. ${part.metadata.titles[0]!.value}`, 1);
      this.articleHead(part.metadata);
      for (const block of part.blocks) this.block(block, 1);
    }
    for (const [i, block] of this.work.blocks.entries()) this.block(block, 0, i === 0);
    this.contents();
    this.numbers();
    this.outline();
    this.doc.end();
    return done;
  }

  // ── the first pages ──

  private front(): void {
    const { metadata } = this.work;
    switch (this.design.front) {
      case 'thesis':
        this.titlePage();
        this.doc.addPage();
        this.abstractsPage(metadata);
        break;
      case 'autoreferat':
        this.titlePage();
        this.doc.addPage();
        this.councilPage();
        this.doc.addPage();
        break;
      case 'book':
        this.quietPages.add(0);
        drawCover(this.doc, this.work);
        this.doc.addPage();
        this.imprint();
        if (!this.design.contents && !this.design.chapters) this.doc.addPage();
        break;
      case 'article':
        this.articleHead(metadata);
        break;
      case 'patent':
        this.patentHead();
        break;
      case 'sheet':
        this.sheetHead();
    }
  }

  private titlePage(): void {
    const { metadata } = this.work;
    const { doc, words } = this;
    const small = this.design.size === a5.size;
    const size = (points: number) => (small ? points * 0.78 : points);
    this.quietPages.add(0);
    const centred = (text: string, font: keyof typeof FONTS, points: number, gap = 0.4) => {
      doc.font(font).fontSize(size(points)).fillColor('#111').text(text, { align: 'center', lineGap: 3 });
      doc.moveDown(gap);
    };
    const { thesis: about } = metadata;
    if (about?.institution) centred(about.institution, 'serif', 13, 0.2);
    if (about?.department) centred(about.department, 'serif', 11.5, 1);
    doc.font('serif-italic').fontSize(size(11)).text(words.manuscript, { align: 'right' });
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    if (udc) doc.font('serif').text(`${words.udc} ${udc.value}`, { align: 'right' });
    doc.y = this.pageHeight * 0.31;
    centred(namesOf(metadata, 'author').map(fullName).join(', '), 'serif-bold', 15, 1);
    centred(metadata.titles[0]!.value, 'serif-bold', 18, 1.2);
    for (const line of this.work.front) centred(line, 'serif', 12.5, 0.25);
    doc.moveDown(1.5);
    for (const name of this.named('supervisor')) {
      doc.font('serif').fontSize(size(12)).text(`${words.supervisor}: ${name}`, { align: 'right' });
    }
    doc.y = this.pageHeight - this.design.margins.bottom - size(54);
    centred(`${metadata.place ?? ''} – ${metadata.issued?.slice(0, 4) ?? ''}`, 'serif', 12.5, 0.5);
    centred(words.sample, 'serif-italic', 8.5, 0);
  }

  private councilPage(): void {
    const { metadata } = this.work;
    const { doc, words } = this;
    const lines: string[] = [];
    if (metadata.thesis?.institution) lines.push(metadata.thesis.institution);
    lines.push(...this.named('supervisor').map((name) => `${words.supervisor}: ${name}`));
    const opponents = this.named('opponent');
    if (opponents.length) lines.push(`${words.opponents}: ${opponents.join('; ')}`);
    if (metadata.thesis?.council) lines.push(words.council(metadata.thesis.council));
    if (metadata.thesis?.defendedOn) lines.push(words.defence(metadata.thesis.defendedOn));
    for (const line of lines) {
      doc.font('serif').fontSize(this.design.body).text(line, { lineGap: this.design.lead, paragraphGap: 8 });
    }
    doc.moveDown(1);
    this.abstractsPage(metadata);
  }

  private abstractsPage(metadata: Metadata, compact = false): void {
    const points = this.design.body - (compact ? 1.2 : 1);
    for (const abstract of metadata.abstracts) {
      const words = wordsIn(abstract.lang);
      const title = metadata.titles.find((each) => each.lang === abstract.lang)?.value;
      this.room(70);
      if (compact) {
        this.doc.font('sans-bold').fontSize(points).fillColor('#111').text(`${words.abstract}. `, { continued: true });
        this.doc.font('serif').text(abstract.value, { lineGap: 1.6 });
      } else {
        this.doc.font('sans-bold').fontSize(this.design.body).fillColor('#111').text(words.abstract);
        if (title && title !== metadata.titles[0]!.value)
          this.doc.font('serif-italic').fontSize(points).text(title, { lineGap: 2, paragraphGap: 3 });
        this.doc.font('serif').fontSize(points).text(abstract.value, { align: 'left', lineGap: 2.4, paragraphGap: 3 });
      }
      const keywords = keywordsIn(metadata, abstract.lang);
      if (keywords.length) {
        this.doc
          .font('serif-italic')
          .fontSize(points)
          .text(`${words.keywords}: ${keywords.join(', ')}.`, { lineGap: 1.6 });
      }
      this.doc.moveDown(0.8);
    }
  }

  /** What stands on the back of a title page: description, ISBN, people, the notice. */
  private imprint(): void {
    const { metadata } = this.work;
    const { doc, words } = this;
    const small = (text: string, font: keyof typeof FONTS = 'serif', gap = 4) =>
      doc.font(font).fontSize(8.6).fillColor('#222').text(text, { lineGap: 2, paragraphGap: gap });
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    const bbk = metadata.subjects.find((subject) => subject.scheme === 'bbk');
    if (udc) small(`${words.udc} ${udc.value}`, 'sans', 0);
    if (bbk) small(`ББК ${bbk.value}`, 'sans', 0);
    doc.moveDown(1);
    const authors = namesOf(metadata, 'author');
    const year = metadata.issued?.slice(0, 4) ?? '';
    small(
      [
        authors.length ? `${authors.join(', ')}. ` : '',
        `${metadata.titles[0]!.value}. – ${metadata.place ?? ''}: ${metadata.publisher ?? ''}, ${year}.`,
      ].join(''),
      'sans-bold',
      6,
    );
    const roles = ['editor', 'compiler', 'translator', 'reviewer'] as const;
    for (const role of roles) {
      const names = this.named(role);
      if (names.length) small(`${words[role]}: ${names.join(', ')}`);
    }
    for (const { scheme, value } of metadata.identifiers) {
      if (scheme !== 'url') small(`${scheme.toUpperCase()} ${value}`, 'sans', 1);
    }
    doc.moveDown(1);
    for (const abstract of metadata.abstracts) small(abstract.value, 'serif', 7);
    small(words.sample, 'serif-italic');
    if (metadata.rights.licence === 'CC-BY-4.0') small('© Achyk, Creative Commons Attribution 4.0', 'sans');
  }

  private articleHead(metadata: Metadata): void {
    const { doc } = this;
    const words = wordsIn(metadata.languages[0]);
    const source = metadata.source;
    if (source?.title) {
      const place = [source.title, source.volume && `${source.volume}`, source.issue && `№ ${source.issue}`];
      const line = [...place, metadata.issued?.slice(0, 4), source.pages].filter(Boolean).join(' · ');
      doc.font('sans').fontSize(8).fillColor('#555').text(line);
      const y = doc.y + 3;
      doc.moveTo(this.left, y).lineTo(this.right, y).lineWidth(0.6).stroke(this.work.colour);
      doc.moveDown(1.2);
    }
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    const doi = metadata.identifiers.find((identifier) => identifier.scheme === 'doi');
    const codes = [udc && `${words.udc} ${udc.value}`, doi && `DOI ${doi.value}`].filter(Boolean).join('    ');
    if (codes) doc.font('sans').fontSize(8.5).fillColor('#333').text(codes, { paragraphGap: 8 });
    doc.font('serif-bold').fontSize(16).fillColor('#111').text(metadata.titles[0]!.value, { lineGap: 2 });
    doc.moveDown(0.4);
    for (const author of metadata.contributors.filter((each) => each.role === 'author')) {
      doc.font('sans-bold').fontSize(10).text(fullName(author.name));
      if (author.affiliation) doc.font('serif-italic').fontSize(9).fillColor('#444').text(author.affiliation);
      doc.fillColor('#111');
    }
    for (const title of metadata.titles.slice(1)) {
      doc.moveDown(0.3).font('serif-italic').fontSize(9.5).fillColor('#444').text(title.value);
    }
    doc.fillColor('#111').moveDown(0.8);
    this.abstractsPage(metadata, true);
    doc.moveDown(0.3);
  }

  private sheetHead(): void {
    const { metadata } = this.work;
    const { doc, words } = this;
    doc.rect(0, 0, this.pageWidth, 18).fill(this.work.colour);
    const authors = metadata.contributors.filter((each) => each.role.endsWith('author'));
    for (const author of authors) {
      doc.font('sans').fontSize(10.5).fillColor('#333');
      doc.text(
        [author.role === 'author' ? fullName(author.name) : author.name, author.affiliation].filter(Boolean).join(', '),
      );
    }
    doc.moveDown(0.6).font('sans-bold').fontSize(21).fillColor(this.work.colour).text(metadata.titles[0]!.value);
    doc.fillColor('#111').moveDown(0.3);
    for (const line of this.work.front) doc.font('serif-italic').fontSize(11).text(line, { lineGap: 2 });
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    const line = [udc && `${words.udc} ${udc.value}`, metadata.publisher, metadata.issued].filter(Boolean).join(' · ');
    doc.font('sans').fontSize(9).fillColor('#555').text(line, { lineGap: 2 });
    doc.font('serif-italic').fontSize(8.5).text(words.sample);
    doc.fillColor('#111').moveDown(1.2);
    this.abstractsPage(metadata);
  }

  /** The first page of a patent description, with the codes of WIPO ST.9. */
  private patentHead(): void {
    const { metadata } = this.work;
    const { doc, words } = this;
    const row = (code: string, text: string, font: keyof typeof FONTS = 'serif') => {
      const y = doc.y;
      doc.font('sans-bold').fontSize(9).fillColor('#333').text(`(${code})`, this.left, y, { width: 34 });
      doc
        .font(font)
        .fontSize(10.5)
        .fillColor('#111')
        .text(text, this.left + 38, y, {
          width: this.textWidth - 38,
          lineGap: 2,
          paragraphGap: 4,
        });
      doc.x = this.left;
    };
    for (const line of this.work.front) doc.font('sans-bold').fontSize(12).text(line, { align: 'center' });
    doc.moveDown(1);
    const number = metadata.identifiers.find((identifier) => identifier.scheme === 'other');
    if (number) row('11', number.value, 'sans-bold');
    for (const subject of metadata.subjects.filter((each) => each.scheme === 'udc'))
      row('51', `${words.udc} ${subject.value}`);
    row('45', metadata.issued ?? '');
    row('72', namesOf(metadata, 'author').map(fullName).join(', '));
    row('73', metadata.contributors.find((each) => each.role === 'corporate-author')?.name ?? metadata.publisher ?? '');
    row('54', metadata.titles[0]!.value, 'serif-bold');
    for (const abstract of metadata.abstracts) row('57', abstract.value);
    doc.moveDown(0.5).font('serif-italic').fontSize(8.5).fillColor('#444').text(words.sample);
    doc.fillColor('#111').moveDown(1);
  }

  // ── the text ──

  private block(block: Block, inPart: 0 | 1, first = false): void {
    const { doc, design } = this;
    const plain = { lineGap: design.lead, align: design.align };
    switch (block.kind) {
      case 'heading': {
        const level = block.level + inPart;
        if (level === 1 && design.chapters && !(first && !design.contents && design.front !== 'book')) doc.addPage();
        const points = [0, design.body * 1.55, design.body * 1.22, design.body * 1.05][level] ?? design.body;
        this.room(points * 2 + design.body * 4);
        if (level > 1) doc.moveDown(0.5);
        if (inPart === 0 || block.level === 1) this.mark(block.text, level);
        doc
          .font(level === 1 ? 'serif-bold' : 'sans-bold')
          .fontSize(points)
          .fillColor(level === 1 ? this.work.colour : '#111');
        doc.text(block.text, { lineGap: 2, paragraphGap: points * 0.45 });
        doc.fillColor('#111');
        return;
      }
      case 'paragraph':
        this.room(design.body * 2.6);
        doc
          .font('serif')
          .fontSize(design.body)
          .text(block.text, { ...plain, indent: 16, paragraphGap: 2.5 });
        return;
      case 'quote':
        doc.font('serif-italic').fontSize(design.body * 0.96);
        doc.text(block.text, this.left + 24, doc.y, {
          ...plain,
          align: 'left',
          width: this.textWidth - 40,
          paragraphGap: 6,
        });
        doc.x = this.left;
        return;
      case 'formula':
        this.room(design.body * 3);
        doc
          .font('serif-italic')
          .fontSize(design.body * 1.08)
          .text(block.text, { align: 'center', paragraphGap: 5, lineGap: 3 });
        return;
      case 'item': {
        this.room(design.body * 2.6);
        const y = doc.y;
        doc
          .font('serif')
          .fontSize(design.body)
          .text(block.mark, this.left + 4, y, { width: 24, lineBreak: false });
        doc.text(block.text, this.left + 26, y, {
          ...plain,
          align: 'left',
          width: this.textWidth - 26,
          paragraphGap: 2.5,
        });
        doc.x = this.left;
        return;
      }
      case 'verse':
        this.room((design.body + design.lead + 3) * Math.min(block.lines.length, 8));
        doc.font('serif-italic').fontSize(design.body);
        for (const line of block.lines) doc.text(line, this.left + 40, doc.y, { lineGap: design.lead * 0.7 });
        doc.x = this.left;
        doc.moveDown(0.5);
        return;
      case 'table':
        this.table(block.rows);
        return;
      case 'bars':
        this.bars(block.caption, block.bars);
        return;
      case 'plot':
        this.plot(block);
        return;
      case 'page':
        doc.addPage();
    }
  }

  private table(rows: string[][]): void {
    const { doc, design } = this;
    const points = design.body * 0.86;
    const columns = rows[0]!.length;
    const weight = Array.from({ length: columns }, (_, i) =>
      Math.min(34, Math.max(7, ...rows.map((row) => (row[i] ?? '').length))),
    );
    const total = weight.reduce((sum, each) => sum + each, 0);
    const widths = weight.map((each) => (each / total) * this.textWidth);
    doc.moveDown(0.3);
    rows.forEach((row, r) => {
      doc.font(r === 0 ? 'sans-bold' : 'sans').fontSize(points);
      const height = Math.max(...row.map((cell, i) => doc.heightOfString(cell, { width: widths[i]! - 8 }))) + 6;
      if (doc.y + height > this.bottom) doc.addPage();
      const y = doc.y;
      if (r === 0) doc.rect(this.left, y, this.textWidth, height).fill('#eeece6').fillColor('#111');
      let x = this.left;
      row.forEach((cell, i) => {
        doc.text(cell, x + 4, y + 3, { width: widths[i]! - 8 });
        x += widths[i]!;
      });
      doc.y = y + height;
      doc.moveTo(this.left, doc.y).lineTo(this.right, doc.y).lineWidth(0.4).stroke('#999');
    });
    doc.x = this.left;
    doc.moveDown(0.7);
  }

  private bars(caption: string, bars: { label: string; value: number }[]): void {
    const { doc, design } = this;
    const height = bars.length * 18 + 34;
    this.room(height);
    const labels = this.textWidth * 0.34;
    const most = Math.max(...bars.map((bar) => bar.value));
    let y = doc.y + 6;
    doc.font('sans').fontSize(design.body * 0.84);
    for (const bar of bars) {
      const length = (bar.value / most) * (this.textWidth - labels - 46);
      doc.fillColor('#111').text(bar.label, this.left, y, { width: labels - 6, align: 'right', lineBreak: false });
      doc.rect(this.left + labels, y, length, 11).fill(this.work.colour);
      doc.fillColor('#111').text(String(bar.value), this.left + labels + length + 5, y, { lineBreak: false });
      y += 18;
    }
    this.caption(caption, y + 2);
  }

  private plot({ caption, expression, from, to }: Extract<Block, { kind: 'plot' }>): void {
    const { doc } = this;
    const graph = GRAPHS[expression];
    if (!graph) throw new Error(`No graph is known for ${expression}`);
    const width = this.textWidth * 0.7;
    const height = width * 0.66;
    this.room(height + 36);
    const left = this.left + (this.textWidth - width) / 2;
    const top = doc.y + 6;
    const points = Array.from({ length: 121 }, (_, i) => from + ((to - from) * i) / 120).map(
      (x) => [x, graph(x)] as const,
    );
    const known = points.filter(([, y]) => Number.isFinite(y) && Math.abs(y) < 12).map(([, y]) => y);
    const low = Math.min(0, ...known);
    const high = Math.max(0, ...known);
    const atX = (x: number) => left + ((x - from) / (to - from)) * width;
    const atY = (y: number) => top + height - ((y - low) / (high - low || 1)) * height;
    doc.lineWidth(0.7).strokeColor('#777');
    doc
      .moveTo(left, atY(0))
      .lineTo(left + width, atY(0))
      .stroke();
    if (from <= 0 && to >= 0)
      doc
        .moveTo(atX(0), top)
        .lineTo(atX(0), top + height)
        .stroke();
    doc.lineWidth(1.5).strokeColor(this.work.colour);
    let drawing = false;
    for (const [x, y] of points) {
      const shown = Number.isFinite(y) && y >= low - 1e-9 && y <= high + 1e-9;
      if (shown && drawing) doc.lineTo(atX(x), atY(y));
      else if (shown) doc.moveTo(atX(x), atY(y));
      drawing = shown;
    }
    doc.stroke().strokeColor('#111');
    doc.font('serif-italic').fontSize(8).fillColor('#111');
    doc.text('x', left + width + 3, atY(0) - 5, { lineBreak: false });
    if (from <= 0 && to >= 0) doc.text('y', atX(0) + 4, top - 6, { lineBreak: false });
    this.caption(caption, top + height + 6);
  }

  private caption(text: string, y: number): void {
    this.figures += 1;
    const language = this.work.metadata.languages[0];
    const label =
      language === 'ky' || language === 'tr'
        ? `${this.figures}-${this.words.illustration}`
        : `${this.words.illustration} ${this.figures}`;
    this.doc
      .font('serif-italic')
      .fontSize(this.design.body * 0.86)
      .fillColor('#333');
    this.doc.text(`${label}. ${text}`, this.left, y, { width: this.textWidth, align: 'center' });
    this.doc.fillColor('#111').moveDown(0.8);
    this.doc.x = this.left;
  }

  // ── what needs the page numbers ──

  private mark(title: string, level: number): void {
    const name = `part-${this.chapters.length + 1}`;
    this.doc.addNamedDestination(name, 'XYZ', 0, this.doc.y - 6, 0);
    this.chapters.push({ title, level, page: this.pageNow, name });
  }

  private headings(parts: SampleWork[]): number {
    const own = this.work.blocks.filter((block) => block.kind === 'heading' && block.level < 3).length;
    return (
      own +
      parts.reduce((sum, part) => sum + 1 + part.blocks.filter((b) => b.kind === 'heading' && b.level < 2).length, 0)
    );
  }

  private keepRoomForContents(lines: number): void {
    const perPage = Math.floor((this.bottom - this.design.margins.top - 50) / (this.design.body * 1.7));
    this.contentsPages = Math.max(1, Math.ceil(lines / perPage));
    for (let i = 0; i < this.contentsPages; i++) {
      this.doc.addPage();
      this.contentsPage ??= this.pageNow;
    }
  }

  private contents(): void {
    if (this.contentsPage === null) return;
    const { doc, design } = this;
    const last = this.contentsPage + this.contentsPages - 1;
    let page = this.contentsPage;
    doc.switchToPage(page);
    doc.x = this.left;
    doc.y = design.margins.top;
    doc
      .font('serif-bold')
      .fontSize(design.body * 1.5)
      .fillColor(this.work.colour)
      .text(this.words.contents);
    doc.fillColor('#111').moveDown(0.6);
    for (const chapter of this.chapters.filter((each) => each.level < 3)) {
      const x = this.left + (chapter.level - 1) * 14;
      const width = this.textWidth - (chapter.level - 1) * 14 - 28;
      doc.font(chapter.level === 1 ? 'serif' : 'serif-italic').fontSize(design.body * 0.95);
      const height = doc.heightOfString(chapter.title, { width });
      if (doc.y + height > this.bottom && page < last) {
        doc.switchToPage(++page);
        doc.y = design.margins.top;
      }
      const y = doc.y;
      doc.text(chapter.title, x, y, { width, goTo: chapter.name });
      const after = doc.y;
      doc.text(String(this.printed(chapter.page)), this.right - 28, after - design.body * 1.18, {
        width: 28,
        align: 'right',
        lineBreak: false,
      });
      doc.y = after + design.body * 0.35;
    }
  }

  private numbers(): void {
    const { doc } = this;
    const { start, count } = doc.bufferedPageRange();
    for (let page = start; page < start + count; page++) {
      if (this.quietPages.has(page)) continue;
      doc.switchToPage(page);
      const bottom = doc.page.margins.bottom;
      doc.page.margins.bottom = 0;
      doc.font('serif').fontSize(9).fillColor('#333');
      doc.text(String(this.printed(page)), this.left, this.pageHeight - bottom * 0.62, {
        width: this.textWidth,
        align: 'center',
        lineBreak: false,
      });
      doc.page.margins.bottom = bottom;
    }
    const root = (doc as unknown as { _root: { data: Record<string, unknown> } })._root.data;
    root.PageLabels = { Nums: [0, { S: 'D', St: this.work.firstPage }] };
  }

  private outline(): void {
    if (this.chapters.length < 2) return;
    let top: PDFKit.PDFOutline | null = null;
    for (const chapter of this.chapters) {
      this.doc.switchToPage(chapter.page);
      if (chapter.level === 1 || !top) top = this.doc.outline.addItem(chapter.title);
      else top.addItem(chapter.title);
    }
  }

  private named(role: Metadata['contributors'][number]['role']): string[] {
    return this.work.metadata.contributors
      .filter((each) => each.role === role)
      .map((each) => [fullName(each.name), each.affiliation].filter(Boolean).join(', '));
  }

  /** Begins a new page where fewer than `points` are left. */
  private room(points: number): void {
    if (this.doc.y + points > this.bottom) this.doc.addPage();
  }

  private get pageNow(): number {
    const { start, count } = this.doc.bufferedPageRange();
    return start + count - 1;
  }
  private readonly printed = (page: number) => page + this.work.firstPage;
  private get left(): number {
    return this.design.margins.left;
  }
  private get right(): number {
    return this.pageWidth - this.design.margins.right;
  }
  private get textWidth(): number {
    return this.right - this.left;
  }
  private get bottom(): number {
    return this.pageHeight - this.design.margins.bottom;
  }
  private get pageWidth(): number {
    return this.design.size[0];
  }
  private get pageHeight(): number {
    return this.design.size[1];
  }
}

/** The graphs the mathematics textbook shows. */
const GRAPHS: Record<string, (x: number) => number> = {
  x: (x) => x,
  '2x+1': (x) => 2 * x + 1,
  'x^2': (x) => x * x,
  'x^2-2x-3': (x) => x * x - 2 * x - 3,
  'x^3': (x) => x ** 3,
  '1/x': (x) => 1 / x,
  '2^x': (x) => 2 ** x,
  'sin x': Math.sin,
  '|x|': Math.abs,
};

/** «Усенов, Усен Бакирович» as it stands on a title page: «Усенов Усен Бакирович». */
export const fullName = (name: string): string => name.replace(/,\s*/, ' ');

export const namesOf = (metadata: Metadata, role: Metadata['contributors'][number]['role']): string[] =>
  metadata.contributors.filter((each) => each.role === role).map((each) => each.name);

export const keywordsIn = (metadata: Metadata, language: string | undefined): string[] =>
  metadata.subjects
    .filter((subject) => subject.scheme === 'keyword' && subject.lang === (language as DocumentLanguage))
    .map((subject) => subject.value);
