import { fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { SqliteSearchEngine } from '../src/search/sqlite/sqlite-engine';
import type { IndexedWork } from '../src/search/types';
import { anyone, asked, SearchScene, TODAY } from './support/search-scene';

jest.setTimeout(60_000);

const WORDS = 'мөңгү суу тоо жайыт көл булут дарак шаар айыл мектеп китеп тарых тил өнөр мурас'.split(' ');
const textOf = (id: number, page: number) =>
  Array.from({ length: 120 }, (_, i) => WORDS[(id * 7 + page * 3 + i * (1 + (id % 4))) % WORDS.length]).join(' ');

let scene: SearchScene;
beforeEach(async () => {
  scene = await SearchScene.open();
});
afterEach(() => scene.close());

const many = (count: number, pages = 12) =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      scene.work({
        id: i + 1,
        title: `${WORDS[i % WORDS.length]} ${i}`,
        pages: Array.from({ length: pages }, (_, p) => textOf(i + 1, p)),
      }),
    ),
  );

test('an indexer killed again and again ends with the index a fresh one would be', async () => {
  const works = await many(40, 30);
  const folder = path.join(scene.folder, 'killed');
  const textFile = path.join(scene.folder, 'text.sqlite');
  let seed = 7;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    const child = fork(path.join(__dirname, 'support/index-until-killed.js'));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // Struck down in the middle of a work it has not met before.
    child.send({ folder, textFile, works, killAt: 6 + attempt * 10 + (seed % 5), afterMs: seed % 8 });
    await ended;
  }
  const survivor = await SqliteSearchEngine.open({ folder, textFile, readers: 1 });
  await survivor.check();
  const held = await survivor.fingerprints();
  expect(held.size).toBeLessThan(works.length);
  for (const [id, fingerprint] of held) expect(fingerprint).toBe(works[id - 1]!.fingerprint); // each whole or not there
  for (const work of works) if (!held.has(work.id)) await survivor.index(work);
  for (const work of works) await scene.engine.index(work);
  await survivor.check();
  expect(await survivor.fingerprints()).toEqual(await scene.engine.fingerprints());
  expect((await survivor.stats()).pages).toBe((await scene.engine.stats()).pages);
  for (const q of ['мөңгү', 'суу тоо', '"мектеп китеп"', 'тар*', 'мөңгүлөрдүн']) {
    const [a, b] = await Promise.all(
      [survivor, scene.engine].map((engine) => engine.search(anyone, asked(q, { perPage: 100 }), TODAY)),
    );
    expect(a!.total).toBe(b!.total);
    expect(a!.facets).toEqual(b!.facets);
    expect(new Set(a!.hits.map((hit) => hit.workId))).toEqual(new Set(b!.hits.map((hit) => hit.workId)));
  }
  await survivor.close();
});

test('a rebuild stands beside the index in use, takes in what changed meanwhile, and leaves one file', async () => {
  const works = await many(20, 3);
  for (const work of works) await scene.engine.index(work);
  const late = await scene.work({ id: 50, title: 'Кечиккен', pages: ['кечиккен сөз'] });
  let searched = 0;
  async function* slowly(): AsyncGenerator<IndexedWork> {
    for (const work of works) {
      if (work.id === 10) {
        await scene.engine.index(late);
        await scene.engine.remove(1);
      }
      expect(await scene.found('кечиккен')).toEqual(work.id >= 10 ? [50] : []);
      searched += 1;
      yield work;
    }
  }
  await scene.engine.rebuild(slowly(), [{ kind: 'collection', id: 'c', names: ['Жыйнак'] }]);
  expect(searched).toBe(20);
  expect(await scene.found('кечиккен')).toEqual([50]);
  expect([...(await scene.engine.fingerprints()).keys()].sort((a, b) => a - b)).toEqual([
    ...works.slice(1).map((work) => work.id),
    50,
  ]);
  expect(await scene.engine.suggest('жыйн', 5)).toHaveLength(1);
  expect(readdirSync(scene.folder).filter((name) => /^search-\d+\.sqlite$/.test(name))).toHaveLength(1);
});

test('another process that rebuilt the index is noticed', async () => {
  const works = await many(3, 1);
  await scene.engine.index(works[0]!);
  const other = await SqliteSearchEngine.open({
    folder: scene.folder,
    textFile: path.join(scene.folder, 'text.sqlite'),
    readers: 1,
  });
  async function* all() {
    yield* works;
  }
  await other.rebuild(all(), []);
  await other.close();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect((await scene.search('')).total).toBe(3);
});

test('a rebuild that fails leaves the index in use as it was', async () => {
  const [work] = await many(1, 1);
  await scene.engine.index(work!);
  async function* broken(): AsyncGenerator<IndexedWork> {
    yield work!;
    throw new Error('the catalogue cannot be read');
  }
  await expect(scene.engine.rebuild(broken(), [])).rejects.toThrow('cannot be read');
  expect((await scene.search('')).total).toBe(1);
  expect(readdirSync(scene.folder).filter((name) => /^search-\d+\.sqlite$/.test(name))).toHaveLength(1);
  expect(existsSync(path.join(scene.folder, 'search-current'))).toBe(true);
});

test('searches go on while a long book is taken in, each in its own thread', async () => {
  const [book] = await many(1, 250);
  const small = await scene.work({ id: 900, title: 'Кичине китеп', pages: ['кичине'] });
  await scene.engine.index(small);
  await scene.found('кичине'); // the threads are up
  let answered = 0;
  let done = false;
  const indexing = scene.engine.index(book!).then(() => {
    done = true;
  });
  while (!done) {
    expect(await scene.found('кичине')).toContain(900);
    answered += 1;
  }
  await indexing;
  expect(answered).toBeGreaterThan(1);
});

test('a search that takes too long is cut, says so, and the next one is answered', async () => {
  const works = await many(5, 2);
  const hasty = await SqliteSearchEngine.open({
    folder: path.join(scene.folder, 'hasty'),
    textFile: path.join(scene.folder, 'text.sqlite'),
    readers: 1,
    limitMs: 0.001,
  });
  for (const work of works) await hasty.index(work);
  expect((await hasty.search(anyone, asked('суу'), TODAY)).cut).toBe(true);
  expect((await hasty.search(anyone, asked('тоо'), TODAY)).cut).toBe(true);
  await hasty.close();
});
