import type Database from 'better-sqlite3';

export interface Neighbour {
  form: string;
  distance: number;
  works: number;
}

/** Words held for comparing: the most frequent ones. Rarer ones are as likely to be errors themselves. */
const MOST = 300_000;
/** Words near to one that are kept. */
const MOST_NEAR = 200;
/** The list is read anew after so long, and after so short a time where it lacks a word and the library has changed. */
const AGE_MOST_MS = 600_000;
const AGE_LEAST_MS = 10_000;
/** In shorter words an error leaves too little to tell by. */
const SHORTEST = 4;

/** Words of one length, side by side: 300,000 words take eight megabytes, and none of them is a string. */
interface Words {
  length: number;
  count: number;
  /** `length` UTF-16 units a word. */
  letters: Uint16Array;
  works: Uint32Array;
  masks: Uint32Array;
}

/** Finds the words of the index nearest to a mistyped one. Loaded when the first is asked for. */
export class Speller {
  /** By length, so that only words of about the same length are looked at. */
  private byLength: Words[] | null = null;
  private loadedAt = 0;
  private isOld = false;
  /** By word: those with one error, and those with two, once they were asked for. */
  private readonly known = new Map<string, [Neighbour[], Neighbour[] | null]>();

  constructor(private readonly db: Database.Database) {}

  /** The vocabulary has changed. */
  refresh(): void {
    this.isOld = true;
  }

  /**
   * At most `limit` words within the distance that a word of this length forgives, the likeliest first.
   * @param mayTell of a word: the others help nobody and stand in nobody's way.
   */
  nearest(word: string, limit: number, now: number, mayTell: (form: string) => boolean): Neighbour[] {
    if (word.length < SHORTEST) return [];
    const found = this.told(word, limit, now, mayTell);
    if (found.length > 0 || !this.isOld || now - this.loadedAt < AGE_LEAST_MS) return found;
    this.byLength = null; // it may be a word that came since
    return this.told(word, limit, now, mayTell);
  }

  private told(word: string, limit: number, now: number, mayTell: (form: string) => boolean): Neighbour[] {
    const words = this.load(now);
    let near = this.known.get(word);
    if (!near) {
      near = [within(words, word, 1), null];
      if (this.known.size > 2000) this.known.clear();
      this.known.set(word, near);
    }
    const told = firstOf(near[0], limit, mayTell);
    // Two errors in one word are rare, and seldom is one of them its first letter.
    if (told.length > 0 || word.length < 7) return told;
    near[1] ??= within(words, word, 2);
    return firstOf(near[1], limit, mayTell);
  }

  /** Reads the vocabulary where it is not in memory yet, or is old. */
  private load(now: number): Words[] {
    if (this.byLength && now - this.loadedAt < AGE_MOST_MS) return this.byLength;
    // Words of one length come as one text: handing over each as a row takes longer than all the rest.
    const rows = this.db
      .prepare<[number, number], [number, number, string, string]>(
        "SELECT length(form) AS n, count(*), group_concat(form, ' '), group_concat(works) FROM forms WHERE works >= ? AND n >= ? GROUP BY n",
      )
      .raw()
      .all(this.leastWorks(), SHORTEST - 1);
    this.byLength = [];
    for (const [length, count, forms, works] of rows) this.byLength[length] = packed(length, count, forms, works);
    this.known.clear();
    this.loadedAt = now;
    this.isOld = false;
    return this.byLength;
  }

  /** In how many works a word must stand so that not more than MOST are held. */
  private leastWorks(): number {
    let sum = 0;
    for (const [works, forms] of this.db
      .prepare<[], [number, number]>('SELECT works, count(*) FROM forms GROUP BY works ORDER BY works DESC')
      .raw()
      .all()) {
      sum += forms;
      if (sum > MOST) return works + 1;
    }
    return 1;
  }
}

function firstOf(near: readonly Neighbour[], limit: number, mayTell: (form: string) => boolean): Neighbour[] {
  const told: Neighbour[] = [];
  for (const neighbour of near) {
    if (told.length >= limit) break;
    if (mayTell(neighbour.form)) told.push(neighbour);
  }
  return told;
}

