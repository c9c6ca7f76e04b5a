import fc from 'fast-check';
import { nameInReadingOrder, nameParts, shortName } from '../src/language/names';
import { stemOf, stemsOfQuery } from '../src/language/stem';
import { scanBounds, tokenise } from '../src/language/tokenise';
import { transliterate } from '../src/language/transliterate';

const words = (text: string) => tokenise(text).map((token) => token.word);

describe('the words of a text', () => {
  test.each([
    ['C++ жана C#', ['c++', 'жана', 'c#']],
    ['шифри 10.02.01', ['шифри', '10.02.01']],
    ['УДК 94(575.2)', ['удк', '94', '575.2']],
    ['ISBN 978-9967-02-123-4', ['isbn', '9789967021234']],
    ['ISBN 5-7499-0001-X', ['isbn', '574990001x']],
    ['1694-5220', ['1694', '5220']],
    ['АБС-17/3', ['абс', '17', '3']],
    ['H₂O, H2O', ['h2o', 'h2o']],
    ['3,5 % жана 3.5', ['3.5', 'жана', '3.5']],
    ['эконо-\nмика', ['экономика']],
    ['эконо\u00ad\r\n  мика', ['экономика']],
    ['1990-\n1995', ['1990', '1995']],
    ['соода-логистика', ['соода', 'логистика']],
    ['Türkiye’nin, author’s, O’zbek', ['türkiye', 'author', 'ozbek']],
    ['𝑥 𝐀', ['x', 'a']],
    ['«Манас»', ['манас']],
    ['ал, эл', ['ал', 'эл']],
    ['…— ()', []],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('each stands where its offsets say, one after the other', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'абвөүң-\u00ad\n ’.,1a+#𝑥İё'), maxLength: 60 }), (text) => {
        let last = 0;
        scanBounds(text, (start, end) => {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        });
        expect(last).toBeLessThanOrEqual(text.length);
        for (const { start, end, word } of tokenise(text)) {
          expect(word).not.toBe('');
          expect(text.slice(start, end).trim()).toBe(text.slice(start, end));
        }
      }),
    );
  });
});

describe('stems', () => {
  test.each([
    ['ky', 'мөңгүлөрүбүздүн', 'мөңгү'],
    ['ru', 'экономикой', 'экономик'],
    ['en', 'universities', 'univers'],
    ['tr', 'üniversitesinde', 'ünive'],
    ['tr', 'ev', 'ev'],
    ['ky', '10.02.01', '10.02.01'],
    ['ru', 'өмүр', 'өмүр'],
    ['ky', 'universities', 'univers'],
  ] as const)('%s: %s', (language, word, stem) => {
    expect(stemOf(language, word)).toBe(stem);
  });
  test('a query word of unknown language has a stem in each language of its alphabet', () => {
    expect(stemsOfQuery('экономикасын')).toEqual(expect.arrayContaining(['экономикасын', 'экономика']));
  });
});

describe('the other alphabet', () => {
  test.each([
    ['mongu', 'монгу'],
    ['möñgü', 'монгу'],
    ['turk', 'турк'],
    ['kyrgyz', 'кыргыз'],
    ['çingiz', 'чынгыз'],
    ['мөңгү', 'mongu'],
    ['түрк', 'turk'],
    ['шахмат', 'sahmat'],
  ])('%s may be %s', (word, other) => {
    expect(transliterate(word)).toContain(other);
  });
  test.each(['10.02.01', 'h2o', 'абc1', ''])('%j has no other', (word) => {
    expect(transliterate(word)).toEqual([]);
  });
  test('readings stay few', () => {
    expect(transliterate('hchxicyjhchxicyj').length).toBeLessThanOrEqual(24);
  });
});

describe('names', () => {
  test('parts, reading order and initials of any alphabet', () => {
    expect(nameParts('Асанов, Усен Бакирович')).toEqual({ family: 'Асанов', given: ['Усен', 'Бакирович'] });
    expect(nameParts('Кыргыз Республикасы')).toEqual({ family: 'Кыргыз Республикасы', given: [] });
    expect(nameInReadingOrder('Асанов, Усен Бакирович')).toBe('Усен Бакирович Асанов');
    expect(shortName('Өмүралиева, Үмүт Жан-Болотовна')).toBe('Өмүралиева Ү. Ж.-Б.');
  });
});
