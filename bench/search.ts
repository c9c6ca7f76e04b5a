import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { loadavg } from 'node:os';
import path from 'node:path';
import { IndexWriter } from '../src/search/sqlite/index-writer';
import { SqliteSearchEngine } from '../src/search/sqlite/sqlite-engine';
import { Suggester } from '../src/search/sqlite/suggester';
import type { IndexedWork, SearchResult, SearchStats } from '../src/search/types';
import { TextStore } from '../src/text/text-store';
import { type BenchOptions, type Figure, percentile } from './bench';
import {
  generated,
  PAGES_A_WORK,
  type QueryKind,
  queriesOf,
  storeText,
  Vocabulary,
  withoutText,
} from './search-corpus';
import { hasPostgres, Postgres } from './search-postgres';

export const name = 'search';

const KINDS: QueryKind[] = ['one word', 'two words', 'phrase', 'prefix', 'mistyped word', 'word on nearly every page'];
const RANKED: QueryKind[] = ['one word', 'two words', 'phrase', 'word on nearly every page'];
const QUERIES = 120;

/**
 * A generated library of 50 pages a work, searched over HTTP as readers do. BENCH_SEARCH_WORKS=200,1000 sets other sizes
 * than 1,000, 5,000 and 20,000 works.
 */
export async function run({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  const sizes = (process.env.BENCH_SEARCH_WORKS ?? (short ? '100,500,2000' : '1000,5000,20000')).split(',').map(Number);
  const largest = sizes.at(-1)!;
  const figures: Figure[] = [];
  const tell = (figure: Figure) => {
    figures.push(figure);
    say(`${figure.what}: ${figure.value.toFixed(1)} ${figure.unit}`);
  };
  tell({ what: 'load of the machine when it began (1 minute)', value: loadavg()[0]!, unit: 'processes' });
  const vocabulary = new Vocabulary();
  const library = new Library(folder, vocabulary);
  const twoWords: number[] = [];
  for (const works of sizes) {
    const pages = works * PAGES_A_WORK;
    say(`writing and indexing ${works} works, ${pages} pages`);
    const rate = await library.growTo(works);
    const isLargest = works === largest;
    tell({
      what: `${works} works: indexed from stored text`,
      value: rate,
      unit: 'pages/s',
      ...(isLargest ? { must: { atLeast: 2000 } } : {}),
    });
    tell({
      what: `${works} works: index and text on disk, of the plain text`,
      value: library.share(),
      unit: '×',
      ...(isLargest ? { must: { atMost: 0.85 } } : {}),
    });
    const server = await Server.start(folder);
    const first = await server.time(queriesOf(vocabulary, 'one word', 1, works)[0]!);
    tell({
      what: `${works} works: first query after start`,
      value: first,
      unit: 'ms',
      ...(isLargest ? { must: { atMost: 500 } } : {}),
    });
    for (const kind of KINDS) {
      const count = kind === 'word on nearly every page' ? 30 : QUERIES;
      const times: number[] = [];
      for (const query of queriesOf(vocabulary, kind, count + 10, works)) times.push(await server.time(query));
      const warm = times.slice(10);
      const [p50, p95] = [percentile(warm, 0.5), percentile(warm, 0.95)];
      if (kind === 'two words') twoWords.push(p95);
      const common = kind === 'word on nearly every page';
      tell({
        what: `${works} works: ${kind}, p50`,
        value: p50,
        unit: 'ms',
        ...(isLargest ? { must: { atMost: common ? 150 : 15 } } : {}),
      });
      tell({
        what: `${works} works: ${kind}, p95`,
        value: p95,
        unit: 'ms',
        ...(isLargest ? { must: { atMost: common ? 150 : 50 } } : {}),
      });
    }
    if (works === sizes[Math.min(1, sizes.length - 1)]) await againstPostgres(vocabulary, works, server, say, tell);
    if (isLargest) {
      await whileIndexing(server, library, vocabulary, works, tell);
      const { rss, stats } = await server.memory();
      tell({ what: `${works} works: memory of the process`, value: rss / 1e6, unit: 'MB', must: { atMost: 500 } });
      tell({ what: `${works} works: entries offered while typing`, value: stats.suggestions, unit: 'entries' });
      tell({
        what: `${works} works: memory for what is offered while typing`,
        value: stats.suggestionBytes / 1e6,
        unit: 'MB',
      });
      await whileTyping(server, vocabulary, works, tell);
    }
    await server.close();
  }
  if (sizes.length > 1) {
    const times = (largest / sizes[0]!).toFixed(0);
    tell({
      what: `${times} × the pages: p95 of two words grows`,
      value: twoWords.at(-1)! / twoWords[0]!,
      unit: '×',
      must: { atMost: 4 },
    });
  }
  library.close();
  await typingAmongMany(vocabulary, short ? 10_000 : 100_000, folder, say, tell);
  return figures;
}

/** Text and index growing together in one folder. */
class Library {
  private readonly texts: TextStore;
  private readonly textFile: string;
  private works = 0;
  private plainBytes = 0;

  constructor(
    private readonly folder: string,
    private readonly vocabulary: Vocabulary,
  ) {
    this.textFile = path.join(folder, 'text.sqlite');
    this.texts = new TextStore(this.textFile);
  }

  /** @returns pages indexed a second of processor time of one core, making of the corpus not counted. */
  async growTo(works: number): Promise<number> {
    const made: IndexedWork[] = [];
    for (let id = this.works + 1; id <= works; id += 1) {
      const { work, pages } = generated(this.vocabulary, id);
      for (const page of pages) this.plainBytes += Buffer.byteLength(page);
      await storeText(this.texts, id, pages);
      made.push(work);
    }
    const engine = await SqliteSearchEngine.open({ folder: this.folder, textFile: this.textFile, readers: 1 });
    const file = engine.fileInUse();
    await engine.close();
    const writer = new IndexWriter(file, new TextStore(this.textFile, { readOnly: true }));
    const began = process.cpuUsage();
    for (const work of made) await writer.index(work, false);
    writer.commit();
    const { user, system } = process.cpuUsage(began);
    writer.optimise();
    writer.close();
    const pages = (works - this.works) * PAGES_A_WORK;
    this.works = works;
    return pages / ((user + system) / 1e6);
  }

  share(): number {
    const bytes = (file: string) => (existsSync(file) ? statSync(file).size : 0);
    const current = readFileSync(path.join(this.folder, 'search-current'), 'utf8').trim();
    const index = path.join(this.folder, current);
    return (bytes(this.textFile) + bytes(index) + bytes(`${index}-wal`)) / this.plainBytes;
  }

  async book(id: number, pageCount: number): Promise<IndexedWork> {
    const pages: string[] = [];
    for (let part = 0; pages.length < pageCount; part += 1) pages.push(...generated(this.vocabulary, id + part).pages);
    await storeText(this.texts, id, pages.slice(0, pageCount));
    return { ...generated(this.vocabulary, id).work, fingerprint: `book ${id}` };
  }

  close(): void {
    this.texts.close();
  }
}

/** Ten readers ask without pause for `ms`; what each answer took. */
async function tenReaders(server: Server, queries: string[], ms: number): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + ms;
  await Promise.all(
    Array.from({ length: 10 }, async (_, reader) => {
      for (let i = reader; performance.now() < until; i += 10)
        times.push(await server.time(queries[i % queries.length]!));
    }),
  );
  return times;
}

