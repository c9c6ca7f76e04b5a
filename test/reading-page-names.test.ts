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
    ['99', 4],
    ['', 1],
  ])('who types «%s» gets to page %i of the file, at its own address', async (typed, page) => {
    const answer = await app.browse().get(base).query({ goto: typed, q: 'мөңгү', view: 'two' }).expect(302);
    expect(answer.headers.location).toBe(`${base}?page=${page}&q=${encodeURIComponent('мөңгү')}&view=two`);
  });

  test('addresses go on counting as the file does', async () => {
    const { text } = await app.browse().get(base).query({ page: 2 }).expect(200);
    expect(text).toContain('data-page="2"');
  });
});
