import { openAsBlob, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TesseractProgram } from '../src/text/recogniser';
import { TextStore } from '../src/text/text-store';
import { countingTesseract, readAgain } from '../test/support/counting-tesseract';
import { childrenBytes, outputOf, type Program, peakBytes, startProgram } from '../test/support/program';
import { SCANNED_TEXT, scan, scannedPdf } from '../test/support/scan';
import { type BenchOptions, type Figure, percentile } from './bench';

const ADMIN = { email: 'admin@bench.achyk.test', password: 'bench-password' };
/** A machine that is busy with other things does not hold the bench for ever. */
const LONGEST_MS = 300_000;
/** On no page but the last. */
const LAST_WORD = 'көпүрөсүндө';

/**
 * A scanned book of a thousand pages, handed in over HTTP, read off its pictures, and read. Half-way the server is
 * killed and started again. Its pages are short, so that this takes minutes and not an hour.
 */
export async function longBook({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  const counting = countingTesseract(path.join(folder, 'counting'));
  if (!counting || !(await TesseractProgram.find())) {
    say('tesseract with its Kyrgyz model is not installed: no long book');
    return [];
  }
  const pages = short ? 40 : 1_000;
  say(`making a book of ${pages} scanned pages`);
  const file = path.join(folder, 'book.pdf');
  writeFileSync(file, await scannedPdf(Array.from({ length: pages }, (_, i) => pageOf(i + 1, pages))));

  const library = path.join(folder, 'long');
  const env = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, PATH: counting.PATH };
  const memory = new Watch();
  let server = await startProgram(['build/src/main.js'], library, env);
  memory.follow(server);
  try {
    const depositedAt = performance.now();
    const { workId, fileId } = await deposit(server, file);
    const extracted = (performance.now() - depositedAt) / 1_000;
    say(`deposited and published in ${extracted.toFixed(0)} s; killed after ${pages / 2} pages`);
    const texts = new TextStore(path.join(library, 'derived/text.sqlite'), { readOnly: true });
    const startedAt = performance.now();
    // Not between two jobs, where it has nothing in hand.
    await until(startedAt, async () => (await texts.waiting(fileId)).length < pages / 2);
    memory.note();
    await server.kill();
    const left = (await texts.waiting(fileId)).length;
    server = await startProgram(['build/src/main.js'], library, env);
    memory.follow(server);
    say(`started again with ${left} pages to read`);
    await until(startedAt, async () => (await texts.waiting(fileId)).length === 0);
    const seconds = (performance.now() - startedAt) / 1_000;
    const unread = (await texts.waiting(fileId)).length;
    texts.close();
    if (unread > 0) say(`given up with ${unread} pages unread: the machine has other things to do`);
    if (unread === 0) await outputOf(['build/src/cli.js', 'jobs', '--wait'], server.env);

    say('reading it');
    const book = `/works/${workId}/files/${fileId}`;
    const [views, pictures]: [number[], number[]] = [[], []];
    for (let i = 0; i < (short ? 20 : 100); i++) {
      const page = ((i * 37) % pages) + 1;
      views.push(await time(server, `${book}/read?page=${page}`));
      pictures.push(await time(server, `${book}/pages/${page}.jpg?w=900`));
    }
    const found = await text(server, `/search?q=${encodeURIComponent('көпүрө')}`);
    const isFound = found.includes(`${book}/read?page=${pages}`);
    const inside = await time(server, `${book}/read?page=1&q=${encodeURIComponent('мөңгү')}`);
    memory.note();

    const readings = counting.readings();
    return [
      { what: `${pages} scanned pages: sent, published, laid out`, value: extracted, unit: 's' },
      { what: `${pages} scanned pages: read off`, value: (pages - unread) / seconds, unit: 'pages/s' },
      {
        what: 'pages read off after the server was killed and started again, and before',
        value: new Set(readings).size,
        unit: 'pages',
        must: { atLeast: pages },
      },
      {
        what: 'pages read off twice because it was killed',
        value: readAgain(readings),
        unit: 'pages',
        must: { atMost: availableParallelism() },
      },
      {
        what: 'a word of the last page alone is found on it by its base form',
        value: isFound ? 1 : 0,
        unit: 'time',
        must: { atLeast: 1 },
      },
      { what: 'memory of the server with this book', value: memory.server / 1e6, unit: 'MB', must: { atMost: 500 } },
      ...[...memory.children].map(([name, bytes]) => ({
        what: `memory of its helpers: ${name}, all at once`,
        value: bytes / 1e6,
        unit: 'MB',
      })),
      { what: 'a page of this book in the reader, p95', value: percentile(views, 0.95), unit: 'ms' },
      { what: 'its picture, not yet drawn, median', value: percentile(pictures, 0.5), unit: 'ms' },
      { what: 'a word looked for in the whole book', value: inside, unit: 'ms' },
    ];
  } finally {
    memory.end();
    await server.stop();
  }
}

