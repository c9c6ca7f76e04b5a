import { librarian, SearchScene, shown } from './support/search-scene';

describe('Turkish typed without its letters', () => {
  let scene: SearchScene;
  beforeAll(async () => {
    scene = await SearchScene.open();
    await scene.add(
      {
        id: 1,
        title: 'Bir',
        lang: 'tr',
        pages: ['Kırgızistan üniversitelerinde eğitimin güneşi çağdaş ölçülere göre.'],
      },
      { id: 2, title: 'İki', lang: 'tr', pages: ['Bir yöntem.'] },
      { id: 3, title: 'Üç', lang: 'tr', access: { level: 'closed' }, pages: ['Çözümlemelerin öğretmenliğe etkisi.'] },
    );
  });
  afterAll(() => scene.close());

  // Not one of these forms stands in the library as it was typed, with its letters or without.
  test.each<[string, number[]]>([
    ['universite', [1]],
    ['universitede', [1]],
    ['üniversite', [1]],
    ['egitim', [1]],
    ['gunes', [1]],
    ['cagdaslik', [1]],
    ['olcu', []], // «ölçü» is shorter than the five letters of «ölçülere»
    ['olculer', [1]],
    ['oğretmen', []],
    ['cozumleme', []],
    ['"universite egitim"', [1]],
    ['güneş', [1]],
    ['ğuneş', []],
  ])('%s', async (q, expected) => {
    expect(await scene.found(q)).toEqual(expected);
  });

  test('is marked, and told to those alone who may read it', async () => {
    const [hit] = (await scene.search('universitede')).hits;
    expect(hit?.passages.map(({ segments }) => shown(segments))).toEqual([
      'Kırgızistan [üniversitelerinde] eğitimin güneşi çağdaş ölçülere göre.',
    ]);
    expect(await scene.found('cozumleme', {}, librarian)).toEqual([3]);
  });

  test('what stands as typed comes first', async () => {
    await scene.add({ id: 4, title: 'Dört', lang: 'tr', pages: ['Universitelerde yazım.'] });
    expect(await scene.found('universite')).toEqual([4, 1]);
    await scene.engine.remove(4);
  });
});

describe('stress marks', () => {
  let scene: SearchScene;
  beforeAll(async () => {
    scene = await SearchScene.open();
    await scene.add(
      {
        id: 1,
        title: 'Сөздүк',
        pages: ['За\u0301мок деген сөз бар. Мө\u0301ңгүлөр эрийт. А\u0300лма жетилди. Э\u0301л көп.'],
      },
      { id: 2, title: 'Башка', pages: ['Замок турат. Мөңгүлөр бар. Алма бышты. Эл көп.'] },
    );
  });
  afterAll(() => scene.close());

  test.each([
    'замок',
    'за\u0301мок',
    'ЗАМО\u0301К',
    'зáмок',
    'мөңгү',
    'мө\u0301ңгү',
    'мөңгү\u0301лөрдүн',
    'монгу',
    'алма',
    'эл',
    'зам*',
    'за\u0301м*',
  ])('%j finds the word with and without them', async (q) => {
    expect((await scene.found(q)).sort()).toEqual([1, 2]);
  });

  test.each([
    ['замок', '[За\u0301мок] деген', '[Замок] турат'],
    ['мө\u0301ңгү', '[Мө\u0301ңгүлөр] эрийт', '[Мөңгүлөр] бар'],
    ['алма', '[А\u0300лма] жетилди', '[Алма] бышты'],
    ['эл', '[Э\u0301л] көп', '[Эл] көп'],
  ])('%s is marked with its mark', async (q, ...expected) => {
    const passages = (await scene.search(q)).hits
      .sort((a, b) => a.workId - b.workId)
      .map(({ passages }) => passages[0]!);
    for (const [i, { segments }] of passages.entries()) expect(shown(segments)).toContain(expected[i]);
    expect(passages).toHaveLength(2);
  });
});
