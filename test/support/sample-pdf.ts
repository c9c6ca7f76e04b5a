import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import PDFDocument from 'pdfkit';

const FONTS = path.join(path.dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
export const fontFile = (name: string) => path.join(FONTS, `${name}.ttf`);

export interface SamplePage {
  text: string;
  size?: number;
  /** Drawn where it is told, in points. */
  at?: [number, number];
}

/** A real PDF with an embedded font that has ө ү ң: one entry a page, lines as given. */
export function samplePdf(
  pages: (string | SamplePage | SamplePage[])[],
  options: {
    info?: Record<string, string>;
    password?: string;
    outline?: [string, number][];
    font?: string;
    /** From which page, counted from 0, which numbers are printed: `[[0, { S: 'r' }], [2, { S: 'D' }]]` is i, ii, 1, 2… */
    labels?: [number, { S: 'r' | 'D'; St?: number }][];
  } = {},
): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'A4',
    autoFirstPage: false,
    info: options.info,
    ...(options.password ? { userPassword: options.password, pdfVersion: '1.7' as const } : {}),
  });
  pdf.font(fontFile(options.font ?? 'DejaVuSerif'));
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
  });
  pages.forEach((page, i) => {
    pdf.addPage();
    for (const [title, number] of options.outline ?? []) if (number === i + 1) pdf.outline.addItem(title);
    for (const part of Array.isArray(page) ? page : [typeof page === 'string' ? { text: page } : page]) {
      pdf.fontSize(part.size ?? 12);
      if (part.at) pdf.text(part.text, part.at[0], part.at[1], { lineBreak: false });
      else pdf.text(part.text);
    }
  });
  if (options.labels) {
    const { _root: catalog } = pdf as unknown as { _root: { data: Record<string, unknown> } };
    catalog.data.PageLabels = { Nums: options.labels.flat() };
  }
  pdf.end();
  return done;
}

export async function writeSamplePdf(file: string, ...args: Parameters<typeof samplePdf>): Promise<string> {
  await writeFile(file, await samplePdf(...args));
  return file;
}

/**
 * A PDF written by hand, object by object, so that it may say what no library would. `objects[0]` is object 1, the
 * catalog.
 */
export function rawPdf(objects: string[], trailer = ''): Buffer {
  let text = '%PDF-1.7\n';
  const offsets: number[] = [];
  objects.forEach((object, i) => {
    offsets.push(text.length);
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const offset of offsets) text += `${String(offset).padStart(10, '0')} 00000 n \n`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** A PDF whose page tree names the same page `count` times: a few kilobytes that claim to be a library. */
export function pdfOfManyPages(count: number): Buffer {
  const [fanOut, leaves] = [100, Math.ceil(count / 100)];
  const kids = Array.from({ length: leaves }, () => '3 0 R').join(' ');
  const node = Array.from({ length: fanOut }, () => '4 0 R').join(' ');
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${count} /Kids [${kids}] >>`,
    `<< /Type /Pages /Count ${fanOut} /Kids [${node}] /Parent 2 0 R >>`,
    '<< /Type /Page /MediaBox [0 0 100 100] /Parent 3 0 R >>',
  ]);
}
