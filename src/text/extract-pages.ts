import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Contents } from './document-pages';
import { DOCX, HTML } from './document-types';
import { EXTRACTION_REASONS, ExtractionFailed, type ExtractionReason } from './extraction-failed';
import { DEFAULT_LIMITS, KillableProcess, ProcessKilled, TaskFailed } from './killable-process';
import { findProgram, ProgramFailed, startProgram } from './outside-program';
import type { OutlineEntry, TextPage } from './page';
import { pictureAsPage } from './picture-page';
import type { PdfFrontMatter, PdfOverview, PicturedPages } from './text-process';
import { TsvReader } from './tsv';

export const TEXT_MEDIA_TYPES = {
  pdf: 'application/pdf',
  docx: DOCX,
  html: HTML,
  text: 'text/plain',
} as const;

export interface ExtractionLimits {
  pages: number;
  /** For the whole file. */
  timeoutMs: number;
  memoryBytes: number;
  /** Characters on one page, and in the whole file. */
  pageCharacters: number;
  characters: number;
}

export const EXTRACTION_LIMITS: ExtractionLimits = {
  pages: 20_000,
  timeoutMs: 120_000,
  memoryBytes: 1_000_000_000,
  pageCharacters: 1_000_000,
  characters: 100_000_000,
};

/** Empty pages that are looked at twice. */
const MOST_SUSPECTS = 40;
/** Fewer pages are read before a second program has started. */
const PAGES_WORTH_PARTING = 32;

export interface Extraction {
  /** What read it: `pdftotext`, `pdfium`, `mammoth`, `html`, `text`, `image`. */
  source: string;
  /** Of a PDF at once; of what was written and not printed it is whole when the last page has come. */
  outline: OutlineEntry[];
  /** Known beforehand for a PDF, else null. */
  pageCount: number | null;
  /** Once; a long PDF's in the order in which they are read, not in that of their numbers. Ends by throwing ExtractionFailed when the file turns out to be unreadable half-way. */
  pages: AsyncIterable<TextPage>;
}

export interface ExtractorOptions {
  limits?: Partial<ExtractionLimits>;
  /** Where `pdftotext` is, or null to do without it. Looked for in PATH when not given. */
  pdftotext?: string | null;
  /** Scheduling priority of its processes: 5 unless told, behind whoever answers readers. */
  niceness?: number;
}

/** Reads the pages out of files; keeps one killable process warm. Close it. */
export class Extractor {
  private readonly limits: ExtractionLimits;
  private readonly pdftotext: string | null;
  private readonly niceness: number;
  private readonly helper: KillableProcess;
  /** Answers a person at a form, so it must not stand behind a book of a thousand pages. */
  private readonly quickHelper: KillableProcess;

  constructor(options: ExtractorOptions = {}) {
    this.limits = { ...EXTRACTION_LIMITS, ...options.limits };
    this.pdftotext = options.pdftotext === undefined ? findProgram('pdftotext') : options.pdftotext;
    this.niceness = options.niceness ?? DEFAULT_LIMITS.niceness;
    const program = path.join(__dirname, 'text-process.js');
    const { memoryBytes } = this.limits;
    this.helper = new KillableProcess(program, { ...DEFAULT_LIMITS, memoryBytes, niceness: this.niceness });
    this.quickHelper = new KillableProcess(program, { ...DEFAULT_LIMITS, niceness: 0 });
  }

  /** Can text be had from a file of this type at all? */
  static reads(mediaType: string): boolean {
    return (
      (Object.values(TEXT_MEDIA_TYPES) as string[]).includes(mediaType) ||
      /^image\/(jpeg|png|tiff|webp)$/.test(mediaType)
    );
  }

  /** The pages of the file at `path`. @throws ExtractionFailed, with a reason a person can be told */
  async extractPages(filePath: string, mediaType: string): Promise<Extraction> {
    switch (mediaType) {
      case TEXT_MEDIA_TYPES.pdf:
        return this.pdf(filePath);
      case TEXT_MEDIA_TYPES.docx:
        return this.helped('docx', 'mammoth', filePath);
      case TEXT_MEDIA_TYPES.html:
        return this.helped('html', 'html', filePath);
      case TEXT_MEDIA_TYPES.text:
        return this.helped('text', 'text', filePath);
      default:
        if (!Extractor.reads(mediaType)) throw new ExtractionFailed('notReadable');
        return { source: 'image', outline: [], pageCount: 1, pages: once([await pictureAsPage(filePath)]) };
    }
  }

  /** Those of `pages` on which there is a picture, those with one too large to be unpacked apart. @throws ExtractionFailed */
  async pictured(filePath: string, mediaType: string, pages: readonly number[]): Promise<PicturedPages> {
    if (mediaType !== TEXT_MEDIA_TYPES.pdf) return { pages: [...pages], tooLarge: [] };
    return this.ask(() => this.helper.run('pictured', { path: filePath, pages }, this.limits.timeoutMs));
  }

