import { type Book, MOST_BOOK_PAGES, originOf, type PagedFile, shownPages } from '../works/book';
import type { BookPages } from './book-pages';
import { Djvu } from './djvu';
import type { Extractor } from './extract-pages';
import { ExtractionFailed } from './extraction-failed';
import { plainPage, type TextPage } from './page';
import { pictureAsPage, sizedPage } from './picture-page';
import type { KeptPage } from './text-store';
import { tiffPages } from './tiff';
import { turnedPage } from './turn-page';
import { withZipped, zippedPictures } from './zip-pages';

export const DJVU = 'image/vnd.djvu';
export const ZIP = 'application/zip';
export const PDF = 'application/pdf';
export const TIFF = 'image/tiff';

/** Can files of this type be pages of a book? Of a ZIP only its content tells. */
export const canBePages = (mediaType: string): boolean =>
  [PDF, DJVU, ZIP].includes(mediaType) || /^image\/(jpeg|png|tiff|webp)$/.test(mediaType);

/** A page of a book with what tells it from all others, and whether its picture is still to be read. */
export type BookTextPage = TextPage & { confidence: number | null; origin: string; waiting: boolean };

/** Which pages a file has, and what is on the pages of a book. */
export class BookText {
  constructor(
    private readonly pages: BookPages,
    private readonly extractor: Extractor,
    private readonly djvu = new Djvu(),
  ) {}

  /** The pages of a file that is to be part of a book. @throws ExtractionFailed when it has none that can be shown */
  async pagesIn(path: string, mediaType: string): Promise<PagedFile['pages']> {
    const numbered = (count: number, labels: readonly (string | null)[] = []) =>
      Array.from({ length: count }, (_, i) => ({ page: i + 1, entry: null, label: labels[i] ?? null }));
    switch (mediaType) {
      case PDF: {
        const { pages, labels } = await this.extractor.overview(path, MOST_BOOK_PAGES);
        return numbered(pages, labels);
      }
      case DJVU:
        return numbered(await this.djvu.pageCount(path));
      case TIFF:
        return numbered((await tiffPages(path)).length);
      case ZIP:
        return (await zippedPictures(path)).pictures.map((entry, i) => ({ page: i + 1, entry }));
      default:
        if (!canBePages(mediaType)) throw new ExtractionFailed('notReadable');
        return numbered(1);
    }
  }

  /** Is it a ZIP of scanned pages, and not of data? */
  static async isZipOfPages(path: string): Promise<boolean> {
    const { pictures, others } = await zippedPictures(path).catch(() => ({ pictures: [], others: 0 }));
    return pictures.length > 0 && pictures.length >= others;
  }

  /**
   * The pages of a book in no order. What `kept` has of the same origin is taken as it is; only what it has not is read
   * from the files, each file once.
   */
  async *read(book: Book, workId: number, kept: ReadonlyMap<string, KeptPage>): AsyncGenerator<BookTextPage> {
    const wanted = new Map<number, Wanted[]>();
    for (const [i, page] of shownPages(book).entries()) {
      const origin = originOf(book.sources[page.source]!, page);
      const asNow = { number: i + 1, label: page.label, origin };
      const known = kept.get(origin);
      if (known) yield { ...known, ...asNow };
      else
        wanted.set(page.source, [...(wanted.get(page.source) ?? []), { ...asNow, page: page.page, turn: page.turn }]);
    }
    const find = (source: number) => this.pages.fileOf(book, source, workId).catch(() => null);
    for (const [source, pages] of wanted) {
      const { mediaType } = book.sources[source]!;
      const asked = (number: number) => pages.filter((page) => page.page === number);
      const left = new Set(pages.map((page) => page.page));
      const unread = new Map<number, TextPage>();
      let problem = new ExtractionFailed('damaged');
      // Published meanwhile, the bytes are in the archive: what could not be read is read once more, from there.
      let path: string | null = null;
      for (
        let place = await find(source);
        place && place.path !== path;
        place = left.size ? await find(source) : null
      ) {
        path = place.path;
        try {
          for await (const page of this.readFrom(path, mediaType, [...left])) {
            if (page.problem !== null) {
              unread.set(page.number, page);
              continue;
            }
            left.delete(page.number);
            for (const want of asked(page.number)) yield inBook(page, want);
          }
        } catch (error) {
          if (!(error instanceof ExtractionFailed)) throw error;
          problem = error;
        }
      }
      for (const number of left) {
        for (const want of asked(number)) yield inBook(unread.get(number) ?? failed(number, problem), want);
      }
    }
  }

