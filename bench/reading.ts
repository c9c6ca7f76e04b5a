import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import { theHouse } from '../src/accounts/visitor';
import { openApp } from '../src/app';
import { readConfig } from '../src/config';
import { recognisePage } from '../src/reading/recognise-page';
import { Renderer } from '../src/reading/renderer';
import { findProgram } from '../src/text/outside-program';
import { TesseractJs, TesseractProgram } from '../src/text/recogniser';
import { samplePdf } from '../test/support/sample-pdf';
import { errorRate, SCANNED_TEXT, scan } from '../test/support/scan';
import { type BenchOptions, type Figure, percentile } from './bench';

/** Reading a page that is drawn and one that is not, searching while others read, and recognising scanned pages. */
export const name = 'reading';

export async function run({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  const app = await openApp(readConfig({ DATA_DIR: folder, BASE_URL: 'http://localhost', LOG_LEVEL: 'silent' }), {
    log: pino({ level: 'silent' }),
  });
  const server = createServer(app.server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = async (where: string): Promise<number> => {
    const startedAt = performance.now();
    const answer = await fetch(address + where, { headers: { 'Accept-Language': 'ky' } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
    return performance.now() - startedAt;
  };
  try {
    const books = short ? 4 : 20;
    const pages = short ? 10 : 40;
    say(`publishing ${books} books of ${pages} pages`);
    const addresses: string[] = [];
    const paths: string[] = [];
    for (let i = 0; i < books; i++) {
      const pdf = await samplePdf(
        Array.from({ length: pages }, (_, page) => `${i}-${page}. ${`${SCANNED_TEXT} `.repeat(4)}`),
      );
      paths.push(path.join(folder, `${i}.pdf`));
      writeFileSync(paths[i]!, pdf);
      const { deposits, incoming } = app.house;
      const { id } = await deposits.create(theHouse, {
        type: 'monograph',
        languages: ['ky'],
        titles: [{ value: `Китеп ${i}`, lang: 'ky' }],
        issued: '2020',
      });
      const received = await incoming.receive(Readable.from([pdf]), { limitBytes: 1e9 });
      await deposits.attach(id, theHouse, { ...received, name: 'a.pdf', mediaType: 'application/pdf' }, 'main');
      await deposits.submit(id, theHouse, { licenceAccepted: true });
      await deposits.accept(id, theHouse);
      await app.runner.drain();
      const work = await app.house.works.published(id);
      addresses.push(`/works/${id}/files/${work.files[0]!.id}`);
    }

    const fresh: number[] = [];
    for (let page = 1; page <= Math.min(20, pages); page++)
      fresh.push(await get(`${addresses[0]}/pages/${page}.jpg?w=1400`));
    const pdftoppm = findProgram('pdftoppm');
    if (pdftoppm) {
      const bare: number[] = [];
      for (let page = 1; page <= Math.min(20, pages); page++) {
        const startedAt = performance.now();
        const range = ['-f', String(page), '-l', String(page), '-scale-to-x', '1400', '-scale-to-y', '-1'];
        execFileSync(pdftoppm, ['-jpeg', '-singlefile', ...range, paths[0]!, path.join(folder, 'bare')]);
        bare.push(performance.now() - startedAt);
      }
      const [ours, theirs] = [percentile(fresh, 0.5), percentile(bare, 0.5)];
      figures.push(
        { what: 'picture of a page not yet drawn, median', value: ours, unit: 'ms' },
        { what: 'bare pdftoppm, the same page, median', value: theirs, unit: 'ms' },
        {
          what: 'a page not yet drawn against the bare renderer',
          value: ours / theirs,
          unit: '×',
          must: { atMost: 1.5 },
        },
      );
    }
    const drawn: number[] = [];
    const views: number[] = [];
    for (let i = 0; i < (short ? 50 : 300); i++) {
      const page = (i % Math.min(20, pages)) + 1;
      views.push(await get(`${addresses[0]}/read?page=${page}&q=${encodeURIComponent('мөңгү')}`));
      drawn.push(await get(`${addresses[0]}/pages/${page}.jpg?w=1400`));
    }
    figures.push(
      {
        what: 'a page in the reader, hits marked, p95',
        value: percentile(views, 0.95),
        unit: 'ms',
        must: { atMost: 30 },
      },
      { what: 'a picture already drawn, p95', value: percentile(drawn, 0.95), unit: 'ms', must: { atMost: 30 } },
    );

    say('searching, first alone, then while others turn pages');
    const search = async (): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < (short ? 30 : 120); i++) {
        times.push(
          await get(`/search?q=${encodeURIComponent(['мөңгү', 'санжыра', 'китепкана дарыя'][i % 3]!)}&n=${i}`),
        );
      }
      return percentile(times, 0.95);
    };
    await search();
    const quiet = await search();
    let reading = true;
    const readers = addresses.map(async (book) => {
      for (let page = 1; reading; page = (page % pages) + 1) {
        await get(`${book}/read?page=${page}`);
        await get(`${book}/pages/${page}.jpg?w=900`);
        await new Promise((resolve) => setTimeout(resolve, 2_000)); // as fast as anyone leafs through a book
      }
    });
    const busy = await search();
    reading = false;
    await Promise.all(readers);
    figures.push(
      { what: 'search alone, p95', value: quiet, unit: 'ms' },
      { what: `search while ${books} readers turn pages, p95`, value: busy, unit: 'ms' },
      { what: 'search while others read against search alone', value: busy / quiet, unit: '×', must: { atMost: 2 } },
    );
    figures.push({
      what: 'memory of the server after all this',
      value: process.memoryUsage().rss / 1e6,
      unit: 'MB',
      must: { atMost: 500 },
    });
  } finally {
    server.close();
    server.closeAllConnections();
    await app.close();
  }
  figures.push(...(await recognition(folder, short, say)));
  return figures;
}

async function recognition(folder: string, short: boolean, say: (line: string) => void): Promise<Figure[]> {
  say('recognising pages made for the purpose');
  const renderer = new Renderer();
  const native = await TesseractProgram.find();
  const js = new TesseractJs(path.join(folder, 'models'));
  const figures: Figure[] = [];
  const read = async (
    recogniser: TesseractProgram | TesseractJs,
    font: 'DejaVuSerif' | 'DejaVuSans',
    poor: boolean,
  ) => {
    const dpi = poor ? 150 : 300;
    const picture = scan(`${SCANNED_TEXT} ${SCANNED_TEXT}`, {
      font,
      dpi,
      inches: { width: 8.27, height: 11.69 },
      ...(poor ? { noise: 70, skew: 1.5 } : {}),
    });
    const file = path.join(folder, 'page.jpg');
    writeFileSync(file, picture.jpeg);
    const size = { width: (picture.width * 72) / dpi, height: (picture.height * 72) / dpi };
    const startedAt = performance.now();
    const wanted = { path: file, mediaType: 'image/jpeg', page: 1, label: null, size };
    const page = await recognisePage(renderer, recogniser, wanted, ['ky']);
    return {
      wrong: errorRate(picture.lines.join(' '), page.text) * 100,
      seconds: (performance.now() - startedAt) / 1_000,
    };
  };
  try {
    for (const font of short ? (['DejaVuSerif'] as const) : (['DejaVuSerif', 'DejaVuSans'] as const)) {
      if (native) {
        const clean = await read(native, font, false);
        figures.push(
          {
            what: `tesseract, clean 300 dpi, ${font}: letters wrong`,
            value: clean.wrong,
            unit: '%',
            must: { atMost: 0.5 },
          },
          { what: `tesseract, clean 300 dpi, ${font}: a page`, value: clean.seconds, unit: 's' },
        );
        const poor = await read(native, font, true);
        figures.push(
          {
            what: `tesseract, noisy 150 dpi, ${font}: letters wrong`,
            value: poor.wrong,
            unit: '%',
            must: { atMost: 10 },
          },
          { what: `tesseract, noisy 150 dpi, ${font}: a page`, value: poor.seconds, unit: 's' },
        );
      }
      const other = await read(js, font, false);
      figures.push(
        {
          what: `tesseract.js, clean 300 dpi, ${font}: letters wrong`,
          value: other.wrong,
          unit: '%',
          must: { atMost: 1 },
        },
        { what: `tesseract.js, clean 300 dpi, ${font}: a page`, value: other.seconds, unit: 's' },
      );
    }
  } finally {
    await Promise.all([renderer.close(), js.close()]);
  }
  return figures;
}
