import { SearchScene, shown } from './support/search-scene';

describe('a phrase of words in two alphabets', () => {
  let scene: SearchScene;
  beforeAll(async () => {
    scene = await SearchScene.open();
    await scene.add(
      { id: 1, pages: ['Компьютерге Microsoft Windows системасын орнотуу керек, анан иштей баштайбыз.'] },
      {
        id: 2,
        lang: 'ru',
        pages: ['Установка системы Microsoft Windows на компьютеры описана подробно в этой главе.'],
      },
      {
        id: 3,
        lang: 'en',
        pages: ['The singers say манастын улуу сөзү and many other words of the epics in the valley.'],
      },
      {
        id: 4,
        lang: 'tr',
        pages: ["Kırgızistan'da yayımlanan манасчылардын сөздөрү kitabının son bölümü burada yer alıyor."],
      },
    );
  });
  afterAll(() => scene.close());

  test.each<[string, number[]]>([
    ['"Windows системасын орнотуу"', [1]],
    ['"Microsoft Windows системасын орнотуу"', [1]],
    ['"microsoft windows система"', [1]],
    ['"системы Microsoft Windows на компьютеры"', [2]],
    ['"система microsoft windows на компьютере"', [2]],
    ['"say манастын улуу"', [3]],
    ['"yayımlanan манасчылардын сөздөрү kitabının"', [4]],
    ['"Windows орнотуу системасын"', []],
    ['windows -"Windows системасын орнотуу"', [2]],
  ])('%s', async (q, expected) => {
    expect(await scene.found(q)).toEqual(expected);
  });

  test('is marked where it stands', async () => {
    const [hit] = (await scene.search('"Windows системасын орнотуу"')).hits;
    expect(hit?.passages.map(({ segments }) => shown(segments))).toEqual([
      'Компьютерге Microsoft [Windows] [системасын] [орнотуу] керек, анан иштей баштайбыз.',
    ]);
  });
});
