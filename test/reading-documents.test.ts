import type { Browser, Page } from 'playwright-core';
import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { brokenRules } from './support/browser';
import { describeInBrowser, launchBrowser, listen } from './support/chromium';
import { docx, footnoteMark, hyperlink, paragraph, run, table } from './support/docx';

jest.setTimeout(120_000);

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const FILLER = 'Сууну үнөмдөө жөнүндө сөз кылабыз. '.repeat(20);

let app: TestApp;
let word: Work;
let page: Work;
const readerOf = (work: Work) => `/works/${work.id}/files/${work.files[0]!.id}/read`;

beforeAll(async () => {
  app = await openTestApp();
  const body = [
    paragraph(run('Суу чарбасы'), 'Title'),
    paragraph(run('Кириш сөз'), 'Heading1'),
    paragraph(
      `${run('Бул эмгекте ')}${run('мөңгүлөр', '<w:b/>')}${run(' жана ')}${run('көлдөр', '<w:i/>')}${run(' каралат')}${footnoteMark(1)}${run('. ')}${hyperlink(1, 'Булагы')}${hyperlink(2, 'Жаман')}`,
    ),
    paragraph(run('биринчи'), undefined, 1),
    paragraph(run('экинчи'), undefined, 1),
    paragraph(run('Эсеп'), undefined, 2),
    table([
      ['Жыл', 'Көлөм'],
      ['2020', '12 км³'],
    ]),
    ...Array.from({ length: 5 }, () => paragraph(run(FILLER))),
    paragraph(run('Мөңгү жөнүндө'), 'Heading1'),
    paragraph(run('Кээде мөң')).replace('</w:p>', `${run('гүлөрдүн', '<w:b/>')}${run(' эриши тездейт.')}</w:p>`),
  ].join('');
  const content = await docx(body, {
    footnotes: ['Эскертүүнүн тексти.'],
    links: ['https://example.org/', 'javascript:alert(1)'],
  });
  word = await app.published({
    titles: [{ value: 'Суу чарбасы', lang: 'ky' }],
    files: [{ name: 'суу.docx', mediaType: DOCX, content }],
  });
  page = await app.published({
    titles: [{ value: 'Бет', lang: 'ky' }],
    files: [
      {
        name: 'page.html',
        mediaType: 'text/html',
        content: Buffer.from(
          `<!doctype html><html><head><meta charset="utf-8"><title>x</title><script>document.title='ran'</script><style>body{display:none}</style></head>
          <body onload="document.title='ran'"><h1>Көл жөнүндө</h1><p>Бир көл <em>терең</em>. <img src="https://evil.test/pixel.png" onerror="document.title='ran'" alt="Карта"></p>
          <form action="https://evil.test"><button formaction="javascript:1">Ур</button></form><iframe src="https://evil.test"></iframe>
          <svg onload="document.title='ran'"><script>document.title='ran'</script></svg><a href="javascript:document.title='ran'">чык</a>
          <p style="position:fixed;inset:0">&lt;script&gt;document.title='ran'&lt;/script&gt;</p></body></html>`,
        ),
      },
    ],
  });
});

