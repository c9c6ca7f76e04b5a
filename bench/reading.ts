import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { theHouse } from '../src/accounts/visitor';
import { openApp } from '../src/app';
import { readConfig } from '../src/config';
import { findProgram } from '../src/text/outside-program';
import { peakBytes, startProgram } from '../test/support/program';
import { samplePdf } from '../test/support/sample-pdf';
import { SCANNED_TEXT } from '../test/support/scan';
import { type BenchOptions, type Figure, percentile } from './bench';
import { longBook } from './reading-book';
import { recognition } from './reading-recognition';

/**
 * Reading a page that is drawn and one that is not, searching while others read, recognising scanned pages, and a
 * book of a thousand of them. The program runs in a process of its own; who asks it runs on the same cores.
 */
export const name = 'reading';

export async function run(options: BenchOptions): Promise<Figure[]> {
  return [...(await pages(options)), ...(await recognition(options)), ...(await longBook(options))];
}

interface Book {
  address: string;
  pdf: string;
}

async function pages({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  const library = path.join(folder, 'library');
  const count = short ? 10 : 40;
  say(`publishing ${short ? 4 : 20} books of ${count} pages`);
  const books = await publish(library, short ? 4 : 20, count);
  const server = await startProgram(['build/src/main.js'], library);
  const get = async (where: string): Promise<number> => {
    const startedAt = performance.now();
    const answer = await fetch(server.url + where, { headers: { 'Accept-Language': 'ky' } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
    return performance.now() - startedAt;
  };
  try {
    const figures = [...(await drawing(books, count, folder, get)), ...(await leafing(books, count, short, say, get))];
    const peak = { what: 'memory of the server at its most', value: peakBytes(server.process) / 1e6, unit: 'MB' };
    return [...figures, { ...peak, must: { atMost: 500 } }];
  } finally {
    await server.stop();
  }
}

async function publish(library: string, count: number, pages: number): Promise<Book[]> {
  const config = readConfig({ DATA_DIR: library, BASE_URL: 'http://localhost', LOG_LEVEL: 'silent' });
  const app = await openApp(config, { log: pino({ level: 'silent' }) });
  const books: Book[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const text = (page: number) => `${i}-${page}. ${`${SCANNED_TEXT} `.repeat(4)}`;
      const bytes = await samplePdf(Array.from({ length: pages }, (_, page) => text(page)));
      const pdf = path.join(library, `${i}.pdf`);
      writeFileSync(pdf, bytes);
      const { deposits, incoming, works } = app.house;
      const { id } = await deposits.create(theHouse, {
        type: 'monograph',
        languages: ['ky'],
        titles: [{ value: `Китеп ${i}`, lang: 'ky' }],
        issued: '2020',
      });
      const received = await incoming.receive(Readable.from([bytes]), { limitBytes: 1e9 });
      await deposits.attach(id, theHouse, { ...received, name: 'a.pdf', mediaType: 'application/pdf' }, 'main');
      await deposits.submit(id, theHouse, { licenceAccepted: true });
      await deposits.accept(id, theHouse);
      await app.runner.drain();
      const work = await works.published(id);
      books.push({ address: `/works/${id}/files/${work.files[0]!.id}`, pdf });
    }
  } finally {
    await app.close();
  }
  return books;
}

type Get = (where: string) => Promise<number>;

/** The first picture of a page against the bare program that draws it, and pictures and pages once they are drawn. */
async function drawing(books: Book[], count: number, folder: string, get: Get): Promise<Figure[]> {
  const [{ address, pdf }, other] = [books[0]!, books[1]!];
  const figures: Figure[] = [];
  const most = Math.min(20, count);
  for (let page = 1; page <= 3; page++) await get(`${other.address}/pages/${page}.jpg?w=1400`); // the program warms up
  const pdftoppm = findProgram('pdftoppm');
  const [fresh, bare]: [number[], number[]] = [[], []];
  for (let page = 1; page <= most; page++) {
    if (pdftoppm) {
      const startedAt = performance.now();
      const range = ['-f', String(page), '-l', String(page), '-scale-to-x', '1400', '-scale-to-y', '-1'];
      execFileSync(pdftoppm, ['-jpeg', '-singlefile', ...range, pdf, path.join(folder, 'bare')]);
      bare.push(performance.now() - startedAt);
    }
    fresh.push(await get(`${address}/pages/${page}.jpg?w=1400`));
  }
  figures.push({ what: 'picture of a page not yet drawn, median', value: percentile(fresh, 0.5), unit: 'ms' });
  if (pdftoppm) {
    const ratio = percentile(
      fresh.map((ours, i) => ours / bare[i]!),
      0.5,
    );
    figures.push(
      { what: 'bare pdftoppm, the same page, median', value: percentile(bare, 0.5), unit: 'ms' },
      { what: 'a page not yet drawn against the bare renderer', value: ratio, unit: '×', must: { atMost: 1.5 } },
    );
  }
  const [drawn, views]: [number[], number[]] = [[], []];
  for (let i = 0; i < 15 * most; i++) {
    const page = (i % most) + 1;
    views.push(await get(`${address}/read?page=${page}&q=${encodeURIComponent('мөңгү')}`));
    drawn.push(await get(`${address}/pages/${page}.jpg?w=1400`));
  }
  const p95 = (what: string, times: number[]) => ({ what, value: percentile(times, 0.95), unit: 'ms' });
  figures.push(
    { ...p95('a page in the reader, hits marked, p95', views), must: { atMost: 30 } },
    { ...p95('a picture already drawn, p95', drawn), must: { atMost: 30 } },
  );
  return figures;
}

/** Searching alone, and while a reader of each book turns its pages, none of which was drawn before. */
async function leafing(books: Book[], count: number, short: boolean, say: BenchOptions['say'], get: Get) {
  say('searching, first alone, then while others turn pages');
  const words = ['мөңгү', 'санжыра', 'китепкана дарыя'];
  let asked = 0;
  const search = async (): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < (short ? 60 : 200); i++) {
      times.push(await get(`/search?q=${encodeURIComponent(words[i % words.length]!)}&n=${asked++}`));
      await pause(50); // as people do, so that what they share the cores with gets its turn between
    }
    return percentile(times, 0.95);
  };
  await search();
  const quiet = await search();
  let reading = true;
  const shown: number[] = [];
  const readers = books.map(async (book, i) => {
    await pause(i * 100);
    for (let page = 1; reading; page = (page % count) + 1) {
      await get(`${book.address}/read?page=${page}`);
      shown.push(await get(`${book.address}/pages/${page}.jpg?w=900`));
      await pause(2_000); // as fast as anyone leafs through a book
    }
  });
  const busy = await search();
  reading = false;
  await Promise.all(readers);
  return [
    { what: 'search alone, p95', value: quiet, unit: 'ms' },
    { what: `search while ${books.length} readers turn pages, p95`, value: busy, unit: 'ms' },
    { what: 'search while others read against search alone', value: busy / quiet, unit: '×', must: { atMost: 2 } },
    { what: 'the picture that a page-turning reader waits for, p95', value: percentile(shown, 0.95), unit: 'ms' },
  ];
}
