/** Rows of a form's lists, whose fields are named as in `titles.0.value`. */

export type Typed = Readonly<Record<string, unknown>>;
export type Row = Record<string, string>;

/** The rows of `list` in their order, without those where every field of `filledBy` is empty. */
export function rowsIn(typed: Typed, list: string, fields: readonly string[], filledBy: readonly string[]): Row[] {
  return indicesIn(typed, list)
    .map((index) => Object.fromEntries(fields.map((field) => [field, textOf(typed[`${list}.${index}.${field}`])])))
    .filter((row) => filledBy.some((field) => row[field]!.trim() !== ''));
}

export function indicesIn(typed: Typed, list: string): number[] {
  const found = new Set<number>();
  for (const name of Object.keys(typed)) {
    const match = /^(\w+)\.(\d{1,4})\./.exec(name);
    if (match?.[1] === list) found.add(Number(match[2]));
  }
  return [...found].sort((a, b) => a - b);
}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || value === true ? String(value) : '';
