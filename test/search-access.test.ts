import type { Searcher } from '../src/search/types';
import { anyone, librarian, member, onCampus, SearchScene } from './support/search-scene';

const owner: Searcher = { accountId: 99, role: 'depositor', onCampus: false };
const SECRET = 'караванбашы'; // stands only in texts that are not for everyone

let scene: SearchScene;
beforeAll(async () => {
  scene = await SearchScene.open();
  await scene.add(
    { id: 1, title: 'Ачык эмгек', pages: ['Бул жерде ачык сөз бар.'] },
    {
      id: 2,
      title: 'Катталгандар үчүн',
      access: { level: 'registered' },
      pages: [`Бул ${SECRET} сөз катталгандарга.`],
    },
    { id: 3, title: 'Кампус үчүн', access: { level: 'campus' }, pages: [`Бул ${SECRET} сөз кампуста.`] },
    { id: 4, title: 'Жабык эмгек', access: { level: 'closed' }, ownerId: 99, pages: [`Бул ${SECRET} сөз жабык.`] },
    {
      id: 5,
      title: 'Эмбаргодо',
      access: { level: 'open', openFrom: '2026-12-01' },
      pages: [`Бул ${SECRET} сөз күтөт.`],
    },
    {
      id: 6,
      title: 'Аралаш эмгек',
      files: [{ pages: ['Ачык тиркеме, ачык бет'] }, { pages: [`Ичинде ${SECRET} гана`], access: { level: 'closed' } }],
    },
  );
});
afterAll(() => scene.close());

const who: [string, Searcher, number[]][] = [
  ['a stranger', anyone, []],
  ['a signed-in reader', member, [2]],
  ['a reader on campus', onCampus, [2, 3]],
  ['the owner', owner, [2, 4]],
  ['a librarian', librarian, [2, 3, 4, 5, 6]],
];

describe.each(who)('%s', (_, searcher, works) => {
  test('finds by their text the works he may read, no others, in hits and count', async () => {
    const result = await scene.search(SECRET, {}, searcher);
    expect(result.hits.map((hit) => hit.workId).sort()).toEqual(works);
    expect(result.total).toBe(works.length);
  });
  test('sees only what he may read counted in facets', async () => {
    const { facets } = await scene.search(SECRET, {}, searcher);
    const sum = facets.type.reduce((count, value) => count + value.count, 0);
    expect(sum).toBe(works.length);
    expect(facets.access.reduce((count, value) => count + value.count, 0)).toBe(works.length);
  });
  test('is shown passages of those works only', async () => {
    const { hits } = await scene.search(SECRET, {}, searcher);
    for (const hit of hits) expect(hit.passages.length).toBeGreaterThan(0);
    for (const workId of [1, 2, 3, 4, 5, 6]) {
      const found = await scene.engine.passages(
        searcher,
        { workId, q: SECRET, fileId: null, offset: 0, limit: 10 },
        '2026-11-22',
      );
      expect([workId, found.total, found.passages.length]).toEqual([
        workId,
        works.includes(workId) ? 1 : 0,
        works.includes(workId) ? 1 : 0,
      ]);
    }
  });
  test('gets no better spelling from a text he may not read', async () => {
    const { suggestion } = await scene.search('караванабшы', {}, searcher);
    expect(suggestion).toBe(works.length > 0 ? SECRET : null);
  });
  test('learns by a phrase, a beginning or an exclusion nothing more than by the word', async () => {
    expect((await scene.search(`"${SECRET} сөз"`, {}, searcher)).total).toBe(works.filter((id) => id !== 6).length);
    expect((await scene.search('караванб*', {}, searcher)).total).toBe(works.length);
    expect((await scene.search('караванабшы', {}, searcher)).total).toBe(works.length);
  });
  test('finds every work by its title', async () => {
    const { total } = await scene.search('эмгек OR үчүн OR эмбарго', {}, searcher);
    expect(total).toBe(6);
  });
});

test('the title of a closed work brings no word of its text along', async () => {
  const { hits } = await scene.search('жабык');
  const closed = hits.find((hit) => hit.workId === 4)!;
  expect(closed.passages).toEqual([]);
  expect(closed.morePassages).toBe(false);
});

test('a word of the title and one of the closed text are not found together', async () => {
  expect(await scene.found(`жабык ${SECRET}`)).toEqual([]);
  expect(await scene.found(`жабык ${SECRET}`, {}, librarian)).toEqual([4]);
});

test('what is offered while typing comes from titles and names, never from texts', async () => {
  expect(await scene.engine.suggest('карава', 10)).toEqual([]);
});

test('an embargo ends by itself on its day', async () => {
  expect(await scene.found(SECRET, {}, anyone, '2026-11-30')).toEqual([]);
  expect(await scene.found(SECRET, {}, anyone, '2026-12-01')).toEqual([5]);
});

test('a closed file of an open work is found by staff only, the open one by all', async () => {
  expect(await scene.found('тиркеме')).toEqual([6]);
  expect((await scene.search(SECRET, {}, librarian)).hits.find((hit) => hit.workId === 6)!.passages).toHaveLength(1);
});

test('a work that is closed later is found no more', async () => {
  await scene.add({ id: 7, title: 'Өзгөрмө', pages: ['Бул эркин гүлбакча тексти.'] });
  expect(await scene.found('гүлбакча')).toEqual([7]);
  await scene.add({ id: 7, title: 'Өзгөрмө', access: { level: 'closed' }, pages: ['Бул эркин гүлбакча тексти.'] });
  expect(await scene.found('гүлбакча')).toEqual([]);
  await scene.engine.remove(7);
});
