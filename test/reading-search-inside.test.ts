import { nobody } from '../src/accounts/visitor';
import { stemsOfQuery } from '../src/language/stem';
import { findWords } from '../src/reading/find-words';
import { openTestApp, type TestApp } from './support/app';
import { type SamplePage, samplePdf } from './support/sample-pdf';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const bookOf = async (pages: (string | SamplePage[])[]) => {
  const content = await samplePdf(pages);
  const work = await app.published({ files: [{ name: 'book.pdf', mediaType: 'application/pdf', content }] });
  return { work, file: work.files[0]!, base: `/works/${work.id}/files/${work.files[0]!.id}` };
};

/** What the reader marks on a page, in its text. */
const marksOn = async (base: string, page: number, q: string) => {
  const { text } = await app.browse().get(`${base}/read`).query({ page, q }).expect(200);
  return {
    marks: [...text.matchAll(/<mark>([^<]*)<\/mark>/g)].map((match) => match[1]!.replace(/\s+/g, ' ')),
    boxes: [...text.matchAll(/<rect class="hit"[^>]* width="([\d.]+)"/g)].map((match) => Number(match[1])),
    listed: [...text.matchAll(/<li><a href="\?page=(\d+)&amp;q=[^>]*><strong>/g)].map((match) => Number(match[1])),
  };
};
const pagesByIndex = async (id: number, q: string) =>
  (await app.house.search.passages(nobody, { workId: id, q })).passages.map(({ page }) => page);

describe('a phrase in quotation marks', () => {
  let base: string;
  let id: number;
  beforeAll(async () => {
    const book = await bookOf([
      'Кыргыз эли мөңгү жөнүндө ырдаган. Тарых узун.',
      'Кыргыздын тарыхы жөнүндө китеп, кыргыз тарыхын үйрөнөбүз.',
      [
        { text: 'Бул китеп кыргыз', at: [100, 200] },
        { text: 'тарыхы жөнүндө. Тарых кыргыз.', at: [100, 220] },
      ],
    ]);
    ({ base } = book);
    id = book.work.id;
  });

  test('is listed and marked only where it stands whole, in any of its forms', async () => {
    const found = await marksOn(base, 2, '"кыргыз тарыхы"');
    expect(found.listed).toEqual([2, 3]);
    const second = found.marks.slice(-2);
    expect(second).toEqual(['Кыргыздын тарыхы', 'кыргыз тарыхын']);
    expect(found.boxes).toHaveLength(2);
    expect(found.boxes[0]).toBeGreaterThan(70); // both words and the space between them
    expect((await marksOn(base, 1, '"кыргыз тарыхы"')).boxes).toEqual([]);
    expect(await pagesByIndex(id, '"кыргыз тарыхы"')).toEqual([2, 3]);
  });

  test('may go on in the next line, and has a box in each', async () => {
    const { boxes, marks } = await marksOn(base, 3, '«кыргыз тарыхы»');
    expect(boxes).toHaveLength(2);
    expect(marks.slice(-2)).toEqual(['кыргыз', 'тарыхы']);
  });

  test('is found beside single words, and told whole to other viewers', async () => {
    expect((await marksOn(base, 1, '"кыргыз тарыхы" мөңгү')).marks.at(-1)).toBe('мөңгү');
    const { text } = await app.browse().get(`/iiif${base}/search`).query({ q: '"кыргыз тарыхы"' }).expect(200);
    const texts = JSON.parse(text).items.map((item: { body: { value: string } }) => item.body.value);
    expect(texts).toEqual(['Кыргыздын тарыхы', 'кыргыз тарыхын', 'кыргыз тарыхы', 'кыргыз тарыхы']);
  });
});

describe('what is typed on a keyboard without ө ү ң', () => {
  test('is found where nothing is as it was typed, and marked; else not', async () => {
    const { work, base } = await bookOf(['Мөңгүлөрдүн чегиниши. Көлдүн жээги.', 'Көл терең.', 'Колдун манжалары.']);
    expect(await marksOn(base, 1, 'монгу')).toMatchObject({ listed: [1], marks: ['Мөңгүлөрдүн', 'Мөңгүлөрдүн'] });
    expect(await pagesByIndex(work.id, 'монгу')).toEqual([1]);
    expect(await marksOn(base, 1, '"монгулордун чегиниши"')).toMatchObject({ listed: [1] });
    const hand = await marksOn(base, 3, 'кол');
    expect([hand.listed, hand.marks.at(-1)]).toEqual([[3], 'Колдун']);
    expect((await marksOn(base, 1, 'тоо')).listed).toEqual([]);
  });
});

test.each(['замок', 'замо\u0301к'])('stress marks of the text or of the question hinder no marking: %s', (q) => {
  const text = 'Бул за\u0301мок, тигил замок.';
  const found = findWords(q, (word) => stemsOfQuery(word))(text).map(({ start, end }) => text.slice(start, end));
  expect(found).toEqual(['за\u0301мок', 'замок']);
});

describe('a question of well and badly typed words', () => {
  const PAGES = [
    'Мөңгүлөрдүн суу ресурстары. Көлдүн жээги.',
    'Жаратылыш шарты. Мөңгүнүн өзгөрүшү көп жылдар бою байкалган.',
    'Жайыт жана жаратылыш.',
  ];
  const cases: [string, number, string[]][] = [
    ['монгу суу', 1, ['Мөңгүлөрдүн', 'суу']],
    ['жаратылыш шарты монгу', 2, ['Жаратылыш', 'шарты', 'Мөңгүнүн']],
    ['монгулордун суусу', 1, ['Мөңгүлөрдүн', 'суу']],
    ['"монгулордун озгорушу"', 2, ['Мөңгүнүн өзгөрүшү']],
    ['жаратылыш "монгулордун озгорушу"', 2, ['Жаратылыш', 'Мөңгүнүн өзгөрүшү']],
    ['монгулордун OR семетей', 2, ['Мөңгүнүн']],
  ];
  test.each(cases)('%s is marked on page %i as the search marks it', async (q, page, marks) => {
    const { work, base } = await bookOf(PAGES);
    expect((await marksOn(base, page, q)).marks.slice(-marks.length)).toEqual(marks);
    const { passages } = await app.house.search.passages(nobody, { workId: work.id, q });
    const there = passages.find((passage) => passage.page === page)!.segments.filter(({ hit }) => hit);
    const isPhrase = marks.some((mark) => mark.includes(' ')); // marked word by word there
    expect(there.map(({ text }) => text)).toEqual(isPhrase ? marks.join(' ').split(' ') : marks);
    const { text } = await app.browse().get(`/iiif${base}/search`).query({ q }).expect(200);
    const told = (JSON.parse(text).items as { body: { value: string }; target: unknown }[])
      .filter(({ target }) => JSON.stringify(target).includes(`/canvas/${page}`))
      .map(({ body }) => body.value);
    expect(told).toEqual(marks);
  });

  test('a word that stands as typed is not looked for in other letters', async () => {
    const { base } = await bookOf(['Көлдүн жээги. Колдун манжалары.', 'Мөңгүлөр.']);
    expect((await marksOn(base, 1, 'кол монгу')).marks.slice(-1)).toEqual(['Колдун']);
    expect((await marksOn(base, 2, 'кол монгу')).marks.slice(-1)).toEqual(['Мөңгүлөр']);
  });
});

describe('words are cut as the index cuts them', () => {
  const cases: [string, string, string[]][] = [
    ['Илимий-изилдөө институту.', 'илимий-изилдөө', ['Илимий-изилдөө']],
    ['Илимий-изилдөө институту.', 'изилдөөлөр', ['изилдөө']],
    ['Бул илимий-\nизилдөө институту.', 'илимий-изилдөө', []],
    ['Бул илимий-\nизилдөө институту.', 'изилдөө', []],
    ['Бул мөңгү-\nлөрдүн чегиниши.', 'мөңгү', ['мөңгү- лөрдүн']],
    ['Шифр 10.02.01, УДК 575.2', '575.2', ['575.2']],
    ['Жалал-Абаддын тоолору.', 'жалал-абад', ['Жалал-Абаддын']],
    ['Мөңгүлөр эрийт.', 'мөңг*', ['Мөңгүлөр']],
  ];
  test.each(cases)('«%s» asked for %s', async (page, q, marks) => {
    const { work, base } = await bookOf([page]);
    const found = await marksOn(base, 1, q);
    expect(found.marks).toEqual([...marks.map((mark) => mark.replace('- ', '')), ...marks]);
    expect(await pagesByIndex(work.id, q)).toEqual(marks.length > 0 ? [1] : []);
  });
});
