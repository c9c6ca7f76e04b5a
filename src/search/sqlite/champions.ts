import { Numbers } from './numbers';
import type { Vocabulary } from './vocabulary';

/** A stem said once or twice tells nothing of a work, however rare it is. */
const LEAST = 3;
/** So many stems of one text are kept as its own, at most. */
const MOST = 300;
/** By so many standard deviations of chance it must be said oftener. */
const SURPLUS = 3;

/**
 * Counts the stems of one text and tells those it has far oftener than texts in general, as the library's own counts have
 * it. Where a word stands in thousands of works only these are ranked, and the others follow uncounted: known in the
 * literature as champion lists (Manning, Raghavan, Schütze, Introduction to Information Retrieval, 7.1.3).
 */
export class Champions {
  private readonly counts = new Numbers(Int32Array);
  private met: number[] = [];
  private length = 0;

  add(stem: number): void {
    if (stem >= this.counts.values.length) this.counts.reach(stem + 1);
    if (this.counts.values[stem] === 0) this.met.push(stem);
    this.counts.values[stem]! += 1;
    this.length += 1;
  }

  /**
   * The stems of the text that are its own, the most telling first. Then it is empty.
   * @param learns whether the library's counts take the text in; of one that is only taken in anew they have it already.
   */
  finish(vocabulary: Vocabulary, learns: boolean): number[] {
    const counts = this.counts.values;
    const found: { stem: number; surplus: number }[] = [];
    const words = vocabulary.words + (learns ? this.length : 0);
    for (const stem of this.met) {
      const count = counts[stem]!;
      if (learns) vocabulary.meet(stem, count);
      // Of a text taken in anew the counts may lack what was added to it.
      const known = Math.max(count, vocabulary.occurrences.values[stem]!);
      const expected = (this.length * known) / Math.max(words, this.length);
      const surplus = (count - expected) / Math.sqrt(expected);
      if (count >= LEAST && surplus >= SURPLUS) found.push({ stem, surplus });
    }
    this.clear();
    found.sort((a, b) => b.surplus - a.surplus);
    return found.slice(0, MOST).map(({ stem }) => stem);
  }

  /** Forgets a text that is not to be finished. */
  clear(): void {
    for (const stem of this.met) this.counts.values[stem] = 0;
    this.met = [];
    this.length = 0;
  }
}
