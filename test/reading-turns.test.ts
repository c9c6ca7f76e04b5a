import { openTestApp, type TestApp } from './support/app';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const bookOf = async (pages: Parameters<typeof samplePdf>[0]) => {
  const content = await samplePdf(pages);
  const work = await app.published({ files: [{ name: 'book.pdf', mediaType: 'application/pdf', content }] });
  return `/works/${work.id}/files/${work.files[0]!.id}/read`;
};

const linksOf = (text: string) => ({
  previous: /<a [^>]*rel="prev" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? null,
  next: /<a [^>]*rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? null,
  previousHit: /data-act="previous-hit" href="([^"]+)"/.exec(text)?.[1] ?? null,
  nextHit: /data-act="next-hit" href="([^"]+)"/.exec(text)?.[1] ?? null,
  shown: [...text.matchAll(/<article [^>]*data-page="(\d+)"/g)].map((match) => Number(match[1])),
});

describe('the hit before those of this page', () => {
  test('is the last of the page before it, and its link leads to a place that is there', async () => {
    const base = await bookOf([
      [
        { text: 'Мөңгү суусу, мөңгүлөр, дагы', at: [100, 200] },
        { text: 'кыргыз тили. Тилим кыргыз', at: [100, 220] },
        { text: 'тили.', at: [100, 240] },
      ],
      'Мөңгү: кыргыз тили.',
    ]);
    const word = await app.browse().get(base).query({ page: 2, q: 'мөңгү' }).expect(200);
    expect(linksOf(word.text).previousHit).toMatch(/page=1&amp;.*#hit-1-2$/);
    const first = await app.browse().get(base).query({ page: 1, q: 'мөңгү' }).expect(200);
    expect(first.text).toContain('id="hit-1-2"');
    expect(linksOf(first.text).nextHit).toMatch(/page=2&amp;.*#hit-2-1$/);
    // A phrase broken at a line's end has two places: the last of them.
    const phrase = await app.browse().get(base).query({ page: 2, q: '"кыргыз тили"' }).expect(200);
    expect(linksOf(phrase.text).previousHit).toMatch(/#hit-1-3$/);
  });

  test('also in a text that has no pictures of its pages', async () => {
    const paragraph = 'Тоодо жаз келет, суулар ташкындайт. '.repeat(12);
    const text = `Мөңгү, мөңгүлөр.\n\n${`${paragraph}\n\n`.repeat(14)}Мөңгү.`;
    const work = await app.published({
      files: [{ name: 'a.txt', mediaType: 'text/plain', content: Buffer.from(text) }],
    });
    const base = `/works/${work.id}/files/${work.files[0]!.id}/read`;
    const last = await app.browse().get(base).query({ page: 99, q: 'мөңгү' }).expect(200);
    expect(linksOf(last.text).previousHit).toMatch(/page=1&amp;.*#hit-1-2$/);
  });
});

describe('two pages', () => {
  test.each([5, 6])('lie as in a book of %i pages, whatever page was asked for', async (count) => {
    const base = await bookOf(Array.from({ length: count }, (_, i) => `Бет ${i + 1}.`));
    const spreads = [[1], [2, 3], [4, 5], [6]].slice(0, count === 6 ? 4 : 3);
    for (const [i, spread] of spreads.entries()) {
      for (const page of spread) {
        const { text } = await app.browse().get(base).query({ page, view: 'two' }).expect(200);
        const links = linksOf(text);
        expect(links.shown).toEqual(spread);
        expect(text).toContain(`name="goto" value="${page}"`);
        const to = (next?: number[]) => (next ? `?page=${next[0]}&view=two` : null);
        expect([links.previous, links.next]).toEqual([to(spreads[i - 1]), to(spreads[i + 1])]);
      }
    }
  });
});
