import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { migrate, openDatabase } from '../src/database/database';
import { oaiDc } from '../src/formats/all';
import { type KeptRecord, KeptRecords } from '../src/formats/kept-records';
import { sampleRecord } from '../src/formats/sample';
import { inProject } from '../src/paths';
import { type Metadata, WORK_TYPES } from '../src/works/schema';
import { type BenchOptions, type Figure, percentile } from './bench';

export const name = 'oai';

const PAGE = 100;
const YESTERDAYS = 50;

/** Harvests a small and a ten times larger library over HTTP, and asks of both what issue and design promise. */
export async function run({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  const sizes = short ? [10_000, 100_000] : [100_000, 1_000_000];
  const figures: Figure[] = [];
  const middle: number[] = [];
  for (const size of sizes) {
    const data = path.join(folder, String(size));
    say(`making ${size} works`);
    fill(data, size);
    const server = await Server.start(data);
    try {
      const label = `${size / 1000}k works: `;
      figures.push(...(await selective(server, label)));
      const quiet = await otherPages(server, 3000);
      say(`harvesting ${size} records`);
      const { own, medians } = await wholeHarvest(server, size, label);
      figures.push(...own);
      middle.push(medians);
      const besides = await duringHarvest(server);
      figures.push(
        { what: `${label}other pages, quiet, p95`, value: percentile(quiet, 0.95), unit: 'ms' },
        {
          what: `${label}other pages during a harvest, p95 against quiet`,
          value: percentile(besides, 0.95) / percentile(quiet, 0.95),
          unit: 'times',
          must: { atMost: 2 },
        },
        ...(await renewal(server, data, label)),
      );
    } finally {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    }
  }
  figures.push({
    what: `a page of ${sizes[1]! / 1000}k against a page of ${sizes[0]! / 1000}k, medians`,
    value: middle[1]! / middle[0]!,
    unit: 'times',
    must: { atMost: 1.3 },
  });
  return figures;
}

/** Every page of ListRecords, one after another, as one polite client asks. */
async function wholeHarvest(server: Server, size: number, label: string): Promise<{ own: Figure[]; medians: number }> {
  const times: number[] = [];
  const cpu: number[] = [];
  const memory: number[] = [];
  let records = 0;
  let query = 'verb=ListRecords&metadataPrefix=oai_dc';
  const [startedAt, cpuBefore] = [performance.now(), server.cpuSeconds()];
  for (;;) {
    const began = performance.now();
    const xml = await server.get(`/oai?${query}`);
    times.push(performance.now() - began);
    cpu.push(server.cpuSeconds());
    records += xml.split('<record>').length - 1;
    if (times.length % 20 === 0) memory.push(server.megabytes());
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(xml)?.[1];
    if (!token) break;
    query = `verb=ListRecords&resumptionToken=${encodeURIComponent(token)}`;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAll = server.cpuSeconds() - cpuBefore;
  if (records !== size) throw new Error(`The harvest gave ${records} records of ${size}.`);
  // The very first request counts the whole list, once for all pages.
  const few = Math.min(100, Math.floor(times.length / 5));
  const first = percentile(times.slice(0, few), 0.5);
  const last = percentile(times.slice(-few), 0.5);
  // The server's own computing: it says the same on a machine that does other things meanwhile.
  const cost = (from: number, to: number) => ((cpu[to]! - cpu[from]!) * 1000) / (to - from);
  const [firstCost, lastCost] = [cost(few, 3 * few), cost(cpu.length - 1 - 2 * few, cpu.length - 1)];
  const warm = memory.slice(Math.floor(memory.length / 4));
  return {
    medians: percentile(times, 0.5),
    own: [
      { what: `${label}first request, which counts the list`, value: times[0]!, unit: 'ms' },
      { what: `${label}a page of ${PAGE}, median of the first ${few}`, value: first, unit: 'ms' },
      { what: `${label}computing for a page, near the beginning`, value: firstCost, unit: 'ms' },
      {
        what: `${label}computing for the last pages against the first`,
        value: lastCost / firstCost,
        unit: 'times',
        must: { atMost: 1.3 },
      },
      { what: `${label}last pages against first pages`, value: last / first, unit: 'times', must: { atMost: 1.3 } },
      {
        what: `${label}harvested by one client with gzip`,
        value: records / seconds,
        unit: 'records/s',
        must: { atLeast: 5000 },
      },
      {
        what: `${label}harvested for a second of one core`,
        value: records / cpuAll,
        unit: 'records/s',
        must: { atLeast: 5000 },
      },
      { what: `${label}memory of the server at the end`, value: memory.at(-1)!, unit: 'MB' },
      {
        what: `${label}memory, last quarter against second quarter`,
        value:
          percentile(warm.slice(-Math.ceil(warm.length / 3)), 0.5) /
          percentile(warm.slice(0, Math.ceil(warm.length / 3)), 0.5),
        unit: 'times',
        must: { atMost: 1.15 },
      },
    ],
  };
}

/** Yesterday's fifty changes of all. */
async function selective(server: Server, label: string): Promise<Figure[]> {
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const began = performance.now();
    const xml = await server.get(`/oai?verb=ListRecords&metadataPrefix=oai_dc&from=${YESTERDAY}&until=${YESTERDAY}`);
    times.push(performance.now() - began);
    if (xml.split('<record>').length - 1 !== YESTERDAYS) throw new Error('A selective harvest lost its way.');
  }
  return [
    {
      what: `${label}yesterday's ${YESTERDAYS} changes, median`,
      value: percentile(times.slice(20), 0.5),
      unit: 'ms',
      must: { atMost: 20 },
    },
    { what: `${label}yesterday's ${YESTERDAYS} changes, p95`, value: percentile(times.slice(20), 0.95), unit: 'ms' },
  ];
}

async function otherPages(server: Server, forMs: number): Promise<number[]> {
  const times: number[] = [];
  for (const until = performance.now() + forMs; performance.now() < until; ) {
    const began = performance.now();
    await server.get(`/works/${1 + (times.length % 500)}`);
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return times.slice(10);
}

/** The harvester has a thread of its own here, so that what it computes is not counted as the server's delay. */
async function duringHarvest(server: Server): Promise<number[]> {
  const harvester = new Worker(__filename, { workerData: server.address });
  const pages = { count: 0 };
  harvester.on('message', () => pages.count++);
  await new Promise((resolve) => harvester.once('message', resolve));
  const times = await otherPages(server, 5000);
  await harvester.terminate();
  if (pages.count < 50) throw new Error('There was hardly a harvest.');
  return times;
}

async function harvestForEver(server: Server): Promise<void> {
  const begin = 'verb=ListRecords&metadataPrefix=oai_dc';
  for (let query = begin; ; ) {
    const xml = await server.get(`/oai?${query}`);
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(xml)?.[1];
    query = token ? `verb=ListRecords&resumptionToken=${encodeURIComponent(token)}` : begin;
    parentPort!.postMessage('page');
  }
}

/** What the first harvest after an upgrade or an import pays: records that nobody has made yet. */
async function renewal(server: Server, data: string, label: string): Promise<Figure[]> {
  const kept = new KeptRecords(path.join(data, 'derived/records.sqlite'));
  for (let workId = 1; workId <= 500; workId++) kept.remove(workId);
  kept.close();
  const times: number[] = [];
  let query = 'verb=ListRecords&metadataPrefix=oai_dc';
  for (let page = 0; page < 5; page++) {
    const began = performance.now();
    const xml = await server.get(`/oai?${query}`);
    times.push(performance.now() - began);
    query = `verb=ListRecords&resumptionToken=${encodeURIComponent(/<resumptionToken[^>]*>([^<]+)</.exec(xml)![1]!)}`;
  }
  return [{ what: `${label}a page of records made anew, median`, value: percentile(times, 0.5), unit: 'ms' }];
}

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** A library of `size` works, their records made: written straight into the tables, as a million publications would. */
function fill(folder: string, size: number): void {
  const { sqlite } = openDatabase(path.join(folder, 'achyk.sqlite'));
  migrate(sqlite, inProject('migrations/sqlite'));
  sqlite.pragma('synchronous = OFF');
  const repository = { name: 'Bench', id: 'bench.library.test', baseUrl: 'http://localhost' };
  const models = Array.from({ length: 200 }, (_, i) => {
    const metadata = metadataOf(i);
    const record = sampleRecord(metadata, repository, i % 5 ? 'open' : 'restricted');
    return { metadata: JSON.stringify(record.metadata), type: record.metadata.type, xml: oaiDc.serialise(record) };
  });
  const work = sqlite.prepare(
    `INSERT INTO works (id, state, version, metadata, type, title_key, letter, year, access_level, created_at, updated_at,
       published_at, change_number, datestamp)
     VALUES (?, 'published', 1, ?, ?, ?, 'К', 2021, 'open', ?, ?, ?, ?, ?)`,
  );
  const version = sqlite.prepare('INSERT INTO versions (work_id, number, metadata, published_at) VALUES (?, 1, ?, ?)');
  const change = sqlite.prepare('INSERT INTO changes VALUES (?, ?, ?, 0, ?)');
  const set = sqlite.prepare('INSERT INTO work_sets VALUES (?, ?)');
  mkdirSync(path.join(folder, 'derived'), { recursive: true });
  const kept = new KeptRecords(path.join(folder, 'derived/records.sqlite'));
  const begin = Date.parse('2020-01-01T00:00:00Z');
  const step = Math.floor((Date.now() - 3 * 86_400_000 - begin) / size);
  const all = sqlite.transaction((from: number, to: number) => {
    const records: KeptRecord[] = [];
    for (let id = from; id < to; id++) {
      const model = models[id % models.length]!;
      const isYesterdays = id > size - YESTERDAYS;
      const at = isYesterdays ? `${YESTERDAY}T12:00:00Z` : `${new Date(begin + id * step).toISOString().slice(0, 19)}Z`;
      work.run(id, model.metadata, model.type, `кыргыз ${id}`, at, at, at, id, at);
      version.run(id, model.metadata, at);
      change.run(id, id, at, `type:${model.type} openaire driver`);
      for (const spec of ['type', `type:${model.type}`, 'openaire', 'driver']) set.run(spec, id);
      const xml = model.xml.replaceAll('/works/17', `/works/${id}`);
      records.push({ workId: id, format: 'oai_dc', number: id, xml });
    }
    kept.put(records);
  });
  for (let from = 1; from <= size; from += 10_000) all(from, Math.min(size + 1, from + 10_000));
  // One more than `size - YESTERDAYS` would leave 49.
  sqlite
    .prepare(`UPDATE changes SET datestamp = ? WHERE number = ?`)
    .run(`${YESTERDAY}T12:00:00Z`, size - YESTERDAYS + 1);
  sqlite.exec(`UPDATE last_change SET number = ${size}, datestamp = '${YESTERDAY}T12:00:00Z'`);
  sqlite
    .prepare("INSERT INTO harvest_state VALUES ('done', ?), ('earliest', '2020-01-01T00:00:00Z')")
    .run(String(size));
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  sqlite.close();
  kept.close();
}

/** About as long as a real dissertation's record: 4 kB. */
function metadataOf(i: number): Parameters<typeof sampleRecord>[0] {
  const words = 'мөңгү жайкысын чегинет суу тоо өрөөн климат өзгөрүү байкоо маалымат изилдөө жыйынтык кыргыз тил'.split(
    ' ',
  );
  const sentence = (n: number) => Array.from({ length: n }, (_, k) => words[(i * 7 + k * 5) % words.length]).join(' ');
  return {
    type: WORK_TYPES[i % WORK_TYPES.length]!,
    languages: ['ky'],
    titles: ['ky', 'ru', 'en'].map((lang) => ({ value: sentence(10), lang })),
    contributors: [
      { role: 'author', name: 'Асанов, Усен Бакирович' },
      { role: 'supervisor', name: 'Иванова, Анна Петровна' },
    ],
    abstracts: ['ky', 'ru', 'en'].map((lang) => ({ value: sentence(50), lang })),
    subjects: words.map((value) => ({ scheme: 'keyword', value, lang: 'ky' })),
    issued: '2021-03-24',
    publisher: 'КУУ',
    rights: { licence: 'CC-BY-4.0' },
  } satisfies Partial<Record<keyof Metadata, unknown>> as Parameters<typeof sampleRecord>[0];
}

/** The real server in a process of its own. */
class Server {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

  constructor(
    private readonly process: ChildProcess | null,
    readonly address: string,
  ) {}

  static async start(data: string): Promise<Server> {
    const child = spawn(process.execPath, [inProject('build/src/main.js')], {
      env: {
        ...process.env,
        PORT: '0',
        DATA_DIR: data,
        BASE_URL: 'http://localhost',
        REPOSITORY_ID: 'bench.library.test',
        LOG_LEVEL: 'error',
        ADMIN_EMAIL: 'bench@library.test',
        ADMIN_PASSWORD: 'only for this bench',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout!.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /open at (http:\S+)/.exec(said);
        if (found) resolve(found[1]!);
      });
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    });
    return new Server(child, address);
  }

  get(where: string): Promise<string> {
    return new Promise((resolve, reject) => {
      http
        .get(this.address + where, { agent: this.agent, headers: { 'Accept-Encoding': 'gzip' } }, (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('error', reject);
          res.on('end', () => {
            const body = Buffer.concat(chunks);
            const text = res.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
            if (res.statusCode === 200 || !where.startsWith('/oai')) resolve(text);
            else reject(new Error(`${where} answered ${res.statusCode}: ${text.slice(0, 300)}`));
          });
        })
        .on('error', reject);
    });
  }

  /** Of both kinds, all threads. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.process!.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  megabytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.process!.pid}/status`, 'utf8'))![1]) / 1024;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    const ended = new Promise((resolve) => this.process!.once('exit', resolve));
    this.process!.kill('SIGTERM');
    await ended;
  }
}

if (!isMainThread) void harvestForEver(new Server(null, workerData as string));
