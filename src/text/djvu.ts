import { MOST_BOOK_PAGES } from '../works/book';
import { ExtractionFailed } from './extraction-failed';
import { findProgram, ProgramFailed, runProgram } from './outside-program';
import { PageBuilder, plainPage, type TextPage } from './page';

const LIMITS = { timeoutMs: 60_000, memoryBytes: 1_000_000_000, outputBytes: 300_000_000, niceness: 5 };
/** Pages asked about in one call: a hostile page spoils no more than its neighbours' words. */
const PAGES_A_CALL = 50;

/** djvulibre's programs where Debian's `djvulibre-bin` is installed: we may not ship them, and ask them from beside. */
export class Djvu {
  constructor(
    private readonly ddjvu = findProgram('ddjvu'),
    private readonly djvused = findProgram('djvused'),
  ) {}

  get isInstalled(): boolean {
    return this.ddjvu !== null && this.djvused !== null;
  }

  /** @throws ExtractionFailed `noDjvu` where djvulibre is missing, `damaged`, `tooManyPages` */
  async pageCount(path: string): Promise<number> {
    const count = Number((await this.ask(path, 'n')).trim());
    if (!Number.isSafeInteger(count)) throw new ExtractionFailed('damaged');
    if (count < 1) throw new ExtractionFailed('noPages');
    if (count > MOST_BOOK_PAGES) throw new ExtractionFailed('tooManyPages');
    return count;
  }

  /** The pages numbered `numbers` with the text that the file has. A page that cannot be read has its reason. */
  async *pages(path: string, numbers: readonly number[]): AsyncGenerator<TextPage> {
    for (let at = 0; at < numbers.length; at += PAGES_A_CALL) {
      const some = numbers.slice(at, at + PAGES_A_CALL);
      const told = await this.told(path, some).catch((error) => {
        if (error instanceof ExtractionFailed && error.reason === 'noDjvu') throw error;
        return null;
      });
      for (const number of some) {
        const page = told ?? (await this.told(path, [number]).catch(() => new Map<number, TextPage>()));
        yield page.get(number) ?? { ...plainPage(number, ''), problem: 'text.reason.damaged' };
      }
    }
  }

  private async told(path: string, numbers: readonly number[]): Promise<Map<number, TextPage>> {
    const script = numbers.map((n) => `select ${n}; size; dump; print-txt`).join('; ');
    const output = await this.ask(path, script, ['-u']);
    const pages = new Map<number, TextPage>();
    // Each page begins with its size on a line of its own; what `dump` says of its resolution follows, then its text.
    const parts = output.split(/^width=(\d+) height=(\d+)(?: rotation=(\d))?$/m);
    for (let i = 0; i < numbers.length; i++) {
      const [width, height, rotation, rest] = parts.slice(1 + i * 4, 5 + i * 4);
      if (rest === undefined) break;
      const dpi = Number(/\b(\d+) dpi\b/.exec(rest)?.[1] ?? 300);
      // The words of a page that its file turns stand where it was not turned yet: it is read off its picture instead.
      const words = Number(rotation ?? 0) === 0 ? rest : '';
      pages.set(numbers[i]!, pageOf(numbers[i]!, Number(width), Number(height), dpi >= 25 ? dpi : 300, words));
    }
    return pages;
  }

  /** Draws a page, `width` pixels wide, as a PPM at `to`, or in grey as a PGM. @throws ProgramFailed */
  async draw(path: string, page: number, width: number, to: string, grey: boolean, timeoutMs: number): Promise<void> {
    if (!this.ddjvu) throw new ExtractionFailed('noDjvu');
    const format = `-format=${grey ? 'pgm' : 'ppm'}`;
    // It keeps the page's proportions and fits it into the size: the height only has to be out of the way.
    await runProgram(this.ddjvu, [format, `-page=${page}`, `-size=${width}x${width * 40}`, path, to], {
      ...LIMITS,
      timeoutMs,
    });
  }

  private async ask(path: string, script: string, options: string[] = []): Promise<string> {
    if (!this.djvused || !this.ddjvu) throw new ExtractionFailed('noDjvu');
    try {
      return (await runProgram(this.djvused, [...options, '-e', script, path], LIMITS)).toString('utf8');
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      const reason = ({ time: 'tookTooLong', memory: 'tooMuchMemory', output: 'tooMuchText' } as const)[
        error.failure as 'time'
      ];
      throw new ExtractionFailed(reason ?? 'damaged', { cause: error });
    }
  }
}

const TOKEN = /"((?:[^"\\]|\\[\s\S])*)"|([()])|([^\s()"]+)/g;
/** Depth of zones that a hostile file may nest. */
const MOST_DEPTH = 20;

/** A page with the words of its `(page 0 0 w h (line … (word x0 y0 x1 y1 "…")))`: corners in pixels from below. */
function pageOf(number: number, width: number, height: number, dpi: number, told: string): TextPage {
  const points = (pixels: number) => (pixels * 72) / dpi;
  const builder = new PageBuilder(number, width, height);
  const zones: { kind: string; numbers: number[]; isLeaf: boolean }[] = [];
  const start = told.search(/^\(page /m);
  if (start >= 0) {
    let bottomOfLast: number | null = null;
    for (const [, text, bracket, atom] of told.slice(start).matchAll(TOKEN)) {
      const zone = zones.at(-1);
      if (bracket === '(') {
        if (zones.length > MOST_DEPTH) break;
        zones.push({ kind: '', numbers: [], isLeaf: false });
      } else if (bracket === ')') {
        const ended = zones.pop();
        if (ended?.kind === 'line') builder.endLine();
        if (zones.length === 0) break;
      } else if (atom !== undefined && zone) {
        if (zone.kind === '') {
          zone.kind = atom;
          if (['para', 'region', 'column'].includes(atom)) builder.block();
        } else zone.numbers.push(Number(atom));
      } else if (text !== undefined && zone && zone.numbers.length >= 4) {
        const [x0, y0, x1, y1] = zone.numbers as [number, number, number, number];
        const words = unescaped(text).split(/\s+/).filter(Boolean);
        const letters = words.join(' ').length;
        const lineBottom = y0;
        if (zone.kind !== 'word' && zone.kind !== 'char' && bottomOfLast !== null && lineBottom < bottomOfLast) {
          builder.endLine();
        }
        bottomOfLast = lineBottom;
        let before = 0;
        for (const word of words) {
          const unit = (x1 - x0) / Math.max(1, letters);
          builder.word(word, x0 + before * unit, height - y1, word.length * unit, y1 - y0);
          before += word.length + 1;
        }
        if (zone.kind === 'line') builder.endLine();
      }
    }
  }
  return { ...builder.page(null), width: points(width), height: points(height) };
}

/** Octal bytes and letters after a backslash, as djvused prints what is not plain. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: Buffer[] = [];
  for (const [, octal, sign, plain] of text.matchAll(/\\([0-7]{1,3})|\\([\s\S])|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(Buffer.from([Number.parseInt(octal, 8) & 0xff]));
    else if (sign !== undefined) bytes.push(Buffer.from({ n: '\n', t: '\t', r: '\r' }[sign] ?? sign));
    else bytes.push(Buffer.from(plain!));
  }
  return Buffer.concat(bytes).toString('utf8');
}
