import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExtractionFailed, type ExtractionReason } from '../text/extraction-failed';
import { placedWords, type TextLine, type TextPage, UNITS } from '../text/page';
import type { Recogniser } from '../text/recogniser';
import type { TsvPage } from '../text/tsv';
import type { PageToRender, Renderer } from './renderer';
import { RenderFailed } from './renderer';

/** Sure enough that no other way is tried. */
const SURE = 86;
const DPI = 300;
/** Poor scans are cleaned at half the resolution: there a speck is one pixel. */
const POOR_DPI = 150;
const BLANK = 0.0005;
const GRAINY = 12;
const SHADOWY = 30;
/** Readings of which one is no better than the other. */
const NEARLY = 6;

export interface RecognisedPage extends TextPage {
  confidence: number;
}

interface PlaceInBook {
  /** Where the page stands in what is read, when that is not its place in its own file. */
  number?: number;
  label: string | null;
}

/**
 * Reads a page's text off its picture. As it is first; when that leaves doubt, without specks, larger and level, and
 * at last in black and white: what the reading is most sure of is kept. Pictures lie in `scratch` meanwhile.
 * @throws ExtractionFailed
 */
export async function recognisePage(
  renderer: Renderer,
  recogniser: Recogniser,
  page: PageToRender & PlaceInBook,
  languages: readonly string[],
  scratch: string,
): Promise<RecognisedPage> {
  const folder = await mkdtemp(path.join(scratch, 'page-'));
  const file = (name: string) => path.join(folder, `${name}.pgm`);
  try {
    const readings: Reading[] = [];
    const tryOn = async (picture: string, dpi: number, skew: number) => {
      const read = await recogniser.recognise(picture, dpi, languages);
      if (read) readings.push({ page: skew === 0 ? read : sloping(read, skew), sure: read.confidence });
    };
    const poorDpi = await renderer.grey(page, POOR_DPI, file('poor'));
    const { ink, grain, shadow } = await renderer.look(file('poor'));
    if (ink < BLANK) {
      if (await renderer.isBroken(page)) throw new ExtractionFailed('damaged');
      return finished(page, null);
    }
    // In a shadow, as at the spine of a thick book, the recogniser passes over whole words and is sure of the rest.
    const light = async (name: string) => (shadow > SHADOWY ? renderer.light(file(name)) : undefined);
    await light('poor');
    // On grain the recogniser spends minutes to find letters in every speck, and finds none.
    if (grain < GRAINY) {
      const dpi = await renderer.grey(page, DPI, file('plain'));
      await light('plain');
      await tryOn(file('plain'), dpi, 0);
    }
    if (shadow > SHADOWY || best(readings).sure < SURE) {
      const skew = await renderer.prepare(file('poor'), file('clean'), file('stark'));
      await tryOn(file('clean'), poorDpi * 2, skew);
      if (best(readings).sure < SURE) await tryOn(file('stark'), poorDpi * 2, skew);
    }
    return finished(page, best(readings));
  } catch (error) {
    if (!(error instanceof RenderFailed)) throw error;
    throw new ExtractionFailed(REASONS[error.messageKey] ?? 'damaged', { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Why a page that cannot be drawn cannot be read. */
const REASONS: Record<string, ExtractionReason> = {
  'reader.pageTooSlow': 'tookTooLong',
  'reader.pageTooLarge': 'tooMuchMemory',
};

interface Reading {
  page: TsvPage | null;
  sure: number;
}

/**
 * The surest of those that read at least half of what any of them read, for one sure word is no page; and of those
 * nearly as sure the one that read most, for what was passed over nobody was unsure of.
 */
function best(readings: readonly Reading[]): Reading {
  const lengthOf = ({ page }: Reading) => page?.text.length ?? 0;
  const most = Math.max(0, ...readings.map(lengthOf));
  const full = readings.filter((reading) => lengthOf(reading) * 2 >= most);
  const surest = Math.max(0, ...full.map(({ sure }) => sure));
  const sure = full.filter((reading) => reading.sure >= surest - NEARLY).sort((a, b) => b.sure - a.sure);
  const longest = Math.max(0, ...sure.map(lengthOf));
  return sure.find((reading) => lengthOf(reading) * 1.1 >= longest) ?? { page: null, sure: 0 };
}

function finished(page: PageToRender & PlaceInBook, reading: Reading | null): RecognisedPage {
  return {
    number: page.number ?? page.page,
    label: page.label,
    width: page.size?.width ?? 595,
    height: page.size?.height ?? 842,
    text: reading?.page?.text ?? '',
    lines: reading?.page?.lines ?? [],
    problem: null,
    // A blank page is read with certainty: nothing is on it.
    confidence: reading ? Math.round(reading.sure * 10) / 10 : 100,
  };
}

/** The places on the level picture put back where they are on the crooked page. `skew` in degrees. */
export function sloping(page: TsvPage, skew: number): TsvPage {
  const [sin, cos] = [Math.sin((skew * Math.PI) / 180), Math.cos((skew * Math.PI) / 180)];
  const { width, height } = page;
  const slope = Math.round(((Math.tan((skew * Math.PI) / 180) * width) / height) * UNITS);
  const words = placedWords(page);
  const lines = page.lines.map((line, number): TextLine => {
    const mine = words.filter((word) => word.line === number);
    const moved = mine.map((word) => {
      const x = ((word.left + word.width / 2) / UNITS) * width - width / 2;
      const y = ((word.top + word.height / 2) / UNITS) * height - height / 2;
      return {
        middle: ((width / 2 + cos * x - sin * y) / width) * UNITS,
        centre: ((height / 2 + sin * x + cos * y) / height) * UNITS,
        width: word.width,
      };
    });
    const first = moved[0];
    if (!first) return line;
    const top = first.centre - line.height / 2 - (slope * first.middle) / UNITS;
    return {
      top: Math.round(top),
      height: line.height,
      slope,
      words: moved.map(({ middle, width: across }) => ({
        left: Math.min(UNITS - 1, Math.max(0, Math.round(middle - across / 2))),
        width: across,
      })),
    };
  });
  return { ...page, lines };
}
