import { asked, SearchScene, shown } from './support/search-scene';

let scene: SearchScene;
beforeAll(async () => {
  scene = await SearchScene.open();
  await scene.add(
    {
      id: 1,
      title: 'Ала-Арча өрөөнү',
      metadata: {
        contributors: [{ role: 'author', name: 'Асанов, Усен Бакирович', personId: 5 }],
        subjects: [{ scheme: 'keyword', value: 'гляциология', lang: 'ky' }],
        abstracts: [
          { value: 'Бул эмгек тоолордогу музга арналган. Анда кардын жана суунун айлануусу каралат.', lang: 'ky' },
        ],
        issued: '2012',
      },
      personNames: { 5: ['Асанов, Усен Бакирович', 'Asanov, Usen'] },
      pages: [
        'Өрөөн кургак.',
        'Биздин мөңгүлөрүбүздүн чегиниши жайкысын байкалат.',
        'Жайыттардын эко-\nномикалык мааниси. Бул ал үчүн иш.',
      ],
    },
    {
      id: 2,
      title: 'История Киргизии',
      lang: 'ru',
      metadata: { issued: '1968', type: 'monograph' },
      pages: ['Экономика и общество.', 'В экономике страны росла ёлка. Объём работ АБС-17/3 велик.'],
    },
    { id: 3, title: 'Мөңгү', pages: ['Тоо жана суу'], metadata: { issued: '2020' } },
    {
      id: 4,
      title: 'Türk dünyası ve ışık',
      lang: 'tr',
      metadata: { issued: '2001', languages: ['tr'] },
      pages: ['İnsan hakları üzerine. Üniversitelerinde okuyan öğrenciler.', 'C++ programlama dili'],
    },
    {
      id: 5,
      title: 'Түрк элдеринин өмүр жолу',
      metadata: {
        type: 'dissertation',
        issued: '2015-05-20',
        thesis: { specialityCode: '07.00.02', specialityName: 'Ата мекен тарыхы' },
        subjects: [
          { scheme: 'udc', value: '94(575.2)' },
          { scheme: 'keyword', value: 'Түрк тарыхы', lang: 'ky' },
        ],
        identifiers: [{ scheme: 'isbn', value: '978-9967-02-123-5' }],
        collections: ['history'],
      },
      collections: ['science', 'history'],
      pages: ['Кыргыздардын тарыхы байыркы доорлордон башталат, биринчи бөлүк', 'Тоолордо кар көп.'],
    },
    {
      id: 6,
      title: 'Glaciers of Central Asia',
      lang: 'en',
      metadata: { languages: ['en'], issued: '2019' },
      pages: ['The universities studied retreating glaciers together.'],
    },
  );
});
afterAll(() => scene.close());

describe('an inflected word is found by its base form', () => {
  test('on its page, marked, with a sentence of context; a title that is the word stands above', async () => {
    const { hits, total } = await scene.search('мөңгү');
    expect(total).toBe(2);
    expect(hits.map((hit) => hit.workId)).toEqual([3, 1]);
    expect(hits[1]!.passages.map(({ page, segments }) => [page, shown(segments)])).toEqual([
      [2, 'Биздин [мөңгүлөрүбүздүн] чегиниши жайкысын байкалат.'],
    ]);
    expect(hits[0]!.titles.map(({ segments }) => shown(segments))).toEqual(['[Мөңгү]']);
  });
  test.each([
    ['Kyrgyz', 'өрөөндөр', 1],
    ['Russian', 'экономикой', 2],
    ['Turkish', 'üniversite', 4],
    ['English', 'university glacier', 6],
  ])('%s: %s', async (_, q, work) => {
    expect(await scene.found(q)).toContain(work);
  });
});

