const LONGEST = 8; // seven digits of base 36 hold every 32-bit number, and a space

const DIGITS = Uint8Array.from('0123456789abcdefghijklmnopqrstuvwxyz', (digit) => digit.charCodeAt(0));
const SPACE = 0x20;

/** The text of a work as the full-text index takes it: numbers in base 36, written side by side without making strings. */
export class TextOfTokens {
  private buffer = Buffer.allocUnsafe(1 << 16);
  private used = 0;

  /** @param id 0 to 2^31 − 1 */
  add(id: number): void {
    if (this.used + LONGEST > this.buffer.length) this.grow();
    const { buffer } = this;
    let digits = 1;
    for (let rest = id; rest >= 36; rest = (rest / 36) | 0) digits += 1;
    let at = this.used + digits;
    this.used = at + 1;
    buffer[at] = SPACE;
    let rest = id;
    do {
      at -= 1;
      const next = (rest / 36) | 0;
      buffer[at] = DIGITS[rest - next * 36]!;
      rest = next;
    } while (at > this.used - digits - 1);
  }

  /** Tokens that another text has. */
  addBytes(bytes: Buffer): void {
    while (this.used + bytes.length > this.buffer.length) this.grow();
    bytes.copy(this.buffer, this.used);
    this.used += bytes.length;
  }

  /** Good until the next `add` or `clear`. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
    if (this.buffer.length > MOST_KEPT) this.buffer = Buffer.allocUnsafe(1 << 16);
  }

  private grow(): void {
    const longer = Buffer.allocUnsafe(this.buffer.length * 2);
    this.buffer.copy(longer, 0, 0, this.used);
    this.buffer = longer;
  }
}

/** After the text of a very long work its room is given back. */
const MOST_KEPT = 1 << 22;
