import path from 'node:path';
import Database from 'better-sqlite3';
import { IndexReader } from '../src/search/sqlite/index-reader';
import { IndexWriter } from '../src/search/sqlite/index-writer';
import type { SearchParams } from '../src/search/types';
import { anyone, asked, librarian, type SceneWork, SearchScene, TODAY } from './support/search-scene';

/** What a search thread starts from: the facets of all works as one value, which the writer keeps. */

let scene: SearchScene;
let file: string;
let writer: IndexWriter;
beforeEach(async () => {
  scene = await SearchScene.open();
  file = path.join(scene.folder, 'own.sqlite');
  writer = new IndexWriter(file, scene.texts);
});
afterEach(async () => {
  writer.close();
  await scene.close();
});

const one = (id: number, more: Partial<SceneWork> = {}): SceneWork => ({
  id,
  title: `Мөңгү ${['ө', 'а', 'я', 'б'][id % 4]} ${id}`,
  pages: [`Мөңгү эрийт, ${id}`],
  collections: [`c${id % 3}`],
  ownerId: id,
  metadata: {
    type: id % 2 ? 'article' : 'monograph',
    issued: String(2000 + (id % 5)),
    contributors: [{ role: 'author', name: `Автор ${id % 7}` }],
    subjects: [
      { scheme: 'keyword', value: `Сөз ${id % 4}`, lang: 'ky' },
      { scheme: 'udc', value: `94.${id % 2}` },
    ],
  },
  ...(id % 5 === 0 ? { access: { level: 'closed' } } : {}),
  ...more,
});
const indexed = async (...works: SceneWork[]) => {
  for (const work of works) await writer.index(await scene.work(work), false);
  writer.commit();
};
const kept = <T>(sql: string) => {
  const db = new Database(file);
  const value = db.prepare<[], T>(sql).pluck().get();
  db.close();
  return value;
};
const answers = () => {
  const reader = new IndexReader(file, scene.texts);
  const params: SearchParams[] = ['', 'мөңгү', 'udc:94.1', 'type:article -түшүндүрмө', 'автор'].flatMap((q) => [
    ...(['relevance', 'newest', 'oldest', 'title'] as const).map((sort) => asked(q, { sort, perPage: 50 })),
    asked(q, { subject: ['Сөз 1'], author: ['Автор 2', 'Жаңы автор'] }),
    asked(q, { from: 2001, until: 2003 }),
  ]);
  const given = params.flatMap((one) =>
    [anyone, librarian].map((searcher) => ({ ...reader.search(searcher, one, TODAY, 5_000), tookMs: 0 })),
  );
  const rows = reader.stats();
  reader.close();
  return { given, rows };
};

test('a thread that starts from what is kept knows what one knows that reads every work, and what came after', async () => {
  await indexed(...Array.from({ length: 24 }, (_, i) => one(i + 1)));
  await writer.remove(7);
  writer.optimise();
  expect(kept("SELECT count(*) FROM blobs WHERE key = 'columns'")).toBe(1);
  await indexed(
    one(2, {
      title: 'Башкача',
      metadata: { type: 'textbook', contributors: [{ role: 'author', name: 'Жаңы автор' }] },
    }),
    one(30),
    one(10, { access: { level: 'open' } }),
  );
  await writer.remove(3);
  const quickly = answers();
  const db = new Database(file);
  db.exec("DELETE FROM blobs WHERE key = 'columns'");
  db.close();
  expect(quickly).toEqual(answers());
  expect(quickly.rows.works).toBe(23);
  expect(quickly.given[0]!.facets.type.map(({ value }) => value)).toContain('textbook');
});

test('a value is written as the first work that has it writes it, whichever thread is asked, and whatever was withdrawn', async () => {
  const subject = (value: string) => ({ metadata: { subjects: [{ scheme: 'keyword', value, lang: 'ky' }] } });
  await indexed(
    { id: 5, ...subject('Экология') },
    { id: 3, ...subject('ЭКОЛОГИЯ') },
    { id: 9, ...subject('экология') },
  );
  const reader = new IndexReader(file, scene.texts);
  const shown = (from = reader) =>
    from.search(anyone, asked(''), TODAY, 5_000).facets.subject.map(({ label, count }) => `${label} ${count}`);
  expect(shown()).toEqual(['ЭКОЛОГИЯ 3']);
  await writer.remove(3);
  expect(shown()).toEqual(['Экология 2']);
  writer.optimise();
  await indexed({ id: 5, ...subject('Тарых') });
  expect(shown().sort()).toEqual(['Тарых 1', 'экология 1']);
  const late = new IndexReader(file, scene.texts);
  expect(shown(late)).toEqual(shown());
  await indexed({ id: 9, ...subject('эКОЛОГИЯ') });
  expect([shown(), shown(late)].map((list) => list.sort())).toEqual(Array(2).fill(['Тарых 1', 'эКОЛОГИЯ 1']));
  await writer.remove(9);
  expect([shown(), shown(late)]).toEqual([['Тарых 1'], ['Тарых 1']]); // nobody has it now
  await indexed({ id: 12, ...subject('экология') });
  expect([shown(), shown(late)].map((list) => list.sort())).toEqual(Array(2).fill(['Тарых 1', 'экология 1']));
  reader.close();
  late.close();
});

test('it is kept anew when much has changed and nobody waits, and not for every work', async () => {
  await indexed(...Array.from({ length: 520 }, (_, i) => ({ id: i + 1 })));
  expect(kept("SELECT count(*) FROM blobs WHERE key = 'columns'")).toBe(0);
  writer.rest();
  const at = kept<number>("SELECT value FROM meta WHERE key = 'columns'");
  expect(at).toBe(520);
  await indexed({ id: 600 });
  writer.rest();
  expect(kept("SELECT value FROM meta WHERE key = 'columns'")).toBe(at);
});