describe('a word is found however it is typed', () => {
  test.each([
    ['монгу', [3, 1]],
    ['mongu', [3, 1]],
    ['möñgü', [3, 1]],
    ['монгулор', [3, 1]],
    ['МӨҢГҮ', [3, 1]],
    ['омур', [5]],
    ['Өмүр', [5]],
    ['елка', [2]],
    ['ёлка', [2]],
    ['IŞIK', [4]],
    ['ışık', [4]],
    ['isik', [4]],
    ['İnsan', [4]],
    ['insan', [4]],
    ['ал', [1]],
    ['С++', []],
    ['C++', [4]],
    ['АБС-17/3', [2]],
    ['07.00.02', [5]],
    ['9789967021235', [5]],
    ['978-9967-02-123-5', [5]],
    ['экономикалык', [1]],
  ])('%s', async (q, works) => {
    expect(await scene.found(q)).toEqual(expect.arrayContaining(works));
    if (works.length === 0) expect((await scene.search(q)).cut).toBe(false);
  });
  test.each(['ТҮРК', 'турк', 'turk', 'türk'])('%s finds the Kyrgyz and the Turkish work', async (q) => {
    expect((await scene.found(q)).sort()).toEqual([4, 5]);
  });
  test.each(['Асанов Усен', 'Усен Асанов', 'асанов', 'Asanov', 'author:асанов', 'автор:Усен'])(
    'the author as %s',
    async (q) => {
      expect(await scene.found(q)).toEqual([1]);
    },
  );
  test('a word broken at the end of a line, marked whole', async () => {
    const { hits } = await scene.search('экономикалык мааниси');
    expect(shown(hits[0]!.passages[0]!.segments)).toContain('[экономикалык] [мааниси]');
  });
  test('what is typed exactly stands above what is meant perhaps', async () => {
    await scene.add(
      { id: 20, title: 'Көл', pages: ['Көл, көлдүн суусу, көлдөр, көл'] },
      {
        id: 21,
        title: 'Башка бир эмгек',
        pages: ['Узун тексттин ичинде бир гана жерде колдун сөөгү деген сөз бар экен'],
      },
    );
    expect(await scene.found('кол')).toEqual([21, 20]);
    expect(await scene.found('көл')).toEqual([20]);
    await scene.engine.remove(20);
    await scene.engine.remove(21);
  });
});

describe('what a query says', () => {
  test.each([
    ['"биринчи бөлүк"', [5]],
    ['"бөлүк биринчи"', []],
    ['«Биздин мөңгү»', [1]],
    ['суу -кар', [3]],
    ['-мөңгү', [2, 4, 5, 6]],
    ['ёлка OR glaciers', [2, 6]],
    ['ёлка ЖЕ glaciers', [2, 6]],
    ['title:мөңгү', [3]],
    ['аталышы:мөңгү', [3]],
    ['subject:гляциология', [1]],
    ['year:2010..2013', [1]],
    ['жыл:1968', [2]],
    ['тип:диссертация', [5]],
    ['адистик:07.*', [5]],
    ['udc:94*', [5]],
    ['удк:94(575.2)', [5]],
    ['глац*', []],
    ['гляц*', [1]],
    ['тоолор жана кар', [1, 5]],
    ['"', []],
    ['жайыттардын чегиниши', [1]],
  ])('%s', async (q, works) => {
    const found = await scene.found(q, { perPage: 100 });
    if (q === '"') expect(found.length).toBe(6);
    else expect([...found].sort((a, b) => a - b)).toEqual(works);
  });
  test('filters in the query are told', async () => {
    expect((await scene.search('тарых year:2010..2020 type:dissertation')).understood).toEqual([
      { field: 'year', value: '2010..2020', excluded: false },
      { field: 'type', value: 'dissertation', excluded: false },
    ]);
  });
});

describe('a beginning longer than the stem', () => {
  let other: SearchScene;
  beforeAll(async () => {
    other = await SearchScene.open();
    await other.add({ id: 1, title: 'Университеттердин тарыхы' }, { id: 2, title: 'Университет тарыхы' });
    for (let id = 3; id <= 22; id += 1) {
      const pages = [
        'Ал университетке барды.',
        id % 10 === 3 ? 'Университеттердин саны көп.' : 'Университеттин саны аз.',
      ];
      await other.add({ id, title: `Эмгек ${id}`, pages });
    }
  });
  afterAll(() => other.close());

  test('finds the word in all its forms, of equals those that begin so first, and shows each', async () => {
    const { total, hits } = await other.search('университеттер*', { perPage: 50 });
    expect(total).toBe(22);
    // Of titles the one that has it, of texts those that have it.
    expect(hits.slice(0, 4).map(({ workId }) => workId)).toEqual([1, 2, 13, 3]);
    expect(hits.filter(({ titles, passages }) => titles.length + passages.length === 0)).toEqual([]);
    const places = hits.find(({ workId }) => workId === 13)!.passages.map(({ segments }) => shown(segments));
    expect(places.sort()).toEqual(['[Университеттердин] саны көп.', 'Ал [университетке] барды.']);
  });
  test('one no longer than the stem finds what begins so', async () => {
    const { hits } = await other.search('университ*', { perPage: 50 });
    expect(hits).toHaveLength(22);
    expect(await other.found('универмаг*')).toEqual([]);
  });
});

