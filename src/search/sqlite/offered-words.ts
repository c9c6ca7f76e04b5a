import SearchableMap from 'minisearch/SearchableMap';
import { SHORT } from './beginnings';
import { Numbers } from './numbers';

/** A word as it was typed, and as it may be meant: in the other alphabet. */
export interface Typed {
  word: string;
  readings: string[];
}

/** A word of the entries that one typed may mean. */
interface Meant {
  word: number;
  weight: number;
}

/** As MiniSearch weighs them, beside 1 for the word as typed; less for each letter that is more or another. */
const BEGINNING = 0.7;
const SLIP = 0.3;
const READING = 0.8;

/** BM25+ with the usual numbers (k 1.2, b 0.7, d 0.5), for words that stand once. */
const SATURATION = 1.2;
const LENGTH = 0.7;
const LEAST = 0.5;

/**
 * The words of what is offered while typing. MiniSearch's index of words knows which begin so or are nearly so; which
 * entries have a word stands in flat lists beside it: MiniSearch's own cost 200 bytes a word more, and scored every title
 * that has a word when the best ten were wanted.
 */
export class OfferedWords {
  private readonly spellings = new SearchableMap<number>();
  private readonly numbers = new Map<string, number>();
  private readonly words: string[] = [];
  /** The first two letters of each word, which sit closer in memory than the words do. */
  private readonly starts = new Numbers(Uint32Array);
  /** Of each word, the entries that have it, by growing number. */
  private readonly holders: number[][] = [];
  /** The words of entry `n` are `list[from[n]]` to `list[until[n]]`. Those of dropped entries stay: few change while a thread lives. */
  private readonly list = new Numbers(Uint32Array);
  private readonly from = new Numbers(Uint32Array);
  private readonly until = new Numbers(Uint32Array);
  private readonly priors = new Numbers(Float64Array);
  private held = 0;
  // Scratch of `find`, by entry: how many words typed it has answered in this question, and with what score.
  private reached = new Int32Array(0);
  private scores = new Float32Array(0);
  private serial = 0;

  /** @param words of the entry, as they are compared. @returns its number, greater than any before. */
  add(words: Iterable<string>): number {
    const entry = this.from.add(this.list.length);
    for (const word of new Set(words)) {
      const number = this.numberOf(word);
      this.list.add(number);
      const holders = this.holders[number];
      if (holders) holders.push(entry);
      else this.holders[number] = [entry]; // most words stand in one: room for no more
    }
    this.until.add(this.list.length);
    this.priors.add(1);
    this.held += 1;
    return entry;
  }

  drop(entry: number): void {
    for (let i = this.from.values[entry]!; i < this.until.values[entry]!; i += 1) {
      const word = this.list.values[i]!;
      const holders = this.holders[word]!;
      holders.splice(placeIn(holders, entry), 1);
    }
    this.held -= 1;
  }

  *of(entry: number): Generator<string> {
    for (let i = this.from.values[entry]!; i < this.until.values[entry]!; i += 1)
      yield this.words[this.list.values[i]!]!;
  }

  /** What an entry's score is multiplied by: how likely it is meant, whatever was typed. 1 until told. */
  setPrior(entry: number, prior: number): void {
    this.priors.values[entry] = prior;
  }

  /**
   * The best `most` entries that have all of `words`, with their scores, the best first.
   * @param beginning of one more word, other than `words`; or null.
   * A longer word may be the beginning of one (мөңгү с: Мөңгүлөр жана суу), a short one only where it is the last typed.
   * @param how `mistyped`: any may have slips as well.
   */
  find(words: readonly Typed[], beginning: Typed | null, how: 'typed' | 'mistyped', most: number): Map<number, number> {
    const isBegun = ({ word }: Typed, i: number) =>
      word.length > SHORT || (beginning === null && i === words.length - 1);
    const meant = words.map((word, i) => this.meant(word, isBegun(word, i), how));
    const others = new Set(words.flatMap(({ word, readings }) => [word, ...readings]));
    const beginnings = beginning === null ? [] : [beginning.word, ...beginning.readings];
    const best = new Best(most);
    const { priors, from, until } = this;
    const average = this.list.length / Math.max(1, this.from.length);
    const holding = this.holdingAll(meant);
    for (let i = holding.length - 1; i >= 0; i -= 1) {
      const entry = holding[i]!; // of equals the newest first
      if (beginning !== null && !beginnings.some((one) => this.hasWord(entry, one, others))) continue;
      const length = (until.values[entry]! - from.values[entry]!) / average;
      const brevity = LEAST + (1 + SATURATION) / (1 + SATURATION * (1 - LENGTH + LENGTH * length));
      best.add(entry, this.scores[entry]! * brevity * priors.values[entry]!);
    }
    return best.all();
  }

