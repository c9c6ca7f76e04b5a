/**
 * Word as it stands in a text → what is known of it, found without making a string of the word: a hash over the text's
 * own characters, open addressing. An indexer asks it for every word of every page, and nine in ten are there.
 */
export class WordTable<T> {
  private slots: Int32Array;
  private readonly raws: string[] = [];
  private readonly values: T[] = [];

  constructor(capacity = 1 << 16) {
    this.slots = new Int32Array(capacity).fill(-1);
  }

  get size(): number {
    return this.raws.length;
  }

  /** What is known of text[start, end), or undefined; `add` straight after it needs no second search. */
  get(text: string, start: number, end: number): T | undefined {
    const mask = this.slots.length - 1;
    let slot = hash(text, start, end) & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry < 0) return undefined;
      const raw = this.raws[entry]!;
      if (raw.length === end - start && same(raw, text, start)) return this.values[entry];
      slot = (slot + 1) & mask;
    }
  }

  add(raw: string, value: T): void {
    if (this.raws.length * 2 >= this.slots.length) this.grow();
    this.raws.push(raw);
    this.values.push(value);
    this.put(raw, this.raws.length - 1);
  }

  private put(raw: string, entry: number): void {
    const mask = this.slots.length - 1;
    let slot = hash(raw, 0, raw.length) & mask;
    while (this.slots[slot]! >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let entry = 0; entry < this.raws.length; entry += 1) this.put(this.raws[entry]!, entry);
  }
}

function hash(text: string, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let at = start; at < end; at += 1) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  h ^= h >>> 15;
  return (h ^ (h >>> 7)) >>> 0;
}

function same(raw: string, text: string, start: number): boolean {
  for (let i = 0; i < raw.length; i += 1) if (raw.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
  return true;
}
