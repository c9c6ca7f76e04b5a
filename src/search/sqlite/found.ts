import type { Columns, Row } from './columns';
import { ROW_SPAN } from './schema';

/** Works that a search found, by their numbers in `Columns`; one is used for search after search. */
export class Found {
  /** In the order they were met. */
  numbers: number[] = [];
  /** Of every work by its number; greater is better. Says nothing of works not found. */
  scores = new Float64Array(0);
  private marks = new Int32Array(0);
  private mark = 0;
  /** Rows of `ft` that matched, where they are others than the one everyone may find. */
  private readonly narrower = new Map<number, number[]>();

  constructor(private readonly columns: Columns) {}

  clear(): void {
    const works = this.columns.rows.length;
    if (this.marks.length < works) {
      this.marks = new Int32Array(works * 2);
      this.scores = new Float64Array(works * 2);
      this.mark = 0;
    }
    this.mark += 1;
    this.numbers = [];
    this.narrower.clear();
  }

  has(number: number): boolean {
    return this.marks[number] === this.mark;
  }

  /** Notes that `ftRow` of the work matched; its score only where it is new. */
  add({ number }: Row, ftRow: number, score: number): void {
    if (!this.has(number)) {
      this.marks[number] = this.mark;
      this.scores[number] = score;
      this.numbers.push(number);
    }
    if (ftRow % ROW_SPAN === 0) return;
    const rows = this.narrower.get(number);
    if (!rows) this.narrower.set(number, [ftRow]);
    else if (!rows.includes(ftRow)) rows.push(ftRow);
  }

  /** Rows of `ft` whose pages answer: everyone's, and those of narrower access by which the work was found. */
  ftRows({ number, workId }: Row): number[] {
    return [workId * ROW_SPAN, ...(this.narrower.get(number) ?? [])];
  }
}

/** So many are gathered in one walk; for more it is quicker to sort. */
const FEW = 64;

/** The `most` of `numbers` with the greatest `keys`, the greatest first; equal ones by falling number of work. */
export function best(numbers: readonly number[], keys: ArrayLike<number>, most: number, columns: Columns): number[] {
  const { rows } = columns;
  const order = (a: number, b: number) => keys[b]! - keys[a]! || rows[b]!.workId - rows[a]!.workId;
  if (numbers.length <= most) return [...numbers].sort(order);
  if (most > FEW) {
    const least = Float64Array.from(numbers, (number) => keys[number]!).sort()[numbers.length - most]!;
    const few = numbers.filter((number) => keys[number]! >= least);
    return few.sort(order).slice(0, most);
  }
  const kept: number[] = [];
  for (const number of numbers) {
    if (kept.length === most) {
      if (order(kept[most - 1]!, number) <= 0) continue;
      kept.pop();
    }
    let at = kept.length;
    while (at > 0 && order(kept[at - 1]!, number) > 0) at -= 1;
    kept.splice(at, 0, number);
  }
  return kept;
}