  private meant({ word, readings }: Typed, isBeginning: boolean, how: 'typed' | 'mistyped'): Meant[] {
    const weights = new Map<number, number>();
    const add = (number: number, weight: number) => weights.set(number, Math.max(weight, weights.get(number) ?? 0));
    if (how === 'mistyped' && word.length > 3) {
      for (const [near, [number, slips]] of this.spellings.fuzzyGet(word, word.length > 7 ? 2 : 1))
        add(number, (SLIP * near.length) / (near.length + slips));
    }
    for (const reading of [word, ...readings]) {
      const worth = reading === word ? 1 : READING;
      const exact = this.numbers.get(reading);
      if (exact !== undefined) add(exact, worth);
      if (!isBeginning) continue;
      for (const [longer, number] of this.spellings.atPrefix(reading)) {
        if (longer !== reading)
          add(number, (worth * BEGINNING * longer.length) / (longer.length + 0.3 * (longer.length - reading.length)));
      }
    }
    // The rarer what is typed, the more it tells; but a rare word that begins so is not likelier meant than the word itself.
    let count = 0;
    for (const one of weights.keys()) count += this.holders[one]!.length;
    const rarity = Math.log(1 + Math.max(0, this.held - count + 0.5) / (count + 0.5));
    return [...weights]
      .map(([one, weight]) => ({ word: one, weight: weight * rarity }))
      .sort((a, b) => b.weight - a.weight);
  }

  /** Entries that have a word of each list; what they are worth stands in `scores`. */
  private holdingAll(meant: readonly Meant[][]): number[] {
    const entries = this.from.length;
    if (this.reached.length < entries) {
      this.reached = new Int32Array(entries * 2);
      this.scores = new Float32Array(entries * 2);
      this.serial = 0;
    }
    if (this.serial > 1e9) {
      this.reached.fill(0);
      this.serial = 0;
    }
    const { reached, scores, holders } = this;
    const first = this.serial + 1;
    const last = this.serial + meant.length;
    this.serial = last;
    const all: number[] = [];
    for (const [i, ways] of meant.entries()) {
      const step = first + i;
      for (const { word, weight } of ways) {
        for (const entry of holders[word]!) {
          if (i > 0 ? reached[entry] !== step - 1 : reached[entry] === step) continue; // likelier ways come first
          scores[entry] = (i > 0 ? scores[entry]! : 0) + weight;
          reached[entry] = step;
          if (step === last) all.push(entry);
        }
      }
    }
    return all;
  }

  private hasWord(entry: number, beginning: string, others: ReadonlySet<string>): boolean {
    const start = startOf(beginning);
    const mask = beginning.length > 1 ? 0xffffffff : 0xffff;
    for (let i = this.from.values[entry]!; i < this.until.values[entry]!; i += 1) {
      const number = this.list.values[i]!;
      if (((this.starts.values[number]! ^ start) & mask) !== 0) continue;
      const word = this.words[number]!;
      if (word.startsWith(beginning) && !others.has(word)) return true;
    }
    return false;
  }

  private numberOf(word: string): number {
    let number = this.numbers.get(word);
    if (number === undefined) {
      number = this.words.push(word) - 1;
      this.numbers.set(word, number);
      this.spellings.set(word, number);
      this.starts.add(startOf(word));
    }
    return number;
  }
}

const startOf = (word: string): number => (word.charCodeAt(0) | ((word.charCodeAt(1) || 0) << 16)) >>> 0;

/** Those of the highest scores, whatever number come; of equals those that came first. */
class Best {
  private readonly entries: number[] = [];
  private readonly scores: number[] = [];

  constructor(private readonly most: number) {}

  add(entry: number, score: number): void {
    const { entries, scores } = this;
    let at = scores.length;
    if (at === this.most && score <= scores[at - 1]!) return;
    while (at > 0 && scores[at - 1]! < score) at -= 1;
    entries.splice(at, 0, entry);
    scores.splice(at, 0, score);
    if (entries.length <= this.most) return;
    entries.pop();
    scores.pop();
  }

  all(): Map<number, number> {
    return new Map(this.entries.map((entry, i) => [entry, this.scores[i]!]));
  }
}

/** Where `entry` stands among growing numbers. */
function placeIn(numbers: readonly number[], entry: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < entry) low = middle + 1;
    else high = middle;
  }
  return low;
}
