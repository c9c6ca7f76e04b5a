import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import PDFDocument from 'pdfkit';
import { fontFile } from './sample-pdf';

/** The project's own words, long enough to measure how well a page is read. */
export const SCANNED_TEXT =
  'Ысык-Көл өрөөнүнүн тарыхы байыркы доордон бүгүнкү күнгө чейин булактардын негизинде изилденет. Мөңгүлөр жайкысын чегинет, суулар ташкындап, дарыялар көбөйөт. Тоо эли мал чарбасы менен жашап, көчмөн турмуштун каада-салтын сактап келген. Жаз айларында жайлоого көчүп, күз келгенде кыштоого кайтып келишкен. Аксакалдар санжыра айтып, жаштарга өткөн доорлордун окуяларын үйрөтүшкөн. Китепканалар ушул мурасты сактап, келечек муундарга жеткирүүгө милдеттүү.';

export interface ScanOptions {
  font?: 'DejaVuSerif' | 'DejaVuSans';
  dpi?: number;
  /** Shades by which pixels are off, and specks; 0 is a clean page. */
  noise?: number;
  /** Degrees by which it lies crooked. */
  skew?: number;
  /** How much darker the left edge is than the light, 0 to 1: the shadow at the spine of a book. */
  shadow?: number;
  /** Lines of white under the text are cut off: a shorter picture is read sooner. */
  inches?: { width: number; height: number };
}

/** A bad photocopy, scanned small: what a recogniser makes nothing of unless the picture is made better first. */
export const POOR = { dpi: 150, noise: 70, skew: 1.5 } satisfies ScanOptions;

/** A JPEG of a page with `text` on it, as a scanner would give it. `lines` is what stands on it. */
export function scan(
  text: string,
  options: ScanOptions = {},
): { jpeg: Buffer; lines: string[]; width: number; height: number } {
  const { font = 'DejaVuSerif', dpi = 300, noise = 0, skew = 0, shadow = 0 } = options;
  const { inches = { width: 8.27, height: 6 } } = options;
  GlobalFonts.registerFromPath(fontFile(font), font);
  const [width, height] = [Math.round(inches.width * dpi), Math.round(inches.height * dpi)];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.rotate((skew * Math.PI) / 180);
  context.translate(-width / 2, -height / 2);
  context.fillStyle = '#151515';
  const size = (12 / 72) * dpi;
  context.font = `${size}px ${font}`;
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width > width - dpi * 2) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  for (const [i, line] of lines.entries()) context.fillText(line, dpi, dpi + size * 1.5 * i);
  context.setTransform(1, 0, 0, 1, 0, 0);
  if (shadow > 0) {
    const dark = context.createLinearGradient(0, 0, width * 0.35, 0);
    dark.addColorStop(0, `rgba(0, 0, 0, ${shadow})`);
    dark.addColorStop(1, 'rgba(0, 0, 0, 0)');
    context.fillStyle = dark;
    context.fillRect(0, 0, width, height);
  }
  if (noise > 0) {
    const picture = context.getImageData(0, 0, width, height);
    let state = 7;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    for (let i = 0; i < picture.data.length; i += 4) {
      const speck = random() < 0.02 ? (random() < 0.5 ? -200 : 200) : 0;
      const shade = picture.data[i]! * 0.85 + (random() + random() + random() - 1.5) * noise + speck;
      for (let k = 0; k < 3; k++) picture.data[i + k] = shade;
    }
    context.putImageData(picture, 0, 0);
  }
  return { jpeg: canvas.toBuffer('image/jpeg', noise > 0 ? 40 : 90), lines, width, height };
}

/** A PDF with nothing but pictures: a scanned book. */
export function scannedPdf(pictures: { jpeg: Buffer; width: number; height: number }[], dpi = 300): Promise<Buffer> {
  const pdf = new PDFDocument({ autoFirstPage: false });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve) =>
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks))),
  );
  for (const { jpeg, width, height } of pictures) {
    const size: [number, number] = [(width * 72) / dpi, (height * 72) / dpi];
    pdf.addPage({ size, margin: 0 }).image(jpeg, 0, 0, { width: size[0], height: size[1] });
  }
  pdf.end();
  return done;
}

/** Wrong, missing and superfluous letters for each letter of `truth`: the character error rate. */
export function errorRate(truth: string, read: string): number {
  const [a, b] = [truth, read].map((text) => text.replace(/\s+/g, ' ').trim()) as [string, string];
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    before = row;
  }
  return before[b.length]! / a.length;
}
