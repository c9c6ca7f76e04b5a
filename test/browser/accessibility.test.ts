import type { Role } from '../../src/accounts/visitor';
import { LANGUAGES } from '../../src/config';
import { fillSampleLibrary, sampleWorkId } from '../../src/demo/fill';
import { readSampleLibrary } from '../../src/demo/library';
import { brokenRules, type OpenLibrary, openLibrary } from '../support/browser';
import { describeInBrowser } from '../support/chromium';

jest.setTimeout(300_000);

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
  ['/works/{felt-monograph}/files/{felt-monograph:file}/read'],
  ['/works/{water-lecture}/files/{water-lecture:file}/read'],
  ['/works/999999'],
  ['/sign-in'],
  ['/sign-in/forgotten'],
  ['/account', 'depositor'],
  ['/deposit', 'depositor'],
  ['/deposit/{draft}', 'depositor'],
  ['/review', 'reviewer'],
  ['/review/{submitted}', 'reviewer'],
  ['/admin', 'administrator'],
  ['/admin/accounts', 'administrator'],
  ['/admin/people', 'administrator'],
  ['/admin/people/1', 'administrator'],
  ['/admin/collections', 'administrator'],
  ['/admin/collections/theses', 'administrator'],
];

describeInBrowser('every page is accessible', () => {
  let library: OpenLibrary;
  const numbers = new Map<string, number>();

  beforeAll(async () => {
    library = await openLibrary();
    const { app } = library;
    await fillSampleLibrary(app.house);
    for (const { key } of readSampleLibrary().works) {
      const work = await app.house.works.published(sampleWorkId(app.folder, key));
      numbers.set(key, work.id);
      numbers.set(`${key}:file`, work.files[0]!.id);
    }
    numbers.set('draft', (await app.draft({ pages: ['Суу.'] })).id);
    const submitted = await app.draft({ pages: ['Тоо.'] });
    await app.house.deposits.submit(submitted.id, await app.visitor('depositor'), { licenceAccepted: true });
    numbers.set('submitted', submitted.id);
    await library.quiet();
  });
  afterAll(() => library?.close());

  // Every row has two values: where one is missing, jest would hand the test its own callback in that place.
  const rows = PAGES.map(([path, as]) => [path, as ?? null] as const);
  test.each(rows)('%s, seen by %s', async (path, as) => {
    const role = as ?? undefined;
    const address = path.replace(/\{([^}]+)\}/g, (_, key) => String(numbers.get(key)));
    const broken: string[] = [];
    for (const language of LANGUAGES) {
      const page = await library.page({ role, language });
      const response = await page.goto(address);
      expect([address, response!.status()]).toEqual([address, path.includes('999999') ? 404 : 200]);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      // Contrast does not depend on the language: the dark colours are looked at once.
      for (const colorScheme of language === 'ky' ? (['light', 'dark'] as const) : (['light'] as const)) {
        await page.emulateMedia({ colorScheme });
        for (const rule of await brokenRules(page)) broken.push(`${language} ${colorScheme} ${rule}`);
      }
      await page.context().close();
    }
    expect(broken).toEqual([]);
  });
});
