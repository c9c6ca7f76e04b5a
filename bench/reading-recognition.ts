import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { recognisePage } from '../src/reading/recognise-page';
import { Renderer } from '../src/reading/renderer';
import { type Recogniser, TesseractJs, TesseractProgram } from '../src/text/recogniser';
import { errorRate, POOR, SCANNED_TEXT, scan } from '../test/support/scan';
import type { BenchOptions, Figure } from './bench';

const FONTS = ['DejaVuSerif', 'DejaVuSans'] as const;

/** How many letters are wrong on clean and on poor pages, with what is done to poor ones and without. */
export async function recognition({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  say('recognising pages made for the purpose');
  const renderer = new Renderer();
  const native = await TesseractProgram.find();
  const js = new TesseractJs(path.join(folder, 'models'));
  const scratch = path.join(folder, 'scratch');
  mkdirSync(scratch);
  const figures: Figure[] = [];
  const tell = (what: string, read: Read, must: number | null) => {
    figures.push({
      what: `${what}: letters wrong`,
      value: read.wrong,
      unit: '%',
      ...(must ? { must: { atMost: must } } : {}),
    });
    figures.push({ what: `${what}: a page`, value: read.seconds, unit: 's' });
  };
  try {
    for (const font of short ? FONTS.slice(0, 1) : FONTS) {
      const clean = { text: `${SCANNED_TEXT} ${SCANNED_TEXT}`, font, dpi: 300, inches: { width: 8.27, height: 11.69 } };
      const poor = { text: SCANNED_TEXT, font, ...POOR };
      const read = (recogniser: Recogniser, page: typeof clean | typeof poor, raw = false) =>
        reading(renderer, recogniser, path.join(scratch, 'page.jpg'), scratch, page, raw);
      if (native) {
        tell(`tesseract, clean 300 dpi, ${font}`, await read(native, clean), 0.5);
        tell(`tesseract, noisy and crooked 150 dpi, ${font}`, await read(native, poor), 10);
        const raw = await read(native, poor, true);
        figures.push({
          what: `tesseract, the same as it is, ${font}: letters wrong`,
          value: raw.wrong,
          unit: '%',
          must: { atLeast: 80 },
        });
      }
      tell(`tesseract.js, clean 300 dpi, ${font}`, await read(js, clean), 1);
    }
  } finally {
    await Promise.all([renderer.close(), js.close()]);
  }
  return figures;
}

interface Read {
  wrong: number;
  seconds: number;
}

async function reading(
  renderer: Renderer,
  recogniser: Recogniser,
  file: string,
  scratch: string,
  { text, ...made }: { text: string } & NonNullable<Parameters<typeof scan>[1]>,
  raw: boolean,
): Promise<Read> {
  const picture = scan(text, made);
  writeFileSync(file, picture.jpeg);
  const dpi = made.dpi ?? 300;
  const size = { width: (picture.width * 72) / dpi, height: (picture.height * 72) / dpi };
  const startedAt = performance.now();
  const page = { path: file, mediaType: 'image/jpeg', page: 1, label: null, size };
  const found = raw
    ? await recogniser.recognise(file, dpi, ['ky'])
    : await recognisePage(renderer, recogniser, page, ['ky'], scratch);
  return {
    wrong: errorRate(picture.lines.join(' '), found?.text ?? '') * 100,
    seconds: (performance.now() - startedAt) / 1_000,
  };
}
