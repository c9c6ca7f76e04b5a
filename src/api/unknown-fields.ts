import type { FieldIssue } from '../errors';

/**
 * Fields of `given` that its schema passed over: `taken` is what the schema made of it, and has every field it knows.
 * A field that is passed over in silence is a mistake that nobody sees.
 */
export function unknownFields(given: unknown, taken: unknown, path: readonly (string | number)[] = []): FieldIssue[] {
  if (Array.isArray(given) && Array.isArray(taken)) {
    return given.flatMap((item, i) => unknownFields(item, taken[i], [...path, i]));
  }
  if (!isRecord(given) || !isRecord(taken)) return [];
  return Object.keys(given).flatMap((name) =>
    Object.hasOwn(taken, name)
      ? unknownFields(given[name], taken[name], [...path, name])
      : [{ path: [...path, name].join('.').slice(0, 200), message: 'unknownField' }],
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
