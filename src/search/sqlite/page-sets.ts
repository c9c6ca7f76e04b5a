/**
 * Which words stand on which page, in about one byte a word: a Bloom filter for every page of a file. It may say yes
 * where the word is not (two times in a hundred) and never no where it is; a page is read before it is shown.
 *
 * Layout, in 32-bit words: count; then count × (page number, first word of its bits); the end; the bits.
 */

const BITS_A_KEY = 8;
const PROBES = 4;

export type Hash = readonly [number, number];

/** Two 32-bit hashes of a key, from which all probes are made. FNV-1a and a multiplicative mix. */
export function hashOf(key: string): Hash {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < key.length; i += 1) {
    const code = key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  a ^= a >>> 16;
  a = Math.imul(a, 0x7feb352d);
  a ^= a >>> 15;
  return [a >>> 0, (b | 1) >>> 0];
}

export class PageSetsBuilder {
  private readonly numbers: number[] = [];
  private readonly filters: Uint32Array[] = [];

  /** `hashes`: both hashes of every distinct key, one after the other; `length` of them are used. */
  add(page: number, hashes: Uint32Array, length: number): void {
    const words = Math.max(1, Math.ceil(((length / 2) * BITS_A_KEY) / 32));
    const bits = new Uint32Array(words);
    const size = words * 32;
    for (let i = 0; i < length; i += 2) {
      let a = hashes[i]!;
      const b = hashes[i + 1]!;
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = a % size;
        bits[bit >>> 5]! |= 1 << (bit & 31);
        a = (a + b) >>> 0;
      }
    }
    this.numbers.push(page);
    this.filters.push(bits);
  }

  get count(): number {
    return this.numbers.length;
  }

  finish(): Buffer {
    const count = this.numbers.length;
    const head = 1 + count * 2 + 1;
    const total = this.filters.reduce((sum, filter) => sum + filter.length, head);
    const words = new Uint32Array(total);
    words[0] = count;
    let at = head;
    for (let i = 0; i < count; i += 1) {
      words[1 + i * 2] = this.numbers[i]!;
      words[2 + i * 2] = at;
      words.set(this.filters[i]!, at);
      at += this.filters[i]!.length;
    }
    words[head - 1] = at;
    return Buffer.from(words.buffer);
  }
}

export class PageSets {
  private readonly words: Uint32Array;
  readonly count: number;

  constructor(blob: Buffer) {
    const { buffer, byteOffset, byteLength } = blob;
    this.words =
      byteOffset % 4 === 0
        ? new Uint32Array(buffer, byteOffset, byteLength / 4)
        : new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength)); // it began at an odd address
    this.count = this.words[0] ?? 0;
  }

  pageNumber(index: number): number {
    return this.words[1 + index * 2]!;
  }

  mayHold(index: number, [first, step]: Hash): boolean {
    const from = this.words[2 + index * 2]!;
    const to = index + 1 < this.count ? this.words[4 + index * 2]! : this.words[1 + this.count * 2]!;
    const size = (to - from) * 32;
    let a = first;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const bit = a % size;
      if (((this.words[from + (bit >>> 5)]! >>> (bit & 31)) & 1) === 0) return false;
      a = (a + step) >>> 0;
    }
    return true;
  }
}
