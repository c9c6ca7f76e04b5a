import { placesFor } from '../src/text/align';
import { PageBuilder, placedWords } from '../src/text/page';

/** Three lines of words; a letter is 10 wide, and a space 10. The page is 1,000 by 100. */
function page() {
  const builder = new PageBuilder(1, 1_000, 100);
  for (const [i, line] of ['Суу тоодон агат', 'жерди сугарат', 'эл багат'].entries()) {
    let left = 0;
    for (const word of line.split(' ')) {
      builder.word(word, left, 10 + i * 20, word.length * 10, 10);
      left += word.length * 10 + 10;
    }
    builder.endLine();
  }
  return builder.page();
}
const before = page();
const placeOf = (words: ReturnType<typeof placedWords>, text: string) => {
  const found = words.find((word) => word.text === text)!;
  return [found.left, found.width, found.top];
};
const corrected = (text: string) => placedWords({ text, lines: placesFor(before, text) });
const was = placedWords(before);

describe('a page read otherwise', () => {
  test('keeps the places of all words when one is put right', () => {
    const words = corrected('Суу тоолордон агат\nжерди сугарат\nэл багат');
    expect(placeOf(words, 'тоолордон')).toEqual(placeOf(was, 'тоодон'));
    for (const word of ['Суу', 'агат', 'сугарат', 'багат']) expect(placeOf(words, word)).toEqual(placeOf(was, word));
  });

  test('where one word becomes two, they share its place and their neighbours stay', () => {
    const words = corrected('Суу тоо дон агат\nжерди сугарат\nэл багат');
    const [left, width, top] = placeOf(was, 'тоодон');
    expect(placeOf(words, 'тоо')).toEqual([left, width! / 2, top]);
    expect(placeOf(words, 'дон')).toEqual([left! + width! / 2, width! / 2, top]);
    expect(placeOf(words, 'агат')).toEqual(placeOf(was, 'агат'));
  });

  test('where two become one, it has the places of both', () => {
    const words = corrected('Суу тоодонагат\nжерди сугарат\nэл багат');
    const [left] = placeOf(was, 'тоодон');
    const [last, width] = placeOf(was, 'агат');
    expect(placeOf(words, 'тоодонагат')!.slice(0, 2)).toEqual([left, last! + width! - left!]);
  });

  test('lines joined or divided by whoever typed do not move what follows', () => {
    const words = corrected('Суу тоодон агат жерди\nсугарат\n\nэл\nбагат');
    expect(placeOf(words, 'сугарат')).toEqual(placeOf(was, 'сугарат'));
    expect(placeOf(words, 'эл')).toEqual(placeOf(was, 'эл'));
    expect(placeOf(words, 'багат')).toEqual(placeOf(was, 'багат'));
  });

  test('a word that nobody had seen stands between its neighbours; one that was none is gone', () => {
    const words = corrected('Суу таза тоодон агат\nжерди\nэл багат');
    const [left, , top] = placeOf(words, 'таза');
    expect([left! >= 30 * 10 - 10, left! <= placeOf(was, 'тоодон')[0]!, top]).toEqual([
      true,
      true,
      placeOf(was, 'Суу')[2],
    ]);
    expect(words.map((word) => word.text)).toEqual(['Суу', 'таза', 'тоодон', 'агат', 'жерди', 'эл', 'багат']);
    expect(placeOf(words, 'эл')).toEqual(placeOf(was, 'эл'));
  });

  test('nothing, and nothing left, do no harm', () => {
    expect(corrected('')).toEqual([]);
    expect(placesFor({ text: '', lines: [] }, 'бир эки')).toEqual([]);
  });
});
