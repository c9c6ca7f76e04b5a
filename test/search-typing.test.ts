import fc from 'fast-check';
import { OfferedWords } from '../src/search/sqlite/offered-words';
import { SearchScene, shown } from './support/search-scene';

let scene: SearchScene;
beforeEach(async () => {
  scene = await SearchScene.open();
});
afterEach(() => scene.close());

const offered = async (typed: string, limit = 10) =>
  (await scene.engine.suggest(typed, limit)).map(({ kind, text }) => `${kind} ${text}`);
const keyword = (value: string) => ({ subjects: [{ scheme: 'keyword', value, lang: 'ky' }] });

describe('a word that stands in every title, and a letter', () => {
  beforeEach(async () => {
    for (let id = 1; id <= 40; id += 1) {
      const rest = ['адабияты', 'музыкасы', 'оймосу', 'жомогу'][id % 4]!;
      await scene.add({ id, title: `Кыргыз ${rest} ${id}`, metadata: id % 4 === 0 ? keyword('кыргыз тили') : {} });
    }
    await scene.add({ id: 50, title: 'Кыргыз элинин байыркы тарыхы' }, { id: 51, title: 'Тарых булактары' });
  });
  test.each(['кыргыз т', 'kyrgyz t', 'КЫРГЫЗ Т', 'кыргыз ти', 'kyrgyz ti'])('%s', async (typed) => {
    const list = await offered(typed);
    expect(list[0]).toBe('subject кыргыз тили');
    expect(list.slice(1)).toEqual(/[тt]$/i.test(typed) ? ['work Кыргыз элинин байыркы тарыхы'] : []);
  });
  test('are both marked, in whichever alphabet they were typed', async () => {
    for (const typed of ['кыргыз т', 'kyrgyz t']) {
      const [first] = await scene.engine.suggest(typed, 1);
      expect([typed, shown(first!.segments)]).toEqual([typed, '[кыргыз] [тили]']);
    }
  });
  test('an inflected word is met by what it begins with, below the word itself', async () => {
    await scene.add({ id: 53, title: 'Кыргызстандын тоолору' });
    const list = await offered('кыргыз т');
    expect(list[0]).toBe('subject кыргыз тили');
    expect(list).toContain('work Кыргызстандын тоолору');
    expect(await offered('кыргызстан тоо')).toEqual(['work Кыргызстандын тоолору']);
    expect(await offered('kyrgyzstan t')).toEqual(['work Кыргызстандын тоолору']);
  });
  test('a slip in the word does no harm', async () => {
    expect((await offered('кыргыс т'))[0]).toBe('subject кыргыз тили');
  });
  test('the word itself is likelier meant than a rarer one that begins so', async () => {
    await scene.add({ id: 52, title: 'Кыргызбаевдин эскерүүлөрү' });
    expect((await offered('кыргыз'))[0]).toBe('subject кыргыз тили');
  });
});

test('the one entry is found among tens of thousands that have the word before the letter', () => {
  const words = new OfferedWords();
  const others = ['тил', 'тоо', 'суу', 'жер'];
  for (let n = 0; n < 30_000; n += 1) words.add(['кыргыз', others[n % 4]!, `сан${n}`]);
  const one = words.add(['кыргыз', 'щит']);
  for (let n = 0; n < 30_000; n += 1) words.add(['кыргыз', others[n % 4]!]);
  const typed = (word: string) => ({ word, readings: [] });
  const found = (all: string[], beginning: string | null) => [
    ...words.find(all.map(typed), beginning === null ? null : typed(beginning), 'typed', 10).keys(),
  ];
  expect(found(['кыргыз'], 'щ')).toEqual([one]);
  expect(found(['кыргыз', 'тил'], null)).toHaveLength(10);
  expect(found(['сан29999', 'кыргыз'], null)).toEqual([29_999]);
  words.drop(one);
  expect(found(['кыргыз'], 'щ')).toEqual([]);
  expect(found(['кыргыз'], 'кыр')).toEqual([]); // the word typed is not the other one
});

