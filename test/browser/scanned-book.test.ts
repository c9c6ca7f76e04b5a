import type { Page } from 'playwright-core';
import { readSampleLibrary, type SampleWork } from '../../src/demo/library';
import { fileOf } from '../../src/demo/render';
import { pageImages } from '../../src/demo/scan';
import { type OpenLibrary, openLibrary } from '../support/browser';
import { describeInBrowser } from '../support/chromium';
import { type Area, difference, isInk, isYellow, pixelsOf } from '../support/pixels';

jest.setTimeout(300_000);

/** Stands once in the book: «my ear», of «кулак». */
const WORD = 'кулагым';
const DICTIONARY_FORM = 'кулак';
/** A word of the same page, and what the librarian makes of it: no other text of the library has it. */
const WRONG = 'аттарын';
const RIGHT = 'тулпарларын';

/** The book of the sample library that is nothing but pictures, from the search to the corrected word. */
describeInBrowser('a scanned Kyrgyz book', () => {
  let library: OpenLibrary;
  let book: SampleWork;
  let reader: string;
  let page: Page;
  /** The page with the word, from 1. */
  let number: number;
  /** Where on that page the word was printed, in parts of its width and height. */
  let printed: Area;

  beforeAll(async () => {
    library = await openLibrary();
    const sample = readSampleLibrary();
    book = sample.works.find((work) => work.key === 'scanned-reader')!;
    const { metadata } = book;
    const work = await library.app.published({
      ...metadata,
      collections: [],
      relations: [],
      files: [{ name: book.file.name, mediaType: 'application/pdf', content: await fileOf(book, sample) }],
    });
    await library.quiet();
    reader = `/works/${work.id}/files/${work.files[0]!.id}/read`;
    ({ number, printed } = await whereIs(book, WORD));
    page = await library.page({ language: 'ky' });
  });
  afterAll(() => library?.close());

  const onPage = (expected: number) => page.waitForSelector(`body[data-page="${expected}"]`);
  const settled = async () => {
    await page.waitForLoadState('networkidle');
    await page.evaluate('Promise.all([...document.querySelectorAll(".picture")].map((each) => each.decode()))');
  };

  /** Is the page marked where the word was printed, and there only? Judged by the screen's own pixels. */
  async function expectMarked(where: Area): Promise<void> {
    await page.locator('.words .hit').first().scrollIntoViewIfNeeded();
    const sheet = (await page.locator('.sheet').boundingBox())!;
    const screen = await pixelsOf(await page.screenshot());
    const word = {
      x: sheet.x + where.x * sheet.width,
      y: sheet.y + where.y * sheet.height,
      width: where.width * sheet.width,
      height: where.height * sheet.height,
    };
    const within = { x: word.x + 2, y: word.y + 2, width: word.width - 4, height: word.height - 4 };
    expect(screen.share(within, isYellow)).toBeGreaterThan(0.35);
    expect(screen.share(within, isInk)).toBeGreaterThan(0.05);
    // The lines above and below, and what stands further along on the same line, are as they were.
    const row = word.height * 1.25;
    for (const beside of [
      { ...word, y: word.y - row - 4 },
      { ...word, y: word.y + row + 4 },
      { ...word, x: word.x + word.width + 16, width: sheet.width * 0.08 },
    ]) {
      expect(screen.share(beside, isYellow)).toBeLessThan(0.005); // the paper is old, and a little yellow itself
    }
  }

  test.each([
    ['an inflected form that it has once', WORD],
    ['the dictionary form of a word that it has once, in another form', DICTIONARY_FORM],
  ])('%s is found from the first page, and its page opens with the word marked', async (_name, question) => {
    await page.goto('/');
    await page.fill('main input[name=q]', question);
    await page.press('main input[name=q]', 'Enter');
    await page.waitForURL(/\/search\?/);
    const passage = page.locator('.passages a', { hasText: WORD });
    expect(await passage.count()).toBe(1);
    expect(await passage.locator('mark').first().textContent()).toBe(WORD);
    await passage.click();
    await onPage(number);
    await settled();
    await expectMarked(printed);
  });

  test('its pages are turned by the keyboard, and the picture changes with them', async () => {
    const shown = () => page.locator('.picture').getAttribute('src');
    const before = await shown();
    await page.keyboard.press('ArrowRight');
    await onPage(number + 1);
    await settled();
    expect(await shown()).not.toBe(before);
    const picture = await page.request.get(new URL((await shown())!, library.url).href);
    expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/jpeg']);
    await page.keyboard.press('ArrowLeft');
    await onPage(number);
    expect(await shown()).toBe(before);
    await page.keyboard.press('Home');
    await onPage(1);
    await page.keyboard.press('End');
    await onPage(pageImages(book).length);
    await page.keyboard.press('p'); // back to the page with the word
    await onPage(number);
    await settled();
    await expectMarked(printed);
  });

  test('a reader is not offered to correct it, and cannot', async () => {
    expect(await page.locator('.correction').count()).toBe(0);
    const address = `${library.url}${reader.replace('/read', `/pages/${number}/text`)}`;
    const answer = await page.request.post(address, { form: { text: 'Башка сөз' } });
    expect(answer.status()).toBe(403);
  });

  test('a librarian corrects a word beside its picture, and the corrected word is found and marked', async () => {
    const searched = async (question: string) => {
      await page.goto(`/search?q=${encodeURIComponent(question)}`);
      return page.locator('.passages a mark', { hasText: question }).count();
    };
    expect(await searched(RIGHT)).toBe(0);

    const librarian = await library.page({ role: 'reviewer', language: 'ky' });
    await librarian.goto(`${reader}?page=${number}`);
    await librarian.click('.correction summary');
    const text = await librarian.inputValue('.correction textarea');
    expect(text).toContain(WRONG);
    await librarian.fill('.correction textarea', text.replace(WRONG, RIGHT));
    await librarian.click('.correction button[type=submit]');
    await librarian.waitForURL(/\/read\?page=\d+$/);
    await library.quiet();

    expect(await searched(RIGHT)).toBe(1);
    await page.locator('.passages a', { hasText: RIGHT }).click();
    await onPage(number);
    await settled();
    await expectMarked((await whereIs(book, WRONG)).printed);
  });
});

/**
 * The page of the drawn book on which `word` stands, and where. The book is drawn twice, once with the word's letters
 * in another order: what differs is the word. Nothing of the program that reads and marks it is asked.
 */
async function whereIs(book: SampleWork, word: string): Promise<{ number: number; printed: Area }> {
  const turned = [...word].reverse().join('');
  const replaced = (_key: string, value: unknown) => (typeof value === 'string' ? value.replace(word, turned) : value);
  const other = JSON.parse(JSON.stringify(book), replaced) as SampleWork;
  const drawn = [pageImages(book), pageImages(other)] as const;
  const different = drawn[0].flatMap((picture, i) => (picture.equals(drawn[1][i]!) ? [] : [i]));
  expect([word, different]).toEqual([word, [expect.any(Number)]]);
  const at = different[0]!;
  const [one, two] = await Promise.all([pixelsOf(drawn[0][at]!), pixelsOf(drawn[1][at]!)]);
  return { number: at + 1, printed: difference(one, two) };
}
