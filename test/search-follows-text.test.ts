import { Readable } from 'node:stream';
import Database from 'better-sqlite3';
import { nobody } from '../src/accounts/visitor';
import { mediaTypeOf } from '../src/text/media-type';
import { openTestApp, type TestApp } from './support/app';
import { pagePicture, zip } from './support/book';
import { scan, scannedPdf } from './support/scan';

jest.setTimeout(120_000);

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

/** The pages on which `q` is found, of all works. */
const pagesWith = async (q: string): Promise<number[]> =>
  (await app.house.search.query(nobody, { q })).hits.flatMap(({ passages }) => passages.map(({ page }) => page)).sort();
const outdated = (workId: number) => [{ kind: 'work', id: String(workId), problem: 'outdated' }];
const isInStep = async () => expect(await app.house.search.differences()).toEqual([]);

/** A text as nobody's act would make it: a page is another, and no job knows. */
async function replace(fileId: number, number: number, text: string) {
  const page = (await app.house.texts.page(fileId, number))!;
  await app.house.texts.putPage(fileId, { ...page, text });
}

test('a page that is corrected is found by what it says now', async () => {
  const work = await app.published({ pages: ['Бир', 'Жайлоогокоч деген ката'] });
  await app.house.reading.correct(work.files[0]!.id, work.id, 2, 'Жайлоогокөч деген туура', null);
  expect(await app.house.search.differences()).toEqual(outdated(work.id)); // seen, were the job lost
  await app.runner.drain();
  expect([await pagesWith('"деген туура"'), await pagesWith('"деген ката"')]).toEqual([[2], []]);
  await isInStep();
});

test('when another process can see the job of a correction, the page is put right already', async () => {
  const work = await app.published({ pages: ['Эртелепкелген иш'] });
  const { texts } = app.house;
  const put = texts.putPage.bind(texts);
  jest.spyOn(texts, 'putPage').mockImplementationOnce(async (fileId, page) => {
    const other = new Database(app.house.config.databaseFile, { readonly: true });
    expect(other.prepare("SELECT count(*) FROM jobs WHERE kind = 'index-work'").pluck().get()).toBe(0);
    other.close();
    await put(fileId, page);
  });
  await app.house.reading.correct(work.files[0]!.id, work.id, 1, 'Кечигипкелген иш', null);
  await app.runner.drain();
  expect(await pagesWith('кечигипкелген')).toEqual([1]);
});

test('a text that is extracted anew is found as it is now', async () => {
  const work = await app.published({ pages: ['Кайраокулган', 'Экинчи'] });
  const file = work.files[0]!;
  await replace(file.id, 1, 'Бузулганокуу');
  expect(await app.house.search.differences()).toEqual(outdated(work.id));
  await app.house.jobs.add('index-work', work.id);
  await app.runner.drain();
  expect([await pagesWith('бузулганокуу'), await pagesWith('кайраокулган')]).toEqual([[1], []]);
  await isInStep();
  await app.house.jobs.add('extract-text', file.id);
  await app.runner.drain();
  expect([await pagesWith('бузулганокуу'), await pagesWith('кайраокулган')]).toEqual([[], [1]]);
  await isInStep();
});

test('a scan that is read off after publication is found, and anew when it is read again', async () => {
  const pictures = ['Китепкана окурмандарын тосуп алат', 'Мөңгүлөрдүн эриши дарыяларды толтурат'].map((text) =>
    scan(text, { inches: { width: 7, height: 2 } }),
  );
  const work = await app.published({
    type: 'scanned-book',
    files: [{ name: 'scan.pdf', mediaType: 'application/pdf', content: await scannedPdf(pictures) }],
  });
  expect(await pagesWith('мөңгү дарыя')).toEqual([2]);
  await isInStep();
  await replace(work.files[0]!.id, 2, 'Окулбаганбет');
  await app.house.texts.markWaiting(work.files[0]!.id, [2]);
  await app.house.jobs.add('recognise-text', work.files[0]!.id);
  await app.runner.drain();
  expect([await pagesWith('окулбаганбет'), await pagesWith('мөңгү дарыя')]).toEqual([[], [2]]);
  await isInStep();
});

test('pages of a book that are put in another order are found where they stand now', async () => {
  const { deposits, books, incoming, works } = app.house;
  const { id } = await app.draft({ type: 'scanned-book' });
  const depositor = await app.visitor('depositor');
  const content = await zip({
    '1.jpg': await pagePicture('Кириш сөз'),
    '2.jpg': await pagePicture('Булактардын тизмеси'),
  });
  const received = await incoming.receive(Readable.from([content]), { limitBytes: 1e9 });
  const mediaType = await mediaTypeOf(received.path, 'scans.zip');
  await deposits.attach(id, depositor, { ...received, name: 'scans.zip', mediaType }, 'page');
  const publish = async () => {
    await app.runner.drain();
    await deposits.submit(id, depositor, { licenceAccepted: true });
    await deposits.accept(id, await app.visitor('reviewer'));
    await app.runner.drain();
    return works.published(id);
  };
  await publish();
  expect(await pagesWith('булактар')).toEqual([2]);
  await isInStep();
  await deposits.revise(id, depositor);
  const { file } = (await books.of(id))!;
  await deposits.arrange(id, depositor, file.sha512, ({ pages, ...rest }) => ({
    ...rest,
    pages: [...pages].reverse(),
  }));
  await publish();
  expect(await pagesWith('булактар')).toEqual([1]);
  await isInStep();
});
