import { workObject } from '../src/archive/documents';
import { headOf } from '../src/archive/inventory';
import { placedWords } from '../src/text/page';
import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { scan, scannedPdf } from './support/scan';

jest.setTimeout(120_000);

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const PAGES = Array.from({ length: 30 }, (_, i) => `Биринчи сап ${i + 1}\n\nэкинчи сап`);

/** As a librarian does it, in the browser. */
async function correct(work: Work, page: number, text: string): Promise<void> {
  const librarian = await app.as('reviewer');
  await librarian
    .post(`/works/${work.id}/files/${work.files[0]!.id}/pages/${page}/text`)
    .type('form')
    .send({ text })
    .expect(303);
}

const headOfWork = async (work: Work) => headOf(await app.house.archive.inventory(workObject(work.id)));
const kept = async (work: Work) =>
  JSON.parse(await app.house.archive.readText(workObject(work.id), 'corrections.json')) as {
    files: { id: number; pages: { page: number; text: string; accountId: number; correctedAt: string }[] }[];
    accounts: { id: number; name: string }[];
  };

describe('what a librarian corrects', () => {
  test('is in the archive within the hour, an evening of it in one version', async () => {
    const work = await app.published({ pages: PAGES });
    for (let page = 1; page <= 30; page++) await correct(work, page, `Оңдолгон ${page}`);
    app.wait({ seconds: 3599 });
    await app.runner.drain();
    expect(await headOfWork(work)).toBe(1);
    app.wait({ seconds: 1 });
    await app.runner.drain();
    expect(await headOfWork(work)).toBe(2);
    const { files, accounts } = await kept(work);
    const { id: librarian } = await app.account('reviewer');
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ id: work.files[0]!.id });
    expect(files[0]!.pages).toHaveLength(30);
    expect(files[0]!.pages[6]).toMatchObject({ page: 7, text: 'Оңдолгон 7', accountId: librarian });
    expect(accounts).toMatchObject([{ id: librarian, name: 'Test reviewer' }]);
    // What else the object has is as it was, and the catalogue knows of the version.
    expect((await app.house.archive.read(workObject(work.id), 'files/text.pdf')).sha512).toBe(work.files[0]!.sha512);
    expect((await app.house.works.archiveVersions(work.id)).get(work.id)).toBe(2);
    expect((await app.house.works.published(work.id)).version).toBe(1);
    expect((await app.house.archive.verify(workObject(work.id))).problems).toEqual([]);

    await correct(work, 7, 'Кайра оңдолгон');
    app.wait({ hours: 1 });
    await app.runner.drain();
    expect([await headOfWork(work), (await kept(work)).files[0]!.pages[6]!.text]).toEqual([3, 'Кайра оңдолгон']);
  });

  test('goes along with the next version of its work, and stays when it is withdrawn', async () => {
    const work = await app.published({ pages: ['Бир'] });
    await correct(work, 1, 'Эки');
    const librarian = await app.visitor('administrator');
    await app.house.deposits.revise(work.id, librarian);
    await app.house.deposits.submit(work.id, librarian, { licenceAccepted: true });
    await app.house.deposits.accept(work.id, librarian);
    expect((await kept(work)).files[0]!.pages[0]!.text).toBe('Эки');
    await correct(work, 1, 'Үч');
    await app.house.deposits.withdraw(work.id, librarian, 'Ката');
    await app.runner.drain();
    expect((await kept(work)).files[0]!.pages[0]!.text).toBe('Үч');
    const document = await app.house.archive.readText(workObject(work.id), 'metadata.json');
    expect(JSON.parse(document)).toMatchObject({ state: 'withdrawn', version: 2 });
  });

  test('writes no version when nothing was corrected', async () => {
    const work = await app.published({ pages: ['Бир'] });
    app.wait({ hours: 2 });
    await app.runner.drain();
    expect(await headOfWork(work)).toBe(1);
  });

  test('on a scan outlives a new reading, and is marked where the picture has it', async () => {
    const words = 'Мөңгүлөрдүн эриши дарыяларды толтурат';
    const picture = scan(words, { inches: { width: 7, height: 2 } });
    const work = await app.published({
      type: 'scanned-book',
      files: [{ name: 'scan.pdf', mediaType: 'application/pdf', content: await scannedPdf([picture]) }],
    });
    const file = work.files[0]!.id;
    const before = placedWords((await app.house.texts.page(file, 1))!)[1]!;
    await correct(work, 1, words.replace('эриши', 'чегиниши'));
    await app.house.jobs.add('extract-text', file);
    await app.runner.drain();
    const page = (await app.house.texts.page(file, 1))!;
    expect(page).toMatchObject({ text: words.replace('эриши', 'чегиниши'), confidence: 100 });
    const after = placedWords(page)[1]!;
    expect(after.text).toBe('чегиниши');
    expect(Math.abs(after.left - before.left)).toBeLessThan(60);
    expect(await app.house.texts.waiting(file)).toEqual([]);
    const { body } = await app.browse().get('/api/v1/search').query({ q: 'чегиниши' }).expect(200);
    expect(body.total).toBe(1);
  });
});
