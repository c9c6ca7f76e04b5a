import type { Request } from 'express';
import { type SearchParams, SORTS, type Sort } from '../search/types';
import { ACCESS_LEVELS, WORK_TYPES } from '../works/schema';

const LONGEST_QUERY = 500;
const MOST_VALUES = 50;

/** The parameters of a search as its address carries them; `hasFile` is `true` or `false`, a list repeats its name. */
export const SEARCH_LISTS = ['type', 'language', 'collection', 'author', 'subject', 'speciality', 'access'] as const;

/** A search out of an address. What cannot be meant is passed over, so that no link anyone kept ever fails. */
export function searchParamsOf(query: Request['query'], perPage = 20): SearchParams {
  const all = (name: string): string[] => {
    const value = query[name];
    const values = Array.isArray(value) ? value : [value];
    return values.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, MOST_VALUES);
  };
  const one = (name: string): string => all(name)[0] ?? '';
  const among = <T extends string>(name: string, known: readonly T[]): T[] =>
    known.filter((value) => all(name).includes(value));
  const whole = (name: string, from: number, to: number): number | null => {
    const value = /^\d{1,7}$/.test(one(name)) ? Number(one(name)) : null;
    return value !== null && value >= from && value <= to ? value : null;
  };
  const hasFile = one('hasFile');
  return {
    q: one('q').slice(0, LONGEST_QUERY),
    type: among('type', WORK_TYPES),
    language: all('language'),
    collection: all('collection'),
    author: all('author'),
    subject: all('subject'),
    speciality: all('speciality'),
    access: among('access', ACCESS_LEVELS),
    hasFile: hasFile === 'true' ? true : hasFile === 'false' ? false : null,
    from: whole('from', 0, 9999),
    until: whole('until', 0, 9999),
    sort: among<Sort>('sort', SORTS)[0] ?? 'relevance',
    page: whole('page', 1, 1_000_000) ?? 1,
    perPage: whole('perPage', 1, 100) ?? perPage,
  };
}

/** The same search as an address: what is as always is left out, and the order is always the same. */
export function searchQueryOf(params: SearchParams, perPage = 20): string {
  const query = new URLSearchParams();
  if (params.q) query.append('q', params.q);
  for (const name of SEARCH_LISTS) for (const value of params[name]) query.append(name, value);
  if (params.hasFile !== null) query.append('hasFile', String(params.hasFile));
  if (params.from !== null) query.append('from', String(params.from));
  if (params.until !== null) query.append('until', String(params.until));
  if (params.sort !== 'relevance') query.append('sort', params.sort);
  if (params.perPage !== perPage) query.append('perPage', String(params.perPage));
  if (params.page > 1) query.append('page', String(params.page));
  return query.toString();
}
