import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Busy, HouseError } from '../errors';
import { LONGEST_SIDE } from '../text/image-size';
import { DEFAULT_LIMITS, KillableProcess, ProcessKilled, TaskFailed } from '../text/killable-process';
import { findProgram, ProgramFailed, runProgram } from '../text/outside-program';
import type { ImageRequest } from './iiif-image';

/** The picture of a page could not be made; `messageKey` tells the reader why. */
export class RenderFailed extends HouseError {}

export interface PageToRender {
  path: string;
  mediaType: string;
  /** Counted from 1. */
  page: number;
  /** Points, where they are known: keeps a page of strange proportions within bounds. */
  size: { width: number; height: number } | null;
}

/** One way to make a page's picture: a JPEG of `width` pixels at `to`. @throws RenderFailed */
export interface PageRenderer {
  readonly name: string;
  render(page: PageToRender, width: number, to: string): Promise<void>;
}

const LIMITS = { timeoutMs: 20_000, memoryBytes: 1_000_000_000, mostPixels: 24_000_000, quality: 82 };

/** poppler's pdftoppm: the fastest where it is installed. */
export class PopplerRenderer implements PageRenderer {
  readonly name = 'pdftoppm';
  constructor(
    private readonly program: string,
    private readonly timeoutMs = LIMITS.timeoutMs,
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
      await runProgram(this.program, [...options, '-f', number, '-l', number, ...scale, from, prefix], {
        timeoutMs: this.timeoutMs,
        memoryBytes: LIMITS.memoryBytes,
        outputBytes: 200_000_000,
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
      await runProgram(this.program, [...options, from, to.replace(/\.pgm$/, '')], {
        timeoutMs: this.timeoutMs,
        memoryBytes: LIMITS.memoryBytes,
        outputBytes: 200_000_000,
        niceness: 15,
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
    niceness = 0,
  ) {
    const program = path.join(__dirname, 'render-process.js');
    this.child = new KillableProcess(program, { ...DEFAULT_LIMITS, memoryBytes: LIMITS.memoryBytes, niceness });
  }

  async render({ path: from, mediaType, page }: PageToRender, width: number, to: string): Promise<void> {
    const task = { path: from, to, width, quality: LIMITS.quality, mostPixels: LIMITS.mostPixels };
    await this.ask(mediaType === 'application/pdf' ? 'pdf' : 'picture', { ...task, page });
  }

  /** The picture at `from` with `text` laid over it, as a JPEG. */
  watermarked(from: string, text: string): Promise<Uint8Array> {
    return this.ask('watermark', { path: from, text, quality: LIMITS.quality });
  }

  close(): Promise<void> {
    return this.child.close();
  }

  /** Tasks waiting and under way. */
  get load(): number {
    return this.child.load;
  }

  grey({ path: from, mediaType, page }: PageToRender, width: number, to: string): Promise<void> {
    const task = mediaType === 'application/pdf' ? 'greyPdf' : 'greyPicture';
    return this.ask(task, { path: from, to, page, width, mostPixels: GREY_PIXELS * 2 });
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
  private readonly pdfium: PdfiumRenderer;
  /** Works on pages to be recognised, so that no reader waits behind them. */
  private readonly helper: PdfiumRenderer;

  constructor(options: { pdftoppm?: string | null; timeoutMs?: number } = {}) {
    const program = options.pdftoppm === undefined ? findProgram('pdftoppm') : options.pdftoppm;
    this.poppler = program ? new PopplerRenderer(program, options.timeoutMs) : null;
    this.pdfium = new PdfiumRenderer(options.timeoutMs);
    this.helper = new PdfiumRenderer(options.timeoutMs ?? 60_000, 15);
    this.name = this.poppler?.name ?? this.pdfium.name;
  }

  static renders(mediaType: string): boolean {
    return mediaType === 'application/pdf' || /^image\/(jpeg|png|webp)$/.test(mediaType);
  }

  async render(page: PageToRender, width: number, to: string): Promise<void> {
    if (this.poppler && page.mediaType === 'application/pdf') {
      try {
        return await this.poppler.render(page, width, to);
      } catch (error) {
        await rm(to, { force: true });
        if (!(error instanceof RenderFailed) || error.messageKey !== 'reader.pageDamaged') throw error;
      }
    }
    await this.pdfium.render(page, width, to);
  }

  async watermarked(from: string, text: string): Promise<Uint8Array> {
    this.requireRoom();
    return this.pdfium.watermarked(from, text);
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
    const inches = { width: (page.size?.width ?? 595) / 72, height: (page.size?.height ?? 842) / 72 };
    const fitting = Math.min(dpi, Math.sqrt(GREY_PIXELS / Math.max(0.01, inches.width * inches.height)));
    const used = Math.max(30, Math.floor(fitting));
    if (this.poppler && page.mediaType === 'application/pdf') {
      try {
        await this.poppler.grey(page, used, to);
        return used;
      } catch (error) {
        if (!(error instanceof RenderFailed) || error.messageKey !== 'reader.pageDamaged') throw error;
      }
    }
    await this.helper.grey(page, Math.max(1, Math.round(inches.width * used)), to);
    return used;
  }

  /** A poor scan at `from` made better: `clean` and `stark` are the files to write. @returns its skew in degrees */
  prepare(from: string, clean: string, stark: string): Promise<number> {
    return this.helper.ask('prepare', { from, clean, stark });
  }

  /** How much of the grey picture at `from` is ink, 0 to 1, and how grainy it is, in shades of 255. */
  look(from: string): Promise<{ ink: number; grain: number }> {
    return this.helper.ask('look', { from });
  }

  async close(): Promise<void> {
    await Promise.all([this.pdfium.close(), this.helper.close()]);
  }
}

function failureOf(error: unknown): RenderFailed {
  if (error instanceof RenderFailed) return error;
  const key =
    (error instanceof ProcessKilled && error.why === 'time') ||
    (error instanceof ProgramFailed && error.failure === 'time')
      ? 'reader.pageTooSlow'
      : (error instanceof ProcessKilled && error.why === 'memory') ||
          (error instanceof ProgramFailed && (error.failure === 'memory' || error.failure === 'output')) ||
          (error instanceof TaskFailed && error.reason === 'tooMuchMemory')
        ? 'reader.pageTooLarge'
        : 'reader.pageDamaged';
  return new RenderFailed(key, {}, { cause: error });
}
