import type { Browser, Page } from 'playwright-core';
import { openTestApp, type TestApp } from './support/app';
import { brokenRules } from './support/browser';
import { describeInBrowser, launchBrowser, listen } from './support/chromium';
import { isInk, isYellow, pixelsOf } from './support/pixels';
import { samplePdf } from './support/sample-pdf';

jest.setTimeout(60_000);

describeInBrowser('the reader in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let server: { address: string; close(): Promise<void> };
  let address: string;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await openTestApp();
    server = await listen(app);
    browser = await launchBrowser();
    const work = await app.published({
      titles: [{ value: 'Ысык-Көл өрөөнү', lang: 'ky' }],
      files: [
        {
          name: 'китеп.pdf',
          mediaType: 'application/pdf',
          content: await samplePdf(
            [
              'Биринчи бет: өрөөн.',
              [{ text: 'Тоодо мөңгүлөр эрийт.', at: [120, 300], size: 24 }],
              [
                { text: 'Үчүнчү бет.', at: [72, 100], size: 12 },
                { text: 'Алыскы айылдагылар үчүн жол узак болгон,', at: [72, 130], size: 12 },
                { text: 'кыштоого жеткиче бир нече күн кеткен. Жаңы', at: [72, 146], size: 12 },
                { text: 'салынган жол аларга жакындык алып келди.', at: [72, 162], size: 12 },
              ],
              'Төртүнчү бет: мөңгүнүн суусу.',
            ],
            {
              outline: [
                ['Кириш', 1],
                ['Мөңгү', 2],
              ],
            },
          ),
        },
      ],
    });
    address = `${server.address}/works/${work.id}/files/${work.files[0]!.id}/read`;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
    complaints.length = 0;
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/favicon|404/.test(message.text())) complaints.push(message.text());
    });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.close();
  });

  const number = () => page.locator('.reader-goto input[name="goto"]').inputValue();
  const isOnPage = (expected: string) => page.waitForSelector(`body[data-page="${expected}"]`, { timeout: 5_000 });

  test('a word searched for is marked on the picture, exactly where it is printed', async () => {
    await page.goto(`${address}?page=2&q=${encodeURIComponent('мөңгү')}`, { waitUntil: 'networkidle' });
    const sheet = (await page.locator('.sheet').boundingBox())!;
    const mark = (await page.locator('.words .hit').boundingBox())!;
    const scale = sheet.width / 595.28;
    const screen = await pixelsOf(await page.screenshot());
    // Inside the mark: yellow with ink; the word before it and the one after it: ink, no yellow.
    const inner = { x: mark.x + 3, y: mark.y + 3, width: mark.width - 6, height: mark.height - 6 };
    expect(screen.share(inner, isYellow)).toBeGreaterThan(0.4);
    expect(screen.share(inner, isInk)).toBeGreaterThan(0.05);
    const before = {
      x: sheet.x + 120 * scale,
      y: mark.y,
      width: mark.x - (sheet.x + 120 * scale) - 8,
      height: mark.height,
    };
    expect(screen.share(before, isInk)).toBeGreaterThan(0.05);
    expect(screen.share(before, isYellow)).toBe(0);
    const after = { x: mark.x + mark.width + 8, y: mark.y, width: 60 * scale, height: mark.height };
    expect(screen.share(after, isInk)).toBeGreaterThan(0.03);
    expect(screen.share(after, isYellow)).toBe(0);
  });

  test('pages turn by keyboard, without a new load, and the address follows', async () => {
    await page.goto(address, { waitUntil: 'networkidle' });
    await page.evaluate(`Object.assign(window, { still: true })`);
    await page.keyboard.press('ArrowRight');
    await isOnPage('2');
    await page.keyboard.press('End');
    await isOnPage('4');
    expect(page.url()).toContain('page=4');
    expect(await number()).toBe('4');
    await page.keyboard.press('ArrowLeft');
    await isOnPage('3');
    await page.goBack();
    await isOnPage('4');
    expect(await page.evaluate(`'still' in window`)).toBe(true);
  });

  test('the next and the previous hit lead across pages', async () => {
    await page.goto(`${address}?page=2&q=${encodeURIComponent('мөңгү')}`, { waitUntil: 'networkidle' });
    await page.keyboard.press('n');
    await isOnPage('4');
    expect(await page.locator('.words .hit.now').count()).toBe(1);
    await page.keyboard.press('p');
    await isOnPage('2');
  });

  test('going back meets every hit that going on met', async () => {
    await page.goto(`${address}?page=1&q=${encodeURIComponent('бет жол')}`, { waitUntil: 'networkidle' });
    const now = () => page.locator('.words .hit.now').getAttribute('id');
    const met = [await now()];
    const step = async (key: string) => {
      const before = await now();
      await page.keyboard.press(key);
      await page.waitForSelector(`.words .hit.now:not(#${before})`);
      return now();
    };
    for (let i = 0; i < 4; i++) met.push(await step('n'));
    expect(met).toEqual(['hit-1-1', 'hit-3-1', 'hit-3-2', 'hit-3-3', 'hit-4-1']);
    const back = [await now()];
    for (let i = 0; i < 4; i++) back.push(await step('p'));
    expect(back.reverse()).toEqual(met);
  });

  test('search inside: type, see the list, follow it; the keys stay letters while typing', async () => {
    await page.goto(address, { waitUntil: 'networkidle' });
    await page.keyboard.press('/');
    await page.keyboard.type('мөңгүнүн');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.passages-list a');
    expect(await page.locator('.passages-list a').count()).toBe(2);
    await page.locator('.passages-list a').last().click();
    await isOnPage('4');
    expect(await page.locator('.words .hit').count()).toBe(1);
  });

  test('a question leads to its first hit, and who types stays in the field', async () => {
    await page.goto(address, { waitUntil: 'networkidle' });
    const field = () => page.evaluate(`document.activeElement.type + ' ' + document.activeElement.value`);
    await page.keyboard.press('/');
    await page.keyboard.type('мөңгүнү');
    await page.keyboard.press('Enter');
    await isOnPage('2');
    expect(await page.locator('.words .hit.now').count()).toBe(1);
    expect(await field()).toBe('search мөңгүнү');
    await page.keyboard.type('н'); // once more: now with a question in the other form too
    await page.keyboard.press('Enter');
    await page.waitForURL(`**?*${encodeURIComponent('мөңгүнүн')}*`);
    expect(await field()).toBe('search мөңгүнүн');
    await isOnPage('2'); // it has a hit of its own
  });

  test('text on the picture can be selected and copied', async () => {
    await page.goto(`${address}?page=2`, { waitUntil: 'networkidle' });
    const line = (await page.locator('.words text').boundingBox())!;
    await page.mouse.move(line.x + 2, line.y + line.height / 2);
    await page.mouse.down();
    await page.mouse.move(line.x + line.width - 1, line.y + line.height / 2, { steps: 8 });
    await page.mouse.up();
    expect(await page.evaluate(`String(getSelection())`)).toMatch(/мөңгүлөр/);
  });

  test('zoom, rotation, two pages and the strip', async () => {
    await page.goto(address, { waitUntil: 'networkidle' });
    const width = async () => (await page.locator('.sheet').first().boundingBox())!.width;
    const before = await width();
    await page.locator('[data-act="zoom-in"]').click();
    expect(await width()).toBeGreaterThan(before * 1.2);
    await page.locator('[data-act="fit-width"]').click();
    await page.locator('[data-act="rotate"]').click();
    const box = (await page.locator('.sheet').boundingBox())!;
    expect(box.width).toBeGreaterThan(box.height);
    await page.locator('[data-act="rotate"]').click();
    await page.locator('[data-act="rotate"]').click();
    await page.locator('[data-act="rotate"]').click();
    await page.locator('[data-act="two"]').click();
    await page.waitForSelector('.reader-stage.two');
    expect(await page.locator('.leaf').count()).toBe(1); // the first lies alone
    await page.keyboard.press('ArrowRight');
    await page.locator('.leaf').nth(1).waitFor();
    await page.locator('[data-act="two"]').click();
    await page.locator('.leaf').nth(1).waitFor({ state: 'detached' });
    await page.locator('[data-act="scroll"]').click();
    await page.locator('.leaf').nth(1).waitFor();
    await page.evaluate(`window.scrollTo(0, document.documentElement.scrollHeight)`);
    await page.locator('.leaf').nth(2).waitFor();
  });

  test('a whole page that is turned stays on the screen, and as large as there is room', async () => {
    await page.goto(address, { waitUntil: 'networkidle' });
    await page.locator('[data-act="fit-page"]').click();
    const boxes = async () => [
      (await page.locator('.sheet').first().boundingBox())!,
      (await page.locator('.sheet .picture').first().boundingBox())!,
    ];
    for (const turn of [1, 2, 3, 4]) {
      await page.keyboard.press('r');
      for (const box of await boxes()) {
        expect(box.height).toBeGreaterThan(500);
        expect(box.y + box.height).toBeLessThanOrEqual(900);
        const isOnItsSide = turn % 2 === 1;
        expect(box.width / box.height).toBeCloseTo(isOnItsSide ? 842 / 595 : 595 / 842, 1);
      }
    }
    await page.goto(`${address}?page=1&view=two`, { waitUntil: 'networkidle' });
    await page.keyboard.press('r');
    for (const box of await boxes()) expect(box.width).toBeGreaterThan(400);
  });

  test('in the strip the address is the page on the screen, and the next hit is the one that follows it', async () => {
    await page.goto(`${address}?page=1&q=${encodeURIComponent('мөңгү')}`, { waitUntil: 'networkidle' });
    await page.locator('[data-act="scroll"]').click();
    const to = async (leaf: number) => {
      await page
        .locator('.leaf')
        .nth(leaf - 1)
        .waitFor();
      await page.evaluate(`document.querySelectorAll('.leaf')[${leaf - 1}].scrollIntoView({ behavior: 'instant' })`);
      await isOnPage(String(leaf));
    };
    await to(2);
    await to(3);
    expect(new URL(page.url()).searchParams.get('page')).toBe('3');
    expect(await page.title()).toContain('3');
    expect(await number()).toBe('3');
    const pageOfHit = () => page.locator('.leaf:has(.hit.now)').getAttribute('data-page');
    await page.keyboard.press('n'); // not back to the hit on page 2, which follows where the strip began
    await page.locator('.hit.now').waitFor();
    expect(await pageOfHit()).toBe('4');
    await isOnPage('4');
    await page.keyboard.press('n'); // the last
    expect(await pageOfHit()).toBe('4');
    await page.keyboard.press('p');
    await isOnPage('2');
    expect(await pageOfHit()).toBe('2');
    expect(await page.locator('.reader-stage.scroll').count()).toBe(1);
    await page.reload({ waitUntil: 'networkidle' });
    await isOnPage('2');
  });

  test('the strip stays a strip, wherever in the book the reader goes', async () => {
    await page.goto(`${address}?page=2`, { waitUntil: 'networkidle' });
    await page.keyboard.press('s');
    const isStrip = async (expected: string) => {
      await isOnPage(expected);
      await page.locator('.leaf').nth(1).waitFor();
      await page.waitForTimeout(300); // what is still to come joins, and moves nothing
      expect(await page.locator('.reader-stage.scroll').count()).toBe(1);
      expect(await page.locator('body').getAttribute('data-page')).toBe(expected);
      const box = (await page.locator(`.leaf[data-page="${expected}"]`).boundingBox())!;
      expect(box.y).toBeLessThan(450);
      expect(box.y + box.height).toBeGreaterThan(300);
      expect(new URL(page.url()).searchParams.get('page')).toBe(expected);
    };
    await isStrip('2');
    await page.keyboard.press('End');
    await isStrip('4');
    await page.keyboard.press('Home');
    await isStrip('1');
    const field = page.locator('.reader-goto input[name="goto"]');
    await field.fill('3');
    await field.press('Enter');
    await isStrip('3');
    await field.blur();
    await page.keyboard.press('/');
    await page.keyboard.type('мөңгү');
    await page.keyboard.press('Enter');
    await isStrip('2');
    expect(await page.locator('.leaf[data-page="2"] .hit.now').count()).toBe(1);
    await page.locator('.passages-list a').last().click();
    await isStrip('4');
    expect(await page.locator('.leaf[data-page="4"] .hit.now').count()).toBe(1);
    await page.goBack();
    await isStrip('2');
    await field.fill('xiv');
    await field.press('Enter');
    await page.locator('#no-such-page').waitFor();
    expect((await page.locator('#no-such-page').boundingBox())!.y).toBeLessThan(200);
    await isStrip('2');
    await field.fill('4');
    await field.press('Enter');
    await isStrip('4');
    expect(await page.locator('#no-such-page').count()).toBe(0);
    await page.locator('[data-act="scroll"]').click();
    await page.waitForSelector('.reader-stage:not(.scroll)');
    expect(await page.locator('.leaf').count()).toBe(1);
  });

  test('a page number that is typed leads to the address that the server gives it; one that is nowhere, nowhere', async () => {
    await page.goto(`${address}?page=2&q=${encodeURIComponent('мөңгү')}`, { waitUntil: 'networkidle' });
    const field = page.locator('.reader-goto input[name="goto"]');
    await field.fill('3');
    await field.press('Enter');
    await isOnPage('3');
    expect(new URL(page.url()).search).toBe(`?page=3&q=${encodeURIComponent('мөңгү')}`);
    await field.fill('xiv');
    await field.press('Enter');
    await page.waitForSelector('#no-such-page');
    expect(await field.inputValue()).toBe('xiv');
    expect(new URL(page.url()).search).toBe(`?page=3&q=${encodeURIComponent('мөңгү')}`);
    await field.blur();
    await page.keyboard.press('Home');
    await isOnPage('1');
    expect(await page.locator('#no-such-page').count()).toBe(0);
  });

  test('whole page, two pages and the strip have a key; Page Down shows the rest of a page before it turns', async () => {
    await page.goto(`${address}?page=1&q=${encodeURIComponent('бет мөңгү')}`, { waitUntil: 'networkidle' });
    await page.keyboard.press('PageDown');
    let before = -1;
    for (let now = 0; now !== before || now === 0; now = Number(await page.evaluate('scrollY'))) {
      before = now;
      await page.waitForTimeout(200); // it glides
    }
    expect(await page.evaluate('scrollY')).toBeGreaterThan(100);
    expect(await page.locator('body').getAttribute('data-page')).toBe('1');
    await page.evaluate(`window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })`);
    await page.keyboard.press('PageDown');
    await isOnPage('2');
    expect(await page.evaluate('scrollY')).toBe(0);
    await page.keyboard.press('PageUp');
    await isOnPage('1');
    await page.keyboard.press('w');
    await page.waitForSelector('.reader-stage.fit-page');
    await page.keyboard.press('2');
    await page.waitForSelector('.reader-stage.two');
    await page.keyboard.press('ArrowRight');
    await isOnPage('2');
    expect(await page.locator('.leaf').count()).toBe(2);
    const ids = (await page.evaluate(`[...document.querySelectorAll('[id]')].map((one) => one.id)`)) as string[];
    expect(ids.filter((id) => id.startsWith('hit')).length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
    await page.keyboard.press('2');
    await page.waitForSelector('.reader-stage:not(.two)');
    await page.keyboard.press('s');
    await page.waitForSelector('.reader-stage.scroll');
  });

  test('the list shows of each passage every hit that it counts', async () => {
    await page.goto(`${address}?page=3&q=${encodeURIComponent('жол')}`, { waitUntil: 'networkidle' });
    const passage = (await page.locator('.passages-list a > span').boundingBox())!;
    expect(await page.locator('.passages-list mark').count()).toBe(2);
    const hit = (await page.locator('.passages-list mark').last().boundingBox())!;
    expect(hit.y + hit.height).toBeLessThanOrEqual(passage.y + passage.height);
  });

  test('the PDF itself opens in the browser at the page that is read, or is saved', async () => {
    await page.goto(`${address}?page=2&q=${encodeURIComponent('мөңгү')}`, { waitUntil: 'networkidle' });
    const saved = page.waitForEvent('download');
    await page.locator('.reader-tools a[download]').click();
    expect((await saved).suggestedFilename()).toBe('китеп.pdf');
    await page.keyboard.press('n'); // on to the hit on page 4
    await isOnPage('4');
    const viewer = page.waitForResponse((response) => response.headers()['content-type'] === 'application/pdf');
    await page.locator('[data-pdf]').click();
    expect((await viewer).status()).toBe(200);
    expect(page.url()).toMatch(/\.pdf#page=4$/);
    // The browser shows it itself: its viewer has come up, and no rule of ours has stopped it.
    const isViewer = () => page.frames().some((frame) => /^chrome-extension:.*index/.test(frame.url()));
    for (let i = 0; i < 200 && !isViewer(); i++) await page.waitForTimeout(50);
    expect(isViewer()).toBe(true);
  });

  describe('of a view-only work, whose pictures stand at addresses that die after two minutes', () => {
    let closed: string;
    beforeAll(async () => {
      const work = await app.published({
        access: { level: 'open', openFrom: null, viewOnly: true },
        files: [
          {
            name: 'жабык.pdf',
            mediaType: 'application/pdf',
            content: await samplePdf(['Бир.', 'Эки.', 'Үч.']),
          },
        ],
      });
      closed = `${server.address}/works/${work.id}/files/${work.files[0]!.id}/read`;
    });
    /** The picture has come, and is no broken one. */
    async function drawn() {
      const width = () =>
        page.evaluate(`(({ complete, naturalWidth }) => complete && naturalWidth)(document.querySelector('.picture'))`);
      for (let i = 0; i < 100 && !(await width()); i++) await page.waitForTimeout(50);
      expect(await width()).toBeGreaterThan(0);
    }

    test('the next page has its picture however long the one before was read', async () => {
      await page.clock.install();
      await page.goto(closed, { waitUntil: 'networkidle' });
      app.wait({ seconds: 150 });
      await page.clock.fastForward('02:30');
      await page.keyboard.press('ArrowRight');
      await isOnPage('2');
      await drawn(); // and nothing was refused on the way: `complaints` would tell
    });

    test('a picture that is enlarged after that is asked for at its new address', async () => {
      await page.goto(closed, { waitUntil: 'networkidle' });
      app.wait({ seconds: 150 });
      const came = page.waitForResponse((response) => /w=1400|w=2000/.test(response.url()) && response.ok());
      for (let i = 0; i < 4; i++) await page.keyboard.press('+');
      await came;
      await drawn();
      expect(complaints.splice(0).every((line) => line.includes('403'))).toBe(true);
    });
  });

  test('on a telephone the page comes first, a finger turns it, and what was found stands below', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const small = await context.newPage();
    await small.goto(`${address}?page=2&q=${encodeURIComponent('мөңгү')}`, { waitUntil: 'networkidle' });
    const top = async (selector: string) => (await small.locator(selector).first().boundingBox())!.y;
    expect(await top('.reader-hit-steps')).toBeLessThan(await top('.sheet'));
    expect(await top('.sheet')).toBeLessThan(260);
    expect(await top('.passages-list')).toBeGreaterThan(await top('.sheet'));
    const swipe = (from: number, to: number) =>
      small.evaluate(`(() => {
        const sheet = document.querySelector('.sheet');
        const touch = (x) => new Touch({ identifier: 1, target: sheet, clientX: x, clientY: 400 });
        const say = (type, x, touches) => sheet.dispatchEvent(
          new TouchEvent(type, { bubbles: true, touches: touches ? [touch(x)] : [], changedTouches: [touch(x)] }));
        say('touchstart', ${from}, true);
        say('touchend', ${to}, false);
      })()`);
    await swipe(300, 80);
    await small.waitForSelector('body[data-page="3"]');
    await swipe(80, 300);
    await small.waitForSelector('body[data-page="2"]');
    await context.close();
  });

  test('the place is remembered', async () => {
    await page.goto(`${address}?page=3`, { waitUntil: 'networkidle' });
    await page.goto(address, { waitUntil: 'networkidle' });
    await isOnPage('3');
  });

  test('without a script it reads page by page', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(`${address}?q=${encodeURIComponent('мөңгү')}`);
    await still.locator('.reader-turn a').last().click();
    expect(still.url()).toContain('page=2');
    await still.locator('a[data-act="next-hit"]').click();
    expect(still.url()).toContain('page=4');
    await context.close();
  });

  test.each(['ky', 'ru', 'tr', 'en'])(
    'on the narrowest telephone nothing stands beside the page (%s)',
    async (language) => {
      await page.setViewportSize({ width: 320, height: 640 });
      for (const path of [`${address}?page=2&`, `${address}?page=2&q=${encodeURIComponent('мөңгү')}&`]) {
        await page.goto(`${path}lang=${language}`, { waitUntil: 'networkidle' });
        expect(await page.locator('.reader-tools .tool:visible').count()).toBeGreaterThan(7);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      }
    },
  );

  test.each([
    ['ky', 1300, 'light'],
    ['ru', 390, 'dark'],
    ['tr', 1300, 'dark'],
    ['en', 390, 'light'],
  ] as const)('axe finds nothing to mend in %s, %i wide, %s', async (language, width, colorScheme) => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const judged = await context.newPage();
    await judged.goto(`${address}?page=2&q=${encodeURIComponent('мөңгү')}&lang=${language}`, {
      waitUntil: 'networkidle',
    });
    expect(await brokenRules(judged, 'all', ['best-practice'])).toEqual([]);
    expect(await judged.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await context.close();
  });
});
