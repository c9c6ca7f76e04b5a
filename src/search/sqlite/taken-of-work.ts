import { fold } from '../../language/normalise';
import { sortKey } from '../../language/sort-key';
import { yearOf } from '../../works/work';
import type { IndexedFile, IndexedWork } from '../types';
import type { FacetsOf } from './columns';
import { ROW_SPAN } from './schema';

/** The metadata in which hits are marked. */
export interface Shown {
  titles: { lang: string; value: string }[];
  names: string[];
  subjects: string[];
  abstracts: { lang: string; value: string }[];
}

/** Files in groups of one access; the first group, which may be empty, is what everyone may read for good. */
export function byAccess({ files, day }: IndexedWork): Map<string, IndexedFile[]> {
  const groups = new Map<string, IndexedFile[]>([[JSON.stringify(['public', null]), []]]);
  for (const file of files) {
    const { level } = file.access;
    const openFrom = file.access.openFrom !== null && file.access.openFrom > day ? file.access.openFrom : null;
    let key = JSON.stringify(level === 'open' && openFrom === null ? ['public', null] : [level, openFrom]);
    // Sixty-four different accesses on the files of one work do not happen; if they do, the last are for staff.
    if (!groups.has(key) && groups.size >= ROW_SPAN - 1) key = JSON.stringify(['closed', null]);
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return groups;
}

export const shownOf = ({ metadata }: IndexedWork): Shown => ({
  titles: metadata.titles,
  names: metadata.contributors.map((contributor) => contributor.name),
  subjects: metadata.subjects.map((subject) => subject.value),
  abstracts: metadata.abstracts,
});

export function facetsOf(work: IndexedWork): FacetsOf {
  const { metadata } = work;
  const once = <T extends [string, string]>(pairs: T[]): T[] => [
    ...new Map(pairs.map((pair) => [pair[0], pair])).values(),
  ];
  const thesis = metadata.thesis;
  return {
    type: metadata.type,
    year: yearOf(metadata),
    languages: [...new Set(metadata.languages)],
    collections: [...new Set(work.collections)],
    authors: once(
      metadata.contributors
        .filter((contributor) => contributor.role === 'author' || contributor.role === 'corporate-author')
        .map(({ name, personId }) => [
          personId === null ? name : `person:${personId}`,
          (personId !== null && work.personNames[personId]?.[0]) || name,
        ]),
    ),
    subjects: once(metadata.subjects.filter((s) => s.scheme === 'keyword').map(({ value }) => [fold(value), value])),
    specialities: thesis?.specialityCode
      ? [[thesis.specialityCode, thesis.specialityName ?? thesis.specialityCode]]
      : [],
    access: metadata.access.level,
    hasFile: work.files.length > 0,
    ownerId: work.ownerId,
    codes: metadata.subjects
      .filter((subject) => subject.scheme !== 'keyword')
      .map(({ scheme, value }) => `${scheme}:${value.toLowerCase().replace(/\s+/g, '')}`),
    titleKey: sortKey(metadata.titles[0]?.value ?? ''),
    publishedAt: work.publishedAt,
  };
}
