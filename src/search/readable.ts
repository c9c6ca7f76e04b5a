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
 */
export function readableHits(
  hits: readonly SearchHit[],
  works: ReadonlyMap<number, Work>,
  visitor: Visitor,
  today: string,
): ReadableHit[] {
  return hits.flatMap((hit) => {
    const work = works.get(hit.workId);
    if (work?.state !== 'published') return [];
    const passages = readablePassages(hit.passages, work, visitor, today);
    if (passages.length === hit.passages.length) return [{ ...hit, work }];
    const isFoundOtherwise =
      passages.length + hit.titles.length + hit.contributors.length + hit.subjects.length > 0 || hit.abstract !== null;
    return isFoundOtherwise ? [{ ...hit, work, passages, morePassages: hit.morePassages && passages.length > 0 }] : [];
  });
}

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
