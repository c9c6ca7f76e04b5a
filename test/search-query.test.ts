import fc from 'fast-check';
import { common } from '../src/i18n/common';
import { asksNothing, parseQuery, understood } from '../src/search/query';
import { WORK_TYPES } from '../src/works/schema';
import { SearchScene } from './support/search-scene';

const words = (typed: string) =>
  parseQuery(typed).all.map(({ any }) => any.map((term) => term.words.join('+') + (term.prefix ? '*' : '')).join('|'));

describe('what a reader types is understood', () => {
  test.each<[string, string[]]>([
    ['мөңгү суу', ['мөңгү', 'суу']],
    ['"мөңгү суу" тоо', ['мөңгү+суу', 'тоо']],
    ['«Манас» эпосу', ['манас', 'эпосу']],
    ['манас OR сагымбай', ['манас|сагымбай']],
    ['OR манас', ['манас']],
    ['манас OR', ['манас']],
    ['мөң*', ['мөң*']],
    ['*', []],
    ['-', []],
    ['--', []],
    ['"', []],
    ['""', []],
    ['АБС-17/3', ['абс+17+3']],
    ['C++', ['c++']],
    ['ред.', ['ред']],
    ['and the or', ['and', 'the', 'or']],
    ['тарых жана маданият', ['тарых', 'маданият']],
    ['кайберен "жана"', ['кайберен', 'жана']],
    ['кайберен жана', ['кайберен']],
    ['манас OR "жана"', ['манас|жана']],
    ['аба,бак', ['аба', 'бак']],
    ['title:', ['title']],
    ['title: ', ['title']],
    ['title: -суу', ['title']],
    ['title: OR суу', ['title|суу']],
    ['title: автор:', ['title', 'автор']],
    ['Тил: теория', ['тил', 'теория']],
    ['незнакомое: слово', ['незнакомое', 'слово']],
    ['constructor:type', ['constructor+type']],
    ['type:constructor', ['type', 'constructor']],
    ['незнакомое:слово', ['незнакомое+слово']],
    ['http://a.kg/x', ['http+a+kg+x']],
    ['year:soon', ['year', 'soon']],
    ['NEAR(кыр бет)', ['near', 'кыр', 'бет']],
    ['кыр AND', ['кыр']],
    ['китепкана|бош', ['китепкана|бош']],
    ['китепкана | бош', ['китепкана|бош']],
    ['(китепкана||бош|тоо) суу', ['китепкана|бош|тоо', 'суу']],
    ['китепкана| бош', ['китепкана|бош']],
    ['китепкана |бош', ['китепкана|бош']],
    ['|бош', ['бош']],
    ['|', []],
    ['"китепкана|бош"', ['китепкана+бош']],
    ['аба,бак|суу', ['аба', 'бак|суу']],
    ['type:soon|later', ['type', 'soon', 'later']],
  ])('%s', (typed, expected) => {
    expect(words(typed)).toEqual(expected);
  });

  test('exclusion, fields and years', () => {
    const query = parseQuery('мөңгү -суу автор:Асанов жыл:2010..2015 type:макала');
    expect(query.none.map((term) => term.words)).toEqual([['суу']]);
    expect(query.all.map(({ any }) => any[0]!.field)).toEqual([null, 'author']);
    expect(query.filters).toMatchObject({ from: 2010, until: 2015, types: ['article'] });
  });
  test.each([
    ['year:2010..', { from: 2010, until: null }],
    ['year:..2010', { from: null, until: 2010 }],
    ['год:2010', { from: 2010, until: 2010 }],
    ['yıl:1990-1999', { from: 1990, until: 1999 }],
    ['year:2015..2010', { from: 2010, until: 2015 }],
    ['year:"2010 – 2015"', { from: 2010, until: 2015 }],
    ['жыл: 2010', { from: 2010, until: 2010 }],
    ['type:"master thesis"', { types: ['master-thesis'] }],
    ['type:"Master’s thesis"', { types: ['master-thesis'] }],
    ['type:"окуу китеби"', { types: ['textbook'] }],
    ['түрү: «Окуу китеби»', { types: ['textbook'] }],
    ['тип:"учебное пособие"', { types: ['study-guide'] }],
    ['tür:"ders kitabı"', { types: ['textbook'] }],
    ['tür:"ders kitabi"', { types: ['textbook'] }],
    ['type:scanned-book', { types: ['scanned-book'] }],
    ['language:english', { languages: ['en'] }],
    ['тили:кыргызча', { languages: ['ky'] }],
    ['язык:"русский язык"', { languages: ['ru'] }],
    ['dil:Türkçe', { languages: ['tr'] }],
    ['тили:англисче', { languages: ['en'] }],
    ['dil:Kırgızca', { languages: ['ky'] }],
    ['язык:турецкий', { languages: ['tr'] }],
    ['language:uz', { languages: ['uz'] }],
    ['type:диссертация,макала', { types: ['dissertation', 'article'] }],
    ['type:диссертация|article', { types: ['dissertation', 'article'] }],
    ['type:"окуу китеби, макала"', { types: ['textbook', 'article'] }],
    ['language:ky,ru', { languages: ['ky', 'ru'] }],
    ['speciality:07.00.02,10.*', { specialities: ['07.00.02', '10.'] }],
    ['year:-2010', { from: null, until: 2010 }],
    ['udc:-05', { codes: ['udc:-05'] }],
  ])('%s', (typed, filters) => {
    expect(parseQuery(typed).filters).toMatchObject(filters);
  });
});

