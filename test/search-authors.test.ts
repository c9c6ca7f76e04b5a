import { SearchScene } from './support/search-scene';

const author = (name: string, personId: number | null = null) => ({ name, role: 'author', personId });
const by = (...contributors: ReturnType<typeof author>[]) => ({ metadata: { contributors } });

describe('an author of several words', () => {
  let scene: SearchScene;
  beforeAll(async () => {
    scene = await SearchScene.open();
    await scene.add(
      { id: 1, title: 'Биринчи', ...by(author('Асанов, Бакыт Токтогулович')) },
      { id: 2, title: 'Экинчи', ...by(author('Осмонов, Алыкул')) },
      { id: 3, title: 'Үчүнчү', ...by(author('Асанов, Усен'), author('Осмонов, Бакыт')) },
      { id: 4, title: 'Төртүнчү', ...by(author('Жусупов, Ж.-Б.')) },
      {
        id: 5,
        title: 'Бешинчи',
        ...by(author('Кыргыз Республикасынын Улуттук илимдер академиясынын Тил жана адабият институту')),
      },
      { id: 6, title: 'Алтынчы', pages: ['Бакыт Асанов жөнүндө макала.'], ...by(author('Şahin, Ayşe')) },
      {
        id: 7,
        title: 'Жетинчи',
        ...by(author('Сыдыков, Т.', 9)),
        personNames: { 9: ['Sydykov, Talant', 'Сыдыков, Талант'] },
      },
    );
  });
  afterAll(() => scene.close());
  const found = async (q: string) => (await scene.found(q)).sort((a, b) => a - b);
  const all = [1, 2, 3, 4, 5, 6, 7];
  const without = (...ids: number[]) => all.filter((id) => !ids.includes(id));

  test.each<[string, number[]]>([
    ['author:"Асанов Бакыт"', [1]],
    ['author:"Бакыт Асанов"', [1]],
    ['author:"Бакыт Токтогулович Асанов"', [1]],
    ['author:"Токтогулович Асанов Бакыт"', [1]],
    ['author:"Асанов Токтогулович"', [1]],
    ['author:"Асанов, Бакыт"', [1]],
    ['author:"Бакыт Асановдун"', [1]],
    ['author:"Bakyt Asanov"', [1]],
    ['author:"Усен Бакыт"', []], // of two people
    ['author:"Асанов Осмонов"', []],
    ['author:"Усен Осмонов"', []],
    ['author:"Б. Асанов"', [1, 3]], // an initial narrows nothing
    ['author:"Асанов Б.Т."', [1, 3]],
    ['author:"Ж.-Б. Жусупов"', [4]],
    ['author:"Ж.-Б."', [4]],
    ['author:"институту Тил жана адабият"', [5]],
    ['author:"Кыргыз Республикасынын Улуттук илимдер академиясынын Тил жана адабият институту"', [5]],
    ['author:"Ayse Sahin"', [6]],
    ['author:"Талант Сыдыков"', [7]],
    ['author:"Talant Sydykov"', [7]],
    ['author:"Talant Сыдыков"', [7]],
    ['author:"Бакыт Алыкул"', []],
  ])('%s', async (q, expected) => {
    expect(await found(q)).toEqual(expected);
  });

  test.each<[string, number[]]>([
    ['-author:"Бакыт Асанов"', without(1)],
    ['-author:"Асанов Бакыт"', without(1)],
    ['-author:"Bakyt Asanov"', without(1)],
    ['-author:"Усен Бакыт"', all],
    ['-author:asanov', without(1, 3)],
    ['-yazar:Asanov', without(1, 3)],
    ['-автор:Асанов', without(1, 3)],
    ['-author:sahin', without(6)],
    ['-author:Сахин', without(6)],
    ['-author:"Б. Асанов"', all], // nobody else of the family is lost
    ['-author:"Ж. Жусупов"', without(4)],
    ['-author:асаноф', all], // no guess leaves anything out
    ['-asanov', all], // nor does any other word but as it is typed
    ['author:осмонов -author:asanov', [2]],
    ['-author:осмонов author:"Бакыт Асанов"', [1]],
  ])('%s', async (q, expected) => {
    expect(await found(q)).toEqual(expected);
  });
});
