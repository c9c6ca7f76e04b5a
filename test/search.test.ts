import { SearchScene, shown } from './support/search-scene';

let scene: SearchScene;
beforeAll(async () => {
  scene = await SearchScene.open();
  await scene.add(
    { id: 1, title: 'Ала-Арча өрөөнү', pages: ['Өрөөн кургак.', 'Биздин мөңгүлөрүбүздүн чегиниши жайкысын байкалат.'] },
    { id: 2, title: 'История Киргизии', lang: 'ru', pages: ['Экономика и общество.', 'В экономике страны'] },
    { id: 3, title: 'Мөңгү', pages: ['Тоо жана суу'] },
  );
});
afterAll(() => scene.close());

test('an inflected word is found by its base form on its page, and marked', async () => {
  const { hits, total } = await scene.search('мөңгү');
  expect(total).toBe(2);
  expect(hits.map((hit) => hit.workId)).toEqual([3, 1]);
  expect(hits[1]!.passages.map(({ page, segments }) => [page, shown(segments)])).toEqual([
    [2, 'Биздин [мөңгүлөрүбүздүн] чегиниши жайкысын байкалат.'],
  ]);
});
test.each(['монгу', 'mongu', 'möñgü', 'монгулор'])('%s finds мөңгү', async (q) => {
  expect(await scene.found(q)).toEqual([3, 1]);
});
