import { randomInt } from 'node:crypto';

/** What `WordTable.get` gives for a word it does not hold. */
export const UNKNOWN = -2;

const WIDTH = 4; // first hash, second hash, length, value
const FREE = -1;

/**
 * Word as it stands in a text → a number, found without making a string of the word: two hashes over the text's own
 * characters, open addressing in one flat array. An indexer asks it for every word of every page, and nine in ten are
 * there. Words are told apart by 64 bits of hash and their length; the hashes start from secret numbers, so that nobody
 * can write a text whose words are taken for others'.
 */
export class WordTable {
  private slots: Int32Array;
  private held = 0;
  private readonly seed = randomInt(0x7fffffff);
  private readonly secondSeed = randomInt(0x7fffffff);
  private first = 0;
  private second = 0;

  constructor(capacity = 1 << 14) {
    this.slots = new Int32Array(capacity * WIDTH).fill(FREE);
  }

  get size(): number {
    return this.held;
  }

  /** The number of text[start, end), or UNKNOWN; `add` straight after it needs no second search. */
  get(text: string, start: number, end: number): number {
    let a = this.seed;
    let b = this.secondSeed;
    for (let at = start; at < end; at += 1) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x5bd1e995);
      b ^= b >>> 13;
    }
    a ^= a >>> 15;
    this.first = a;
    this.second = b;
    const { slots } = this;
    const mask = slots.length / WIDTH - 1;
    for (let slot = (a ^ (a >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WIDTH;
      const length = slots[at + 2]!;
      if (length === FREE) return UNKNOWN;
      if (slots[at] === a && slots[at + 1] === b && length === end - start) return slots[at + 3]!;
    }
  }

  /** @param length of the word that `get` was asked for last. */
  add(length: number, value: number): void {
    if (this.held * 2 * WIDTH >= this.slots.length) this.grow();
    this.put(this.first, this.second, length, value);
    this.held += 1;
  }

  private put(a: number, b: number, length: number, value: number): void {
    const { slots } = this;
    const mask = slots.length / WIDTH - 1;
    let slot = (a ^ (a >>> 7)) & mask;
    while (slots[slot * WIDTH + 2] !== FREE) slot = (slot + 1) & mask;
    const at = slot * WIDTH;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = length;
    slots[at + 3] = value;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(before.length * 2).fill(FREE);
    for (let at = 0; at < before.length; at += WIDTH) {
      if (before[at + 2] !== FREE) this.put(before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!);
    }
  }
}
