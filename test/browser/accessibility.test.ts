import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/accounts/visitor';
import type { Language } from '../../src/config';
import { fillSampleLibrary, sampleWorkId } from '../../src/demo/fill';
import { readSampleLibrary, type SampleLibrary } from '../../src/demo/library';
import { pagePicture, zip } from '../support/book';
import { brokenRules, type OpenLibrary, openLibrary } from '../support/browser';
import { describeInBrowser } from '../support/chromium';

jest.setTimeout(600_000); // a minute and a half on two quiet processors, and as long as it takes on busy ones

/** Every page of the house, as whom it is looked at. `{key}` is the number of that sample work. */
const PAGES: [path: string, as?: Role][] = [
  ['/'],
  ['/about'],
  ['/search'],
  ['/search?q=мөңгү'],
  ['/search?q=zzzzzz'],
  ['/browse/titles'],
  ['/browse/authors'],
  ['/browse/subjects'],
  ['/browse/years'],
  ['/browse/types'],
  ['/browse/collections'],
  ['/people'],
  ['/people/1'],
  ['/collections/theses'],
  ['/collections/glaciers-water'],
  ['/works/{glaciers-dissertation}'],
  ['/works/{pedagogy-dissertation}'],
  ['/works/{scanned-reader}'],
  ['/works/{journal-issue}'],
  ['/works/{felt-monograph}'],
  ['/works/{glaciers-dissertation}/versions/1'],
  ['/works/{glaciers-dissertation}/files/{glaciers-dissertation:file}/read?page=13&q=мөңгү'],
  ['/works/{glaciers-dissertation}/files/{glaciers-dissertation:file}/read?page=3&view=two'],
  ['/works/{felt-monograph}/files/{felt-monograph:file}/read'],
  ['/works/{water-lecture}/files/{water-lecture:file}/read'],
  ['/works/{scanned-reader}/files/{scanned-reader:file}/read?page=2', 'reviewer'],
  ['/works/{withdrawn}'],
  ['/works/{withdrawn}', 'reviewer'],
  ['/works/{closed}/files/{closed:file}/read'],
  ['/works/999999'],
  ['/sign-in'],
  ['/sign-in/forgotten'],
  ['/welcome/{link}'],
  ['/welcome/used-already'],
  ['/account', 'depositor'],
  ['/deposit', 'depositor'],
  ['/deposit/{draft}', 'depositor'],
  ['/admin', 'depositor'],
  ['/deposit/{book}', 'depositor'],
  ['/deposit/{book}/pages', 'depositor'],
  ['/review', 'reviewer'],
  ['/review/{submitted}', 'reviewer'],
  ['/admin', 'administrator'],
  ['/admin/accounts', 'administrator'],
  ['/admin/people', 'administrator'],
  ['/admin/people/1', 'administrator'],
  ['/admin/collections', 'administrator'],
  ['/admin/collections/theses', 'administrator'],
];

const STATUS: Record<string, number> = {
  '/works/999999': 404,
  '/works/{withdrawn}': 410,
  '/works/{closed}/files/{closed:file}/read': 403,
  '/welcome/used-already': 404,
  '/admin depositor': 403,
};

/** Each is a window of its own, that goes from page to page. */
interface Look {
  name: string;
  language: Language;
  width: number;
  /** Colours are looked at in both schemes and on both widths; words and names in all four languages. */
  asks: readonly (readonly ['light' | 'dark', NonNullable<Parameters<typeof brokenRules>[1]>])[];
}
const WHOLE: Look['asks'] = [
  ['light', 'all'],
  ['dark', 'contrast'],
];
const WORDS: Look['asks'] = [['light', 'butContrast']];
const LOOKS: readonly Look[] = [
  { name: 'ky', language: 'ky', width: 1280, asks: WHOLE },
  { name: 'ru, on a telephone', language: 'ru', width: 360, asks: WHOLE },
  { name: 'tr', language: 'tr', width: 1280, asks: WORDS },
  { name: 'en', language: 'en', width: 1280, asks: WORDS },
];
/** Windows open at once. */
const AT_ONCE = 3;

/** A draft of a scanned book with a page left out, one turned and one that nobody can read. */
async function scannedBook({ app }: OpenLibrary): Promise<number> {
  const { id } = await app.draft();
  const { deposits, incoming, books } = app.house;
  const depositor = await app.visitor('depositor');
  const picture = await pagePicture('', { mark: false });
  const pages = { '1.jpg': picture, '2.jpg': picture, '3.jpg': picture, '4.jpg': Buffer.from('no picture') };
  const received = await incoming.receive(Readable.from([await zip(pages)]), { limitBytes: 1e9 });
  await deposits.attach(id, depositor, { ...received, name: 'scans.zip', mediaType: 'application/zip' }, 'page');
  await deposits.arrange(id, depositor, (await books.of(id))!.file.sha512, (book) => ({
    ...book,
    pages: book.pages.map((page, i) => (i === 1 ? { ...page, leftOut: true } : i === 2 ? { ...page, turn: 90 } : page)),
  }));
  return id;
}

