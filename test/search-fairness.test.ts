import Database from 'better-sqlite3';
import { IndexWriter } from '../src/search/sqlite/index-writer';
import { SqliteSearchEngine } from '../src/search/sqlite/sqlite-engine';
import { TextStore } from '../src/text/text-store';
import { anyone, asked, librarian, onCampus, SearchScene } from './support/search-scene';

let scene: SearchScene;
beforeEach(async () => {
  scene = await SearchScene.open();
});
afterEach(() => scene.close());

const lengthOf = (segments: { text: string }[]) => segments.map((segment) => segment.text).join('').length;

describe('what stands only in closed texts', () => {
  beforeEach(() =>
    scene.add(
      { id: 1, title: 'Манас', pages: ['Манас айтылат, quagmirez жана барселона да.'] },
      {
        id: 2,
        title: 'Жабык',
        access: { level: 'closed' },
        pages: ['Караванбашы жөнүндө, quagmirex, барселоналыктардын иши.'],
      },
    ),
  );
  test('is not offered as a better spelling beside something that is found', async () => {
    expect((await scene.search('манас OR караванабшы')).suggestion).toBeNull();
    expect((await scene.search('барселонолыктардын')).suggestion ?? '').not.toMatch(/барселоналыктардын/);
    expect((await scene.search('манас OR караванабшы', {}, librarian)).suggestion).toBe('манас OR караванбашы');
  });
  test('takes no help from a reader whose word is near to one he may find', async () => {
    for (const typed of ['quagmirey', 'quagmirex']) expect(await scene.found(typed)).toEqual([1]);
    expect(await scene.found('quagmirex', {}, librarian)).toEqual([2]);
  });
});

test('of a text that may only be looked at, a passage has at most 200 characters', async () => {
  const sentence = 'Мөңгүлөрдүн эриши жана суунун көбөйүшү тууралуу узун сүйлөм ушул жерде уланып кете берет';
  const pages = Array.from({ length: 3 }, () => `${Array(12).fill(sentence).join(', ')}.`);
  await scene.add(
    { id: 1, pages, access: { level: 'open', viewOnly: true } },
    { id: 2, pages, access: { level: 'open' } },
  );
  const { hits } = await scene.search('мөңгү суу');
  const longest = (workId: number) =>
    Math.max(...hits.find((hit) => hit.workId === workId)!.passages.map(({ segments }) => lengthOf(segments)));
  expect(longest(1)).toBeLessThanOrEqual(200);
  expect(longest(2)).toBeGreaterThan(200);
  const inside = await scene.engine.passages(
    anyone,
    { workId: 1, q: 'мөңгү', fileId: null, offset: 0, limit: 10 },
    '2026-11-22',
  );
  for (const { segments } of inside.passages) expect(lengthOf(segments)).toBeLessThanOrEqual(200);
});

describe('two files of one work with other access', () => {
  beforeEach(() =>
    scene.add({
      id: 1,
      files: [{ pages: ['альфакент турат'] }, { pages: ['бетакент турат'], access: { level: 'campus' } }],
    }),
  );
  test('are found together by whoever may read both', async () => {
    expect(await scene.found('альфакент бетакент')).toEqual([]);
    expect(await scene.found('альфакент бетакент', {}, onCampus)).toEqual([1]);
    const { hits } = await scene.search('альфакент бетакент', {}, librarian);
    expect(hits[0]!.passages).toHaveLength(2);
  });
  test('are left out together by a word of either', async () => {
    expect(await scene.found('альфакент -бетакент')).toEqual([1]);
    expect(await scene.found('альфакент -бетакент', {}, onCampus)).toEqual([]);
  });
});

test('an embargo that has ended when the text is taken in parts nothing', async () => {
  const work = await scene.work({
    id: 1,
    files: [{ pages: ['альфакент'] }, { pages: ['бетакент'], access: { level: 'open', openFrom: '2020-01-01' } }],
  });
  await scene.engine.index({ ...work, day: '2026-11-22' });
  expect(await scene.found('альфакент бетакент')).toEqual([1]);
});

test('what stands exactly as typed comes first of a few dozen', async () => {
  await scene.add({ id: 1, pages: ['Алар кыштактарда жашашат.'] });
  for (let id = 2; id <= 25; id += 1) await scene.add({ id, pages: ['Алар кыштакта жашашат.'] });
  expect((await scene.found('кыштактарда'))[0]).toBe(1);
});

