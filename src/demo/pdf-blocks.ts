import type { Block } from './blocks';
import type { Sheet } from './pdf-sheet';

/** The text itself: headings, paragraphs, tables, figures. */
export class Blocks {
  private figures = 0;

  /** @param mark told of each heading when it is set. */
  constructor(
    private readonly sheet: Sheet,
    private readonly mark: (title: string, level: number) => void,
  ) {}

  draw(block: Block, inPart: 0 | 1, first = false): void {
    const { doc, design } = this.sheet;
    const plain = { lineGap: design.lead, align: design.align };
    switch (block.kind) {
      case 'heading': {
        const level = block.level + inPart;
        if (level === 1 && design.chapters && !(first && !design.contents && design.front !== 'book')) doc.addPage();
        const points = [0, design.body * 1.55, design.body * 1.22, design.body * 1.05][level] ?? design.body;
        this.sheet.room(points * 2 + design.body * 4);
        if (level > 1) doc.moveDown(0.5);
        if (inPart === 0 || block.level === 1) this.mark(block.text, level);
        doc
          .font(level === 1 ? 'serif-bold' : 'sans-bold')
          .fontSize(points)
          .fillColor(level === 1 ? this.sheet.work.colour : '#111');
        doc.text(block.text, { lineGap: 2, paragraphGap: points * 0.45 });
        doc.fillColor('#111');
        return;
      }
      case 'paragraph':
        this.sheet.room(design.body * 2.6);
        doc
          .font('serif')
          .fontSize(design.body)
          .text(block.text, { ...plain, indent: 16, paragraphGap: 2.5 });
        return;
      case 'quote':
        doc.font('serif-italic').fontSize(design.body * 0.96);
        doc.text(block.text, this.sheet.left + 24, doc.y, {
          ...plain,
          align: 'left',
          width: this.sheet.textWidth - 40,
          paragraphGap: 6,
        });
        doc.x = this.sheet.left;
        return;
      case 'formula':
        this.sheet.room(design.body * 3);
        doc
          .font('serif-italic')
          .fontSize(design.body * 1.08)
          .text(block.text, { align: 'center', paragraphGap: 5, lineGap: 3 });
        return;
      case 'item': {
        this.sheet.room(design.body * 2.6);
        const y = doc.y;
        doc
          .font('serif')
          .fontSize(design.body)
          .text(block.mark, this.sheet.left + 4, y, { width: 24, lineBreak: false });
        doc.text(block.text, this.sheet.left + 26, y, {
          ...plain,
          align: 'left',
          width: this.sheet.textWidth - 26,
          paragraphGap: 2.5,
        });
        doc.x = this.sheet.left;
        return;
      }
      case 'verse':
        this.sheet.room((design.body + design.lead + 3) * Math.min(block.lines.length, 8));
        doc.font('serif-italic').fontSize(design.body);
        for (const line of block.lines) doc.text(line, this.sheet.left + 40, doc.y, { lineGap: design.lead * 0.7 });
        doc.x = this.sheet.left;
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
    const { doc, design } = this.sheet;
    const points = design.body * 0.86;
    const columns = rows[0]!.length;
    const weight = Array.from({ length: columns }, (_, i) =>
      Math.min(34, Math.max(7, ...rows.map((row) => (row[i] ?? '').length))),
    );
    const total = weight.reduce((sum, each) => sum + each, 0);
    const widths = weight.map((each) => (each / total) * this.sheet.textWidth);
    doc.moveDown(0.3);
    rows.forEach((row, r) => {
      doc.font(r === 0 ? 'sans-bold' : 'sans').fontSize(points);
      const height = Math.max(...row.map((cell, i) => doc.heightOfString(cell, { width: widths[i]! - 8 }))) + 6;
      if (doc.y + height > this.sheet.bottom) doc.addPage();
      const y = doc.y;
      if (r === 0) doc.rect(this.sheet.left, y, this.sheet.textWidth, height).fill('#eeece6').fillColor('#111');
      let x = this.sheet.left;
      row.forEach((cell, i) => {
        doc.text(cell, x + 4, y + 3, { width: widths[i]! - 8 });
        x += widths[i]!;
      });
      doc.y = y + height;
      doc.moveTo(this.sheet.left, doc.y).lineTo(this.sheet.right, doc.y).lineWidth(0.4).stroke('#999');
    });
    doc.x = this.sheet.left;
    doc.moveDown(0.7);
  }

  private bars(caption: string, bars: { label: string; value: number }[]): void {
    const { doc, design } = this.sheet;
    const height = bars.length * 18 + 34;
    this.sheet.room(height);
    const labels = this.sheet.textWidth * 0.34;
    const most = Math.max(...bars.map((bar) => bar.value));
    let y = doc.y + 6;
    doc.font('sans').fontSize(design.body * 0.84);
    for (const bar of bars) {
      const length = (bar.value / most) * (this.sheet.textWidth - labels - 46);
      doc
        .fillColor('#111')
        .text(bar.label, this.sheet.left, y, { width: labels - 6, align: 'right', lineBreak: false });
      doc.rect(this.sheet.left + labels, y, length, 11).fill(this.sheet.work.colour);
      doc.fillColor('#111').text(String(bar.value), this.sheet.left + labels + length + 5, y, { lineBreak: false });
      y += 18;
    }
    this.caption(caption, y + 2);
  }

  private plot({ caption, expression, from, to }: Extract<Block, { kind: 'plot' }>): void {
    const { doc } = this.sheet;
    const graph = GRAPHS[expression];
    if (!graph) throw new Error(`No graph is known for ${expression}`);
    const width = this.sheet.textWidth * 0.7;
    const height = width * 0.66;
    this.sheet.room(height + 36);
    const left = this.sheet.left + (this.sheet.textWidth - width) / 2;
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
    doc.lineWidth(1.5).strokeColor(this.sheet.work.colour);
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
    const language = this.sheet.work.metadata.languages[0];
    const label =
      language === 'ky' || language === 'tr'
        ? `${this.figures}-${this.sheet.words.illustration}`
        : `${this.sheet.words.illustration} ${this.figures}`;
    this.sheet.doc
      .font('serif-italic')
      .fontSize(this.sheet.design.body * 0.86)
      .fillColor('#333');
    this.sheet.doc.text(`${label}. ${text}`, this.sheet.left, y, { width: this.sheet.textWidth, align: 'center' });
    this.sheet.doc.fillColor('#111').moveDown(0.8);
    this.sheet.doc.x = this.sheet.left;
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
