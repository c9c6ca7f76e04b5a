import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Busy, HouseError } from '../errors';
import type { Block } from '../text/blocks';
import { DJVU, ZIP } from '../text/book-text';
import { Djvu } from '../text/djvu';
import { DOCX, HTML } from '../text/document-types';
import { ExtractionFailed } from '../text/extraction-failed';
import { imageTypeOf, LONGEST_SIDE } from '../text/image-size';
import { DEFAULT_LIMITS, KillableProcess, ProcessKilled, TaskFailed } from '../text/killable-process';
import { findProgram, ProgramFailed, type RunProgram, runProgram } from '../text/outside-program';
import { withZipped } from '../text/zip-pages';
import { BOOK_MEDIA_TYPE, type Turn } from '../works/book';
import type { ImageRequest } from './iiif-image';

/** The picture of a page could not be made; `messageKey` tells the reader why. */
export class RenderFailed extends HouseError {}

export interface PageToRender {
  path: string;
  mediaType: string;
  /** Counted from 1. */
  page: number;
  /** Points, where they are known, of the page as it is shown: keeps a page of strange proportions within bounds. */
  size: { width: number; height: number } | null;
  /** Degrees clockwise by which it is turned when it is shown; 0 unless told. */
  turn?: Turn;
  /** Its file has pages that only PDFium counts as pages: to poppler, the next one has this number. */
  isPdfiums?: boolean;
}

/** One way to make a page's picture: a JPEG of `width` pixels at `to`. @throws RenderFailed */
export interface PageRenderer {
  readonly name: string;
  render(page: PageToRender, width: number, to: string): Promise<void>;
}

/** A reader waits for a page longer than for a search: when both want the processor, the search has it first. */
const NICENESS = 5;
/** Of what nobody waits for. */
const PATIENT = 15;

const LIMITS = { timeoutMs: 20_000, memoryBytes: 1_000_000_000, mostPixels: 24_000_000, quality: 82 };

/** poppler's pdftoppm: the fastest where it is installed. */
export class PopplerRenderer implements PageRenderer {
  readonly name = 'pdftoppm';
  constructor(
    private readonly program: string,
    private readonly timeoutMs = LIMITS.timeoutMs,
    private readonly run = runProgram,
    private readonly niceness = NICENESS,
  ) {}

  async render({ path: from, page, size }: PageToRender, width: number, to: string): Promise<void> {
    const height = size && size.width > 0 ? Math.round((width * size.height) / size.width) : null;
    const shrink =
      height === null ? 1 : Math.min(1, Math.sqrt(LIMITS.mostPixels / (width * height)), LONGEST_SIDE / height);
    const scale = ['-scale-to-x', String(Math.max(1, Math.floor(width * shrink))), '-scale-to-y', '-1'];
    const prefix = to.replace(/\.jpg$/, '');
    const number = String(page);
    const options = ['-q', '-jpeg', '-jpegopt', `quality=${LIMITS.quality}`, '-cropbox', '-singlefile'];
    try {
      await this.run(this.program, [...options, '-f', number, '-l', number, ...scale, from, prefix], {
        timeoutMs: this.timeoutMs,
        memoryBytes: LIMITS.memoryBytes,
        outputBytes: 200_000_000,
        niceness: this.niceness,
      });
    } catch (error) {
      throw failureOf(error);
    }
    // It can fail with exit 0 and no picture.
    if (((await stat(`${prefix}.jpg`).catch(() => null))?.size ?? 0) === 0)
      throw new RenderFailed('reader.pageDamaged');
    if (`${prefix}.jpg` !== to) await rename(`${prefix}.jpg`, to);
  }

  /** The page in grey as a PGM. */
  async grey({ path: from, page }: PageToRender, dpi: number, to: string): Promise<void> {
    const number = String(page);
    const options = ['-q', '-gray', '-cropbox', '-singlefile', '-r', String(dpi), '-f', number, '-l', number];
    try {
      await this.run(this.program, [...options, from, to.replace(/\.pgm$/, '')], {
        timeoutMs: this.timeoutMs,
        memoryBytes: LIMITS.memoryBytes,
        outputBytes: 200_000_000,
        niceness: PATIENT,
      });
    } catch (error) {
      throw failureOf(error);
    }
    if (((await stat(to).catch(() => null))?.size ?? 0) === 0) throw new RenderFailed('reader.pageDamaged');
  }
}

