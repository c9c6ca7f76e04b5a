import { mayReadFile } from '../access/access';
import type { Visitor } from '../accounts/visitor';
import type { Work } from '../works/work';
import type { Passage, SearchHit } from './types';

/** A hit, and its work as the catalogue has it at this moment. */
export interface ReadableHit extends SearchHit {
  work: Work;
}

/**
 * The hits that `works` still bears out. The index follows the catalogue a moment later: until then it may hold a text
 * that was closed, or a work that was withdrawn. A hit by nothing but such a text is none.
 * @param notIndexed works whose last change the index does not have yet: of these a hit must show why it is one.
 */
export function readableHits(
  hits: readonly SearchHit[],
  works: ReadonlyMap<number, Work>,
  notIndexed: ReadonlySet<string>,
  visitor: Visitor,
  today: string,
): ReadableHit[] {
  return hits.flatMap((hit) => {
    const work = works.get(hit.workId);
    if (work?.state !== 'published') return [];
    const passages = readablePassages(hit.passages, work, visitor, today);
    const isAllReadable = passages.length === hit.passages.length;
    if (isAllReadable && !notIndexed.has(String(work.id))) return [{ ...hit, work }];
    if (!showsWhy({ ...hit, passages })) return [];
    return [{ ...hit, work, passages, morePassages: hit.morePassages && (isAllReadable || passages.length > 0) }];
  });
}

/** Does a hit show where it has what was asked? */
export const showsWhy = ({ passages, titles, contributors, subjects, abstract }: SearchHit): boolean =>
  passages.length + titles.length + contributors.length + subjects.length > 0 || abstract !== null;

export const readablePassages = (
  passages: readonly Passage[],
  work: Work,
  visitor: Visitor,
  today: string,
): Passage[] =>
  passages.filter(({ fileId }) => {
    const file = work.files.find(({ id }) => id === fileId);
    return file !== undefined && mayReadFile(visitor, work, file, today);
  });