describeInBrowser('every page is accessible', () => {
  let library: OpenLibrary;
  const numbers = new Map<string, number | string>();
  /** What is wrong, by page. */
  const broken = new Map<string, string[]>();
  const keyOf = (path: string, as: Role | null) => `${path} ${as ?? ''}`.trim();

  beforeAll(async () => {
    library = await openLibrary();
    const { app } = library;
    const sample = withWhatIsShown(readSampleLibrary());
    await fillSampleLibrary(app.house, () => {}, sample);
    for (const { key } of sample.works) {
      const work = await app.house.works.published(sampleWorkId(app.folder, key));
      numbers.set(key, work.id);
      numbers.set(`${key}:file`, work.files[0]!.id);
    }
    const withdrawn = await app.published({ titles: [{ value: 'Кайтарылган эмгек', lang: 'ky' }], pages: ['Кар.'] });
    await app.house.deposits.withdraw(withdrawn.id, await app.visitor('reviewer'), 'Автордун өтүнүчү менен');
    numbers.set('withdrawn', withdrawn.id);
    const access = { level: 'closed', openFrom: null, viewOnly: false } as const;
    const closed = await app.published({ titles: [{ value: 'Жабык эмгек', lang: 'ky' }], access, pages: ['Бороон.'] });
    numbers.set('closed', closed.id);
    numbers.set('closed:file', closed.files[0]!.id);
    numbers.set('draft', (await app.draft({ pages: ['Суу.'] })).id);
    numbers.set('book', await scannedBook(library));
    const submitted = await app.draft({ pages: ['Тоо.'] });
    await app.house.deposits.submit(submitted.id, await app.visitor('depositor'), { licenceAccepted: true });
    numbers.set('submitted', submitted.id);
    numbers.set('link', await app.house.accounts.createLink((await app.account('reader')).id));
    await library.quiet();
    const waiting = [...LOOKS];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let look = waiting.shift(); look; look = waiting.shift()) await lookAtAll(look);
      }),
    );
  });
  afterAll(() => library?.close());

  /** Walks through every page as those do who see it. */
  async function lookAtAll(look: Look): Promise<void> {
    const windows = new Map<Role | null, Page>();
    for (const [path, role] of PAGES) {
      const as = role ?? null;
      const page =
        windows.get(as) ??
        (await library.page({ role, language: look.language, viewport: { width: look.width, height: 900 } }));
      windows.set(as, page);
      const wrong = await lookAt(page, path, as, look).catch((error: Error) => [error.message]);
      broken.set(keyOf(path, as), [
        ...(broken.get(keyOf(path, as)) ?? []),
        ...wrong.map((each) => `${look.name}: ${each}`),
      ]);
    }
    for (const page of windows.values()) await page.context().close();
  }

  async function lookAt(page: Page, path: string, as: Role | null, look: Look): Promise<string[]> {
    const wrong: string[] = [];
    const address = path.replace(/\{([^}]+)\}/g, (_, key) => String(numbers.get(key)));
    const [scheme] = look.asks[0]!;
    await page.emulateMedia({ colorScheme: scheme });
    const response = await page.goto(address);
    const status = STATUS[keyOf(path, as)] ?? STATUS[path] ?? 200;
    if (response!.status() !== status) wrong.push(`${address} answers ${response!.status()}, not ${status}`);
    const language = await page.locator('html').getAttribute('lang');
    if (language !== look.language) wrong.push(`is in ${language}`);
    const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
    if (wide > look.width) wrong.push(`is ${wide} pixels wide`);
    for (const [colorScheme, ask] of look.asks) {
      await page.emulateMedia({ colorScheme });
      for (const rule of await brokenRules(page, ask)) wrong.push(`${colorScheme} ${rule}`);
    }
    return wrong;
  }

  // Every row has two values: where one is missing, jest would hand the test its own callback in that place.
  test.each(PAGES.map(([path, as]) => [path, as ?? null] as const))('%s, seen by %s', (path, as) => {
    expect(broken.get(keyOf(path, as))).toEqual([]);
  });
});

/** The works that are looked at, those bound in them, and those they point to. */
function withWhatIsShown(sample: SampleLibrary): SampleLibrary {
  const wanted = new Set(PAGES.flatMap(([path]) => [...path.matchAll(/\{([a-z-]+)\}/g)].map(([, key]) => key!)));
  for (const key of wanted) {
    const work = sample.works.find((each) => each.key === key);
    for (const other of [...(work?.parts ?? []), ...(work?.relations ?? []).map((relation) => relation.key)])
      wanted.add(other);
  }
  return { ...sample, works: sample.works.filter(({ key }) => wanted.has(key)) };
}
