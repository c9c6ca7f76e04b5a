import { fold } from '../../language/normalise';
import type { Query } from '../query';
import { FACETS, type FacetName, type Facets, type FacetValue, type SearchParams } from '../types';
import type { Columns } from './columns';
import { excludedBy } from './excluded';

const FACET_VALUES = 50;
const YEAR = FACETS.indexOf('year');
const SPECIALITY = FACETS.indexOf('speciality');
/** Counts beyond this are told apart only where they are shown. */
const MOST_TOLD = 1024;

/**
 * Which of the works found pass the facets chosen, and how many would have each value.
 * @param found numbers of works in `columns`.
 */
export function countFacets(
  found: readonly number[],
  columns: Columns,
  params: SearchParams,
  { filters }: Query,
): { passing: number[]; facets: Facets } {
  const from = params.from ?? filters.from;
  const until = params.until ?? filters.until;
  const chosen: Record<FacetName, string[]> = {
    type: [...params.type, ...filters.types],
    language: [...params.language, ...filters.languages],
    collection: params.collection,
    author: params.author,
    subject: params.subject.map((subject) => fold(subject)),
    speciality: params.speciality,
    access: params.access,
    hasFile: params.hasFile === null ? [] : [String(params.hasFile)],
    year: [],
  };
  const tests = FACETS.flatMap((facet, number) => {
    const values = chosen[facet];
    if (values.length === 0) return [];
    return [{ number, wanted: new Set(values.map((value) => columns.number(facet, value) ?? -1)) }];
  });
  const isYear = from !== null || until !== null;
  const [first, last] = [from ?? 1, until ?? 9999];
  const isOdd = filters.codes.length > 0 || filters.specialities.length > 0;
  const isExcluded = excludedBy(filters.not, columns);
  const counts = new Uint32Array(columns.valueOf.length);
  const years = columns.year.values;
  const starts = columns.from.values;
  const ends = columns.until.values;
  const values = columns.values.values;
  const facetOf = columns.facetOf.values;
  const passing: number[] = [];
  for (const number of found) {
    if (isOdd && !fits(number, columns, filters)) continue;
    if (isExcluded?.(number)) continue;
    const start = starts[number]!;
    const end = ends[number]!;
    let failed = -1;
    let failures = 0;
    for (const { number: facet, wanted } of tests) {
      let has = false;
      for (let i = start; i < end && !has; i += 1) has = wanted.has(values[i]!);
      if (!has) {
        failed = facet;
        failures += 1;
      }
    }
    if (isYear && (years[number] === 0 || years[number]! < first || years[number]! > last)) {
      failed = YEAR;
      failures += 1;
    }
    if (failures > 1) continue;
    // A facet counts what choosing another of its values would give, so its own choice does not narrow it.
    if (failures === 0) {
      passing.push(number);
      for (let i = start; i < end; i += 1) counts[values[i]!]! += 1;
    } else {
      for (let i = start; i < end; i += 1) if (facetOf[values[i]!] === failed) counts[values[i]!]! += 1;
    }
  }
  return { passing, facets: facets(counts, columns, chosen) };
}

/** Has the work the classes and specialities that were typed (udc:94*)? */
function fits(number: number, columns: Columns, { codes, specialities }: Query['filters']): boolean {
  const row = columns.rows[number]!;
  if (!codes.every((code) => row.codes.some((own) => own.startsWith(code)))) return false;
  if (specialities.length === 0) return true;
  for (let i = columns.from.values[number]!; i < columns.until.values[number]!; i += 1) {
    const value = columns.values.values[i]!;
    if (columns.facetOf.values[value] !== SPECIALITY) continue;
    if (specialities.some((beginning) => columns.valueOf[value]!.startsWith(beginning))) return true;
  }
  return false;
}

function facets(counts: Uint32Array, columns: Columns, chosen: Record<FacetName, string[]>): Facets {
  const facetOf = columns.facetOf.values;
  const picked = new Set(
    FACETS.flatMap((facet) =>
      chosen[facet].map((value) => columns.number(facet, value)).filter((n) => n !== undefined),
    ),
  );
  const least = leastShown(counts, facetOf);
  const lists: number[][] = FACETS.map(() => []);
  const equals: number[][] = FACETS.map(() => []);
  for (let value = 0; value < counts.length; value += 1) {
    const count = counts[value]!;
    const facet = facetOf[value]!;
    if (count > 0 && (facet === YEAR || count > least[facet]!)) lists[facet]!.push(value);
    else if (count > 0 && count === least[facet]) equals[facet]!.push(value);
  }
  // What was chosen is shown, though little or nothing has it.
  for (const value of picked) {
    const [count, facet] = [counts[value]!, facetOf[value]!];
    if (count === 0 || (facet !== YEAR && count < least[facet]!)) lists[facet]!.push(value);
  }
  const show = (value: number): FacetValue => ({
    value: columns.valueOf[value]!,
    label: columns.labelOf[value] ?? null,
    count: counts[value]!,
    chosen: picked.has(value),
  });
  return Object.fromEntries(
    FACETS.map((facet, i) => {
      const list = lists[i]!;
      if (i === YEAR) return [facet, list.map(show).sort((a, b) => Number(a.value) - Number(b.value))];
      const room = FACET_VALUES - list.filter((value) => counts[value]! > 0).length;
      list.push(...firstOf(equals[i]!, room, columns.firstWork.values, picked));
      const shown = list.map(show).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      return [facet, shown.filter((value, place) => place < FACET_VALUES || value.chosen)];
    }),
  ) as Facets;
}

/** Of each facet the count of which some may have to be left out; all with more are shown. */
function leastShown(counts: Uint32Array, facetOf: Int32Array): number[] {
  const having = FACETS.map(() => new Uint32Array(MOST_TOLD + 1));
  for (let value = 0; value < counts.length; value += 1) {
    if (counts[value]! > 0) having[facetOf[value]!]![Math.min(counts[value]!, MOST_TOLD)]! += 1;
  }
  return having.map((values) => {
    let sum = values[MOST_TOLD]!;
    let count = MOST_TOLD;
    while (count > 1 && sum + values[count - 1]! <= FACET_VALUES) {
      count -= 1;
      sum += values[count]!;
    }
    return count - 1;
  });
}

/** Of equals those that came into the library first, and whatever is chosen. */
function firstOf(values: number[], room: number, firstWork: Int32Array, picked: Set<number>): number[] {
  const kept: number[] = [];
  for (const value of values) {
    if (room <= 0 || (kept.length === room && firstWork[value]! >= firstWork[kept.at(-1)!]!)) continue;
    let at = kept.length;
    while (at > 0 && firstWork[kept[at - 1]!]! > firstWork[value]!) at -= 1;
    kept.splice(at, 0, value);
    if (kept.length > room) kept.pop();
  }
  for (const value of picked) if (values.includes(value) && !kept.includes(value)) kept.push(value);
  return kept;
}
