import { z } from 'zod';

export * from './book-file';

/** More than any volume has; a file that claims more is an attack or a mistake. */
export const MOST_BOOK_PAGES = 5_000;
export const LABEL_LENGTH = 40;

export const TURNS = [0, 90, 180, 270] as const;
/** Degrees clockwise by which a page is turned before it is shown. */
export type Turn = (typeof TURNS)[number];

const bookPageSchema = z.object({
  /** Which of the book's sources, counted from 0. */
  source: z.number().int().nonnegative(),
  /** Counted from 1; in a ZIP, of its pictures in the order of their names. */
  page: z.number().int().positive(),
  /** The picture's name in a ZIP, for people. */
  entry: z.string().nullable(),
  turn: z.literal(TURNS),
  /** What is printed on the page, or null where that is only its number. */
  label: z.string().max(LABEL_LENGTH).nullable(),
  leftOut: z.boolean(),
});
export type BookPage = z.infer<typeof bookPageSchema>;

export const bookSchema = z
  .object({
    format: z.literal('achyk-book/1'),
    sources: z.array(
      z.object({ name: z.string(), sha512: z.string().regex(/^[0-9a-f]{128}$/), mediaType: z.string() }),
    ),
    /** In the order of the book, those left out among them. */
    pages: z.array(bookPageSchema).max(MOST_BOOK_PAGES),
  })
  .refine((book) => book.pages.every((page) => page.source < book.sources.length));
export type Book = z.infer<typeof bookSchema>;
export type BookSource = Book['sources'][number];

export const EMPTY_BOOK: Book = { format: 'achyk-book/1', sources: [], pages: [] };

/** A file whose pages a book is to have. */
export interface PagedFile extends BookSource {
  pages: { page: number; entry: string | null; label?: string | null }[];
}

/** The pages that are shown, in order: number 1 is the first. */
export const shownPages = (book: Book): BookPage[] => book.pages.filter((page) => !page.leftOut);

/** Tells one way a page can look from all others: the same origin has the same picture and the same text. */
export const originOf = (source: Pick<BookSource, 'sha512'>, { page, turn }: Pick<BookPage, 'page' | 'turn'>): string =>
  `${source.sha512.slice(0, 40)}:${page}:${turn}`;

/** The origin of each shown page, in order. */
export const originsOf = (book: Book): string[] =>
  shownPages(book).map((page) => originOf(book.sources[page.source]!, page));

/** Where the pages of `before` have gone in `after`: old number → new number, of those still shown, turned or not. */
export function renumbering(before: Book, after: Book): Map<number, number> {
  const key = (book: Book, page: BookPage) => `${book.sources[page.source]!.sha512}:${page.page}`;
  const now = new Map(shownPages(after).map((page, i) => [key(after, page), i + 1]));
  const moved = new Map<number, number>();
  shownPages(before).forEach((page, i) => {
    const number = now.get(key(before, page));
    if (number !== undefined) moved.set(i + 1, number);
  });
  return moved;
}

/**
 * The book made of exactly these files. What was arranged stays as it was; pages of files that have gone go; pages of
 * new files come after the others, in the files' order.
 */
export function gathered(before: Book | null, files: readonly PagedFile[]): Book {
  const book = before ?? EMPTY_BOOK;
  const place = new Map(files.map((file, i) => [file.sha512, i]));
  const kept = book.pages.flatMap((page) => {
    const source = place.get(book.sources[page.source]!.sha512);
    return source === undefined ? [] : [{ ...page, source }];
  });
  const known = new Set(kept.map((page) => page.source));
  const added = files.flatMap((file, source) =>
    known.has(source)
      ? []
      : file.pages.map(({ page, entry, label }) => ({
          source,
          page,
          entry,
          turn: 0 as Turn,
          label: label?.slice(0, LABEL_LENGTH) ?? null,
          leftOut: false,
        })),
  );
  return {
    format: 'achyk-book/1',
    sources: files.map(({ name, sha512, mediaType }) => ({ name, sha512, mediaType })),
    pages: [...kept, ...added],
  };
}

export const NUMBERINGS = ['arabic', 'roman', 'ROMAN', 'none'] as const;
export type Numbering = (typeof NUMBERINGS)[number];

/** Labels for the shown pages among places `from` to `to`, counting from `start`. */
export function labelled(book: Book, range: { from: number; to: number }, numbering: Numbering, start: number): Book {
  let number = start;
  return {
    ...book,
    pages: book.pages.map((page, i) => {
      if (i + 1 < range.from || i + 1 > range.to || page.leftOut) return page;
      return { ...page, label: numbering === 'none' ? null : numeral(number++, numbering) };
    }),
  };
}

const ROMAN: [number, string][] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

function numeral(number: number, numbering: Exclude<Numbering, 'none'>): string {
  if (numbering === 'arabic' || number < 1 || number > 3_999) return String(number);
  let rest = number;
  let text = '';
  for (const [value, sign] of ROMAN) {
    while (rest >= value) {
      text += sign;
      rest -= value;
    }
  }
  return numbering === 'ROMAN' ? text.toUpperCase() : text;
}
