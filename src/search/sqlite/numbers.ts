type Kind = Int32Array | Uint32Array | Int16Array | Float64Array;

const SOME = 4096;

/** A list of numbers side by side in memory. */
export class Numbers<T extends Kind> {
  values: T;
  length = 0;

  constructor(private readonly kind: new (length: number) => T) {
    this.values = new kind(SOME);
  }

  /** @returns its place. */
  add(value: number): number {
    if (this.length === this.values.length) this.reach(Math.max(SOME, this.length * 2));
    this.values[this.length] = value;
    this.length += 1;
    return this.length - 1;
  }

  /** Makes room for `length` numbers; what is added by it is 0 in `values` and not counted in `length`. */
  reach(length: number): void {
    if (length <= this.values.length) return;
    const longer = new this.kind(Math.max(length, this.values.length * 2));
    longer.set(this.values);
    this.values = longer;
  }

  /** A copy of the numbers. */
  kept(): T {
    return this.values.slice(0, this.length) as T;
  }

  /** Takes kept numbers in place of its own. */
  take(values: T): void {
    this.values = values;
    this.length = values.length;
  }

  clear(): void {
    this.length = 0;
    this.values = new this.kind(SOME);
  }
}