test.each<[string, string | null, string[]]>([
  ['title: сөз', 'title', ['сөз']],
  ['Автор: Асанов', 'author', ['асанов']],
  ['ачкыч: «таза суу»', 'subject', ['таза', 'суу']],
])('a space after the colon is the same question: %s', (typed, field, expected) => {
  expect(parseQuery(typed).all).toMatchObject([{ any: [{ field, words: expected }] }]);
});

test.each<[string, object]>([
  ['-type:article', { types: ['article'] }],
  ['-түрү:макала', { types: ['article'] }],
  ['-тип:"учебное пособие"', { types: ['study-guide'] }],
  ['−tür:makale', { types: ['article'] }],
  ['-type: article -type:textbook', { types: ['article', 'textbook'] }],
  ['-year:2010..2015', { years: [{ from: 2010, until: 2015 }] }],
  [
    '-жыл:2012 -жыл:2014',
    {
      years: [
        { from: 2012, until: 2012 },
        { from: 2014, until: 2014 },
      ],
    },
  ],
  ['-год:..1990', { years: [{ from: null, until: 1990 }] }],
  ['-yıl:2015..2010', { years: [{ from: 2010, until: 2015 }] }],
  ['type:-article', { types: ['article'] }],
  ['-type:-article', { types: ['article'] }],
  ['тип:−"учебное пособие"', { types: ['study-guide'] }],
  ['-type:диссертация,макала', { types: ['dissertation', 'article'] }],
  ['type:-диссертация,article', { types: ['dissertation', 'article'] }],
  ['-language:ky|tr', { languages: ['ky', 'tr'] }],
  ['language:-ky', { languages: ['ky'] }],
  ['speciality:-07.*', { specialities: ['07.'] }],
  ['-language:ky', { languages: ['ky'] }],
  ['-тили:кыргызча', { languages: ['ky'] }],
  ['-язык:русский', { languages: ['ru'] }],
  ['-dil:Türkçe', { languages: ['tr'] }],
  ['-speciality:07.*', { specialities: ['07.'] }],
  ['-адистик:07.00.02', { specialities: ['07.00.02'] }],
  ['-udc:94*', { codes: ['udc:94'] }],
  ['-ббк:63.3', { codes: ['bbk:63.3'] }],
])('%s leaves out', (typed, not) => {
  const { all, none, filters } = parseQuery(typed);
  const nothing = parseQuery('').filters;
  expect({ all, none, filters }).toEqual({
    all: [],
    none: [],
    filters: { ...nothing, not: { ...nothing.not, ...not } },
  });
  expect(understood({ filters }).every(({ excluded }) => excluded)).toBe(true);
  expect(asksNothing(typed)).toBe(false);
});