/** Looks until `isSo`, for five minutes since `startedAt` at most. */
async function until(startedAt: number, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()) && performance.now() - startedAt < LONGEST_MS) await pause(50);
}

const SENTENCES = SCANNED_TEXT.split('. ').map((sentence) => sentence.replace(/\.$/, ''));

function pageOf(number: number, pages: number) {
  const more = number === pages ? ` Тоо ${LAST_WORD} жолугушкан.` : '';
  const words = SENTENCES[number % SENTENCES.length]!.split(' ');
  const text = `${number}-бет. ${words.slice(0, 5).join(' ')}.${more}`;
  return scan(text, { inches: { width: 6, height: more ? 2.1 : 1.5 } });
}

async function deposit(server: Program, file: string): Promise<{ workId: number; fileId: number }> {
  const token = (await outputOf(['build/src/cli.js', 'token', 'create', '--email', ADMIN.email], server.env)).trim();
  const ask = async (method: string, where: string, body?: FormData | object) => {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${server.url}/api/v1/works${where}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(isForm ? {} : { 'content-type': 'application/json' }) },
      body: isForm ? body : body ? JSON.stringify(body) : null,
    });
    if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: number; text?: { state: string }; files?: { id: number }[] };
  };
  const { id } = await ask('POST', '', {
    type: 'scanned-book',
    languages: ['ky'],
    titles: [{ value: 'Миң беттик китеп', lang: 'ky' }],
    contributors: [{ role: 'author', name: 'Асанов, Усен' }],
    issued: '1962',
  });
  const form = new FormData();
  form.append('file', await openAsBlob(file, { type: 'application/pdf' }), 'book.pdf');
  const { id: fileId } = await ask('POST', `/${id}/files`, form);
  await ask('POST', `/${id}/submit`, {});
  await ask('POST', `/${id}/accept`, {});
  for (;;) {
    const work = (await ask('GET', `/${id}`)) as unknown as { files: { id: number; text: { state: string } }[] };
    const state = work.files[0]!.text.state;
    if (state === 'done') return { workId: id, fileId };
    if (state === 'failed') throw new Error('The book could not be laid out');
    await pause(100);
  }
}

async function time(server: Program, where: string): Promise<number> {
  const startedAt = performance.now();
  await text(server, where);
  return performance.now() - startedAt;
}

async function text(server: Program, where: string): Promise<string> {
  const answer = await fetch(server.url + where, { headers: { 'Accept-Language': 'ky' } });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
  return body;
}

/** The most memory that the server had, and that its helpers of each kind had together. */
class Watch {
  server = 0;
  readonly children = new Map<string, number>();
  private program: Program | null = null;
  private readonly timer = setInterval(() => this.note(), 500);

  follow(program: Program): void {
    this.program = program;
  }

  note(): void {
    if (!this.program) return;
    const peak = peakBytes(this.program.process);
    if (peak > this.server) this.server = peak;
    const now = new Map<string, number>();
    for (const { name, bytes } of childrenBytes(this.program.process)) now.set(name, (now.get(name) ?? 0) + bytes);
    for (const [name, bytes] of now) this.children.set(name, Math.max(bytes, this.children.get(name) ?? 0));
  }

  end(): void {
    clearInterval(this.timer);
  }
}
