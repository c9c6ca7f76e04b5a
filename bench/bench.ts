/** What one measurement says. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** What it must reach; without one it is told for information. */
  must?: { atMost: number } | { atLeast: number };
}

export interface BenchOptions {
  /** A tenth of the size, to see that everything runs. */
  short: boolean;
  /** An empty folder of its own, removed afterwards. */
  folder: string;
  /** Tells a person who waits how far it is. */
  say: (line: string) => void;
}

/** A file of this folder: `npm run bench -- NAME` runs it. */
export interface Bench {
  name: string;
  run(options: BenchOptions): Promise<Figure[]>;
}

export const reached = ({ value, must }: Figure): boolean =>
  must === undefined || ('atMost' in must ? value <= must.atMost : value >= must.atLeast);

/** The value below which `share` (0 to 1) of `values` lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
