import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { migrate, type OpenDatabase, openDatabase } from '../src/database/database';
import { GiveUp, type Job, JobQueue } from '../src/jobs/jobs';
import { type JobHandler, JobRunner } from '../src/jobs/runner';
import { inProject } from '../src/paths';
import { processName } from '../src/process-name';
import { TestClock } from './support/app';

const log = pino({ level: 'silent' });
let folder: string;
let database: OpenDatabase;
let clock: TestClock;
let jobs: JobQueue;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'achyk-jobs-'));
  database = openDatabase(path.join(folder, 'jobs.sqlite'));
  migrate(database.sqlite, inProject('migrations/sqlite'));
  clock = new TestClock(Date.parse('2026-03-10T06:00:00.000Z'));
  jobs = new JobQueue(database.db, clock);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const runner = (handlers: Record<string, JobHandler>) => new JobRunner(jobs, handlers, log, { pollMs: 5 });
/** The queue as a process that has died since had it open. */
const deadProcess = () => {
  const parts = processName.split('~');
  return new JobQueue(database.db, clock, undefined, [...parts.slice(0, 3), 2 ** 22 + 1, 0].join('~'));
};
const take = async () => (await jobs.take(['work']))!;

test('a job is promised with the change that calls for it, or not at all', async () => {
  await expect(
    database.db.transaction().execute(async (tx) => {
      await jobs.in(tx).add('work', 1);
      throw new Error('the change failed');
    }),
  ).rejects.toThrow('the change failed');
  expect(await jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
});

test('asked for twice while it waits, a job is done once, with what was said last', async () => {
  await jobs.add('work', 1, { payload: 'first', priority: 5, runAfter: new Date(clock.now().getTime() + 60_000) });
  await jobs.add('work', 1, { payload: 'second', priority: 1 });
  expect(await jobs.list()).toHaveLength(1);
  expect(await take()).toMatchObject({ payload: 'second' });
});

test('a job asked for again while it runs is done once more, and not at the same time', async () => {
  await jobs.add('work', 1);
  const running = await take();
  await jobs.add('work', 1);
  await jobs.add('work', 2);
  expect((await take()).key).toBe('2');
  expect(await jobs.take(['work'])).toBeNull();
  await jobs.done(running.id);
  expect((await take()).key).toBe('1');
});

test('the most urgent goes first, then the one that waits longest', async () => {
  await jobs.add('work', 'night', { priority: -1 });
  await jobs.add('work', 'first');
  await jobs.add('work', 'second');
  await jobs.add('work', 'urgent', { priority: 3 });
  const order: string[] = [];
  for (let job = await jobs.take(['work']); job; job = await jobs.take(['work'])) order.push(job.key);
  expect(order).toEqual(['urgent', 'first', 'second', 'night']);
});

test('a job that fails comes back later and later, and after five times waits for a person', async () => {
  await jobs.add('work', 1, { payload: { a: 1 } });
  for (const seconds of [10, 40, 160, 640]) {
    expect(await jobs.failed(await take(), new Error('no luck'))).toBe('waiting');
    clock.wait({ seconds: seconds - 1 });
    expect(await jobs.take(['work'])).toBeNull();
    clock.wait({ seconds: 1 });
  }
  expect(await jobs.failed(await take(), new Error('no luck'))).toBe('dead');
  clock.wait({ days: 30 });
  expect(await jobs.take(['work'])).toBeNull();
  const [dead] = await jobs.list();
  expect(dead).toMatchObject({ state: 'dead', attempts: 5, lastError: 'Error: no luck' });

  await jobs.restart(dead!.id);
  expect(await take()).toMatchObject({ attempts: 1, payload: { a: 1 } });
  await expect(jobs.restart(dead!.id)).rejects.toThrow();
});

test('a job that it is no use to try again waits for a person at once', async () => {
  await jobs.add('work', 1);
  expect(await jobs.failed(await take(), new GiveUp('encrypted'))).toBe('dead');
});

test('a failed job that was asked for again meanwhile leaves only the new asking', async () => {
  await jobs.add('work', 1, { payload: 'old' });
  const running = await take();
  await jobs.add('work', 1, { payload: 'new' });
  await jobs.failed(running, new Error('no luck'));
  expect(await jobs.list()).toMatchObject([{ payload: 'new', state: 'waiting', attempts: 0 }]);
});

test('a job whose runner died is taken again when its lease ends, at once where it is known to be dead', async () => {
  await jobs.add('work', 1);
  await take();
  expect(await jobs.take(['work'])).toBeNull();
  clock.wait({ seconds: 5 * 60 + 1 });
  const again = await deadProcess().take(['work']);
  expect(again).toMatchObject({ key: '1', attempts: 2 });
  await jobs.reclaim();
  expect(await take()).toMatchObject({ key: '1', attempts: 3 });
});

test('a job in the hands of a living process stays there, and of one that cannot be seen', async () => {
  await jobs.add('work', 'mine');
  await jobs.add('work', 'far');
  await take();
  const elsewhere = new JobQueue(database.db, clock, undefined, 'other-host~boot~1~17~4711');
  await elsewhere.take(['work']);
  await jobs.reclaim();
  expect(await jobs.take(['work'])).toBeNull();
  expect(await jobs.counts()).toEqual({ waiting: 0, running: 2, dead: 0 });
});

test('what another process has taken over is its own to end', async () => {
  await jobs.add('work', 1);
  const slept = deadProcess();
  const before = (await slept.take(['work']))!;
  clock.wait({ seconds: 5 * 60 + 1 });
  await take();
  expect(await slept.renew(before.id)).toBe(false);
  expect(await slept.done(before.id)).toBe(false);
  await slept.failed(before, new GiveUp('too late'));
  expect(await jobs.list()).toMatchObject([{ state: 'running', attempts: 2, lastError: null }]);
  expect(await jobs.renew(before.id)).toBe(true);
  expect(await jobs.done(before.id)).toBe(true);
});

test('a runner that slept through its lease does not take its own job twice', async () => {
  let times = 0;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const work = runner({
    work: async () => {
      times += 1;
      await held;
    },
  });
  await jobs.add('work', 1);
  work.start();
  while (times === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  clock.wait({ days: 1 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  await work.stop();
  expect(times).toBe(1);
  expect(await jobs.list()).toEqual([]);
});

test('a job that kills its process every time is set aside after five times', async () => {
  await jobs.add('work', 1);
  for (let start = 0; start < 5; start++) {
    expect(await deadProcess().take(['work'])).not.toBeNull();
    await jobs.reclaim(); // the process died, and was started again
  }
  expect(await jobs.take(['work'])).toBeNull();
  expect(await jobs.list()).toMatchObject([{ state: 'dead', lastError: expect.stringContaining('died') }]);
});

test('a restart forgets no asking: neither what ran nor what waited behind it', async () => {
  await jobs.add('work', 1, { payload: 'old' });
  await deadProcess().take(['work']);
  await jobs.add('work', 1, { payload: 'new' });
  await jobs.add('work', 2);
  await jobs.reclaim();
  expect((await jobs.list()).map(({ key, payload }) => [key, payload])).toEqual([
    ['1', 'new'],
    ['2', null],
  ]);
});

test('a runner does what is due, goes on after a failure, and finishes what it has in hand before it stops', async () => {
  const done: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const work = runner({
    work: async (job: Job) => {
      if (job.key === 'bad') throw new Error('no luck');
      if (job.key === 'slow') await held;
      done.push(job.key);
    },
  });
  await jobs.add('work', 'bad');
  await jobs.add('work', 'slow');
  await jobs.add('unknown', 'other');
  work.start();
  await jobs.add('work', 'quick');
  while (!done.includes('quick')) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopped = work.stop();
  release();
  await stopped;
  expect(done).toEqual(['quick', 'slow']);
  await jobs.add('work', 'late');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect((await jobs.list()).map(({ key }) => key).sort()).toEqual(['bad', 'late', 'other']);
});

test('many runners at once do each job exactly once', async () => {
  for (let i = 0; i < 40; i++) await jobs.add('work', i);
  const done: string[] = [];
  const handler = async (job: Job) => {
    await new Promise((resolve) => setImmediate(resolve));
    done.push(job.key);
  };
  await Promise.all([1, 2, 3].map(() => runner({ work: handler }).drain()));
  expect(done.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
});
