import type { Visitor } from '../accounts/visitor';
import { rearranged } from '../deposit/arrange-book';
import { NotFound } from '../errors';
import type { House } from '../house';
import type { Book } from '../works/book';
import type { WorkFile } from '../works/work';
import { requireMatch } from './answers';
import { type Call, route } from './route';
import { bookPagesBody } from './schemas';
import { copyOf } from './works';

/** The pages of a scanned book: what `/deposit/{id}/pages` is for people. */
export const pageRoutes = [
  route({
    method: 'get',
    path: '/works/{id}/pages',
    operationId: 'getPages',
    tag: 'files',
    summary: 'The pages of a scanned book being prepared, in their order',
    description: 'Those left out are among them. A work has a book when it has files with the role `page`.',
    signedIn: true,
    answer: { status: 200, description: 'Its pages.', schema: 'BookPages', etag: true },
    problems: [403, 404, 409],
    handle: async ({ house, visitor, path }) => told(await bookOf(house, visitor, path.id)),
  }),
  route({
    method: 'put',
    path: '/works/{id}/pages',
    operationId: 'arrangePages',
    tag: 'files',
    summary: 'Put the pages of a scanned book in order, turn, label or leave them out',
    description: 'Every page of the book is listed once, in the order wanted, each with its turn, label and `leftOut`.',
    signedIn: true,
    ifMatch: true,
    body: { name: 'BookPagesInput', schema: bookPagesBody },
    answer: { status: 200, description: 'The pages as they are now.', schema: 'BookPages', etag: true },
    problems: [403, 404, 409, 412, 422],
    async handle(call) {
      const { house, visitor, path, body } = call;
      const { file } = await bookOf(house, visitor, path.id);
      requireMatch(call as Call<unknown, unknown>, tagOf(file));
      await house.deposits.arrange(path.id, visitor, file.sha512, (book) => rearranged(book, body.pages));
      return told(await bookOf(house, visitor, path.id));
    },
  }),
];

async function bookOf(house: House, visitor: Visitor, id: number): Promise<{ file: WorkFile; book: Book }> {
  await copyOf(house, visitor, id);
  const found = await house.books.of(id);
  if (!found) throw new NotFound('book.none');
  return found;
}

const tagOf = (file: WorkFile): string => `"${file.sha512.slice(0, 32)}"`;

const told = ({ file, book: { sources, pages } }: { file: WorkFile; book: Book }) => ({
  status: 200,
  body: { fileId: file.id, sources, pages },
  headers: { ETag: tagOf(file) },
});
