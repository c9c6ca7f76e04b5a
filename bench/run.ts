import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { inProject } from '../src/paths';
import { type Bench, type Figure, reached } from './bench';

const NOT_BENCHES = ['bench.js', 'run.js'];

/** Runs the benches named, or all: `npm run bench -- [NAME…] [--short]`. Exits 1 when a figure is not reached. */
async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const short = args.includes('--short');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const all = readdirSync(__dirname)
    .filter((name) => /^[a-z-]+\.js$/.test(name) && !NOT_BENCHES.includes(name))
    .map((name) => require(path.join(__dirname, name)) as Partial<Bench>)
    .filter((bench): bench is Bench => typeof bench.run === 'function' && typeof bench.name === 'string');
  const unknown = wanted.filter((name) => !all.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`No bench ${unknown.join(', ')}; there are ${all.map((bench) => bench.name).join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  for (const bench of wanted.length > 0 ? all.filter(({ name }) => wanted.includes(name)) : all) {
    const folder = mkdtempSync(path.join(process.env.BENCH_DIR ?? tmpdir(), `achyk-bench-${bench.name}-`));
    try {
      process.stdout.write(`\n${bench.name}\n`);
      const figures = await bench.run({ short, folder, say: (line) => process.stderr.write(`  … ${line}\n`) });
      for (const figure of figures) process.stdout.write(`  ${lineOf(figure)}\n`);
      if (!figures.every(reached)) process.exitCode = 1;
      keep(bench.name, short, figures);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function lineOf(figure: Figure): string {
  const { what, value, unit, must } = figure;
  const limit = must ? ('atMost' in must ? `≤ ${must.atMost}` : `≥ ${must.atLeast}`) : '';
  const mark = must ? (reached(figure) ? 'reached' : 'NOT REACHED') : '';
  return [what.padEnd(72), `${rounded(value)} ${unit}`.padStart(20), limit.padStart(10), mark].join('  ').trimEnd();
}

const rounded = (value: number) => (Math.abs(value) >= 100 ? Math.round(value).toString() : value.toFixed(2));

/** One file a run, named by day, bench and class of machine: cores and memory say more than a host's name. */
function keep(name: string, short: boolean, figures: Figure[]): void {
  const machine = `${availableParallelism()}-cores-${Math.round(totalmem() / 2 ** 30)}-gib`;
  const day = new Date().toISOString().slice(0, 10);
  mkdirSync(inProject('bench/results'), { recursive: true });
  writeFileSync(
    inProject('bench/results', `${day}-${name}${short ? '-short' : ''}-${machine}.json`),
    `${JSON.stringify({ day, bench: name, short, node: process.version, processor: cpus()[0]?.model, loadAverage: loadavg(), figures }, null, 2)}\n`,
  );
}

void main();
