import { type OpenLibrary, openLibrary } from '../support/browser';
import { describeInBrowser } from '../support/chromium';

jest.setTimeout(120_000);

describeInBrowser('the years of a result', () => {
  let library: OpenLibrary;
  beforeAll(async () => {
    library = await openLibrary();
    for (const issued of ['2000', '2005', '2010', '2015', '2019']) {
      await library.app.published({ titles: [{ value: `Мөңгүлөр ${issued}`, lang: 'ky' }], issued });
    }
    await library.quiet();
  });
  afterAll(() => library?.close());

  test('are chosen by drawing over the bars, or by clicking one of them', async () => {
    const page = await library.page({});
    await page.goto('/search?q=мөңгү');
    const box = (await page.locator('.histogram').boundingBox())!;
    const draw = async (from: number, until: number) => {
      await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * ((from + until) / 2), box.y + 5, { steps: 4 });
      await page.mouse.move(box.x + box.width * until, box.y + 5, { steps: 4 });
    };
    // Twenty years side by side: from the middle of 2003 to the middle of 2011, drawn backwards.
    await draw(11.5 / 20, 3.5 / 20);
    expect(await page.locator('.histogram rect.chosen').count()).toBe(1);
    expect(await page.inputValue('input[name=from]')).toBe('2003');
    expect(await page.inputValue('input[name=until]')).toBe('2011');
    await page.mouse.up();
    await page.waitForURL(/from=2003&until=2011/);
    expect(await page.locator('.results .work-title, .results h2').allTextContents()).toHaveLength(2);

    await page.goto('/search?q=мөңгү');
    await page.mouse.click(box.x + box.width * (10.5 / 20), box.y + box.height - 3);
    await page.waitForURL(/from=2010&until=2010/);
  });
});