async function whileIndexing(
  server: Server,
  library: Library,
  vocabulary: Vocabulary,
  works: number,
  tell: (figure: Figure) => void,
) {
  const queries = queriesOf(vocabulary, 'two words', 200, works);
  await tenReaders(server, queries, 2000);
  const quiet = percentile(await tenReaders(server, queries, 5000), 0.95);
  const book = await library.book(works + 1, 500);
  const busy: number[] = [];
  const indexing = server.index(book);
  let done = false;
  void indexing.then(() => {
    done = true;
  });
  while (!done) busy.push(...(await tenReaders(server, queries, 300)));
  const p95 = percentile(busy, 0.95);
  tell({ what: 'ten readers, p95', value: quiet, unit: 'ms' });
  tell({
    what: 'ten readers while a 500-page book is indexed: p95, times the quiet one',
    value: p95 / quiet,
    unit: '×',
    must: { atMost: 2 },
  });
  const article = await library.book(works + 600, 12);
  const title = 'Жаңыжарыяланганмакала';
  article.metadata = { ...article.metadata, titles: [{ value: title, lang: 'ky' }] };
  const readers = tenReaders(server, queries, 3000);
  const began = performance.now();
  const published = server.index(article);
  while ((await server.ask(title)).total === 0 && performance.now() - began < 20_000)
    await new Promise((resolve) => setTimeout(resolve, 20));
  tell({
    what: 'a published article is found, under ten readers, after',
    value: performance.now() - began,
    unit: 'ms',
    must: { atMost: 2000 },
  });
  await Promise.all([published, readers]);
}

async function whileTyping(server: Server, vocabulary: Vocabulary, works: number, tell: (figure: Figure) => void) {
  const times: number[] = [];
  for (const word of queriesOf(vocabulary, 'one word', 110, works))
    times.push(await server.time(word.slice(0, 4), '/suggest'));
  tell({
    what: `${works} works: offered while typing, p95`,
    value: percentile(times.slice(10), 0.95),
    unit: 'ms',
    must: { atMost: 10 },
  });
}

