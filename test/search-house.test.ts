import { nobody } from '../src/accounts/visitor';
import { Search, type SearchParts } from '../src/search/search';
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

test('what another process changes while the index is built anew is in it: works, people, collections', async () => {
  const { search, people, collections, deposits } = app.house;
  const { parts } = search as unknown as { parts: SearchParts };
  const other = await Search.open(parts);
  const leaving = await app.published({ titles: [{ value: 'Кетип жаткан эмгек', lang: 'ky' }] });
  const asan = await people.create({ names: [{ value: 'Чалкыбаев, Асан', lang: 'ky' }] });
  await people.create({ names: [{ value: 'Чалкыбаев, Үсөн', lang: 'ky' }] });
  await collections.create({ slug: 'otherprocess', titles: [{ value: 'Чалкыма жыйнак', lang: 'ky' }] });
  await app.runner.drain();
  const rebuild = search.engine.rebuild.bind(search.engine);
  jest.spyOn(search.engine, 'rebuild').mockImplementationOnce(async (works, offers, progress) => {
    async function* andThenAnotherProcess() {
      yield* works;
      await people.change(asan.id, { names: [{ value: 'Жалкыбаев, Асан', lang: 'ky' }] }, null);
      await collections.create({ slug: 'second', titles: [{ value: 'Чалкыма экинчи', lang: 'ky' }] });
      const { id } = await people.create({ names: [{ value: 'Чалкыбаева, Роза', lang: 'ky' }] });
      await deposits.withdraw(leaving.id, await app.visitor('administrator'), 'Ката');
      for (const person of [asan.id, id]) await other.indexPerson(person);
      await other.indexCollection('second');
      await other.indexWork(leaving.id);
    }
    await rebuild(andThenAnotherProcess(), offers, progress);
  });
  await search.reindex();
  // No job has run here since: nothing else has put it right.
  expect(await search.differences()).toEqual([]);
  const offered = async (text: string) => (await search.suggest(text)).map((one) => one.text).sort();
  expect(await offered('чалкы')).toEqual(['Чалкыбаев, Үсөн', 'Чалкыбаева, Роза', 'Чалкыма жыйнак', 'Чалкыма экинчи']);
  expect(await offered('жалкы')).toEqual(['Жалкыбаев, Асан']);
  expect((await search.query(nobody, { q: 'кетип' })).total).toBe(0);
  await other.close();
});

test('doctor sees what is offered and should not be, or should and is not', async () => {
  const { search, people } = app.house;
  const { id } = await people.create({ names: [{ value: 'Көрүнбөсов, Бектур', lang: 'ky' }] });
  const person = `person:${id}`;
  expect(await search.differences()).toEqual([{ kind: 'person', id: person, problem: 'missing' }]);
  await app.runner.drain();
  expect(await search.differences()).toEqual([]);
  await search.engine.offer('person', person, { kind: 'person', id: person, names: ['Башка, Аты'] });
  await search.engine.offer('collection', 'nowhere', { kind: 'collection', id: 'nowhere', names: ['Жок'] });
  expect(await search.differences()).toEqual([
    { kind: 'person', id: person, problem: 'outdated' },
    { kind: 'collection', id: 'nowhere', problem: 'surplus' },
  ]);
  await search.reindex();
  expect(await search.differences()).toEqual([]);
});
