import { Readable } from 'node:stream';
import type { Incoming } from '../archive/incoming';
import { type Database, inTransaction } from '../database/database';
import { Invalid, NotFound, Outdated } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import type { BookPages } from '../text/book-pages';
import { BookText, canBePages, PDF, ZIP } from '../text/book-text';
import { ExtractionFailed } from '../text/extraction-failed';
import type { FindBytes } from '../text/find-bytes';
import {
  BOOK_MEDIA_TYPE,
  BOOK_NAME,
  type Book,
  gathered,
  isBook,
  MOST_BOOK_PAGES,
  type PagedFile,
  renumbering,
} from '../works/book';
import type { CorrectionStore } from '../works/corrections';
import { WORKING_COPY } from '../works/file-store';
import type { WorkFile } from '../works/work';
import type { WorkStore } from '../works/work-store';

export interface BooksParts {
  db: Database;
  works: WorkStore;
  jobs: JobQueue;
  incoming: Incoming;
  corrections: CorrectionStore;
  findBytes: FindBytes;
  pages: BookPages;
  text: BookText;
}

/** Books in the copies being prepared: put together from their pages, and arranged. Who may, `Deposits` has asked. */
export class Books {
  private readonly turns = new Map<number, Promise<unknown>>();

  constructor(private readonly parts: BooksParts) {}

  /** The book of the copy being prepared, with its file; null when it has none. */
  async of(workId: number): Promise<{ file: WorkFile; book: Book } | null> {
    const file = (await this.parts.works.files.of(workId, WORKING_COPY)).find(isBook);
    const book = file && (await this.parts.pages.book(file.id));
    return book ? { file, book } : null;
  }

  /**
   * The role of what comes as the text of a scanned book: pictures, a ZIP of them and DjVu are its pages.
   * @throws Invalid at path `file` for a ZIP of anything else, which nobody could read as a book
   */
  async roleInScan(file: { name: string; path: string; mediaType: string }): Promise<'main' | 'page'> {
    if (file.mediaType === ZIP && !(await BookText.isZipOfPages(file.path))) {
      throw new Invalid(
        [{ path: 'file', message: 'zipWithoutPages', params: { name: file.name } }],
        'error.fileRefused',
      );
    }
    return file.mediaType !== PDF && canBePages(file.mediaType) ? 'page' : 'main';
  }

  /**
   * May these bytes be pages of a book? @returns null, or `noDjvu` where only a program is missing.
   * @throws Invalid at path `file` when nobody could show a page of it
   */
  async refusal(file: { name: string; path: string; mediaType: string }): Promise<'noDjvu' | null> {
    try {
      const pages = await this.parts.text.pagesIn(file.path, file.mediaType);
      if (pages.length > MOST_BOOK_PAGES) throw tooManyPages(file.name);
      if (pages.length === 0) throw new ExtractionFailed('noPages');
      return null;
    } catch (error) {
      if (!(error instanceof ExtractionFailed)) throw error;
      if (error.reason === 'noDjvu') return 'noDjvu';
      if (error.reason === 'tooManyPages') throw tooManyPages(file.name);
      throw new Invalid(
        [{ path: 'file', message: 'pagesUnreadable', params: { name: file.name } }],
        'error.fileRefused',
      );
    }
  }

  /**
   * Brings the book in line with the files whose role is `page`: makes it when there are such files, drops it when there
   * are none. @throws Invalid when it would have too many pages
   */
  follow(workId: number): Promise<void> {
    return this.inTurn(workId, async () => {
      const files = await this.parts.works.files.of(workId, WORKING_COPY);
      const file = files.find(isBook) ?? null;
      const before = file && (await this.parts.pages.book(file.id));
      const sources = files.filter(
        (each) => each.role === 'page' && each.scan !== 'infected' && canBePages(each.mediaType),
      );
      if (sources.length === 0) {
        if (file) await this.drop(workId, file);
        return;
      }
      const known = new Set(before?.pages.map((page) => before.sources[page.source]!.sha512));
      const paged: PagedFile[] = [];
      for (const { id, name, sha512, mediaType } of sources) {
        const pages = known.has(sha512) ? [] : await this.pagesOf(id, mediaType);
        if (known.has(sha512) || pages.length > 0) paged.push({ name, sha512, mediaType, pages });
      }
      const after = gathered(before, paged);
      if (after.pages.length > MOST_BOOK_PAGES) throw tooManyPages(sources.at(-1)!.name);
      if (after.pages.length === 0 || JSON.stringify(after) === JSON.stringify(before)) return;
      const hasMain = files.some((each) => each.role === 'main' && !isBook(each));
      await this.write(workId, file, before, after, hasMain ? 'other' : 'main');
    });
  }

