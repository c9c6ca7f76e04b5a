import { readdirSync, readFileSync } from 'node:fs';
import { readdir, rename, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import express from 'express';
import request from 'supertest';
import { Metrics } from '../src/http/metrics';
import { withoutSecrets } from '../src/http/request-log';
import { operations } from '../src/web/operations';
import { openTestApp, type TestApp } from './support/app';

jest.setTimeout(120_000); // whole libraries and processes: on a loaded machine they take their time

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const get = (address: string) => app.browse().get(address);

test('/healthz says that the process answers, and nothing may keep the answer', async () => {
  const { body, headers } = await get('/healthz').expect(200);
  expect(body).toEqual({ status: 'ok' });
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['set-cookie']).toBeUndefined();
});

describe('/readyz', () => {
  test('is 200 while everything works', async () => {
    const { body } = await get('/readyz').expect(200);
    expect(body).toMatchObject({ status: 'ok', checks: { database: 'ok', archive: 'ok', search: 'ok', jobs: 'ok' } });
  });

  test('is 503 and names the archive while its folder is away', async () => {
    const { folder } = app.house.archive;
    await rename(folder, `${folder}-away`);
    expect((await get('/readyz').expect(503)).body).toMatchObject({
      status: 'failing',
      checks: { database: 'ok', archive: 'failing', jobs: 'ok' },
    });
    await rename(`${folder}-away`, folder);
    await get('/readyz').expect(200);
  });

  test('is 503 and names the database when it cannot be asked; /healthz still answers', async () => {
    app.house.database.sqlite.exec('ALTER TABLE works RENAME TO lost');
    expect((await get('/readyz').expect(503)).body.checks).toMatchObject({ database: 'failing', archive: 'ok' });
    await get('/healthz').expect(200);
    app.house.database.sqlite.exec('ALTER TABLE lost RENAME TO works');
  });

  test('is 503 and names the search when it answers with an error', async () => {
    const asked = jest.spyOn(app.house.search.engine, 'search').mockRejectedValue(new Error('index torn'));
    const { body, text } = await get('/readyz').expect(503);
    expect(body.checks).toMatchObject({ search: 'failing', database: 'ok' });
    expect(text).not.toContain('torn'); // the reason is for the log, not for the world
    asked.mockRestore();
  });

  test('is 503 when a part does not answer at all', async () => {
    const checks = { database: async () => {}, search: () => new Promise<void>(() => {}) };
    const server = express().use(operations(app.house, new Metrics(app.house.jobs), checks, 50));
    const { body } = await request(server).get('/readyz').expect(503);
    expect(body.checks).toEqual({ database: 'ok', search: 'failing' });
  });

  test('is 503 and names the jobs when one is long due and nobody does any', async () => {
    await app.house.jobs.add('archive-collections', 'all');
    app.wait({ seconds: 60 });
    await get('/readyz').expect(200);
    app.wait({ hours: 1 });
    expect((await get('/readyz').expect(503)).body.checks).toMatchObject({ jobs: 'failing', database: 'ok' });
    await app.runner.drain();
    await get('/readyz').expect(200);
  });
});

test('/metrics tells requests by route, never by address, and jobs by state', async () => {
  await app.house.jobs.add('archive-collections', 'all');
  await get('/').expect(200);
  await get('/readyz').expect(200); // it asks the search
  await get('/no/such/page-98765').expect(404);
  const { text, headers } = await get('/metrics').expect(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain('achyk_http_request_duration_seconds_count{method="GET",route="/",status="200"} 1');
  expect(text).toContain('route="other",status="404"} 1');
  expect(text).not.toContain('98765');
  expect(text).toContain('achyk_jobs{state="waiting"} 2'); // that one, and the next sweep
  expect(text).toContain('achyk_search_duration_seconds_count 1');
  expect(text).toMatch(/process_resident_memory_bytes \d+/);
});

test('every kind of job that is promised somewhere has someone who does it', () => {
  const sources = path.join(__dirname, '..', '..', 'src');
  const promised = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(path.join(sources, name), 'utf8').matchAll(/\bjobs(?:\.in\(\w+\))?\s*\.add\(\s*'([a-z-]+)'/g),
    ])
    .map((match) => match[1]!);
  expect(promised).toContain('index-work');
  expect(promised.filter((kind) => !app.runner.kinds.includes(kind))).toEqual([]);
});

test('uploads that no draft wants are swept away after a day; a draft keeps its own', async () => {
  const { incoming, works } = app.house;
  const { id } = await app.draft({ files: [{ name: 'a.txt', mediaType: 'text/plain', content: Buffer.from('kept') }] });
  const { key } = await incoming.receive(Readable.from(['forgotten']), { limitBytes: 100 });
  const copy = await works.drafts.of(id);
  const { incoming: kept } = await works.files.bytesOf(copy!.files[0]!.id);
  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  for (const name of [key, kept!]) await utimes(incoming.pathOf(name), longAgo, longAgo);
  app.wait({ hours: 2 });
  await app.runner.drain();
  expect(await readdir(incoming.folder)).toEqual([kept]);
});

test('the log shows where a request went, and no secret that is in its path', () => {
  for (const [given, shown] of [
    ['/works/17', '/works/17'],
    ['/welcome/abc', '/welcome/…'],
    ['/x/0123456789012345678901234567890123456789012/y', '/x/…/y'],
    ['/works/1/files/2/диссертация-узун-аталыш.pdf', '/works/1/files/2/диссертация-узун-аталыш.pdf'],
  ] as const) {
    expect(withoutSecrets(given)).toBe(shown);
  }
});