test('a word of more than forty letters is found as it was typed', async () => {
  const long = 'узунсөз'.repeat(7);
  await scene.add({ id: 1, pages: [`Мында ${long} бар.`] });
  expect(await scene.found(long)).toEqual([1]);
});

test('a prefix finds every work with a word that begins so', async () => {
  for (let id = 1; id <= 60; id += 1) {
    const ending = String.fromCharCode(0x430 + (id % 30)) + String.fromCharCode(0x430 + Math.floor(id / 30));
    await scene.add({ id, pages: [`щыр${ending}к сөзү`] });
  }
  expect((await scene.search('щыр*')).total).toBe(60);
});

test('letters of another keyboard are no misspelling', async () => {
  await scene.add({ id: 1, pages: ['Мөңгү эрийт.'] }, { id: 2, pages: ['монгу деп жазылган'] });
  const { total, suggestion } = await scene.search('мөнгу');
  expect([total > 0, suggestion]).toEqual([true, null]);
});

test('a better spelling is written as the texts write it', async () => {
  await scene.add({ id: 1, lang: 'tr', pages: ['Bu yazısı çok uzun.'] });
  expect((await scene.search('yazıısı')).suggestion).toBe('yazısı');
});

test('offers go on after many were taken back', async () => {
  for (let id = 1; id <= 70; id += 1) await scene.add({ id, title: `Ыр ${id}` });
  expect(await scene.engine.suggest('ы', 10)).toHaveLength(10);
  for (let id = 1; id <= 45; id += 1) await scene.engine.remove(id);
  for (const typed of ['ы', 'ыр']) expect(await scene.engine.suggest(typed, 50)).toHaveLength(25);
});

test('a work whose abstract says the word leads where more works match than are ranked', async () => {
  const file = scene.engine.fileInUse();
  const works = await Promise.all(
    Array.from({ length: 640 }, (_, i) =>
      scene.work({
        id: i + 1,
        pages: ['Мөңгү жөнүндө бир сөз.'],
        metadata: i === 4 ? { abstracts: [{ value: 'Мөңгү, мөңгү жана мөңгү.', lang: 'ky' }] } : {},
      }),
    ),
  );
  const writer = new IndexWriter(file, new TextStore(`${scene.folder}/text.sqlite`, { readOnly: true }));
  for (const work of works) await writer.index(work, false);
  writer.commit();
  writer.close();
  const { total, hits } = await scene.search('мөңгү');
  expect([total, hits[0]!.workId]).toEqual([640, 5]);
  expect(hits[1]!.workId).toBe(640); // the others by the day they came, the newest first
});

test('a work taken in again and again is counted once', async () => {
  await scene.add({ id: 1, pages: [Array(40).fill('глоссарий').join(' ')] });
  const again = await scene.work({ id: 1, pages: [Array(40).fill('глоссарий').join(' ')] });
  for (let i = 0; i < 10; i += 1) await scene.engine.index(again);
  const db = new Database(scene.engine.fileInUse(), { readonly: true });
  const most = db.prepare('SELECT max(occurrences) FROM stems').pluck().get();
  db.close();
  expect(most).toBe(40);
});

test('a hundred readers at once are all answered, though each is answered after the others', async () => {
  await scene.add({ id: 1, pages: ['Мөңгү эрийт.'] });
  const engine = await SqliteSearchEngine.open({
    folder: scene.folder,
    textFile: `${scene.folder}/text.sqlite`,
    readers: 1,
    limitMs: 700,
  });
  const results = await Promise.all(
    Array.from({ length: 600 }, (_, i) =>
      engine.search(anyone, asked(`мөңгү эрийт жана ${i}`.slice(0, 11)), '2026-11-22'),
    ),
  );
  await engine.close();
  expect(results.map(({ total, cut }) => [total, cut])).toEqual(results.map(() => [1, false]));
});

test.each([
  'DELETE FROM ft WHERE rowid = 64',
  'DELETE FROM ft_rows WHERE id = 64',
  'UPDATE page_sets SET count = 0 WHERE id = 64 * 65536',
  'UPDATE page_sets SET shown = NULL WHERE id = 64 * 65536',
  'DELETE FROM forms',
])('an index that lacks a part says so: %s', async (harm) => {
  await scene.add({ id: 1, pages: ['Мөңгү эрийт.'] }, { id: 2, pages: ['Тоо бийик.'] });
  await scene.engine.check();
  const db = new Database(scene.engine.fileInUse());
  db.exec(harm);
  db.close();
  await expect(scene.engine.check()).rejects.toThrow(/search index has \d+/);
});
