import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generated, PAGES_A_WORK, type Vocabulary } from './search-corpus';

const FOLDERS = ['/usr/lib/postgresql/15/bin', '/usr/local/bin', '/usr/bin'];
const program = (name: string): string | null =>
  FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;

export const hasPostgres = (): boolean => ['initdb', 'postgres', 'psql'].every((name) => program(name) !== null);

/** The same pages in PostgreSQL, on a private port, as its own user; stopped and removed afterwards. */
export class Postgres {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly server: ChildProcess,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(path.join(tmpdir(), 'achyk-bench-postgres-'));
    chmodSync(folder, 0o777); // the server runs as another user than we do
    const port = await freePort();
    const data = path.join(folder, 'data');
    const [command, ...args] = asUser(program('initdb')!, ['-D', data, '-A', 'trust', '-U', 'bench', '--no-sync']);
    execFileSync(command!, args, { stdio: 'ignore' });
    const [start, ...options] = asUser(program('postgres')!, [
      ...['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses='],
      ...['-c', 'shared_buffers=512MB', '-c', 'work_mem=64MB', '-c', 'maintenance_work_mem=512MB', '-c', 'fsync=off'],
    ]);
    const postgres = new Postgres(folder, port, spawn(start!, options, { stdio: 'ignore' }));
    for (let tries = 0; ; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      try {
        postgres.run('SELECT 1');
        return postgres;
      } catch (error) {
        if (tries > 60) throw error;
      }
    }
  }

  async load(vocabulary: Vocabulary, works: number): Promise<void> {
    const file = path.join(this.folder, 'pages.tsv');
    const out = createWriteStream(file);
    for (let id = 1; id <= works; id += 1) {
      const { pages } = generated(vocabulary, id);
      const lines = pages.map((text, i) => `${id}\t${i + 1}\t${text.replace(/\s+/g, ' ')}\n`).join('');
      if (!out.write(lines)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
    }
    await new Promise<void>((resolve) => out.end(() => resolve()));
    chmodSync(file, 0o644);
    this.run('CREATE TABLE pages (id serial PRIMARY KEY, work int, page int, body text, words tsvector)');
    this.run(`COPY pages (work, page, body) FROM '${file}'`);
    this.run("UPDATE pages SET words = to_tsvector('simple', body)");
    this.run('CREATE INDEX pages_words ON pages USING gin (words)');
    this.run('VACUUM ANALYZE pages');
    rmSync(file);
  }

  /** Milliseconds of each query: thirty best pages ranked, with their headlines. */
  time(queries: string[]): number[] {
    const script = queries
      .map((query) => {
        const parsed = toTsquery(query);
        return `SELECT p.work, p.page, ts_headline('simple', p.body, q) FROM (SELECT id, ts_rank(words, q) AS rank FROM pages, ${parsed} q WHERE words @@ q ORDER BY rank DESC LIMIT 30) best JOIN pages p USING (id), ${parsed} q ORDER BY best.rank DESC;`;
      })
      .join('\n');
    const output = this.run(`\\timing on\n${script}`);
    return [...output.matchAll(/^Time: ([\d.]+) ms/gm)].map((match) => Number(match[1]));
  }

  stop(): void {
    this.server.kill('SIGINT');
    execFileSync('sleep', ['2']);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(sql: string): string {
    return execFileSync(
      program('psql')!,
      [
        '-h',
        this.folder,
        '-p',
        String(this.port),
        '-U',
        'bench',
        '-d',
        'postgres',
        '-v',
        'ON_ERROR_STOP=1',
        '-q',
        '-A',
        '-t',
      ],
      {
        input: sql,
        encoding: 'utf8',
        maxBuffer: 1 << 30,
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
  }
}

export const pagesOf = (works: number): number => works * PAGES_A_WORK;

function toTsquery(query: string): string {
  if (query.startsWith('"')) return `phraseto_tsquery('simple', '${query.replaceAll('"', '')}')`;
  if (query.endsWith('*')) return `to_tsquery('simple', '${query.slice(0, -1)}:*')`;
  return `plainto_tsquery('simple', '${query}')`;
}

/** PostgreSQL refuses to run as root: then it runs as the user its package made. */
const asUser = (command: string, args: string[]): string[] =>
  process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', command, ...args] : [command, ...args];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 54329));
    });
  });
}