/** Pictures that are made anew for one reader each: stamped, or cut out. */
const MOST_WAITING = 60;

/** Pixels of a picture to be read: A3 at 300 dpi has 17 million. */
const GREY_PIXELS = 40_000_000;

/** PDFium and a canvas in a process that can be killed: needs nothing installed, and draws pictures of pages too. */
export class PdfiumRenderer implements PageRenderer {
  readonly name = 'pdfium';
  private readonly child: KillableProcess;

  constructor(
    private readonly timeoutMs = LIMITS.timeoutMs,
    niceness = NICENESS,
  ) {
    const program = path.join(__dirname, 'render-process.js');
    this.child = new KillableProcess(program, { ...DEFAULT_LIMITS, memoryBytes: LIMITS.memoryBytes, niceness });
  }

  async render({ path: from, mediaType, page, turn = 0 }: PageToRender, width: number, to: string): Promise<void> {
    const task = { path: from, to, width, turn, quality: LIMITS.quality, mostPixels: LIMITS.mostPixels };
    await this.ask(mediaType === 'application/pdf' ? 'pdf' : 'picture', { ...task, page });
  }

  /** A picture that a document holds, by its number there. */
  inside({ path: from, mediaType, page }: PageToRender, width: number, to: string): Promise<void> {
    const limits = { quality: LIMITS.quality, mostPixels: LIMITS.mostPixels };
    return this.ask('inside', { path: from, to, mediaType, page, width, ...limits });
  }

  /** The picture at `from` with `text` laid over it, as a JPEG. */
  watermarked(from: string, text: string): Promise<Uint8Array> {
    return this.ask('watermark', { path: from, text, quality: LIMITS.quality });
  }

  /** Text as a picture of `width`, with `text` laid over it, as a JPEG. */
  typeset(blocks: readonly Block[], width: number, text: string): Promise<Uint8Array> {
    return this.ask('typeset', { blocks, width, text, quality: LIMITS.quality });
  }

  /** The picture at `from` turned and no wider than `width`, as a JPEG. */
  picture(from: string, turn: Turn, width: number, to: string): Promise<void> {
    const limits = { quality: LIMITS.quality, mostPixels: LIMITS.mostPixels };
    return this.ask('picture', { path: from, to, page: 1, width, turn, ...limits });
  }

  close(): Promise<void> {
    return this.child.close();
  }

  /** Tasks waiting and under way. */
  get load(): number {
    return this.child.load;
  }

  grey({ path: from, mediaType, page, turn = 0 }: PageToRender, width: number, to: string): Promise<void> {
    const task = mediaType === 'application/pdf' ? 'greyPdf' : 'greyPicture';
    return this.ask(task, { path: from, to, page, width, turn, mostPixels: GREY_PIXELS * 2 });
  }

  async ask<T>(task: string, input: object): Promise<T> {
    try {
      return await this.child.run<T>(task, input, this.timeoutMs);
    } catch (error) {
      throw failureOf(error);
    }
  }
}

/** The best of what this machine has for each kind of file; where one gives up on a page, the other tries. */
export class Renderer implements PageRenderer {
  readonly name: string;
  private readonly poppler: PopplerRenderer | null;
  private readonly djvu: Djvu;
  private readonly timeoutMs: number;
  private readonly pdfium: PdfiumRenderer;
  /** Both work on what nobody waits for, pages to be recognised or bound, so that no reader waits behind them. */
  private readonly patientPoppler: PopplerRenderer | null;
  private readonly helper: PdfiumRenderer;

  constructor(options: { pdftoppm?: string | null; timeoutMs?: number; djvu?: Djvu; run?: RunProgram } = {}) {
    this.djvu = options.djvu ?? new Djvu();
    this.timeoutMs = options.timeoutMs ?? LIMITS.timeoutMs;
    const program = options.pdftoppm === undefined ? findProgram('pdftoppm') : options.pdftoppm;
    this.poppler = program ? new PopplerRenderer(program, options.timeoutMs, options.run) : null;
    this.patientPoppler = program ? new PopplerRenderer(program, options.timeoutMs, options.run, PATIENT) : null;
    this.pdfium = new PdfiumRenderer(options.timeoutMs);
    this.helper = new PdfiumRenderer(options.timeoutMs ?? 60_000, PATIENT);
    this.name = this.poppler?.name ?? this.pdfium.name;
  }

