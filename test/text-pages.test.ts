import fc from 'fast-check';
import { cleanText, decodeLines, encodeLines, PageBuilder, placedWords, type TextLine, UNITS } from '../src/text/page';
import { type TsvPage, TsvReader } from '../src/text/tsv';

const PDFTOTEXT = `level	page_num	par_num	block_num	line_num	word_num	left	top	width	height	conf	text
1	1	0	0	0	0	0.000000	0.000000	600.000000	800.000000	-1	###PAGE###
3	1	0	0	0	0	60	80	120	20	-1	###FLOW###
4	1	0	0	0	0	60	80	120	20	-1	###LINE###
5	1	0	0	0	0	60.00	80.00	30.00	20.00	100	Мөңгүлөр
5	1	0	0	0	1	120.00	82.00	60.00	18.00	100	чегинет.
4	1	0	0	1	0	60	104	120	20	-1	###LINE###
5	1	0	0	1	0	60.00	104.00	30.00	20.00	100	Жай
3	1	0	1	0	0	60	400	120	20	-1	###FLOW###
4	1	0	1	0	0	60	400	120	20	-1	###LINE###
5	1	0	1	0	0	60.00	400.00	30.00	20.00	100	"Кыш
1	2	0	0	0	0	0.000000	0.000000	600.000000	800.000000	-1	###PAGE###
`;
const TESSERACT = `level	page_num	block_num	par_num	line_num	word_num	left	top	width	height	conf	text
1	1	0	0	0	0	0	0	2480	3508	-1	
2	1	1	0	0	0	100	100	500	50	-1	
3	1	1	1	0	0	100	100	500	50	-1	
4	1	1	1	1	0	100	100	500	50	-1	
5	1	1	1	1	1	248	351	248	50	96.5	Өрөөн
5	1	1	1	1	2	620	100	248	50	12	 
5	1	1	1	1	3	992	351	248	50	56.5	кургак
`;

function read(tsv: string, unit: number, step: number): TsvPage[] {
  const reader = new TsvReader(unit);
  const pages: TsvPage[] = [];
  for (let i = 0; i < tsv.length; i += step) pages.push(...reader.feed(tsv.slice(i, i + step)));
  const last = reader.end();
  return last ? [...pages, last] : pages;
}

describe('words with their places', () => {
  test.each([1, 7, 100_000])('pdftotext: lines, blocks and an empty page, fed %i characters at a time', (step) => {
    const [first, second] = read(PDFTOTEXT, 1, step);
    expect(first!.text).toBe('Мөңгүлөр чегинет.\nЖай\n\n"Кыш');
    expect(first!).toMatchObject({ number: 1, width: 600, height: 800 });
    expect(second!).toMatchObject({ number: 2, text: '', lines: [] });
    const words = placedWords(first!);
    expect(words.map((word) => word.text)).toEqual(['Мөңгүлөр', 'чегинет.', 'Жай', '"Кыш']);
    expect(words[1]).toMatchObject({ left: 2000, width: 1000, top: 1000, height: 250, line: 0 });
    expect(words[3]).toMatchObject({ top: 5000, line: 2, start: first!.text.indexOf('"') });
  });

  test('tesseract: pixels become points, blank words vanish, confidence is kept', () => {
    const [page] = read(TESSERACT, 72 / 300, 100);
    expect(page!).toMatchObject({ text: 'Өрөөн кургак', width: 595.2, height: 841.92 });
    expect(page!.confidence).toBeCloseTo((96.5 * 5 + 56.5 * 6) / 11);
    expect(placedWords(page!)[1]).toMatchObject({ left: 4000, width: 1000 });
  });

  test('a text corrected to more words shares the width of its line', () => {
    const [page] = read(PDFTOTEXT, 1, 1000);
    const words = placedWords({ text: page!.text.replace('чегинет.', 'тез чегинет.'), lines: page!.lines });
    expect(words.map((word) => word.text)).toEqual(['Мөңгүлөр', 'тез', 'чегинет.', 'Жай', '"Кыш']);
    expect(words[0]!.left).toBe(1000);
    expect(words[2]!.left + words[2]!.width).toBeGreaterThan(2900);
    expect(words[3]).toMatchObject({ left: 1000, width: 500 });
  });

  test('what is encoded is decoded, whatever the places', () => {
    const unit = fc.integer({ min: 0, max: UNITS });
    const line: fc.Arbitrary<TextLine> = fc.record(
      {
        top: unit,
        height: unit,
        slope: fc.integer({ min: -UNITS, max: UNITS }).filter((slope) => slope !== 0),
        words: fc.array(fc.record({ left: unit, width: unit }), { maxLength: 12 }),
      },
      { requiredKeys: ['top', 'height', 'words'] },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => expect(decodeLines(encodeLines(lines))).toEqual(lines)),
    );
  });

  test('words and boxes stay in step for any text and any numbers', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.string({ unit: 'binary' }), fc.double(), fc.double(), fc.double(), fc.double(), fc.nat(3)),
        ),
        (words) => {
          const builder = new PageBuilder(1, 600, 800);
          for (const [text, left, top, width, height, then] of words) {
            builder.word(text, left, top, width, height);
            if (then === 1) builder.endLine();
            if (then === 2) builder.block();
          }
          const page = builder.page();
          const placed = placedWords(page);
          expect(placed).toHaveLength(page.lines.reduce((sum, line) => sum + line.words.length, 0));
          expect(placed.map((word) => word.text)).toEqual(page.text.split(/\s+/).filter(Boolean));
          for (const word of placed) {
            expect(word.text).toBe(page.text.slice(word.start, word.end));
            expect(word.left).toBeGreaterThanOrEqual(0);
            expect(word.left + word.width).toBeLessThanOrEqual(UNITS + 1);
          }
        },
      ),
    );
  });

  test('text loses what XML and a terminal cannot carry, and nothing else', () => {
    expect(cleanText('а\u0000б\u001fв\ud800г\r\nд')).toBe('абвг\nд');
    expect(cleanText('Кыргызча: өмүр, жаңы — «сөз»\tok 🙂')).toBe('Кыргызча: өмүр, жаңы — «сөз»\tok 🙂');
    expect(cleanText('й')).toBe('й');
  });
});