  /** How many pages the PDF has, how they are labelled, and how large they are. @throws ExtractionFailed */
  async overview(filePath: string, mostPages = this.limits.pages): Promise<PdfOverview> {
    return this.ask(() => this.quickHelper.run<PdfOverview>('overview', { path: filePath, mostPages }, 20_000));
  }

  /**
   * Those of `pages`, on which no text was found, that are not empty but broken: what they say cannot be understood.
   * Only poppler complains of it. `sound` is a page with text: of what is complained there, no page is to blame.
   */
  async damaged(filePath: string, mediaType: string, pages: readonly number[], sound: number): Promise<number[]> {
    if (mediaType !== TEXT_MEDIA_TYPES.pdf || !this.pdftotext) return [];
    const usual = new Set(await this.complaints(filePath, sound));
    const found: number[] = [];
    for (const page of pages.slice(0, MOST_SUSPECTS)) {
      const complaints = await this.complaints(filePath, page);
      if (complaints.some((line) => !usual.has(line))) found.push(page);
    }
    return found;
  }

  private async complaints(filePath: string, page: number): Promise<string[]> {
    const { memoryBytes } = this.limits;
    const limits = { timeoutMs: 10_000, memoryBytes, outputBytes: 100_000_000, niceness: this.niceness };
    const range = ['-f', String(page), '-l', String(page)];
    const running = startProgram(this.pdftotext!, [...range, filePath, '-'], limits);
    running.stdout.resume();
    await running.ended.catch(() => {}); // what it said is asked, not whether it liked it
    return running
      .complaints()
      .split('\n')
      .filter((line) => /^(Syntax|Internal) Error/.test(line));
  }

  /** What the PDF says about itself and prints on its first pages. @throws ExtractionFailed */
  async frontMatter(filePath: string): Promise<PdfFrontMatter> {
    return this.ask(() => this.quickHelper.run<PdfFrontMatter>('frontMatter', { path: filePath }, 20_000));
  }

  async close(): Promise<void> {
    await Promise.all([this.helper.close(), this.quickHelper.close()]);
  }

  private async pdf(filePath: string): Promise<Extraction> {
    const mostPages = this.limits.pages;
    const overview = await this.ask(() =>
      this.helper.run<PdfOverview>('overview', { path: filePath, mostPages }, this.limits.timeoutMs),
    ).catch((error: ExtractionFailed) => {
      // One engine's opinion of a damaged file is not the last word; what nobody may open is.
      if (this.pdftotext && (error.reason === 'damaged' || error.reason === 'programFailed')) return null;
      throw error;
    });
    if (overview?.pages === 0) throw new ExtractionFailed('noPages');
    // A page that PDFium cannot open does not exist for poppler, which then counts the others differently.
    const countsAlike = !overview || overview.sizes.every(([width, height]) => width > 0 && height > 0);
    const byPoppler = this.pdftotext !== null && countsAlike;
    return {
      source: byPoppler ? 'pdftotext' : 'pdfium',
      outline: overview?.outline ?? [],
      pageCount: overview?.pages ?? null,
      pages: this.bounded(byPoppler ? this.byPoppler(filePath, overview) : this.byPdfium(filePath, 1, null)),
    };
  }

  /** pdftotext, a long file in as many parts at once as there are processors for it. */
  private byPoppler(filePath: string, overview: PdfOverview | null): AsyncGenerator<TextPage> {
    const parts = overview && overview.pages >= PAGES_WORTH_PARTING ? Math.min(2, availableParallelism()) : 1;
    if (!overview || parts === 1) return this.popplerRange(filePath, overview, 1, overview?.pages ?? null);
    const middle = Math.ceil(overview.pages / 2);
    return merged([
      this.popplerRange(filePath, overview, 1, middle),
      this.popplerRange(filePath, overview, middle + 1, overview.pages),
    ]);
  }

  /** Pages `from` to `to` (null: to the end); from the page on which pdftotext gives up, PDFium. */
  private async *popplerRange(
    filePath: string,
    overview: PdfOverview | null,
    from: number,
    to: number | null,
  ): AsyncGenerator<TextPage> {
    const labelled = (page: TextPage) => {
      const label = overview?.labels[page.number - 1] ?? null;
      return { ...page, label, confidence: null }; // printed, not recognised: there is nothing to be unsure of
    };
    const range = ['-f', String(from), ...(to === null ? [] : ['-l', String(to)])];
    const running = startProgram(this.pdftotext!, ['-q', '-tsv', '-cropbox', ...range, filePath, '-'], {
      timeoutMs: this.limits.timeoutMs,
      memoryBytes: this.limits.memoryBytes,
      outputBytes: 4_000_000_000,
      niceness: this.niceness,
    });
    const reader = new TsvReader(1, overview?.sizes);
    let done = from - 1;
    try {
      for await (const chunk of running.stdout.setEncoding('utf8')) {
        for (const page of reader.feed(chunk as string)) {
          done = page.number;
          if (done > this.limits.pages) throw new ExtractionFailed('tooManyPages');
          yield labelled(page);
        }
        if (reader.pendingCharacters > this.limits.pageCharacters) throw new ExtractionFailed('tooMuchText');
      }
      await running.ended;
      const last = reader.end();
      if (last) {
        done = last.number;
        yield labelled(last);
      }
    } catch (error) {
      if (!(error instanceof ProgramFailed) || error.failure !== 'failed') throw failureOf(error);
      if (/password/i.test(error.stderr)) throw new ExtractionFailed('encrypted', { cause: error });
    } finally {
      running.stop();
    }
    // poppler can fail with exit 0 and half the pages
    if (to === null ? done < from : done < to) yield* this.byPdfium(filePath, done + 1, to);
  }