describe('what is left out', () => {
  test.each<[string, number[]]>([
    ['-type:article', [2, 5]],
    ['-түрү:макала -тип:монография', [5]],
    ['-year:2010..2015', [2, 3, 4, 6]],
    ['-жыл:2016.. -год:..1990', [1, 4, 5]],
    ['-language:ky', [2, 4, 6]],
    ['-dil:Türkçe -язык:кыргызский', [2, 6]],
    ['-speciality:07.*', [1, 2, 3, 4, 6]],
    ['-udc:94*', [1, 2, 3, 4, 6]],
    ['-author:асанов', [2, 3, 4, 5, 6]],
    ['-автор:Усен', [2, 3, 4, 5, 6]],
    ['-yazar:"Asanov Usen"', [2, 3, 4, 5, 6]],
    ['-жазуучу:асанов', [2, 3, 4, 5, 6]],
    ['-ачкыч:гляциология -предмет:тарых', [2, 3, 4, 6]],
    ['тоо -year:2012..2020', []],
    ['тоо -type:dissertation', [1, 3]],
  ])('%s', async (typed, works) => {
    expect((await scene.found(typed)).sort()).toEqual(works);
  });
  test('is in no list, though one of its values was chosen', async () => {
    const { facets, total } = await scene.search('-type:article', { language: ['tr'] });
    expect([total, facets.type, facets.language.map(({ value }) => value)]).toEqual([0, [], ['ky', 'ru', 'tr']]);
  });
});

describe('facets', () => {
  const counts = (list: { value: string; count: number }[]) =>
    Object.fromEntries(list.map(({ value, count }) => [value, count]));

  test('count the whole result, and a chosen one does not narrow itself', async () => {
    const { facets, total } = await scene.search('', { type: ['article'], perPage: 1 });
    expect(total).toBe(4);
    expect(counts(facets.type)).toEqual({ article: 4, monograph: 1, dissertation: 1 });
    expect(counts(facets.language)).toEqual({ ky: 2, tr: 1, en: 1 });
    expect(facets.type.filter((value) => value.chosen).map((value) => value.value)).toEqual(['article']);
  });
  test('several values widen, several facets narrow', async () => {
    expect((await scene.search('', { type: ['monograph', 'dissertation'] })).total).toBe(2);
    expect((await scene.search('', { type: ['monograph', 'dissertation'], language: ['tr'] })).total).toBe(0);
  });
  test('years, collections above, people, subjects, specialities', async () => {
    const { facets } = await scene.search('');
    expect(facets.year.map(({ value }) => value)).toEqual(['1968', '2001', '2012', '2015', '2019', '2020']);
    expect(counts(facets.collection)).toEqual({ science: 1, history: 1 });
    expect(facets.author).toEqual([{ value: 'person:5', label: 'Асанов, Усен Бакирович', count: 1, chosen: false }]);
    expect(facets.subject.map(({ label }) => label)).toEqual(['гляциология', 'Түрк тарыхы']);
    expect(facets.speciality).toEqual([{ value: '07.00.02', label: 'Ата мекен тарыхы', count: 1, chosen: false }]);
    expect(await scene.found('', { subject: ['түрк ТАРЫХЫ'] })).toEqual([5]);
    expect(await scene.found('', { collection: ['science'] })).toEqual([5]);
    expect(await scene.found('', { from: 2015, until: 2019 })).toEqual([6, 5]);
  });
});