  /** The pages of a book have the book's access: what is closed as a book is not open picture by picture. */
  async shareAccess(workId: number): Promise<void> {
    const { files } = this.parts.works;
    const all = await files.of(workId, WORKING_COPY);
    const book = all.find(isBook);
    if (!book) return;
    for (const page of all) {
      if (page.role !== 'page' || JSON.stringify(page.access) === JSON.stringify(book.access)) continue;
      await files.changeInCopy(workId, page.id, { access: book.access });
    }
  }

  /**
   * Arranges the book anew. @param expected the digest of the book that the person saw
   * @throws Outdated when another has arranged it meanwhile, NotFound when there is none
   */
  arrange(workId: number, expected: string, change: (book: Book) => Book): Promise<void> {
    return this.inTurn(workId, async () => {
      const now = await this.of(workId);
      if (!now) throw new NotFound();
      if (now.file.sha512 !== expected) throw new Outdated();
      const after = change(now.book);
      if (JSON.stringify(after) === JSON.stringify(now.book)) return;
      await this.write(workId, now.file, now.book, after, now.file.role);
    });
  }

  /** What was one book is separate files again: the first that can be read alone is the work's text. */
  async dissolve(workId: number): Promise<void> {
    const { files } = this.parts.works;
    let hasMain = (await files.of(workId, WORKING_COPY)).some((file) => file.role === 'main' && !isBook(file));
    for (const file of await files.of(workId, WORKING_COPY)) {
      if (file.role !== 'page') continue;
      const role = !hasMain && file.mediaType === 'application/pdf' ? 'main' : 'supplement';
      hasMain ||= role === 'main';
      await files.changeInCopy(workId, file.id, { role });
      await this.parts.jobs.add('extract-text', file.id);
    }
  }

  private async pagesOf(fileId: number, mediaType: string): Promise<PagedFile['pages']> {
    const { path } = await this.parts.findBytes(fileId);
    try {
      return await this.parts.text.pagesIn(path, mediaType);
    } catch (error) {
      if (error instanceof ExtractionFailed) return []; // it says why where its text is read
      throw error;
    }
  }

  private async write(
    workId: number,
    file: WorkFile | null,
    before: Book | null,
    after: Book,
    role: WorkFile['role'],
  ): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(after, null, 1)}\n`);
    const received = await this.parts.incoming.receive(Readable.from([bytes]), { limitBytes: 100_000_000 });
    const { key: incoming, sha512, size } = received;
    let freed: string | null = null;
    try {
      freed = await inTransaction(this.parts.db, async (tx) => {
        const works = this.parts.works.in(tx);
        let free: string | null = null;
        let id = file?.id;
        if (file && file.archivedIn === null) {
          free = await works.files.replaceBytes(file.id, { sha512, size, incoming });
        } else {
          if (file) await works.files.removeFromCopy(workId, file.id);
          const added = { role, name: BOOK_NAME, size, mediaType: BOOK_MEDIA_TYPE, sha512, incoming };
          ({ id } = await works.files.add(workId, added));
          await works.files.changeInCopy(workId, id, { position: -1, access: file?.access ?? null });
        }
        const numbers = before ? renumbering(before, after) : new Map<number, number>();
        if (file) await this.parts.corrections.in(tx).carry(file.id, id!, numbers);
        await works.drafts.bump(workId);
        const jobs = this.parts.jobs.in(tx);
        await jobs.add('scan-file', id!, { priority: 2 });
        await jobs.add('extract-text', id!);
        await jobs.add('thumbnail', id!, { priority: 1 });
        return free;
      });
    } catch (error) {
      await this.parts.incoming.remove(received.key);
      throw error;
    }
    if (freed) await this.parts.incoming.remove(freed);
  }

  private async drop(workId: number, file: WorkFile): Promise<void> {
    const freed = await inTransaction(this.parts.db, (tx) =>
      this.parts.works.in(tx).files.removeFromCopy(workId, file.id),
    );
    if (freed) await this.parts.incoming.remove(freed);
  }

  /** One change of a work's book at a time. */
  private async inTurn<T>(workId: number, act: () => Promise<T>): Promise<T> {
    const before = this.turns.get(workId);
    const mine = (async () => {
      await before?.catch(() => {});
      return act();
    })();
    this.turns.set(workId, mine);
    try {
      return await mine;
    } finally {
      if (this.turns.get(workId) === mine) this.turns.delete(workId);
    }
  }
}

const tooManyPages = (name: string) =>
  new Invalid(
    [{ path: 'file', message: 'tooManyPages', params: { name, most: MOST_BOOK_PAGES } }],
    'error.fileRefused',
  );
