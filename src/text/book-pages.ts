import { access, readFile } from 'node:fs/promises';
import { NotFound } from '../errors';
import { BOOK_MEDIA_TYPE, type Book, bookSchema, originOf, shownPages, type Turn } from '../works/book';
import { ExtractionFailed } from './extraction-failed';
import type { FindBytes } from './find-bytes';

/** A page where its bytes are: what draws it, reads it or puts it into a PDF asks for no more. */
export interface SourcePage {
  path: string;
  mediaType: string;
  /** Of the file at `path`. */
  sha512: string;
  /** In the file at `path`, counted from 1. */
  page: number;
  turn: Turn;
}

const MOST_KEPT = 50;

/** Leads from a page of a file to where it comes from: of a book, to the file, page and turn that the book names. */
export class BookPages {
  private readonly known = new Map<string, Book>();

  constructor(
    private readonly findBytes: FindBytes,
    /** The file of this work with these bytes, or null. */
    private readonly fileWithDigest: (workId: number, sha512: string) => Promise<number | null>,
  ) {}

  /** @throws NotFound when the file has no such page, ExtractionFailed when its book cannot be read */
  async page(fileId: number, number: number): Promise<SourcePage> {
    const file = await this.findBytes(fileId);
    if (file.mediaType !== BOOK_MEDIA_TYPE) return { ...file, page: number, turn: 0 };
    const book = await this.read(file);
    const page = shownPages(book)[number - 1];
    if (!page) throw new NotFound();
    return { ...(await this.fileOf(book, page.source, file.workId)), page: page.page, turn: page.turn };
  }

  /**
   * What `use` makes of the page where it lies. When that fails and the bytes lie elsewhere by now (the work was
   * published, and they went into the archive), it is asked once more, there. @throws what `use` throws, NotFound
   */
  async using<T>(fileId: number, number: number, use: (page: SourcePage) => Promise<T>): Promise<T> {
    const page = await this.page(fileId, number);
    try {
      return await use(page);
    } catch (error) {
      if ((await this.page(fileId, number)).path === page.path) throw error;
      return this.using(fileId, number, use);
    }
  }

  /** Are the bytes of this page where they are said to be? Only then is it to blame for not being read. */
  isThere(fileId: number, number: number): Promise<boolean> {
    return this.page(fileId, number)
      .then(({ path }) => access(path))
      .then(
        () => true,
        () => false,
      );
  }

  /** What tells this page from others of its book, or null for a file that is no book. @throws NotFound */
  async origin(fileId: number, number: number): Promise<string | null> {
    const file = await this.findBytes(fileId);
    if (file.mediaType !== BOOK_MEDIA_TYPE) return null;
    const book = await this.read(file);
    const page = shownPages(book)[number - 1];
    if (!page) throw new NotFound();
    return originOf(book.sources[page.source]!, page);
  }

  /** The book that a file is, or null. @throws NotFound, ExtractionFailed */
  async book(fileId: number): Promise<Book | null> {
    const file = await this.findBytes(fileId);
    return file.mediaType === BOOK_MEDIA_TYPE ? this.read(file) : null;
  }

  /** Where the bytes of a book's source are. @throws NotFound */
  async fileOf(book: Book, source: number, workId: number): Promise<Omit<SourcePage, 'page' | 'turn'>> {
    const { sha512 } = book.sources[source]!;
    const id = await this.fileWithDigest(workId, sha512);
    if (id === null) throw new NotFound();
    const { path, mediaType } = await this.findBytes(id);
    return { path, mediaType, sha512 };
  }

  private async read(file: { path: string; sha512: string }): Promise<Book> {
    let book = this.known.get(file.sha512);
    if (!book) {
      const text = await readFile(file.path, 'utf8');
      try {
        book = bookSchema.parse(JSON.parse(text));
      } catch (cause) {
        throw new ExtractionFailed('damaged', { cause });
      }
    }
    this.known.delete(file.sha512);
    this.known.set(file.sha512, book);
    if (this.known.size > MOST_KEPT) this.known.delete(this.known.keys().next().value as string);
    return book;
  }
}
