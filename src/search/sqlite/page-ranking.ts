import type { ExpandedQuery, PageKey, Word } from './expand';
import type { PageSets } from './page-sets';

/** The pages of one file, or of a part of a long one. */
export interface FilePages {
  fileId: number;
  isViewOnly: boolean;
  sets: PageSets;
}

export interface RankedPage {
  fileId: number;
  isViewOnly: boolean;
  page: number;
  score: number;
  /** All words of the query may stand on it. */
  complete: boolean;
}

/** Pages on which words of the query may stand, the best first. */
export function rankedPages(files: FilePages[], expanded: ExpandedQuery): RankedPage[] {
  const pages: RankedPage[] = [];
  for (const { fileId, isViewOnly, sets } of files) {
    for (let index = 0; index < sets.count; index += 1) {
      let score = 0;
      let complete = true;
      for (const { any } of expanded.all) {
        let best = 0;
        for (const { words } of any) {
          let sum = 0;
          for (const word of words) sum += wordScore(sets, index, word);
          if (words.length > 1 && words.some((word) => wordScore(sets, index, word) === 0)) sum = 0; // a phrase is whole or not there
          best = Math.max(best, sum);
        }
        score += best;
        if (best === 0) complete = false;
      }
      if (score > 0)
        pages.push({
          fileId,
          isViewOnly,
          page: sets.pageNumber(index),
          score: complete ? score + expanded.all.length : score,
          complete,
        });
    }
  }
  return pages.sort((a, b) => b.score - a.score || a.fileId - b.fileId || a.page - b.page);
}

function wordScore(sets: PageSets, index: number, word: Word): number {
  if (holdsOne(sets, index, word.pageKeys)) return word.prefix || sets.mayHold(index, word.exactKey) ? 1.3 : 1;
  return holdsOne(sets, index, word.loosePageKeys) ? 0.6 : 0;
}

function holdsOne(sets: PageSets, index: number, keys: readonly PageKey[]): boolean {
  for (const { stem, forms } of keys) {
    if (!sets.mayHold(index, stem)) continue;
    if (forms === null) return true;
    for (const form of forms) if (sets.mayHold(index, form)) return true;
  }
  return false;
}

/** From 0 to about 0.5: exact forms in the text, and all words on one page. */
export function closeness(files: FilePages[], expanded: ExpandedQuery, words: Word[]): number {
  let exact = 0;
  let together = 0;
  for (const { sets } of files) {
    for (let index = 0; index < sets.count; index += 1) {
      let here = 0;
      for (const word of words) {
        const score = wordScore(sets, index, word);
        if (score > 0) here += 1;
        if (score > 1) exact += 1;
      }
      if (here === words.length) together += 1;
    }
  }
  const isMany = expanded.all.length > 1;
  return 0.2 * saturated(exact, 3 * words.length) + (isMany ? 0.35 * saturated(together, 3) : 0);
}

const saturated = (count: number, half: number): number => count / (count + half);
