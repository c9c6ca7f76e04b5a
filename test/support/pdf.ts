import PDFDocument from 'pdfkit';

const SERIF = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSerif.ttf');

/** A real PDF with one page for each text, in an embedded font that has ө ү ң. */
export function pdf(pages: readonly string[], info: { Title?: string; Author?: string } = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const document = new PDFDocument({ autoFirstPage: false, info });
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
    document.font(SERIF);
    for (const text of pages) document.addPage({ size: 'A4', margin: 60 }).fontSize(12).text(text);
    document.end();
  });
}
