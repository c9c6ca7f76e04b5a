import type Database from 'better-sqlite3';

export interface Neighbour {
  form: string;
  distance: number;
  works: number;
}

/** Words held for comparing: the most frequent ones. Rarer ones are as likely to be errors themselves. */
const MOST = 300_000;
/** In shorter words an error leaves too little to tell by. */
const SHORTEST = 4;

/** Finds the words of the index nearest to a mistyped one. Loaded when the first is asked for. */
export class Speller {
  /** By length, so that only words of about the same length are looked at. */
  private byLength: { forms: string[]; works: Uint32Array; masks: Uint32Array }[] | null = null;
  private loadedAt = 0;
  private readonly known = new Map<string, Neighbour[]>();

  constructor(private readonly db: Database.Database) {}

  /** At most `limit` words within the distance that a word of this length forgives, the likeliest first. */
  nearest(word: string, limit: number, now: number): Neighbour[] {
    if (word.length < SHORTEST) return [];
    this.load(now);
    let found = this.known.get(word);
    if (!found) {
      found = this.within(word, 1);
      // Two errors in one word are rare, and seldom is one of them its first letter.
      if (found.length === 0 && word.length >= 7) found = this.within(word, 2);
      if (this.known.size > 2000) this.known.clear();
      this.known.set(word, found);
    }
    return found.slice(0, limit);
  }

  private within(word: string, allowed: number): Neighbour[] {
    const mask = maskOf(word);
    const first = word.charCodeAt(0);
    const found: Neighbour[] = [];
    for (let length = word.length - allowed; length <= word.length + allowed; length += 1) {
      const { forms, works, masks } = this.byLength?.[length] ?? NO_WORDS;
      for (let i = 0; i < masks.length; i += 1) {
        if (bitCount(masks[i]! ^ mask) > 2 * allowed) continue;
        const form = forms[i]!;
        if (allowed > 1 && form.charCodeAt(0) !== first) continue;
        const distance = distanceOf(word, form, allowed);
        if (distance <= allowed && distance > 0) found.push({ form, distance, works: works[i]! });
      }
    }
    const score = (neighbour: Neighbour) => neighbour.distance * 3 - Math.log10(1 + neighbour.works);
    const best = new Map<string, Neighbour>();
    for (const one of found.sort((a, b) => score(a) - score(b))) if (!best.has(one.form)) best.set(one.form, one);
    return [...best.values()].slice(0, 8);
  }

  /** Reads the vocabulary where it is not in memory yet, or is older than ten minutes. */
  private load(now: number): void {
    if (this.byLength && now - this.loadedAt < 600_000) return;
    let words: [string, number][] = [];
    let least = 1;
    for (const row of this.db
      .prepare<[number], [string, number]>('SELECT form, works FROM forms WHERE length(form) >= ?')
      .raw()
      .iterate(SHORTEST - 1)) {
      if (row[1] < least) continue;
      words.push(row);
      while (words.length > MOST) {
        least += 1;
        words = words.filter(([, works]) => works >= least);
      }
    }
    const lists = new Map<number, [string, number][]>();
    for (const row of words) {
      const list = lists.get(row[0].length);
      if (list) list.push(row);
      else lists.set(row[0].length, [row]);
    }
    this.byLength = [];
    for (const [length, list] of lists) {
      this.byLength[length] = {
        forms: list.map(([form]) => form),
        works: Uint32Array.from(list, ([, works]) => works),
        masks: Uint32Array.from(list, ([form]) => maskOf(form)),
      };
    }
    this.known.clear();
    this.loadedAt = now;
  }
}

const NO_WORDS = { forms: [] as string[], works: new Uint32Array(0), masks: new Uint32Array(0) };

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

/** Optimal string alignment distance, confused letters at half; more than `limit` as soon as it is beyond it. */
export function distanceOf(a: string, b: string, limit: number): number {
  const width = b.length + 1;
  if (width > WIDEST || a.length >= WIDEST) return limit + 1;
  let [before, previous, current] = rows as [Float64Array, Float64Array, Float64Array];
  for (let j = 0; j < width; j += 1) previous[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const x = a.charCodeAt(i - 1);
    current[0] = i;
    let least = i;
    for (let j = 1; j < width; j += 1) {
      const y = b.charCodeAt(j - 1);
      let cost = previous[j - 1]! + (x === y ? 0 : near(x, y) ? 0.5 : 1);
      if (previous[j]! + 1 < cost) cost = previous[j]! + 1;
      if (current[j - 1]! + 1 < cost) cost = current[j - 1]! + 1;
      if (i > 1 && j > 1 && x === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === y && before[j - 2]! + 1 < cost) {
        cost = before[j - 2]! + 1;
      }
      current[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, previous, current] = [previous, current, before];
  }
  return previous[b.length]!;
}
