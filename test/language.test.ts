import fc from 'fast-check';
import { languageOf } from '../src/language/language-of';
import { bare, fold, normalise } from '../src/language/normalise';
import { letterOf, sortKey } from '../src/language/sort-key';

const sorted = (list: string[]) =>
  [...list].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0));

describe('one writing of each word', () => {
  test.each([
    ['Өмүр', 'өмүр'],
    ['\u0472м\u04afр', 'өмүр'], // fita for ө
    ['т\u0275р\u0275', 'төрө'], // Latin barred o
    ['мө\u04caгү', 'мөңгү'], // hooked н
    ['ЁЛКА', 'елка'],
    ['Ёлка', 'елка'],
    ['IŞIK', 'işik'],
    ['ışık', 'işik'],
    ['İnsan', 'insan'],
    ['insan', 'insan'],
    ['INSAN', 'insan'],
    ['Kırgız Türkçesi', 'kirgiz türkçesi'],
    ['эконо\u00adмика', 'экономика'],
    ['эконо-\nмика', 'экономика'],
    ['эконо-  \r\n   мика', 'экономика'],
    ['Кыpгызcтaн', 'кыргызстан'], // Latin p, c, a
    ['КЫРГЫЗСТAН', 'кыргызстан'],
    ['CTATИCTИKA', 'статистика'],
    ['и\u0306од', 'йод'],
    ['За\u0301мок', 'замок'], // stress marks of dictionaries and textbooks
    ['мө\u0301ңгү\u0300', 'мөңгү'],
    ['Ё\u0301лка', 'елка'],
    ['и\u0306\u0301од', 'йод'],
    ['вс\u0450 \u045d', 'все и'], // е and и with a grave, composed
    ['зáмóк', 'замок'], // Latin á and ó
    ['café', 'café'],
    ['об’ект', 'объект'],
    ['Türkiye’nin', 'türkiye'],
    ["d'Arc", 'darc'],
    ['ﬁle', 'file'],
    ['H₂O', 'h2o'],
  ])('%j is %j to search', (typed, folded) => {
    expect(fold(typed)).toBe(folded);
  });

  test('a word of one alphabet is left as it is, and a line break between words stays', () => {
    expect(normalise('COVID менен СОВЕТ\nжана ABC')).toBe('COVID менен СОВЕТ\nжана ABC');
    expect(normalise('1990-\n1995')).toBe('1990-\n1995');
  });

  test('without the letters many keyboards lack, й stays a letter', () => {
    expect(bare(fold('Мөңгүлөр ойдогудай'))).toBe('монгулор ойдогудай');
    expect(bare(fold('Türkçe ağaç'))).toBe('turkce agac');
  });

  test.each(['абдеёийңөүыАБӨЁaceopxy12 .-\n\u00ad', 'абеёийөүыэАЁ\u0300\u0301 -'])(
    'folding twice is folding once (%j)',
    (letters) => {
      fc.assert(
        fc.property(fc.string({ unit: fc.constantFrom(...letters), maxLength: 40 }), (text) => {
          expect(fold(fold(text))).toBe(fold(text));
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe('the order of lists', () => {
  test('Ё Ң Ө Ү stand in their places of the Kyrgyz alphabet', () => {
    const alphabet = [...'АБВГДЕЁЖЗИЙКЛМНҢОӨПРСТУҮФХЦЧШЩЪЫЬЭЮЯ'];
    expect(sorted([...alphabet].reverse())).toEqual(alphabet);
  });
  test('Turkish letters stand after their plain ones', () => {
    const alphabet = [...'abcçdefgğhıijklmnoöprsştuüvyz'];
    expect(sorted([...alphabet].reverse())).toEqual(alphabet);
  });
  test('digits by value, then Cyrillic, then Latin; quotation marks and case do not count', () => {
    const list = ['9-класс', '10-класс', '«Манас» эпосу', 'манасчы', 'Мөңгү', 'Мөңгү суулары', 'Abstract', 'Şiir'];
    expect(sorted([...list].reverse())).toEqual(list);
    expect(sortKey('«МАНАС»')).toBe(sortKey('манас'));
  });
  test('a shorter title stands before a longer one that begins so', () => {
    expect(sorted(['Ата мекен', 'Атажурт', 'Ата'])).toEqual(['Ата', 'Ата мекен', 'Атажурт']);
  });
  test('every key is the same kind of plain text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        expect(typeof sortKey(text)).toBe('string');
        expect(letterOf(text)).not.toBe('');
      }),
    );
  });
  test.each([
    ['«Өмүр»', 'Ө'],
    ['ңа', 'Ң'],
    ['ёлка', 'Ё'],
    ['2020-жыл', '0–9'],
    ['ışık', 'I'],
    ['İnsan', 'I'],
    ['şeker', 'Ş'],
    ['Éclair', 'E'],
    ['қазақ', 'К'],
    ['…', '#'],
    ['北京', '#'],
  ])('%s stands under %s', (title, letter) => {
    expect(letterOf(title)).toBe(letter);
  });
});

describe('the language of a text', () => {
  test.each([
    ['ky', 'Мөңгүлөр жай мезгилинде бат эрий баштады'],
    ['ky', 'Кыргыз эл жазуучусу тууралуу макала жана анын чыгармалары'],
    ['ky', 'Окуучулардын билим алуу процесси'],
    ['ru', 'История развития педагогической мысли в Киргизии'],
    ['ru', 'Особенности преподавания физики в школе'],
    ['tr', 'Kırgız Türkçesinde fiil çekimi ve ekleri'],
    ['tr', 'Ortaokul ogrencilerinin matematik basarisi ile ilgili bir inceleme'],
    ['en', 'The role of glaciers in the water balance of Central Asia'],
    ['en', 'Higher education and economic growth'],
    [null, '12 — 345 % …'],
  ])('%s: %s', (language, text) => {
    expect(languageOf(text)).toBe(language);
  });
});