describe('order and pages', () => {
  test.each([
    ['title', [1, 3, 2, 5, 6, 4]],
    ['year', [3, 6, 5, 1, 4, 2]],
    ['oldest', [2, 4, 1, 5, 6, 3]],
    ['newest', [6, 5, 4, 3, 2, 1]],
  ] as const)('by %s', async (sort, works) => {
    expect(await scene.found('', { sort })).toEqual(sort === 'title' ? await byTitle() : works);
  });
  const byTitle = async () => [1, 2, 3, 5, 6, 4];

  test('pages follow each other without gap or repetition', async () => {
    const all = await scene.found('', { sort: 'year' });
    const pages = [];
    for (let page = 1; page <= 3; page += 1) pages.push(...(await scene.found('', { sort: 'year', page, perPage: 2 })));
    expect(pages).toEqual(all);
    expect(await scene.found('', { page: 4, perPage: 2 })).toEqual([]);
  });
});

describe('a better spelling', () => {
  test('is offered and what it finds is shown already', async () => {
    const { suggestion, hits } = await scene.search('гляцеология');
    expect(suggestion).toBe('гляциология');
    expect(hits.map((hit) => hit.workId)).toEqual([1]);
  });
  test('keeps the rest of the query as typed', async () => {
    expect((await scene.search('year:2012  Глациология')).suggestion).toBe('year:2012  гляциология');
  });
  test('is not offered for what is right', async () => {
    expect((await scene.search('мөңгү')).suggestion).toBeNull();
  });
});

describe('places in one work', () => {
  test('every page that matches, in order, more on demand', async () => {
    await scene.add({
      id: 30,
      title: 'Узун китеп',
      pages: Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? `Булак ${i} суусу` : 'Бош бет')),
    });
    const { hits } = await scene.search('булактардын');
    expect(hits[0]!.passages).toHaveLength(3);
    expect(hits[0]!.morePassages).toBe(true);
    const ask = (offset: number, limit: number) =>
      scene.engine.passages(
        { accountId: null, role: null, onCampus: false },
        { workId: 30, q: 'булак', fileId: null, offset, limit },
        '2026-11-22',
      );
    const all = await ask(0, 100);
    expect(all).toMatchObject({ total: 10, exact: true });
    expect(all.passages.map(({ page }) => page)).toEqual([1, 4, 7, 10, 13, 16, 19, 22, 25, 28]);
    expect((await ask(4, 2)).passages.map(({ page }) => page)).toEqual([13, 16]);
    await scene.engine.remove(30);
  });
});

describe('while typing', () => {
  test.each([
    ['мөң', 'work', 'Мөңгү'],
    ['монг', 'work', 'Мөңгү'],
    ['гляцио', 'subject', 'гляциология'],
    ['гляцеология', 'subject', 'гляциология'],
    ['асан', 'person', 'Асанов, Усен Бакирович'],
    ['усен ас', 'person', 'Асанов, Усен Бакирович'],
    ['glac', 'work', 'Glaciers of Central Asia'],
  ])('%s', async (typed, kind, text) => {
    expect(await scene.engine.suggest(typed, 10)).toContainEqual(expect.objectContaining({ kind, text }));
  });
  test('what begins so is marked', async () => {
    const [first] = await scene.engine.suggest('усен', 1);
    expect(shown(first!.segments)).toBe('Асанов, [Усен] Бакирович');
  });
  test('offers of the catalogue come and go', async () => {
    await scene.engine.offer('collection', 'history', {
      kind: 'collection',
      id: 'history',
      names: ['Тарых факультети', 'Исторический факультет'],
    });
    expect(await scene.engine.suggest('истор', 10)).toContainEqual(
      expect.objectContaining({ kind: 'collection', id: 'history', text: 'Исторический факультет' }),
    );
    await scene.engine.offer('collection', 'history', null);
    expect((await scene.engine.suggest('истор', 10)).map((one) => one.kind)).not.toContain('collection');
  });
  test('a work taken out is offered no more', async () => {
    await scene.add({ id: 31, title: 'Кыйшаюу теориясы' });
    const ways = ['кыйша', 'кы', 'теориясы кы'];
    for (const typed of ways)
      expect(await scene.engine.suggest(typed, 5)).toContainEqual(expect.objectContaining({ kind: 'work', id: '31' }));
    await scene.engine.remove(31);
    for (const typed of ways)
      expect(await scene.engine.suggest(typed, 5)).not.toContainEqual(expect.objectContaining({ id: '31' }));
  });
});

test('the index tells what it holds', async () => {
  expect(await scene.engine.stats()).toMatchObject({ works: 6, pages: 11 });
  expect([...(await scene.engine.fingerprints()).keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(asked('x').page).toBe(1);
});
