import type { Page } from 'playwright-core';
import type { Account } from '../src/accounts/accounts';
import { SESSION_COOKIE } from '../src/http/visitor';
import { openTestApp, type TestApp } from './support/app';
import { describeInBrowser, launchBrowser, listen } from './support/chromium';
import { samplePdf } from './support/sample-pdf';

describeInBrowser('the deposit form with script', () => {
  let app: TestApp;
  let site: Awaited<ReturnType<typeof listen>>;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let page: Page;
  let depositor: Account;
  const wrong: string[] = [];

  beforeAll(async () => {
    app = await openTestApp();
    site = await listen(app);
    browser = await launchBrowser();
    depositor = await app.account('depositor');
    const { secret } = await app.house.accounts.openSession(depositor.id);
    const context = await browser.newContext();
    await context.addCookies([
      { name: SESSION_COOKIE, value: secret, url: site.address },
      { name: 'achyk_language', value: 'en', url: site.address },
    ]);
    page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) wrong.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const draft = async () => (await app.house.works.drafts.ofAccount(depositor.id))[0]!;
  const saved = async (act: () => Promise<unknown>) => {
    const answer = page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.status() === 200,
    );
    await act();
    await answer;
  };
  const pdf = async (name: string, text: string) => ({
    name,
    mimeType: 'application/pdf',
    buffer: await samplePdf([[{ text, size: 20, at: [60, 200] }], 'Экинчи бет']),
  });

  test('a chosen file goes at once, and the form opens', async () => {
    await page.goto(`${site.address}/deposit`);
    await page.setInputFiles('#f-file', await pdf('Эмгек.pdf', 'Ысык-Көл өрөөнүнүн мөңгүлөрү'));
    await page.waitForURL(/\/deposit\/\d+$/);
    expect(await page.textContent('.file-list')).toContain('Эмгек.pdf');
  });

  test('a second file arrives in place, and nothing typed is lost', async () => {
    await page.fill('[name="titles.0.value"]', 'Терилип жаткан');
    await page.setInputFiles('#f-file', await pdf('Тиркеме.pdf', 'Тиркеме'));
    await page.locator('.file-list > li').nth(1).waitFor();
    expect(await page.inputValue('[name="titles.0.value"]')).toBe('Терилип жаткан');
  });

  test('a file that is refused says why, beside the place for files', async () => {
    await page.setInputFiles('#f-file', { name: 'no.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no PDF') });
    await page.locator('#upload-says', { hasText: /is not what its name says/ }).waitFor();
  });

  test('what is typed is saved as it is typed', async () => {
    await saved(() => page.fill('[name="titles.0.value"]', 'Мөңгүлөр'));
    await page.locator('#saved-says', { hasText: /^Saved at/ }).waitFor();
    expect((await draft()).metadata.titles[0]!.value).toBe('Мөңгүлөр');
  });

  test('a row comes, moves up and goes in place', async () => {
    await page.click('#titles [data-add]');
    await page.selectOption('[name="titles.1.lang"]', 'ru');
    await page.fill('[name="titles.1.value"]', 'Ледники');
    await saved(() => page.click('#titles li:nth-child(2) [data-up]'));
    expect((await draft()).metadata.titles.map((title) => title.value)).toEqual(['Ледники', 'Мөңгүлөр']);
    await saved(() => page.click('#titles li:nth-child(1) [data-remove]'));
    expect((await draft()).metadata.titles.map((title) => title.value)).toEqual(['Мөңгүлөр']);
  });

  test('the fields of a thesis show when the work is one', async () => {
    expect(await page.isVisible('[name="thesis.council"]')).toBe(false);
    await page.selectOption('[name="type"]', 'dissertation');
    expect(await page.isVisible('[name="thesis.council"]')).toBe(true);
    await page.selectOption('[name="type"]', 'article');
    expect(await page.isVisible('[name="source.issn"]')).toBe(true);
    expect(await page.isVisible('[name="thesis.council"]')).toBe(false);
  });

  test('a known author is chosen by keyboard', async () => {
    const { id } = await app.house.people.create({ names: [{ value: 'Асанов, Усен', lang: 'ky', kind: 'main' }] });
    await page.click('[name="contributors.0.name"]');
    await page.keyboard.type('аса');
    await page.waitForSelector('.people-list [role=option]');
    await page.keyboard.press('ArrowDown');
    await saved(() => page.keyboard.press('Enter'));
    expect(await page.inputValue('[name="contributors.0.name"]')).toBe('Асанов, Усен');
    expect((await draft()).metadata.contributors[0]).toMatchObject({ name: 'Асанов, Усен', personId: id });
  });

  test('when another changes the draft, saving stops and says who; a save by hand shows both', async () => {
    const copy = await draft();
    const librarian = await app.visitor('reviewer');
    await app.house.deposits.save(copy.id, librarian, { ...(copy.input as object), place: 'Ош' }, null);
    await page.fill('[name="place"]', 'Бишкек');
    await page.locator('#saved-says', { hasText: /Test reviewer has changed/ }).waitFor();
    await page.click('.form-acts [value=save]');
    await page.waitForSelector('#errors');
    expect(await page.textContent('#errors')).toContain('Ош');
    expect(await page.inputValue('[name="place"]')).toBe('Бишкек');
    await page.click('.form-acts [value=save]');
    await page.waitForURL(/saved=1/);
    expect((await draft()).metadata.place).toBe('Бишкек');
  });

  test('nothing went wrong in the browser on the way', () => expect(wrong).toEqual([]));
});