  static renders(mediaType: string): boolean {
    return (
      mediaType === 'application/pdf' ||
      mediaType === BOOK_MEDIA_TYPE ||
      mediaType === DJVU ||
      /^image\/(jpeg|png|webp|tiff)$/.test(mediaType)
    );
  }

  /** @param isPatient nobody waits for it: it goes behind everything else. */
  async render(page: PageToRender, width: number, to: string, isPatient = false): Promise<void> {
    if (page.mediaType === ZIP) return unzipped(page, (picture) => this.render(picture, width, to, isPatient));
    const [poppler, pdfium] = isPatient ? [this.patientPoppler, this.helper] : [this.poppler, this.pdfium];
    const { turn = 0, size } = page;
    // Of a page that lies on its side, what will be its height is its width now.
    const across = turn % 180 === 0 ? width : Math.round((width * (size?.height ?? 1414)) / (size?.width ?? 1000));
    const upright = { ...page, turn: 0 as Turn, size: turn % 180 === 0 ? size : size && onItsSide(size) };
    if (page.mediaType === DOCX || page.mediaType === HTML) return pdfium.inside(page, width, to);
    if (page.mediaType === DJVU) return this.renderDjvu(upright, turn, across, width, to, pdfium);
    if (poppler && page.mediaType === 'application/pdf' && !page.isPdfiums) {
      try {
        await poppler.render(upright, across, to);
        return turn === 0 ? undefined : await pdfium.picture(to, turn, width, to);
      } catch (error) {
        await rm(to, { force: true });
        if (!(error instanceof RenderFailed) || error.messageKey !== 'reader.pageDamaged') throw error;
      }
    }
    await pdfium.render(page, page.mediaType === 'application/pdf' ? across : width, to);
  }

  /**
   * Writes the JPEG that a page of a scanned PDF is, as the scanner made it, where nothing else is to be seen of the page.
   * @returns by how much it is turned when it is shown; null where the page must be drawn
   */
  async onlyJpeg({ path: from, mediaType, page, turn = 0 }: PageToRender, to: string): Promise<Turn | null> {
    if (mediaType !== 'application/pdf') return null;
    const itsOwn = await this.helper.ask<Turn | null>('onlyJpeg', { path: from, to, page });
    return itsOwn === null ? null : (((itsOwn + turn) % 360) as Turn);
  }

  private async renderDjvu(
    page: PageToRender,
    turn: Turn,
    across: number,
    width: number,
    to: string,
    pdfium: PdfiumRenderer,
  ): Promise<void> {
    const drawn = `${to}.ppm`;
    try {
      const fitting = page.size
        ? Math.min(across, Math.sqrt((LIMITS.mostPixels * page.size.width) / page.size.height))
        : across;
      await this.djvu.draw(page.path, page.page, Math.max(1, Math.floor(fitting)), drawn, false, this.timeoutMs);
      await pdfium.picture(drawn, turn, width, to);
    } catch (error) {
      throw failureOf(error);
    } finally {
      await rm(drawn, { force: true });
    }
  }

  async watermarked(from: string, text: string): Promise<Uint8Array> {
    this.requireRoom();
    return this.pdfium.watermarked(from, text);
  }

  /** Text as a picture of `width`, with `text` laid over it. @throws Busy when too many ask at once */
  async typeset(blocks: readonly Block[], width: number, text: string): Promise<Uint8Array> {
    this.requireRoom();
    return this.pdfium.typeset(blocks, width, text);
  }

  /** A part of the picture at `from`. @throws Busy when too many ask at once */
  async region(from: string, wanted: ImageRequest): Promise<Uint8Array> {
    this.requireRoom();
    return this.pdfium.ask('region', { path: from, wanted, quality: LIMITS.quality });
  }

  private requireRoom(): void {
    if (this.pdfium.load > MOST_WAITING) throw new Busy('error.busy', 5);
  }