function packed(length: number, most: number, forms: string, worksOfForms: string): Words {
  const letters = new Uint16Array(most * length);
  const works = new Uint32Array(most);
  const masks = new Uint32Array(most);
  let count = 0;
  let from = 0;
  let digits = 0;
  while (from < forms.length) {
    let to = forms.indexOf(' ', from);
    if (to < 0) to = forms.length;
    let number = 0;
    for (; digits < worksOfForms.length && worksOfForms.charCodeAt(digits) !== 0x2c; digits += 1)
      number = number * 10 + worksOfForms.charCodeAt(digits) - 0x30;
    digits += 1;
    // Letters of two units (𝑥) are counted otherwise by SQLite; such words are not worth a guess.
    if (to - from === length) {
      let mask = 0;
      for (let i = 0; i < length; i += 1) {
        const code = forms.charCodeAt(from + i);
        letters[count * length + i] = code;
        mask |= 1 << (code & 31);
      }
      works[count] = number;
      masks[count] = mask >>> 0;
      count += 1;
    }
    from = to + 1;
  }
  return { length, count, letters, works, masks };
}

function within(byLength: Words[], word: string, allowed: number): Neighbour[] {
  const mask = maskOf(word);
  const first = word.charCodeAt(0);
  const found = new Map<string, Neighbour>();
  for (let length = word.length - allowed; length <= word.length + allowed; length += 1) {
    const words = byLength[length];
    if (!words) continue;
    const { letters, masks, works, count } = words;
    for (let i = 0; i < count; i += 1) {
      if (bitCount(masks[i]! ^ mask) > 2 * allowed) continue;
      const from = i * length;
      if (allowed > 1 && letters[from] !== first) continue;
      const distance = distanceOf(word, letters, from, length, allowed);
      if (distance > allowed || distance === 0) continue;
      const form = String.fromCharCode(...letters.subarray(from, from + length));
      const known = found.get(form); // once a language
      if (!known || known.works < works[i]!) found.set(form, { form, distance, works: works[i]! });
    }
  }
  const score = (neighbour: Neighbour) => neighbour.distance * 3 - Math.log10(1 + neighbour.works);
  return [...found.values()].sort((a, b) => score(a) - score(b)).slice(0, MOST_NEAR);
}

/** Which letters a word has, in 32 bits. */
function maskOf(word: string): number {
  let mask = 0;
  for (let i = 0; i < word.length; i += 1) mask |= 1 << (word.charCodeAt(i) & 31);
  return mask >>> 0;
}

function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

// Letters a Kyrgyz writer or a scanner takes for each other.
const CONFUSED = new Set([
  'оө',
  'уү',
  'нң',
  'ыи',
  'еэ',
  'ий',
  'шщ',
  'ао',
  'бп',
  'дт',
  'гк',
  'iı',
  'oö',
  'uü',
  'sş',
  'cç',
  'gğ',
]);
const confusions = new Set(
  [...CONFUSED].flatMap(([a, b]) => [
    a!.charCodeAt(0) * 0x10000 + b!.charCodeAt(0),
    b!.charCodeAt(0) * 0x10000 + a!.charCodeAt(0),
  ]),
);
const near = (a: number, b: number): boolean => confusions.has(a * 0x10000 + b);

const WIDEST = 64;
const rows = [new Float64Array(WIDEST), new Float64Array(WIDEST), new Float64Array(WIDEST)];

/**
 * Optimal string alignment distance of `a` from the word at `letters[from]`, confused letters at half; more than `limit`
 * as soon as it is beyond it.
 */
function distanceOf(a: string, letters: Uint16Array, from: number, length: number, limit: number): number {
  const width = length + 1;
  if (width > WIDEST || a.length >= WIDEST) return limit + 1;
  let [before, previous, current] = rows as [Float64Array, Float64Array, Float64Array];
  for (let j = 0; j < width; j += 1) previous[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const x = a.charCodeAt(i - 1);
    current[0] = i;
    let least = i;
    for (let j = 1; j < width; j += 1) {
      const y = letters[from + j - 1]!;
      let cost = previous[j - 1]! + (x === y ? 0 : near(x, y) ? 0.5 : 1);
      if (previous[j]! + 1 < cost) cost = previous[j]! + 1;
      if (current[j - 1]! + 1 < cost) cost = current[j - 1]! + 1;
      if (i > 1 && j > 1 && x === letters[from + j - 2] && a.charCodeAt(i - 2) === y && before[j - 2]! + 1 < cost) {
        cost = before[j - 2]! + 1;
      }
      current[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, previous, current] = [previous, current, before];
  }
  return previous[length]!;
}
