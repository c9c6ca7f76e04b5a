import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/accounts/visitor';
import { type OpenLibrary, openLibrary } from '../support/browser';
import { describeInBrowser } from '../support/chromium';
import { pdf } from '../support/pdf';

jest.setTimeout(180_000);

const TITLE = 'Нарын дарыясынын башаты';
const PAGES = [
  `${TITLE}\nСадыкова Бурул`,
  'Дарыянын суусу июль айында көбөйөт.',
  'Ал эми көлдөрүбүздүн деңгээли күзүндө төмөндөйт.',
];
const PASSWORD = 'кыргыз-жайлоосу-2026';

/** The way of one work, as the people see it: with the browser's scripts and without them. */
describeInBrowser.each([
  ['with scripts', true],
  ['without scripts', false],
])('from deposit to harvest, %s', (_, script) => {
  let library: OpenLibrary;
  let file: string;
  let address: string;

  const signedIn = async (role: Role): Promise<Page> => {
    const page = await library.page({ script });
    await page.goto('/sign-in');
    await page.fill('#f-email', `${role}@achyk.test`);
    await page.fill('#f-password', PASSWORD);
    await page.click('main form button[type=submit]');
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    return page;
  };

  beforeAll(async () => {
    library = await openLibrary();
    for (const role of ['depositor', 'reviewer'] as const) {
      await library.app.house.accounts.create({ email: `${role}@achyk.test`, name: `Test ${role}`, role }, PASSWORD);
    }
    file = path.join(library.app.folder, 'naryn.pdf');
    writeFileSync(file, await pdf(PAGES, { Title: TITLE }));
  });
  afterAll(() => library?.close());

  test('a scholar uploads first, describes after, and submits', async () => {
    const page = await signedIn('depositor');
    await page.goto('/deposit');
    await page.setInputFiles('#f-file', file);
    if (!script) await page.click('.upload-button');
    await page.waitForURL(/\/deposit\/\d+$/);
    expect(await page.textContent('#files')).toContain('naryn.pdf');

    // Sent too early: what is wrong is said, and nothing typed is lost.
    await page.fill('#f-issued', '2021-02-30');
    await page.selectOption('#f-type', 'article');
    await page.click('button[value=submit]');
    await page.waitForSelector('#errors');
    expect(await page.inputValue('#f-issued')).toBe('2021-02-30');
    expect(await page.getAttribute('#f-issued', 'aria-invalid')).toBe('true');

    await page.fill('#f-titles-0-value', TITLE);
    await page.selectOption('#f-titles-0-lang', 'ky');
    await page.check('input[name=languages][value=ky]');
    await page.fill('#f-contributors-0-name', 'Садыкова, Бурул');
    await page.fill('#f-issued', '2021');
    await page.check('#f-licenceAccepted');
    await page.click('button[value=submit]');
    await page.waitForURL(/submitted=1/);
    expect(await page.textContent('h1')).toContain(TITLE);
  });

  test('a librarian looks at it and publishes it', async () => {
    const page = await signedIn('reviewer');
    await page.goto('/review');
    await page.click(`a:has-text("${TITLE}")`);
    await page.waitForURL(/\/review\/\d+/);
    await page.click('form[action$="/accept"] button');
    await page.waitForLoadState();
    const id = /\/review\/(\d+)/.exec(page.url())?.[1];
    address = `/works/${id}`;
    await library.app.runner.drain();
    await library.quiet();
    const seen = await page.goto(address);
    expect(seen!.status()).toBe(200);
    expect(await page.textContent('h1')).toContain(TITLE);
  });

  test('a reader finds a word inside it in another form, and opens its page with the word marked', async () => {
    const page = await library.page({ script });
    await page.goto('/');
    await page.fill('main input[name=q]', 'көл');
    await page.press('main input[name=q]', 'Enter');
    await page.waitForURL(/\/search\?/);
    const passage = page.locator('.passages a').first();
    expect(await passage.locator('mark').first().textContent()).toBe('көлдөрүбүздүн');
    await passage.click();
    await page.waitForURL(/\/read\?.*page=3/);
    expect(await page.locator('.leaf[data-page="3"] .hit').count()).toBeGreaterThan(0);
    const picture = page.locator('.leaf[data-page="3"] img.picture');
    const source = new URL((await picture.getAttribute('src'))!, library.url);
    const response = await page.request.get(source.href);
    expect([response.status(), response.headers()['content-type']]).toEqual([200, expect.stringMatching(/^image\//)]);
  });

  test('a harvester collects its record', async () => {
    const response = await fetch(`${library.url}/oai?verb=ListRecords&metadataPrefix=oai_dc`);
    const xml = await response.text();
    expect(response.status).toBe(200);
    expect(xml).toContain(`<dc:title xml:lang="ky">${TITLE}</dc:title>`);
    expect(xml).toContain(`<dc:identifier>${library.url}${address}</dc:identifier>`);
  });
});
