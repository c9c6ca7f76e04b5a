import { openAsBlob } from 'node:fs';
import { open } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sampleWorkId } from '../src/demo/fill';
import { readSampleLibrary } from '../src/demo/library';
import { outputOf, type Program, residentBytes, startProgram, statusOf } from '../test/support/program';
import { type BenchOptions, type Figure, percentile } from './bench';

/**
 * Pages as readers get them: the real program in a process of its own, asked over HTTP with gzip by twenty clients at
 * once. The clients run on the same cores as the server, so a server alone is faster than this.
 */
export const name = 'pages';

const CLIENTS = 20;
const MB = 1_000_000;
const ADMIN = { email: 'admin@bench.achyk.test', password: 'bench-password' };

export async function run({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  return [...(await emptyLibrary(folder, short, say)), ...(await demoLibrary(folder, short, say))];
}

/** From start to the first page, memory at rest, and memory while a large file comes in. */
async function emptyLibrary(folder: string, short: boolean, say: BenchOptions['say']): Promise<Figure[]> {
  const server = await startProgram(['build/src/main.js'], path.join(folder, 'empty'), {
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
  try {
    say(`first page after ${server.firstPageMs.toFixed(0)} ms`);
    await pause(short ? 2_000 : 10_000);
    const idle = residentBytes(server.process);
    const { before, peak, seconds, bytes } = await upload(server, path.join(folder, 'large.bin'), short ? 100 : 500);
    return [
      { what: 'start to first page, empty library', value: server.firstPageMs / 1_000, unit: 's', must: { atMost: 5 } },
      { what: 'memory at rest, empty library', value: idle / MB, unit: 'MB', must: { atMost: 150 } },
      {
        what: `rise of memory while ${bytes / MB} MB come in`,
        value: (peak - before) / MB,
        unit: 'MB',
        must: { atMost: 60 },
      },
      { what: 'upload, hashed while it streams', value: bytes / MB / seconds, unit: 'MB/s' },
    ];
  } finally {
    await server.stop();
  }
}

async function demoLibrary(folder: string, short: boolean, say: BenchOptions['say']): Promise<Figure[]> {
  const dataDir = path.join(folder, 'demo');
  const server = await startProgram(['build/src/cli.js', 'demo'], dataDir, {});
  try {
    const figures: Figure[] = [
      { what: 'first start of the demo, filled', value: server.firstPageMs / 1_000, unit: 's' },
    ];
    say('the demo is filled; its texts are read');
    await outputOf(['build/src/cli.js', 'jobs', '--wait'], server.env);
    const ids = readSampleLibrary().works.map((work) => sampleWorkId(dataDir, work.key));
    const words = [
      'мөңгү',
      'китеп',
      'ледник',
      'yazı',
      'library',
      'суунун жолу',
      'манасчы',
      'университет',
      'орех',
      'дарыя',
    ];
    const kinds: { what: string; must?: number; address: (i: number) => string }[] = [
      { what: 'home', address: () => '/' },
      { what: 'work', must: 30, address: (i) => `/works/${ids[i % ids.length]}` },
      { what: 'search', must: 30, address: (i) => `/search?q=${encodeURIComponent(words[i % words.length]!)}` },
      { what: 'browse titles', address: () => '/browse/titles' },
    ];
    for (const { what, must, address } of kinds) {
      await load(server.url, address, short ? 100 : 400); // the program warms up as it does in its first minute
      const { times, seconds } = await load(server.url, address, short ? 400 : 4_000);
      figures.push(
        { what: `${what}: p50 of ${CLIENTS} clients`, value: percentile(times, 0.5), unit: 'ms' },
        {
          what: `${what}: p95 of ${CLIENTS} clients`,
          value: percentile(times, 0.95),
          unit: 'ms',
          ...(must ? { must: { atMost: must } } : {}),
        },
        { what: `${what}: served`, value: times.length / seconds, unit: 'pages/s' },
      );
      say(`${what}: ${times.length} pages`);
    }
    figures.push({ what: 'memory after all this', value: residentBytes(server.process) / MB, unit: 'MB' });
    return figures;
  } finally {
    await server.stop();
  }
}

/** Asks for `count` pages, `CLIENTS` at a time; each time in ms. @throws at the first page that is not served. */
async function load(url: string, address: (i: number) => string, count: number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  const times: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const client = async () => {
    while (next < count) {
      const where = address(next++);
      const askedAt = performance.now();
      const status = await statusOf(`${url}${where}`, agent);
      if (status !== 200) throw new Error(`${where} answered ${status}`);
      times.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return { times, seconds: (performance.now() - startedAt) / 1_000 };
}

/** Sends one file of `megabytes` through the API, and watches the server's memory meanwhile. */
async function upload(server: Program, file: string, megabytes: number) {
  await writeBytes(file, megabytes);
  const token = (await outputOf(['build/src/cli.js', 'token', 'create', '--email', ADMIN.email], server.env)).trim();
  const authorization = `Bearer ${token}`;
  const created = await fetch(`${server.url}/api/v1/works`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'other',
      languages: ['en'],
      titles: [{ value: 'A large file', lang: 'en' }],
      issued: '2026',
    }),
  });
  if (created.status !== 201) throw new Error(`POST /works answered ${created.status}: ${await created.text()}`);
  const { id } = (await created.json()) as { id: number };
  const before = residentBytes(server.process);
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentBytes(server.process));
  }, 20);
  const form = new FormData();
  form.append('file', await openAsBlob(file), 'measurements.bin');
  const startedAt = performance.now();
  const sent = await fetch(`${server.url}/api/v1/works/${id}/files`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(watch);
  if (sent.status !== 201) throw new Error(`The upload was answered ${sent.status}: ${await sent.text()}`);
  return { before, peak, seconds, bytes: megabytes * MB };
}

async function writeBytes(file: string, megabytes: number): Promise<void> {
  const block = Buffer.alloc(MB, Buffer.from([0x00, 0x8f, 0x1b, 0xc3, 0x77, 0xfe, 0x02]));
  const out = await open(file, 'w');
  for (let i = 0; i < megabytes; i++) await out.write(block);
  await out.close();
}
