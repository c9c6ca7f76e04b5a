import type Database from 'better-sqlite3';

export interface Neighbour {
  form: string;
  distance: number;
  works: number;
}

/** Words held for comparing: the most frequent ones. Rarer ones are as likely to be errors themselves. */
const MOST = 300_000;

/** Finds the words of the index nearest to a mistyped one. Loaded when the first is asked for. */
export class Speller {
  private forms: string[] | null = null;
  private works = new Uint32Array(0);
  private masks = new Uint32Array(0);
  private loadedAt = 0;

  constructor(private readonly db: Database.Database) {}

  /** At most `limit` words within the distance that a word of this length forgives, the likeliest first. */
  nearest(word: string, limit: number, now: number): Neighbour[] {
    const allowed = forgiven(word.length);
    if (allowed === 0) return [];
    this.load(now);
    const forms = this.forms ?? [];
    const mask = maskOf(word);
    const found: Neighbour[] = [];
    for (let i = 0; i < forms.length; i += 1) {
      if (bitCount(this.masks[i]! ^ mask) > 2 * allowed) continue;
      const form = forms[i]!;
      if (Math.abs(form.length - word.length) > allowed || form === word) continue;
      const distance = distanceOf(word, form, allowed);
      if (distance <= allowed) found.push({ form, distance, works: this.works[i]! });
    }
    const score = (neighbour: Neighbour) => neighbour.distance * 3 - Math.log10(1 + neighbour.works);
    return found.sort((a, b) => score(a) - score(b)).slice(0, limit);
  }

  /** Reads the vocabulary where it is not in memory yet, or is older than ten minutes. */
  private load(now: number): void {
    if (this.forms && now - this.loadedAt < 600_000) return;
    const rows = this.db
      .prepare<[number], [string, number]>(
        'SELECT form, max(works) AS most FROM forms WHERE length(form) > 3 GROUP BY form ORDER BY most DESC LIMIT ?',
      )
      .raw()
      .all(MOST);
    this.forms = rows.map(([form]) => form);
    this.works = Uint32Array.from(rows, ([, works]) => works);
    this.masks = Uint32Array.from(rows, ([form]) => maskOf(form));
    this.loadedAt = now;
  }
}

/** How many errors a word of this many letters forgives. */
const forgiven = (length: number): number => (length < 4 ? 0 : length < 7 ? 1 : 2);

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
const near = (a: string, b: string): boolean => CONFUSED.has(a + b) || CONFUSED.has(b + a);

/** Optimal string alignment distance, confused letters at half; `limit + 1` as soon as it is beyond `limit`. */
export function distanceOf(a: string, b: string, limit: number): number {
  const width = b.length + 1;
  let before: number[] = [];
  let previous = Array.from({ length: width }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    let least = i;
    for (let j = 1; j < width; j += 1) {
      const x = a[i - 1]!;
      const y = b[j - 1]!;
      let cost = previous[j - 1]! + (x === y ? 0 : near(x, y) ? 0.5 : 1);
      cost = Math.min(cost, previous[j]! + 1, current[j - 1]! + 1);
      if (i > 1 && j > 1 && x === b[j - 2] && a[i - 2] === y) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}
