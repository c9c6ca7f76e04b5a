import { type Database, inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import { BOOK_MEDIA_TYPE } from '../works/book-file';
import type { WorkStore } from '../works/work-store';
import { placesFor } from './align';
import type { BookPages } from './book-pages';
import type { BookText } from './book-text';
import { Djvu } from './djvu';
import { Extractor } from './extract-pages';
import { ExtractionFailed, type ExtractionReason } from './extraction-failed';
import type { FindBytes } from './find-bytes';
import type { TextPage } from './page';
import { needsRecognition } from './recognition-need';
import type { TextStore } from './text-store';

export interface TextReadingParts {
  db: Database;
  works: WorkStore;
  jobs: JobQueue;
  texts: TextStore;
  extractor: Extractor;
  findBytes: FindBytes;
  books: { pages: BookPages; text: BookText };
  /** What a librarian put right, by page number: it outlives every extraction. */
  corrections: (fileId: number) => Promise<ReadonlyMap<number, string>>;
}

/** Gives a work's files their text: the job `extract-text`. */
export class TextReading {
  constructor(private readonly parts: TextReadingParts) {}

  /**
   * Reads the file's pages into the text store and says in the catalogue what came of it. A file that cannot be read
   * is no failure of the job: the work stays as it is, and the reason is shown.
   */
  async extract(fileId: number): Promise<void> {
    const file = await this.parts.findBytes(fileId).catch((error) => {
      if (error instanceof NotFound) return null; // removed meanwhile
      throw error;
    });
    if (!file) return;
    if (file.mediaType === BOOK_MEDIA_TYPE) return this.extractBook(fileId, file.workId);
    // What is read as a book is not read once more by itself: each word would be found twice.
    if (await this.parts.works.files.isPageOfBook(fileId)) return this.tell(fileId, file.workId, { state: 'none' });
    if (file.mediaType === 'image/vnd.djvu' && !new Djvu().isInstalled) {
      return this.tell(fileId, file.workId, { state: 'failed', reason: 'text.reason.noDjvu' });
    }
    if (!Extractor.reads(file.mediaType)) return this.tell(fileId, file.workId, { state: 'none' });
    const corrections = await this.parts.corrections(fileId);
    const wanting: number[] = [];
    const empty: number[] = [];
    let sound: number | null = null;
    let source: string | null = null;
    async function* noted(pages: AsyncIterable<TextPage>): AsyncGenerator<TextPage> {
      for await (const page of pages) {
        const corrected = corrections.get(page.number);
        if (page.text === '' && page.problem === null) empty.push(page.number);
        else sound ??= page.number;
        // Of what a person has read, too: where its lines stand only the picture tells.
        if (needsRecognition(page)) wanting.push(page.number);
        yield corrected === undefined
          ? page
          : { ...page, text: corrected, lines: placesFor(page, corrected), blocks: [] };
      }
    }
    try {
      const extraction = await this.parts.extractor.extractPages(file.path, file.mediaType);
      source = extraction.source;
      const pages = await this.parts.texts.replace(fileId, extraction, noted(extraction.pages));
      const none = { pages: [], tooLarge: [] };
      const { pages: pictures, tooLarge } =
        wanting.length > 0
          ? await this.parts.extractor.pictured(file.path, file.mediaType, wanting).catch(() => none)
          : none;
      await this.parts.texts.markWaiting(fileId, pictures);
      await this.tellProblem(fileId, tooLarge, 'tooLarge');
      const blank = empty.filter((number) => !pictures.includes(number) && !tooLarge.includes(number));
      if (blank.length > 0 && sound !== null) {
        const damaged = await this.parts.extractor.damaged(file.path, file.mediaType, blank, sound);
        await this.tellProblem(fileId, damaged, 'damaged');
      }
      // What was looked at twice may have moved between: then there was nothing to see.
      if (wanting.length + blank.length > 0 && (await this.hasMoved(fileId, file.path))) return this.extract(fileId);
      await this.tell(fileId, file.workId, { state: 'done', pages, source }, pictures.length);
    } catch (error) {
      // Published meanwhile, the bytes went into the archive under the reader's eyes: once more, from there.
      if (await this.hasMoved(fileId, file.path)) return this.extract(fileId);
      if (!(error instanceof ExtractionFailed)) throw error;
      await this.tell(fileId, file.workId, { state: 'failed', source, reason: error.messageKey });
    }
  }

  private async hasMoved(fileId: number, path: string): Promise<boolean> {
    const now = await this.parts.findBytes(fileId).catch(() => null);
    return now !== null && now.path !== path;
  }

  /** Says of pages that give nothing why. */
  private async tellProblem(fileId: number, pages: readonly number[], reason: ExtractionReason): Promise<void> {
    for (const number of pages) {
      const page = await this.parts.texts.page(fileId, number);
      const problem = new ExtractionFailed(reason).messageKey;
      if (page) await this.parts.texts.putPage(fileId, { ...page, problem });
    }
  }

  /** The pages of a book: as they were kept, wherever they stood in it or in the versions before it; the others read anew. */
  private async extractBook(fileId: number, workId: number): Promise<void> {
    const { texts, works } = this.parts;
    const { pages: bookPages, text } = this.parts.books;
    try {
      const book = await bookPages.book(fileId);
      if (!book) return;
      const corrections = await this.parts.corrections(fileId);
      const kept = await texts.keptByOrigin(await works.files.booksOf(workId));
      const wanting: number[] = [];
      async function* noted() {
        for await (const page of text.read(book!, workId, kept)) {
          const corrected = corrections.get(page.number);
          const isNew = !kept.has(page.origin);
          if (isNew && needsRecognition(page)) wanting.push(page.number);
          yield corrected === undefined
            ? page
            : { ...page, text: corrected, lines: placesFor(page, corrected), waiting: false };
        }
      }
      const pages = await texts.replace(fileId, { source: 'book', outline: [] }, noted());
      await texts.markWaiting(fileId, wanting.length > 0 ? await text.pictured(book, workId, wanting) : []);
      const waiting = await texts.waiting(fileId);
      await this.tell(fileId, workId, { state: 'done', pages, source: 'book' }, waiting.length);
    } catch (error) {
      if (error instanceof NotFound) return; // taken out of the work meanwhile
      if (!(error instanceof ExtractionFailed)) throw error;
      await this.tell(fileId, workId, { state: 'failed', source: 'book', reason: error.messageKey });
    }
  }

  private tell(
    fileId: number,
    workId: number,
    text: Parameters<WorkStore['files']['setText']>[1],
    wanting = 0,
  ): Promise<void> {
    return inTransaction(this.parts.db, async (tx) => {
      const jobs = this.parts.jobs.in(tx);
      await this.parts.works.in(tx).files.setText(fileId, text);
      await jobs.add('index-work', workId);
      // What has no text waits for the eyes of the machine, behind everything that a reader waits for.
      if (wanting > 0) await jobs.add('recognise-text', fileId, { priority: -5 });
    });
  }
}