  private byPdfium(filePath: string, from: number, to: number | null): AsyncGenerator<TextPage> {
    return this.stream('pdf', { path: filePath, mostPages: this.limits.pages, from, to });
  }

  private async helped(task: string, source: string, filePath: string): Promise<Extraction> {
    const contents = new Contents();
    const stream = this.bounded(this.stream(task, { path: filePath }));
    async function* noted() {
      for await (const page of stream) {
        contents.add(page);
        yield page;
      }
    }
    return { source, outline: contents.entries, pageCount: null, pages: noted() };
  }

  /** What a task of the helper sends, page by page; it works no further ahead than one part. */
  private async *stream(task: string, input: object): AsyncGenerator<TextPage> {
    let wake: () => void = () => {};
    let part: TextPage[] | null = null;
    let taken: () => void = () => {};
    let abandoned = false;
    let outcome: { error?: unknown } | null = null;
    this.helper
      .run(task, input, this.limits.timeoutMs, (sent) => {
        if (abandoned) throw new Error('Nobody reads on');
        part = sent as TextPage[];
        wake();
        return new Promise<void>((resolve, reject) => {
          taken = () => (abandoned ? reject(new Error('Nobody reads on')) : resolve());
        });
      })
      .then(
        () => {
          outcome = {};
          wake();
        },
        (error) => {
          outcome = { error };
          wake();
        },
      );
    try {
      for (;;) {
        if (!part && !outcome) await new Promise<void>((resolve) => (wake = resolve));
        if (part) {
          yield* part as TextPage[];
          part = null;
          taken();
        } else if (outcome) {
          const { error } = outcome as { error?: unknown };
          if (error) throw failureOf(error);
          return;
        }
      }
    } finally {
      abandoned = true;
      taken();
    }
  }

  private async *bounded(pages: AsyncGenerator<TextPage>): AsyncGenerator<TextPage> {
    let characters = 0;
    for await (const page of pages) {
      if (page.text.length > this.limits.pageCharacters) throw new ExtractionFailed('tooMuchText');
      characters += page.text.length;
      if (characters > this.limits.characters) throw new ExtractionFailed('tooMuchText');
      yield page;
    }
  }

  private async ask<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw failureOf(error);
    }
  }
}

function failureOf(error: unknown): ExtractionFailed {
  if (error instanceof ExtractionFailed) return error;
  const because = (reason: ExtractionReason) => new ExtractionFailed(reason, { cause: error });
  if (error instanceof ProcessKilled) {
    return because(({ time: 'tookTooLong', memory: 'tooMuchMemory', crash: 'programFailed' } as const)[error.why]);
  }
  if (error instanceof ProgramFailed) {
    const reasons = { time: 'tookTooLong', memory: 'tooMuchMemory', output: 'tooMuchText' } as const;
    return because(error.failure in reasons ? reasons[error.failure as keyof typeof reasons] : 'programFailed');
  }
  if (error instanceof TaskFailed && (EXTRACTION_REASONS as readonly string[]).includes(error.reason ?? '')) {
    return because(error.reason as ExtractionReason);
  }
  return because('damaged');
}

/** What several sources give, each thing as soon as it is there. When one fails, all end. */
async function* merged<T>(sources: AsyncGenerator<T>[]): AsyncGenerator<T> {
  const ask = (source: AsyncGenerator<T>) => {
    const answer = source.next().then((result) => ({ source, result }));
    answer.catch(() => {}); // it may fail while the reader is busy with another page; the race below tells it
    return answer;
  };
  const asked = new Map(sources.map((source) => [source, ask(source)]));
  try {
    while (asked.size > 0) {
      const { source, result } = await Promise.race(asked.values());
      if (result.done) {
        asked.delete(source);
      } else {
        asked.set(source, ask(source));
        yield result.value;
      }
    }
  } finally {
    await Promise.allSettled(sources.map((source) => source.return(undefined)));
  }
}

async function* once(pages: TextPage[]): AsyncGenerator<TextPage> {
  yield* pages;
}