  /** The page in grey as a PGM at `to`, for reading its text. @returns its resolution, lower than `dpi` for a poster */
  async grey(page: PageToRender, dpi: number, to: string): Promise<number> {
    if (page.mediaType === ZIP) {
      let used = dpi;
      await unzipped(page, async (picture) => {
        used = await this.grey(picture, dpi, to);
      });
      return used;
    }
    const inches = { width: (page.size?.width ?? 595) / 72, height: (page.size?.height ?? 842) / 72 };
    const fitting = Math.min(dpi, Math.sqrt(GREY_PIXELS / Math.max(0.01, inches.width * inches.height)));
    const used = Math.max(30, Math.floor(fitting));
    const turn = page.turn ?? 0;
    if (page.mediaType === DJVU) {
      try {
        const across = (turn % 180 === 0 ? inches.width : inches.height) * used;
        await this.djvu.draw(page.path, page.page, Math.max(1, Math.round(across)), to, true, 60_000);
      } catch (error) {
        throw failureOf(error);
      }
      if (turn !== 0) await this.helper.ask('turnGrey', { path: to, to, turn });
      return used;
    }
    if (this.poppler && page.mediaType === 'application/pdf' && !page.isPdfiums) {
      try {
        await this.poppler.grey(page, used, to);
        if (turn !== 0) await this.helper.ask('turnGrey', { path: to, to, turn });
        return used;
      } catch (error) {
        if (!(error instanceof RenderFailed) || error.messageKey !== 'reader.pageDamaged') throw error;
      }
    }
    const isPdf = page.mediaType === 'application/pdf';
    const across = isPdf && turn % 180 !== 0 ? inches.height : inches.width;
    await this.helper.grey(page, Math.max(1, Math.round(across * used)), to);
    return used;
  }

  /** Is there a picture on the page that cannot be decoded? Then it is drawn without it, and nobody complains. */
  async isBroken({ path: from, mediaType, page }: PageToRender): Promise<boolean> {
    return mediaType === 'application/pdf' && (await this.helper.ask<boolean>('broken', { path: from, page }));
  }

  /** A poor scan at `from` made better: `clean` and `stark` are the files to write. @returns its skew in degrees */
  prepare(from: string, clean: string, stark: string): Promise<number> {
    return this.helper.ask('prepare', { from, clean, stark });
  }

  /** Takes the shadows out of the grey picture at `path`. */
  light(path: string): Promise<void> {
    return this.helper.ask('light', { path });
  }

  /** How much of the grey picture at `from` is ink, 0 to 1; how grainy it is and how deep its shadows, in shades of 255. */
  look(from: string): Promise<{ ink: number; grain: number; shadow: number }> {
    return this.helper.ask('look', { from });
  }

  async close(): Promise<void> {
    await Promise.all([this.pdfium.close(), this.helper.close()]);
  }
}

const onItsSide = ({ width, height }: { width: number; height: number }) => ({ width: height, height: width });

/** Unpacks the page's picture for as long as `use` needs it. @throws RenderFailed */
async function unzipped(page: PageToRender, use: (picture: PageToRender) => Promise<void>): Promise<void> {
  try {
    await withZipped(page.path, [page.page], async (_number, unpacked) => {
      if (typeof unpacked !== 'string') throw unpacked;
      const mediaType = await imageTypeOf(unpacked);
      if (mediaType === null) throw new ExtractionFailed('damaged');
      await use({ ...page, path: unpacked, mediaType, page: 1 });
    });
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): RenderFailed {
  if (error instanceof RenderFailed || error instanceof Busy) return error as RenderFailed;
  if (error instanceof ExtractionFailed) return new RenderFailed(error.messageKey, {}, { cause: error });
  const key =
    (error instanceof ProcessKilled && error.why === 'time') ||
    (error instanceof ProgramFailed && error.failure === 'time')
      ? 'reader.pageTooSlow'
      : (error instanceof ProcessKilled && error.why === 'memory') ||
          (error instanceof ProgramFailed && (error.failure === 'memory' || error.failure === 'output')) ||
          (error instanceof TaskFailed && ['tooMuchMemory', 'tooLarge'].includes(error.reason ?? ''))
        ? 'reader.pageTooLarge'
        : 'reader.pageDamaged';
  return new RenderFailed(key, {}, { cause: error });
}