/** What is offered while typing, asked of the thread's own class: works without text, so that a hundred thousand are soon there. */
async function typingAmongMany(
  vocabulary: Vocabulary,
  works: number,
  folder: string,
  say: (line: string) => void,
  tell: (figure: Figure) => void,
) {
  say(`${works} works for what is offered while typing`);
  const file = path.join(folder, 'titles.sqlite');
  const writer = new IndexWriter(file, new TextStore(path.join(folder, 'text.sqlite'), { readOnly: true }));
  for (let id = 1; id <= works; id += 1) await writer.index(withoutText(vocabulary, id), false);
  writer.commit();
  writer.close();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  const suggester = new Suggester(file);
  const label = `${works / 1000}k works, while typing: `;
  tell({ what: `${label}read at start`, value: (performance.now() - began) / 1000, unit: 's' });
  tell({ what: `${label}memory`, value: (process.memoryUsage().heapUsed - before) / 1e6, unit: 'MB' });
  const typed: Record<string, (word: string) => string> = {
    'one letter': (word) => word.slice(0, 1),
    'two letters': (word) => word.slice(0, 2),
    'four letters': (word) => word.slice(0, 4),
    'a mistyped word': (word) => word.slice(0, 2) + (word[3] ?? '') + (word[2] ?? '') + word.slice(4),
    'a word and two letters': (word) => `${word} ${word.slice(1, 3)}`,
    'the commonest word and a letter': (word) => `${vocabulary.forms[0]} ${word.slice(0, 1)}`,
  };
  for (const [how, type] of Object.entries(typed)) {
    const times: number[] = [];
    for (const word of queriesOf(vocabulary, 'one word', 110, works)) {
      const asked = performance.now();
      suggester.suggest(type(word), 10);
      times.push(performance.now() - asked);
    }
    tell({ what: `${label}${how}, p95`, value: percentile(times.slice(10), 0.95), unit: 'ms', must: { atMost: 10 } });
  }
  suggester.close();
}

async function againstPostgres(
  vocabulary: Vocabulary,
  works: number,
  server: Server,
  say: (line: string) => void,
  tell: (figure: Figure) => void,
) {
  if (!hasPostgres()) {
    say('PostgreSQL 15 is not installed: no comparison');
    return;
  }
  say(`the same ${works * PAGES_A_WORK} pages in PostgreSQL`);
  const postgres = await Postgres.start();
  try {
    await postgres.load(vocabulary, works);
    const all: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
    for (const kind of RANKED) {
      const count = kind === 'word on nearly every page' ? 20 : 60;
      const queries = queriesOf(vocabulary, kind, count, works);
      postgres.time(queries.slice(0, 10));
      const theirs = postgres.time(queries);
      const ours: number[] = [];
      for (const query of queries) ours.push(await server.time(query));
      all.ours.push(...ours);
      all.theirs.push(...theirs);
      tell({ what: `${works} works: PostgreSQL, ${kind}, p95`, value: percentile(theirs, 0.95), unit: 'ms' });
      tell({
        what: `${works} works: PostgreSQL's p95 of ${kind}, times ours`,
        value: percentile(theirs, 0.95) / percentile(ours, 0.95),
        unit: '×',
      });
    }
    tell({
      what: `${works} works: PostgreSQL's p95 of all ranked queries, times ours`,
      value: percentile(all.theirs, 0.95) / percentile(all.ours, 0.95),
      unit: '×',
      must: { atLeast: 5 },
    });
  } finally {
    postgres.stop();
  }
}

/** The server process, as a reader and as its owner sees it. */
class Server {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 20 });

  private constructor(
    private readonly process: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(folder: string): Promise<Server> {
    const child = fork(path.join(__dirname, 'search-server.js'), ['search-server']);
    child.send({ folder, textFile: path.join(folder, 'text.sqlite') });
    const { port } = await answer<{ port: number }>(child, 'port');
    return new Server(child, port);
  }

  /** Milliseconds from asking to the last byte of the answer. */
  async time(q: string, where = '/search'): Promise<number> {
    const began = performance.now();
    await this.body(where, q);
    return performance.now() - began;
  }

  async ask(q: string): Promise<SearchResult> {
    return JSON.parse(await this.body('/search', q)) as SearchResult;
  }

  async index(work: IndexedWork): Promise<void> {
    const done = answer(this.process, 'indexed');
    this.process.send({ index: work });
    await done;
  }

  memory(): Promise<{ rss: number; stats: SearchStats }> {
    const told = answer<{ rss: number; stats: SearchStats }>(this.process, 'rss');
    this.process.send({ rss: true });
    return told;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.agent.destroy();
    this.process.send({ close: true });
    await gone;
  }

  private body(where: string, q: string): Promise<string> {
    return new Promise((resolve, reject) => {
      get(
        { port: this.port, host: '127.0.0.1', agent: this.agent, path: `${where}?q=${encodeURIComponent(q)}` },
        (res) => {
          let text = '';
          res.setEncoding('utf8');
          res.on('data', (chunk: string) => {
            text += chunk;
          });
          res.on('end', () => resolve(text));
        },
      ).on('error', reject);
    });
  }
}

function answer<T>(child: ChildProcess, key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const listen = (message: Record<string, unknown>) => {
      if (!(key in message)) return;
      child.off('message', listen);
      resolve(message as T);
    };
    child.on('message', listen);
    child.once('exit', () => reject(new Error('the search server ended')));
  });
}
