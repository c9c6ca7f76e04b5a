import { getPriority } from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { Abandoned } from '../src/search/sqlite/abandoned';
import { SearchThread, TooSlow } from '../src/search/sqlite/search-thread';
import { SearchScene } from './support/search-scene';

// An index in which one statement takes seconds within SQLite: `stats` counts forms, and forms are a view now.
let scene: SearchScene;
let file: string;
beforeAll(async () => {
  scene = await SearchScene.open();
  await scene.add({ id: 1, title: 'Мөңгү', pages: ['Мөңгү эрийт.'] });
  file = scene.engine.fileInUse();
  await scene.engine.close();
  const db = new Database(file);
  db.exec(`
    ALTER TABLE forms RENAME TO forms_there;
    CREATE VIEW forms AS SELECT * FROM forms_there WHERE (
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 8000000) SELECT count(*) FROM n
    ) > 0`);
  db.close();
});
afterAll(() => scene.close());

const thread = (abandoned: Abandoned) =>
  new SearchThread({ role: 'reader', file, textFile: path.join(scene.folder, 'text.sqlite') }, abandoned);
const ended = async (abandoned: Abandoned) => {
  while (abandoned.count > 0) await new Promise((resolve) => setTimeout(resolve, 50));
};

test('who waits behind a statement that does not return is answered by a new thread', async () => {
  const abandoned = new Abandoned(1);
  const one = thread(abandoned);
  await one.ask('fingerprints', []);
  const slow = one.ask('stats', [], 100);
  const next = one.ask('fingerprints', [], 10_000);
  await expect(slow).rejects.toThrow(TooSlow);
  expect(abandoned.count).toBe(1); // it goes on, for nothing stops it
  expect(await next).toEqual([[1, expect.any(String)]]);
  await ended(abandoned);
  await one.close();
});

test('of threads given up no more than agreed run at once, and who must wait is told in time', async () => {
  const abandoned = new Abandoned(1);
  const [one, two] = [thread(abandoned), thread(abandoned)];
  await Promise.all([one, two].map((each) => each.ask('fingerprints', [])));
  let most = 0;
  let load = 0;
  const watching = setInterval(() => {
    most = Math.max(most, abandoned.count);
    load = Math.max(load, one.load, two.load);
  }, 5);
  const flood = [one, two].flatMap((each) => Array.from({ length: 4 }, () => each.ask('stats', [], 100)));
  const answers = await Promise.allSettled(flood);
  clearInterval(watching);
  for (const { status } of answers) expect(status).toBe('rejected');
  expect(most).toBe(1);
  expect(load).toBeGreaterThan(1000); // one that is stuck is chosen last
  // Once those return, all is as before.
  for (const each of [one, two]) expect(await each.ask('fingerprints', [])).toHaveLength(1);
  await ended(abandoned);
  expect([one.load, two.load]).toEqual([0, 0]);
  await Promise.all([one.close(), two.close()]);
});

test('a thread given up goes on behind everything else', async () => {
  if (process.platform !== 'linux') return;
  const abandoned = new Abandoned(1);
  const one = thread(abandoned);
  await one.ask('fingerprints', []);
  const { number } = one as unknown as { number: number };
  expect(getPriority(number)).toBe(getPriority());
  await expect(one.ask('stats', [], 100)).rejects.toThrow(TooSlow);
  expect([abandoned.count, getPriority(number), getPriority()]).toEqual([1, 19, getPriority(process.pid)]);
  expect(getPriority()).toBeLessThan(19);
  await ended(abandoned);
});

test('a stuck thread is not waited for at the end', async () => {
  const abandoned = new Abandoned(0);
  const one = thread(abandoned);
  await one.ask('fingerprints', []);
  await expect(one.ask('stats', [], 100)).rejects.toThrow(TooSlow);
  await expect(one.ask('fingerprints', [], 100)).rejects.toThrow(TooSlow);
  const { worker } = one as unknown as { worker: Worker };
  await one.close();
  expect(worker.threadId).toBeGreaterThan(0); // it is at its statement still
});
