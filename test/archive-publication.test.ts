import { readWork, workObject } from '../src/archive/documents';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const book = { files: [{ name: 'китеп.txt', mediaType: 'text/plain', content: Buffer.from('Мөңгүлөр чегинүүдө.') }] };

test('a published work stands in the archive with its files, its licence, its history and its people', async () => {
  const work = await app.published(book);
  const { archive } = app.house;
  const document = await readWork(archive, workObject(work.id));
  expect(document).toMatchObject({ id: work.id, state: 'published', version: 1, ownerId: work.ownerId });
  expect(document.metadata).toEqual(work.metadata);
  expect(document.history.map((event) => event.act)).toEqual(['create', 'submit', 'accept']);
  expect(document.accounts.map((account) => account.email).sort()).toEqual([
    'depositor@library.test',
    'reviewer@library.test',
  ]);
  expect(await archive.readText(workObject(work.id), 'files/китеп.txt')).toBe('Мөңгүлөр чегинүүдө.');
  expect(await archive.readText(workObject(work.id), 'agreements/deposit-licence.json')).toContain('acceptedAt');
  expect((await archive.inventory(workObject(work.id))).versions.v1?.user).toEqual({
    name: 'Test reviewer',
    address: 'mailto:reviewer@library.test',
  });
});

test('a second version keeps what was; a withdrawal keeps all and says why', async () => {
  const { deposits, archive } = app.house;
  const librarian = await app.visitor('administrator');
  const { id } = await app.published(book);
  await deposits.revise(id, librarian);
  await deposits.submit(id, librarian, { licenceAccepted: true });
  await deposits.accept(id, librarian);
  expect((await readWork(archive, workObject(id))).version).toBe(2);
  expect((await deposits.withdraw(id, librarian, 'Плагиат')).state).toBe('withdrawn');
  const document = await readWork(archive, workObject(id));
  expect(document).toMatchObject({ state: 'withdrawn', version: 2, withdrawn: { reason: 'Плагиат' } });
  expect(document.history.at(-1)).toMatchObject({ act: 'withdraw', comment: 'Плагиат' });
  expect(await archive.readText(workObject(id), 'files/китеп.txt')).toBe('Мөңгүлөр чегинүүдө.');
  expect((await archive.inventory(workObject(id))).head).toBe('v3');
  expect((await archive.verify(workObject(id))).problems).toEqual([]);
});
