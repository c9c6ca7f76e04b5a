import type { SampleWork } from './library';
import { Blocks } from './pdf-blocks';
import { DESIGNS } from './pdf-design';
import { FrontPages } from './pdf-front';
import { namesOf, Sheet } from './pdf-sheet';

/** The work as a real PDF: outline, page labels, embedded fonts; the same bytes every time. */
export function pdfOf(work: SampleWork, parts: SampleWork[] = []): Promise<Buffer> {
  return new Typesetter(new Sheet(work, DESIGNS[work.metadata.type])).print(parts);
}

class Typesetter {
  private readonly front;
  private readonly blocks;
  private readonly chapters: { title: string; level: number; page: number; name: string }[] = [];
  private contentsPage: number | null = null;
  private contentsPages = 0;

  constructor(private readonly sheet: Sheet) {
    this.front = new FrontPages(sheet);
    this.blocks = new Blocks(sheet, (title, level) => this.mark(title, level));
  }

  async print(parts: SampleWork[]): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const done = new Promise<Buffer>((resolve, reject) => {
      this.sheet.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.sheet.doc.on('end', () => resolve(Buffer.concat(chunks)));
      this.sheet.doc.on('error', reject);
    });
    this.front.draw();
    if (this.sheet.design.contents) this.keepRoomForContents(this.headings(parts));
    for (const [i, part] of parts.entries()) {
      if (i > 0 || this.sheet.design.contents) this.sheet.doc.addPage();
      this.mark(`${namesOf(part.metadata, 'author').join(', ')}. ${part.metadata.titles[0]!.value}`, 1);
      this.front.articleHead(part.metadata);
      for (const block of part.blocks) this.blocks.draw(block, 1);
    }
    for (const [i, block] of this.sheet.work.blocks.entries()) this.blocks.draw(block, 0, i === 0);
    this.contents();
    this.numbers();
    this.outline();
    this.sheet.doc.end();
    return done;
  }

  // ── what needs the page numbers ──

  private mark(title: string, level: number): void {
    const name = `part-${this.chapters.length + 1}`;
    this.sheet.doc.addNamedDestination(name, 'XYZ', 0, this.sheet.doc.y - 6, 0);
    this.chapters.push({ title, level, page: this.sheet.pageNow, name });
  }

  private headings(parts: SampleWork[]): number {
    const own = this.sheet.work.blocks.filter((block) => block.kind === 'heading' && block.level < 3).length;
    return (
      own +
      parts.reduce((sum, part) => sum + 1 + part.blocks.filter((b) => b.kind === 'heading' && b.level < 2).length, 0)
    );
  }

  private keepRoomForContents(lines: number): void {
    const perPage = Math.floor(
      (this.sheet.bottom - this.sheet.design.margins.top - 50) / (this.sheet.design.body * 1.7),
    );
    this.contentsPages = Math.max(1, Math.ceil(lines / perPage));
    for (let i = 0; i < this.contentsPages; i++) {
      this.sheet.doc.addPage();
      this.contentsPage ??= this.sheet.pageNow;
    }
  }

  private contents(): void {
    if (this.contentsPage === null) return;
    const { doc, design } = this.sheet;
    const last = this.contentsPage + this.contentsPages - 1;
    let page = this.contentsPage;
    doc.switchToPage(page);
    doc.x = this.sheet.left;
    doc.y = design.margins.top;
    doc
      .font('serif-bold')
      .fontSize(design.body * 1.5)
      .fillColor(this.sheet.work.colour)
      .text(this.sheet.words.contents);
    doc.fillColor('#111').moveDown(0.6);
    for (const chapter of this.chapters.filter((each) => each.level < 3)) {
      const x = this.sheet.left + (chapter.level - 1) * 14;
      const width = this.sheet.textWidth - (chapter.level - 1) * 14 - 28;
      doc.font(chapter.level === 1 ? 'serif' : 'serif-italic').fontSize(design.body * 0.95);
      const height = doc.heightOfString(chapter.title, { width });
      if (doc.y + height > this.sheet.bottom && page < last) {
        doc.switchToPage(++page);
        doc.y = design.margins.top;
      }
      const y = doc.y;
      doc.text(chapter.title, x, y, { width, goTo: chapter.name });
      const after = doc.y;
      doc.text(String(this.printed(chapter.page)), this.sheet.right - 28, after - design.body * 1.18, {
        width: 28,
        align: 'right',
        lineBreak: false,
      });
      doc.y = after + design.body * 0.35;
    }
  }

  private numbers(): void {
    const { doc } = this.sheet;
    const { start, count } = doc.bufferedPageRange();
    for (let page = start; page < start + count; page++) {
      if (this.sheet.quietPages.has(page)) continue;
      doc.switchToPage(page);
      const bottom = doc.page.margins.bottom;
      doc.page.margins.bottom = 0;
      doc.font('serif').fontSize(9).fillColor('#333');
      doc.text(String(this.printed(page)), this.sheet.left, this.sheet.pageHeight - bottom * 0.62, {
        width: this.sheet.textWidth,
        align: 'center',
        lineBreak: false,
      });
      doc.page.margins.bottom = bottom;
    }
    const root = (doc as unknown as { _root: { data: Record<string, unknown> } })._root.data;
    root.PageLabels = { Nums: [0, { S: 'D', St: this.sheet.work.firstPage }] };
  }

  private outline(): void {
    if (this.chapters.length < 2) return;
    let top: PDFKit.PDFOutline | null = null;
    for (const chapter of this.chapters) {
      this.sheet.doc.switchToPage(chapter.page);
      if (chapter.level === 1 || !top) top = this.sheet.doc.outline.addItem(chapter.title);
      else top.addItem(chapter.title);
    }
  }

  private readonly printed = (page: number) => page + this.sheet.work.firstPage;
}
