import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import PDFDocument from 'pdfkit';
import type { Block } from './blocks';
import type { SampleWork } from './library';
import { fontFile } from './pdf-design';

/** Pixels of a page: A5 at 200 dots an inch. */
const WIDTH = 1165;
const HEIGHT = 1654;
const MARGIN = 150;

/** The work as a scanned book: page images, a little yellow, crooked and dusty, and no text layer. */
export async function scanOf(work: SampleWork): Promise<Buffer> {
  const images = pageImages(work);
  const day = new Date(`${(work.metadata.issued ?? '2013').padEnd(10, '-01-01')}T06:00:00Z`);
  const doc = new PDFDocument({
    size: [419.5, 595.3],
    margin: 0,
    autoFirstPage: false,
    info: {
      Title: work.metadata.titles[0]!.value,
      CreationDate: day,
      ModDate: day,
      Producer: 'Achyk',
      Creator: 'Achyk',
    },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  for (const image of images) doc.addPage().image(image, 0, 0, { width: 419.5, height: 595.3 });
  doc.end();
  return done;
}

/** Each page as a JPEG. */
export function pageImages(work: SampleWork): Buffer[] {
  registerFonts();
  return [titlePage(work), ...textPages(work.blocks)].map((draw, number) => paper(number, draw));
}

let registered = false;
function registerFonts(): void {
  if (registered) return;
  for (const name of ['serif', 'serif-bold', 'serif-italic'] as const) {
    GlobalFonts.registerFromPath(fontFile(name), `Achyk ${name}`);
  }
  registered = true;
}

type Draw = (context: SKRSContext2D) => void;

function titlePage(work: SampleWork): Draw {
  return (context) => {
    context.textAlign = 'center';
    context.font = '34px "Achyk serif"';
    context.fillText(work.metadata.publisher ?? '', WIDTH / 2, 210);
    context.font = '84px "Achyk serif-bold"';
    wrapped(context, work.metadata.titles[0]!.value.toUpperCase(), WIDTH - 2 * MARGIN).forEach((line, i) => {
      context.fillText(line, WIDTH / 2, 520 + i * 104);
    });
    context.font = '40px "Achyk serif-italic"';
    for (const [i, line] of work.front.entries()) context.fillText(line, WIDTH / 2, 920 + i * 56);
    for (let i = 0; i < 9; i++) {
      const x = WIDTH / 2 + (i - 4) * 62;
      context.beginPath();
      context.moveTo(x, 1060);
      context.lineTo(x + 26, 1090);
      context.lineTo(x, 1120);
      context.lineTo(x - 26, 1090);
      context.closePath();
      context.lineWidth = 4;
      context.stroke();
    }
    context.font = '36px "Achyk serif"';
    context.fillText(`${work.metadata.place} – ${work.metadata.issued}`, WIDTH / 2, 1450);
  };
}

/** A chapter begins a page; what does not fit goes on to the next. */
function textPages(blocks: Block[]): Draw[] {
  const measure = createCanvas(10, 10).getContext('2d');
  const pages: Draw[][] = [];
  let y = 0;
  const write = (font: string, text: string, x: number, height: number, align: 'left' | 'center' = 'left') => {
    if (pages.length === 0 || y + height > HEIGHT - MARGIN) {
      pages.push([]);
      y = MARGIN + 40;
    }
    const at = y;
    pages.at(-1)!.push((context) => {
      context.font = font;
      context.textAlign = align;
      context.fillText(text, x, at);
    });
    y += height;
  };
  for (const block of blocks) {
    if (block.kind === 'heading') {
      pages.push([]);
      y = MARGIN + 70;
      write('58px "Achyk serif-bold"', block.text, WIDTH / 2, 110, 'center');
    } else if (block.kind === 'verse') {
      for (const line of block.lines) write('40px "Achyk serif-italic"', line, MARGIN + 80, 58);
      y += 30;
    } else if ('text' in block) {
      const font = '40px "Achyk serif"';
      measure.font = font;
      wrapped(measure, `    ${block.text}`, WIDTH - 2 * MARGIN).forEach((line) => {
        write(font, line, MARGIN, 58);
      });
      y += 14;
    }
  }
  return pages.map((steps, number) => (context) => {
    for (const step of steps) step(context);
    context.font = '32px "Achyk serif"';
    context.textAlign = 'center';
    context.fillText(`– ${number + 2} –`, WIDTH / 2, HEIGHT - 80);
  });
}

function wrapped(context: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  for (const word of text.trim().split(' ')) {
    const longer = line.trim() ? `${line} ${word}` : `${line}${word}`;
    if (line.trim() && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** The drawn page on old paper: tint, shade at the spine, a slight turn, specks. */
function paper(number: number, draw: Draw): Buffer {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  const random = randomFrom(1_913 + number);
  const tint = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
  tint.addColorStop(0, '#f3ead2');
  tint.addColorStop(1, '#ebe0c2');
  context.fillStyle = tint;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const spine = number % 2 ? WIDTH : 0;
  const shade = context.createLinearGradient(spine, 0, number % 2 ? WIDTH - 120 : 120, 0);
  shade.addColorStop(0, 'rgba(70, 50, 20, 0.28)');
  shade.addColorStop(1, 'rgba(70, 50, 20, 0)');
  context.fillStyle = shade;
  context.fillRect(0, 0, WIDTH, HEIGHT);

  context.save();
  context.translate(WIDTH / 2, HEIGHT / 2);
  context.rotate(((random() - 0.5) * 0.9 * Math.PI) / 180);
  context.translate(-WIDTH / 2, -HEIGHT / 2);
  context.fillStyle = '#2a241c';
  context.strokeStyle = '#2a241c';
  draw(context);
  context.restore();

  for (let i = 0; i < 900; i++) {
    context.fillStyle = `rgba(60, 45, 20, ${(0.05 + random() * 0.16).toFixed(3)})`;
    const size = 0.6 + random() * 1.8;
    context.fillRect(random() * WIDTH, random() * HEIGHT, size, size);
  }
  return canvas.toBuffer('image/jpeg', 68);
}

/** Numbers from 0 to 1 that look like chance and are the same every time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
