import type { ExcludedFilters } from '../query';
import { FACETS } from '../types';
import type { Columns } from './columns';

const SPECIALITY = FACETS.indexOf('speciality');

/** Tells of the number of a work whether it is left out (`-type:article`); null where nothing is to be left out. */
export function excludedBy(not: ExcludedFilters, columns: Columns): ((number: number) => boolean) | null {
  const { types, languages, specialities, codes, years } = not;
  if ([types, languages, specialities, codes, years].every((list) => list.length === 0)) return null;
  const values = new Set([
    ...types.map((type) => columns.number('type', type)),
    ...languages.map((language) => columns.number('language', language)),
  ]);
  // A work of no known year is of none of these.
  const isOfYears = (year: number) =>
    year > 0 && years.some(({ from, until }) => year >= (from ?? 1) && year <= (until ?? 9999));
  const hasValue = (value: number) =>
    values.has(value) ||
    (columns.facetOf.values[value] === SPECIALITY &&
      specialities.some((beginning) => columns.valueOf[value]!.startsWith(beginning)));
  return (number) => {
    if (isOfYears(columns.year.values[number]!)) return true;
    if (columns.rows[number]!.codes.some((own) => codes.some((code) => own.startsWith(code)))) return true;
    for (let i = columns.from.values[number]!; i < columns.until.values[number]!; i += 1)
      if (hasValue(columns.values.values[i]!)) return true;
    return false;
  };
}