  /** Those of `pages` (numbers of the book) that show a picture. */
  async pictured(book: Book, workId: number, pages: readonly number[]): Promise<number[]> {
    const shown = shownPages(book);
    const result: number[] = [];
    const inPdf = new Map<number, number[]>();
    for (const number of pages) {
      const page = shown[number - 1];
      if (!page) continue;
      if (book.sources[page.source]!.mediaType === PDF) {
        inPdf.set(page.source, [...(inPdf.get(page.source) ?? []), number]);
      } else result.push(number);
    }
    for (const [source, numbers] of inPdf) {
      const asked = numbers.map((number) => shown[number - 1]!.page);
      const found = new Set(await this.picturedIn(() => this.pages.fileOf(book, source, workId), asked));
      result.push(...numbers.filter((number) => found.has(shown[number - 1]!.page)));
    }
    return result.sort((a, b) => a - b);
  }

  /** Those of `pages` of a PDF that show a picture: asked once more where it lies by now. */
  private async picturedIn(find: () => Promise<{ path: string }>, pages: readonly number[]): Promise<number[]> {
    const { path } = await find();
    try {
      return (await this.extractor.pictured(path, PDF, pages)).pages;
    } catch {
      return (await find()).path === path ? [] : this.picturedIn(find, pages);
    }
  }

  /** Pages `numbers` of a file; one that cannot be read has its reason. */
  private async *readFrom(path: string, mediaType: string, numbers: readonly number[]): AsyncGenerator<TextPage> {
    if (mediaType === DJVU) yield* this.djvu.pages(path, numbers);
    else if (mediaType === TIFF) yield* tiffTextPages(path, numbers);
    else if (mediaType === ZIP) yield* zippedTextPages(path, numbers);
    else {
      const wanted = new Set(numbers);
      for await (const page of (await this.extractor.extractPages(path, mediaType)).pages) {
        if (wanted.has(page.number)) yield page;
      }
    }
  }
}

interface Wanted {
  number: number;
  label: string | null;
  origin: string;
  page: number;
  turn: Parameters<typeof turnedPage>[1];
}

const inBook = (page: TextPage, { number, label, origin, turn }: Wanted): BookTextPage => ({
  ...turnedPage(page, turn),
  number,
  label,
  origin,
  confidence: null,
  waiting: false,
});

const failed = (number: number, error: ExtractionFailed): TextPage => ({
  ...plainPage(number, ''),
  problem: error.messageKey,
});

async function* tiffTextPages(path: string, numbers: readonly number[]): AsyncGenerator<TextPage> {
  const pages = await tiffPages(path);
  for (const number of numbers) {
    const size = pages[number - 1];
    yield size ? sizedPage(number, size) : failed(number, new ExtractionFailed('damaged'));
  }
}

async function* zippedTextPages(path: string, numbers: readonly number[]): AsyncGenerator<TextPage> {
  // Some at a time, so that pages come while others are unpacked and no list of them all is waited for.
  for (let at = 0; at < numbers.length; at += 20) {
    const pages: TextPage[] = [];
    await withZipped(path, numbers.slice(at, at + 20), async (number, unpacked) => {
      if (typeof unpacked !== 'string') return void pages.push(failed(number, unpacked));
      try {
        pages.push({ ...(await pictureAsPage(unpacked)), number });
      } catch (error) {
        if (!(error instanceof ExtractionFailed)) throw error;
        pages.push(failed(number, error));
      }
    });
    yield* pages;
  }
}
