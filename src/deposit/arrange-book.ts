import { Invalid } from '../errors';
import { cleanText } from '../text/page';
import { type Book, type BookPage, LABEL_LENGTH } from '../works/book';

/** What was typed as the label printed on a page, as it is kept. */
export const labelTyped = (typed: string): string | null =>
  cleanText(typed).replace(/\s+/g, ' ').trim().slice(0, LABEL_LENGTH) || null;

export type WantedPage = Pick<BookPage, 'source' | 'page' | 'turn' | 'label' | 'leftOut'>;

/** The book as a program lists its pages. @throws Invalid unless each of them is named, and once */
export function rearranged(book: Book, wanted: readonly WantedPage[]): Book {
  const keyOf = ({ source, page }: Pick<BookPage, 'source' | 'page'>) => `${source}:${page}`;
  const known = new Map(book.pages.map((page) => [keyOf(page), page]));
  const pages = wanted.map(({ source, page, turn, label, leftOut }, i): BookPage => {
    const found = known.get(keyOf({ source, page }));
    if (!found) throw new Invalid([{ path: `pages.${i}`, message: 'pageNotOfBook' }]);
    known.delete(keyOf(found));
    return { ...found, turn, label: label === null ? null : labelTyped(label), leftOut };
  });
  if (known.size > 0) throw new Invalid([{ path: 'pages', message: 'pagesMissing', params: { count: known.size } }]);
  return { ...book, pages };
}
