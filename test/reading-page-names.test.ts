import { openTestApp, type TestApp } from './support/app';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
let base: string;
beforeAll(async () => {
  app = await openTestApp();
  const content = await samplePdf(['Алгы сөз', 'Мазмуну', 'Биринчи бап. Мөңгү.', 'Экинчи бап. Мөңгүлөр.'], {
    outline: [
      ['Алгы сөз', 1],
      ['Биринчи бап', 3],
    ],
    labels: [
      [0, { S: 'r' }],
      [2, { S: 'D', St: 1 }],
    ],
  });
  const work = await app.published({ files: [{ name: 'book.pdf', mediaType: 'application/pdf', content }] });
  base = `/works/${work.id}/files/${work.files[0]!.id}/read`;
});

const plain = (html: string) => html.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
const part = (text: string, pattern: RegExp) => plain(pattern.exec(text)![0]);

describe('a page has one name', () => {
  test('what is printed on it, and its place in the file, wherever the reader names it', async () => {
    const { text } = await app.browse().get(base).query({ page: 3, q: 'мөңгү', lang: 'en' }).expect(200);
    expect(text).toContain('name="goto" value="1"');
    expect(part(text, /<span class="reader-count">.*?<\/span>/s)).toBe(' (3) / 4');
    expect(part(text, /<ol class="passages-list">.*?<\/ol>/s)).toMatch(/ 1 \(3\) .* 2 \(4\) /);
    expect(part(text, /<details class="reader-contents".*?<\/details>/s)).toContain('Алгы сөз i (1) Биринчи бап 1 (3)');
    expect(part(text, /<details class="reader-thumbs".*?<\/details>/s)).toBe('Thumbnails i (1) ii (2) 1 (3) 2 (4) ');
    expect(text).toContain('aria-label="page 1 (3) of 4"');
    expect(text).toContain('alt="Picture of page 1 (3).');
    expect(text).toMatch(/<title>[^<]*, p\. 1 \(3\) /);
  });

  test.each([
    ['ky', '1-бет (3), баары 4'],
    ['ru', 'страница 1 (3) из 4'],
    ['tr', 'sayfa 1 (3) / 4'],
  ])('in %s too', async (lang, said) => {
    const { text } = await app.browse().get(base).query({ page: 3, lang }).expect(200);
    expect(text).toContain(`aria-label="${said}"`);
  });

  test('in the results of a search too', async () => {
    const { text } = await app.browse().get('/search').query({ q: 'мөңгү', lang: 'ru' }).expect(200);
    expect(text).toMatch(/<span class="passage-page">стр\. 1 \(3\)<\/span>/);
  });

  test.each([
    ['2', 4], // as printed, not the second of the file
    ['ii', 2],
    ['3', 3], // printed nowhere: the third of the file
    ['1 (3)', 3],
    ['(3)', 3],
    ['(1)', 1],
    ['i (1)', 1],
  ])('who types «%s» gets to page %i of the file, at its own address', async (typed, page) => {
    const answer = await app.browse().get(base).query({ goto: typed, q: 'мөңгү', view: 'two' }).expect(302);
    expect(answer.headers.location).toBe(`${base}?page=${page}&q=${encodeURIComponent('мөңгү')}&view=two`);
  });

  test('addresses go on counting as the file does', async () => {
    const { text } = await app.browse().get(base).query({ page: 2 }).expect(200);
    expect(text).toContain('data-page="2"');
  });
});

describe('where the first pages have nothing printed on them, and the third has a «1»', () => {
  let bare: string;
  const labels = [null, null, '1', '2', '2', '(1)'];
  beforeAll(async () => {
    const content = await samplePdf(
      labels.map((_, i) => `Бет ${i}. Мөңгү.`),
      { outline: [['Титул', 1]] },
    );
    const work = await app.published({ files: [{ name: 'book.pdf', mediaType: 'application/pdf', content }] });
    const fileId = work.files[0]!.id;
    bare = `/works/${work.id}/files/${fileId}/read`;
    for (const [i, label] of labels.entries()) {
      const page = (await app.house.texts.page(fileId, i + 1))!;
      await app.house.texts.putPage(fileId, { ...page, label });
    }
  });
  const field = (text: string) => /name="goto" value="([^"]*)"/.exec(text)![1]!;

  test('they are called by their place in brackets, wherever they are named', async () => {
    const { text } = await app.browse().get(bare).query({ page: 1, q: 'мөңгү', lang: 'ky' }).expect(200);
    expect(part(text, /<details class="reader-thumbs".*?<\/details>/s)).toContain('(1) (2) 1 (3) 2 (4) 2 (5) (1) (6)');
    expect(part(text, /<details class="reader-contents".*?<\/details>/s)).toContain('Титул (1)');
    expect(part(text, /<ol class="passages-list">.*?<\/ol>/s)).toMatch(/^ ?\(1\) .* \(2\) .* 1 \(3\) /);
    expect(text).toContain('aria-label="(1)-бет, баары 6"');
    expect(text).toMatch(/<title>[^<]*, \(1\)-бет /);
    const results = await app.browse().get('/search').query({ q: 'мөңгү', lang: 'en' }).expect(200);
    expect(results.text).toContain('<span class="passage-page">p. (1)</span>');
  });

  test('the field leads from every page to that very page', async () => {
    const shown: string[] = [];
    for (let page = 1; page <= labels.length; page++) {
      const { text } = await app.browse().get(bare).query({ page }).expect(200);
      shown.push(field(text));
      const answer = await app
        .browse()
        .get(bare)
        .query({ goto: field(text), page: 4 })
        .expect(302);
      expect(answer.headers.location).toBe(`${bare}?page=${page}`);
    }
    expect(shown).toEqual(['(1)', '(2)', '1', '2', '2 (5)', '(1) (6)']);
  });

  test.each([
    ['ky', 'Бул китепте «xiv» деген бет жок.'],
    ['ru', 'В этом издании нет страницы «xiv».'],
    ['tr', 'Bu eserde “xiv” diye bir sayfa yok.'],
    ['en', 'There is no page “xiv” in this work.'],
  ])('who types what no page is called stays where he is, and is told (%s)', async (lang, said) => {
    const { text } = await app.browse().get(bare).query({ goto: 'xiv', page: 4, lang }).expect(200);
    expect(text).toContain('data-page="4"');
    expect(text).toContain(said);
    expect(field(text)).toBe('xiv');
  });

  test.each(['99', '(99)', '0'])(
    'also of a number past all pages (%s), and nobody is sent to the first',
    async (typed) => {
      const { text } = await app.browse().get(bare).query({ goto: typed, page: 4 }).expect(200);
      expect(text).toContain('data-page="4"');
      expect(text).toContain('id="no-such-page"');
    },
  );

  test('an empty field leaves the page as it is', async () => {
    const { text } = await app.browse().get(bare).query({ goto: '', page: 4 }).expect(200);
    expect(text).toContain('data-page="4"');
    expect(text).not.toContain('no-such-page');
  });
});