test('what is let in and what is left out are told apart', () => {
  expect(understood(parseQuery('year:2000..2010 -year:2005 type:макала -udc:94* -bbk:63'))).toEqual([
    { field: 'year', value: '2000..2010', excluded: false },
    { field: 'type', value: 'article', excluded: false },
    { field: 'year', value: '2005', excluded: true },
    { field: 'udc', value: '94', excluded: true },
    { field: 'bbk', value: '63', excluded: true },
  ]);
});

test.each(['-year:soon', '-type:constructor', '-language:клингон', '-speciality:тарых'])(
  '%s is text: words side by side',
  (typed) => {
    const { all, none, filters } = parseQuery(typed);
    expect(all).toEqual([]);
    expect(none.map((term) => term.words)).toEqual([typed.slice(1).split(':')]);
    expect(filters).toEqual(parseQuery('').filters);
  },
);

test.each<[string, string[]]>([
  ['-type:диссертация,конструктор', ['type', 'диссертация', 'конструктор']],
  ['title:-суу', ['суу']],
  ['-китепкана|бош', ['китепкана', 'бош']],
])('%s leaves out by words', (typed, expected) => {
  const { all, none, filters } = parseQuery(typed);
  expect(all).toEqual([]);
  expect(none.flatMap((term) => term.words)).toEqual(expected);
  expect(none).toHaveLength(typed.startsWith('-китепкана') ? 2 : 1);
  expect(filters).toEqual(parseQuery('').filters);
});

test.each(['type:--article', 'type:"-article"', 'type:,', 'type:article,soon'])('%s is no type', (typed) => {
  expect(parseQuery(typed).filters).toEqual(parseQuery('').filters);
});

test('each of what a bar parts has its own place in what was typed', () => {
  const typed = 'тоо title:китепкнаа|бош';
  const places = parseQuery(typed).all.flatMap(({ any }) => any.map(({ start, end }) => typed.slice(start, end)));
  expect(places).toEqual(['тоо', 'title:китепкнаа', 'бош']);
});

test('every type is found by its name in every language', () => {
  for (const type of WORK_TYPES)
    for (const name of [type, ...Object.values(common[`type.${type}`])])
      expect([name, parseQuery(`type:"${name}"`).filters.types]).toEqual([name, [type]]);
});

describe('no query fails', () => {
  let scene: SearchScene;
  beforeAll(async () => {
    scene = await SearchScene.open();
    await scene.add({ id: 1, title: 'Мөңгү "NEAR" C++ 10.02.01', pages: ['title: author: (бир) AND *эки* OR ^үч'] });
  });
  afterAll(() => scene.close());

  test('a small word in quotation marks must stand there', async () => {
    await scene.add({ id: 2, pages: ['Кайберен тоодо.'] }, { id: 3, pages: ['Кайберен жана бугу.'] });
    expect((await scene.found('кайберен жана')).sort()).toEqual([2, 3]);
    expect(await scene.found('кайберен "жана"')).toEqual([3]);
  });

  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        ...'"\'*-+:()^|&~\\/.,«»“”{}[]<>#=_ \n\u0000',
        'OR ',
        'AND ',
        'NOT ',
        'NEAR(',
        'title:',
        'year:',
        'udc:',
        '-type:article ',
        '-тип:',
        '-year:2010..2015 ',
        '-жыл:',
        '-language:',
        '-udc:9',
        '-автор:',
        '..',
        '2010',
        '-"',
        'мөңгү',
        'өмүр',
        'c++',
        '10.',
        '…',
        '¦',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    maxLength: 20,
  });

  test('whatever string it is', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (q) => {
        const result = await scene.search(q);
        expect(result.total).toBeGreaterThanOrEqual(0);
        expect(result.hits.length).toBeLessThanOrEqual(result.total);
      }),
      { numRuns: 200 },
    );
  });
  test('nor a long one', async () => {
    expect((await scene.search('мөңгү '.repeat(5000))).total).toBe(1);
    expect((await scene.search('ө'.repeat(100_000))).total).toBe(0);
    expect((await scene.search(`"${'а '.repeat(3000)}"`)).total).toBe(0);
  });
  test('the parser never throws', () => {
    fc.assert(
      fc.property(nasty, (q) => {
        expect(parseQuery(q).all.every(({ any }) => any.length > 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