describe('a subject that works write in two ways', () => {
  beforeEach(() =>
    scene.add(
      { id: 1, title: 'Бир', metadata: keyword('Экология') },
      { id: 2, title: 'Эки', metadata: keyword('экология') },
      { id: 3, title: 'Үч', metadata: keyword('экология') },
    ),
  );
  test('is offered once, in the commoner way, and finds all of them', async () => {
    const [subject, ...others] = await scene.engine.suggest('эколог', 10);
    expect([subject, others]).toMatchObject([{ kind: 'subject', id: 'экология', text: 'экология' }, []]);
    expect((await scene.found('', { subject: [subject!.id] })).sort()).toEqual([1, 2, 3]);
  });
  test('is shown in the other way once that is the commoner, and goes with the last work', async () => {
    await scene.add({ id: 2, title: 'Эки', metadata: keyword('Экология') });
    expect(await offered('эколог')).toEqual(['subject Экология']);
    await scene.engine.remove(1);
    await scene.engine.remove(2);
    for (const typed of ['э', 'эко', 'эколо']) expect(await offered(typed)).toContain('subject экология');
    await scene.engine.remove(3);
    for (const typed of ['эко', 'эколо']) expect(await offered(typed)).toEqual([]);
  });
});

test('whatever is typed, an answer comes', async () => {
  await scene.add({ id: 1, title: 'Кыргыз тили C++ 10.02.01', metadata: keyword('Экология') });
  const piece = fc.oneof(
    fc.constantFrom('кыргыз ', 'kyrgyz', ' т', '-', '"', '10.', 'c++', ' ', 'ө', 'Ы', '\u0301', '😀'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      expect((await scene.engine.suggest(pieces.join(''), 10)).length).toBeLessThanOrEqual(2);
    }),
    { numRuns: 300 },
  );
  expect(await offered('кыргыз тили '.repeat(10))).toEqual(['work Кыргыз тили C++ 10.02.01']);
});

test('of equals the newest is offered first', async () => {
  for (let id = 1; id <= 30; id += 1) await scene.add({ id, title: `Булактар ${id}` });
  const newest = Array.from({ length: 10 }, (_, i) => `work Булактар ${30 - i}`);
  expect(await offered('булактар')).toEqual(newest);
});

test('what is called otherwise now is offered by its new name only', async () => {
  await scene.add({ id: 1, title: 'Мурунку аталыш' });
  expect(await offered('мурунку')).toEqual(['work Мурунку аталыш']);
  await scene.add({ id: 1, title: 'Кийинки аталыш' });
  expect([await offered('мурунку'), await offered('мур'), await offered('кийинки а')]).toEqual([
    [],
    [],
    ['work Кийинки аталыш'],
  ]);
  await scene.add({ id: 1, title: 'Кийинки аталыш', metadata: keyword('аталыш') });
  await scene.engine.remove(1);
  expect([await offered('кийинки'), await offered('аталыш')]).toEqual([[], []]);
});

test('a person of the catalogue who is taken back stays by the name works give, while they do', async () => {
  const id = 'person:5';
  const contributors = [{ role: 'author', name: 'Асанов, Усен', personId: 5 }];
  await scene.add({ id: 1, title: 'Эмгек', metadata: { contributors }, personNames: { 5: ['Асанов, Усен'] } });
  await scene.engine.offer('person', id, { kind: 'person', id, names: ['Асанов, Усен', 'Asanov, Usen'] });
  expect(await offered('usen asan')).toEqual(['person Asanov, Usen']);
  await scene.engine.offer('person', id, null);
  expect(await offered('усен асан')).toEqual(['person Асанов, Усен']);
  await scene.engine.remove(1);
  expect(await offered('усен асан')).toEqual([]);
});
