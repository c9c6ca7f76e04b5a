import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/clock';
import { migrate, type OpenDatabase, openDatabase } from '../src/database/database';
import { JobQueue } from '../src/jobs/jobs';
import { inProject } from '../src/paths';

/** Several processes at one queue, as `achyk work` beside `achyk serve`. */

jest.setTimeout(120_000);

let folder: string;
let database: OpenDatabase;
let jobs: JobQueue;
const children: Worker[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'achyk-jobs-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.process.kill('SIGKILL');
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => path.join(folder, 'jobs.sqlite');
const openQueue = () => {
  database = openDatabase(file());
  migrate(database.sqlite, inProject('migrations/sqlite'));
  jobs = new JobQueue(database.db, systemClock);
};

interface Worker {
  process: ChildProcess;
  /** The keys it began, in order. */
  began: string[];
  ended: Promise<number | null>;
}

function worker(takesMs: number): Worker {
  const script = path.join(__dirname, 'support', 'job-child.js');
  const child = spawn(process.execPath, [script, file(), String(takesMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const began: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => began.push(...text.split('\n').filter(Boolean)));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const started = { process: child, began, ended };
  children.push(started);
  return started;
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
}
const isDone = async () => (await jobs.list()).length === 0;
const keys = (workers: Worker[]) => workers.flatMap((each) => each.began.filter((key) => key !== 'ready'));

test('processes that start together on an empty folder all find a database, and do each job once', async () => {
  const workers = [worker(40), worker(40), worker(40)];
  openQueue();
  await until(() => workers.every((each) => each.began.includes('ready')));
  const all = Array.from({ length: 60 }, (_, i) => String(i));
  for (const key of all) await jobs.add('work', key);
  await until(isDone);
  expect(keys(workers).sort()).toEqual(all.sort());
  expect(workers.filter((each) => keys([each]).length > 0).length).toBeGreaterThan(1);
});

test('a process that starts takes nothing from the hands of one at work, and at once what a dead one had', async () => {
  openQueue();
  const first = worker(1500);
  await jobs.add('work', 'slow');
  await until(() => first.began.includes('slow'));
  const second = worker(1500);
  await until(() => second.began.includes('ready'));
  await until(isDone);
  expect(keys([first, second])).toEqual(['slow']);

  for (const each of [first, second]) {
    each.process.stdin!.end();
    await each.ended;
  }
  const killed = worker(600_000);
  await jobs.add('work', 'lost');
  await until(() => killed.began.includes('lost'));
  killed.process.kill('SIGKILL');
  await killed.ended;
  const third = worker(10);
  await until(isDone);
  expect(keys([third])).toEqual(['lost']);
});

test('a transaction that reads and then writes is not refused because another process writes between', async () => {
  openQueue();
  const workers = [worker(0), worker(0)];
  const { db } = database;
  let counted = 0;
  for (let i = 0; i < 150; i++) {
    await jobs.add('work', i);
    await db.transaction().execute(async (tx) => {
      const queue = jobs.in(tx);
      const before = await queue.counts();
      await new Promise(setImmediate);
      await queue.add('count', 'all', { payload: before });
      counted += 1;
    });
  }
  await until(async () => (await jobs.list()).every((job) => job.kind === 'count'));
  expect(counted).toBe(150);
  expect(keys(workers)).toHaveLength(150);
});
