import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { Extractor } from '../src/text/extract-pages';
import { findProgram } from '../src/text/outside-program';
import { TextStore } from '../src/text/text-store';
import { writeSamplePdf } from '../test/support/sample-pdf';
import type { BenchOptions, Figure } from './bench';

/**
 * Pages of text out of PDFs, as the job does it (words with their places, compressed, in the database), against the
 * bare programs that only print text.
 */
export const name = 'ingest';

const WORDS =
  'Ысык Көл өрөөнүнүн тарыхы байыркы доордон бүгүнкү күнгө чейин булактардын негизинде изилденет мөңгүлөр жайкысын чегинет суулар ташкындап дарыялар көбөйөт тоо эли мал чарбасы менен жашап көчмөн турмуштун каада салтын сактап келген окуу китеби илимий жетекчи жыйынтык корутунду адабият тизмеси'.split(
    ' ',
  );

export async function run({ short, folder, say }: BenchOptions): Promise<Figure[]> {
  const files: { path: string; pages: number }[] = [];
  // As a university's papers are: some short, some a whole thesis.
  for (const [i, pages] of (short ? [6, 40] : [6, 8, 12, 12, 20, 40, 120, 180, 220]).entries()) {
    const file = path.join(folder, `${i}.pdf`);
    await writeSamplePdf(
      file,
      Array.from({ length: pages }, (_, page) => words(380, i * 1_000 + page)),
    );
    files.push({ path: file, pages });
  }
  const pages = files.reduce((sum, file) => sum + file.pages, 0);
  say(`${files.length} PDFs with ${pages} pages of 380 words`);

  const figures: Figure[] = [];
  const pdftotext = findProgram('pdftotext');
  for (const engine of pdftotext ? [pdftotext, null] : [null]) {
    const by = engine ? 'pdftotext' : 'pdfium';
    const bare = await best(() => (engine ? barePdftotext(engine, [], files) : barePdfParse(files)));
    const alike = engine ? await best(() => barePdftotext(engine, ['-tsv'], files)) : null;
    const store = new TextStore(path.join(folder, `${by}.sqlite`));
    const extractor = new Extractor({ pdftotext: engine, niceness: 0 });
    const ours = await best(async () => {
      for (const [i, file] of files.entries()) {
        const extraction = await extractor.extractPages(file.path, 'application/pdf');
        await store.replace(i + 1, extraction, extraction.pages);
      }
    });
    await extractor.close();
    store.close();
    const size = statSync(path.join(folder, `${by}.sqlite`)).size;
    const against = engine ? 'bare pdftotext' : 'bare pdf-parse';
    figures.push(
      { what: `${against}, text alone`, value: pages / bare, unit: 'pages/s' },
      ...(alike === null
        ? []
        : [
            { what: 'bare pdftotext -tsv, words with places', value: pages / alike, unit: 'pages/s' },
            { what: 'pdftotext against bare pdftotext -tsv', value: alike / ours, unit: '×' },
          ]),
      { what: `${by}, words with places, stored`, value: pages / ours, unit: 'pages/s' },
      { what: `${by} against ${against}`, value: bare / ours, unit: '×', must: { atLeast: 0.8 } },
      { what: `${by}: on disk`, value: size / pages / 1_000, unit: 'kB/page' },
    );
  }
  return figures;
}

/** Seconds of the better of two runs: the first also warms what would be warm in a library. */
async function best(act: () => Promise<void> | void): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < 2; i++) {
    const startedAt = performance.now();
    await act();
    seconds.push((performance.now() - startedAt) / 1_000);
  }
  return Math.min(...seconds);
}

function barePdftotext(program: string, options: string[], files: { path: string }[]): void {
  for (const file of files) execFileSync(program, ['-q', ...options, file.path, '/dev/null']);
}

/** In a process of its own, as it would have to run. */
function barePdfParse(files: { path: string }[]): void {
  const script = `const { PDFParse } = require('pdf-parse'); const { readFileSync } = require('node:fs');
    (async () => { for (const file of process.argv.slice(1)) {
      const parser = new PDFParse({ data: new Uint8Array(readFileSync(file)) }); await parser.getText(); await parser.destroy(); } })();`;
  execFileSync(process.execPath, ['-e', script, ...files.map((file) => file.path)], {
    cwd: __dirname,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function words(count: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return WORDS[state % WORDS.length];
  }).join(' ');
}
