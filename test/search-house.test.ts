import { nobody } from '../src/accounts/visitor';
import { openTestApp, type TestApp } from './support/app';
import { shown } from './support/search-scene';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

test('a word inside a PDF is found on its page once the work is published', async () => {
  const work = await app.published({ pages: ['Өрөөн кургак.', 'Мөңгүлөр жайкысын чегинет.'] });
  await app.runner.drain();
  const { hits } = await app.house.search.query(nobody, { q: 'мөңгү чегинүү' });
  expect(hits.map((hit) => hit.workId)).toEqual([work.id]);
  expect(hits[0]!.passages[0]).toMatchObject({ fileId: work.files[0]!.id, page: 2 });
  expect(shown(hits[0]!.passages[0]!.segments)).toContain('[Мөңгүлөр]');
  expect(await app.house.search.differences()).toEqual([]);
});

test('a withdrawn work is found no more', async () => {
  const work = await app.published({ titles: [{ value: 'Кайтарылган макала', lang: 'ky' }] });
  await app.runner.drain();
  expect((await app.house.search.query(nobody, { q: 'кайтарылган' })).total).toBe(1);
  await app.house.deposits.withdraw(work.id, await app.visitor('administrator'), 'Ката');
  await app.runner.drain();
  expect((await app.house.search.query(nobody, { q: 'кайтарылган' })).total).toBe(0);
  expect(await app.house.search.differences()).toEqual([]);
});

test('a search goes on while the index is built anew, and what is published meanwhile is in it', async () => {
  await app.published({ titles: [{ value: 'Кайра курулган көрсөткүч', lang: 'ky' }] });
  await app.runner.drain();
  const building = app.house.search.reindex();
  expect((await app.house.search.query(nobody, { q: 'көрсөткүч' })).total).toBe(1);
  const late = await app.published({ titles: [{ value: 'Кечиккен көрсөткүч', lang: 'ky' }] });
  await app.runner.drain();
  await building;
  const found = await app.house.search.query(nobody, { q: 'көрсөткүч' });
  expect(found.hits.map((hit) => hit.workId)).toContain(late.id);
  expect(await app.house.search.differences()).toEqual([]);
});

test('a text is found no more once its file turns out to be infected', async () => {
  const { works, scanner, search, jobs } = app.house;
  const work = await app.published({ pages: ['Жугуштуучукөнөк деген сөз бир гана ушул жерде.'] });
  const found = async () => (await search.query(nobody, { q: 'жугуштуучукөнөк' })).total;
  expect(await found()).toBe(1);
  jest.spyOn(scanner, 'scan').mockResolvedValueOnce({ state: 'infected', signature: 'Test' });
  await jobs.add('scan-file', work.files[0]!.id);
  await app.runner.drain();
  expect((await works.published(work.id)).files[0]!.scan).toBe('infected');
  expect(await found()).toBe(0);
});