describe('a Word document', () => {
  test('reads with its headings, emphasis, lists, table, note and link, and nothing else that it has', async () => {
    const { text } = await app.browse().get(readerOf(word)).expect(200);
    const shown = text.slice(text.indexOf('class="page-text document"'));
    expect(shown).toMatch(/<h2 id="b\d+">Суу чарбасы<\/h2>/);
    expect(shown).toMatch(/<h2 id="b\d+">Кириш сөз<\/h2>/);
    expect(shown).toMatch(
      /<strong>мөңгүлөр<\/strong> жана <em>көлдөр<\/em> каралат<sup><a href="#b\d+">\[1\]<\/a><\/sup>\./,
    );
    expect(shown).toContain(
      '<a href="https://example.org/" rel="nofollow noopener noreferrer external">Булагы</a>Жаман',
    );
    expect(shown.replace(/\s*\n\s*/g, '')).toMatch(
      /<ul><li><p>биринчи<\/p><\/li><li><p>экинчи<\/p><\/li><\/ul><ol start="1">/,
    );
    expect(shown.replace(/\s*\n\s*/g, '')).toContain('<tr><th><p>Жыл</p></th><th><p>Көлөм</p></th></tr>');
    expect(shown.replace(/\s*\n\s*/g, '')).toMatch(
      /role="note"><a class="note-mark"[^>]*>1<\/a><div><p>Эскертүүнүн тексти\.<\/p>/,
    );
    expect(shown).not.toContain('javascript:');
  });

  test('has a table of contents from its headings', async () => {
    const { text } = await app.browse().get(readerOf(word)).expect(200);
    const contents = /<details class="reader-contents"[\s\S]*?<\/details>/.exec(text)![0];
    expect(
      [...contents.matchAll(/href="\?page=(\d)#b\d+">(.+?) </g)].map(([, number, title]) => [number, title]),
    ).toEqual([
      ['1', 'Суу чарбасы'],
      ['1', 'Кириш сөз'],
      ['2', 'Мөңгү жөнүндө'],
    ]);
  });

  test('is found by a word that is half bold, and marked where it stands', async () => {
    const { body } = await app.browse().get('/api/v1/search').query({ q: 'мөңгүлөрдүн' }).expect(200);
    expect(body.hits[0].passages.map((passage: { page: number }) => passage.page)).toContain(2);
    const { text } = await app.browse().get(readerOf(word)).query({ page: 2, q: 'мөңгүлөрдүн' }).expect(200);
    expect(text).toContain('<mark id="hit-2-1">Мөңгү</mark> жөнүндө');
    expect(text).toContain('<mark id="hit-2-2">мөң</mark><strong><mark>гүлөрдүн</mark></strong>');
  });

  test('is not offered for correction: its text is what its author wrote', async () => {
    const librarian = await app.as('reviewer');
    expect((await librarian.get(readerOf(word)).expect(200)).text).not.toContain('class="correction"');
  });
});

describeInBrowser('in a browser', () => {
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;
  let tab: Page;
  const asked: string[] = [];

  beforeAll(async () => {
    server = await listen(app);
    browser = await launchBrowser();
    tab = await (await browser.newContext({ viewport: { width: 1280, height: 700 } })).newPage();
    tab.on('request', (request) => asked.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('nothing that an HTML file brings runs, is fetched or is laid out', async () => {
    await tab.goto(`${server.address}${readerOf(page)}`, { waitUntil: 'networkidle' });
    expect(await tab.title()).not.toBe('ran');
    expect(asked.filter((url) => !url.startsWith(server.address))).toEqual([]);
    const shown = tab.locator('.document');
    expect(await shown.locator('h2').textContent()).toBe('Көл жөнүндө');
    expect(await shown.locator('em').textContent()).toBe('терең');
    expect(await shown.locator('script, style, img, svg, form, button, iframe, [style], [onload], a').count()).toBe(0);
    expect(await shown.textContent()).toContain("<script>document.title='ran'</script>");
  });

  test('hits are gone through with n and p, over the pages', async () => {
    await tab.goto(`${server.address}${readerOf(word)}?page=1&q=${encodeURIComponent('мөңгү')}`);
    await tab.waitForSelector('mark.now');
    expect(await tab.locator('mark.now').textContent()).toBe('мөңгүлөр');
    await tab.keyboard.press('n');
    await tab.waitForSelector('body[data-page="2"]');
    expect(await tab.locator('mark.now').textContent()).toBe('Мөңгү');
    await tab.keyboard.press('n');
    expect(await tab.locator('mark.now').first().textContent()).toBe('мөң');
    await tab.keyboard.press('p');
    await tab.keyboard.press('p');
    await tab.waitForSelector('body[data-page="1"]');
  });

  test('a note is reached from its mark, and the mark from the note; the contents lead to a heading', async () => {
    await tab.goto(`${server.address}${readerOf(word)}?page=1`);
    await tab.locator('.document sup a').click();
    expect(await tab.locator('.note.place').textContent()).toContain('Эскертүүнүн тексти');
    await tab.locator('.note-mark').click();
    expect(await tab.locator('p.place').textContent()).toContain('каралат');
    await tab.locator('.reader-contents a').last().click();
    await tab.waitForSelector('body[data-page="2"]');
    expect(await tab.locator('h2.place').textContent()).toBe('Мөңгү жөнүндө');
    expect(tab.url()).toMatch(/#b\d+$/);
  });

  test.each([
    [1280, 'light'],
    [360, 'dark'],
  ] as const)('is accessible and fits at %i pixels, %s', async (width, colorScheme) => {
    await tab.setViewportSize({ width, height: 700 });
    await tab.emulateMedia({ colorScheme });
    await tab.goto(`${server.address}${readerOf(word)}?page=1&q=${encodeURIComponent('мөңгү')}`);
    expect(await brokenRules(tab)).toEqual([]);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    if (process.env.SHOTS) await tab.screenshot({ path: `${process.env.SHOTS}/document-${width}.png`, fullPage: true });
  });
});
