import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { DiskCache } from '../src/reading/disk-cache';

const base = mkdtempSync(path.join(os.tmpdir(), 'achyk-cache-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A folder, as many processes that keep files in it as asked for, and what is there. */
function shared(name: string, limitBytes: number) {
  const folder = path.join(base, name);
  mkdirSync(folder, { recursive: true });
  const open = () => new DiskCache(folder, `${folder}.sqlite`, limitBytes);
  const put = (cache: DiskCache, key: string, size: number) => {
    writeFileSync(path.join(folder, key), Buffer.alloc(size));
    cache.keep(key, size);
  };
  const isThere = (key: string) => existsSync(path.join(folder, key));
  return { open, put, isThere, list: `${folder}.sqlite` };
}

async function until(isSo: () => boolean) {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

test('two processes on one folder keep within one limit', async () => {
  const { open, put, isThere } = shared('two', 1_000);
  const [one, other] = [open(), open()];
  put(one, 'a', 400);
  await new Promise((resolve) => setTimeout(resolve, 5)); // of what was used at one moment either may go
  put(other, 'b', 400);
  await new Promise((resolve) => setTimeout(resolve, 5));
  put(one, 'c', 400); // of which each of them kept less than the limit
  await until(() => !isThere('a'));
  expect([isThere('b'), isThere('c')]).toEqual([true, true]);
  await other.drop('b');
  put(one, 'd', 400); // the room is free for either
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([isThere('c'), isThere('d')]).toEqual([true, true]);
  for (const cache of [one, other]) cache.close();
});

test('a file in place of another counts once', async () => {
  const { open, put, isThere } = shared('anew', 1_000);
  const cache = open();
  put(cache, 'a', 300);
  for (let i = 0; i < 9; i++) put(cache, 'b', 300);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([isThere('a'), isThere('b')]).toEqual([true, true]);
  cache.close();
});

test('a list of earlier days is made anew', () => {
  const { open, list } = shared('old', 1_000);
  const db = new Database(list);
  db.exec(`CREATE TABLE images (key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL);
    INSERT INTO images VALUES ('a', 1, 1)`);
  db.close();
  const cache = open();
  expect(cache.isUnknown).toBe(true);
  cache.keep('b', 5);
  expect(cache.isUnknown).toBe(false);
  cache.close();
});
