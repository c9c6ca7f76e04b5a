import { bare, fold } from '../language/normalise';

/** A stretch of a page's text, in UTF-16 offsets. */
export interface Range {
  start: number;
  end: number;
}

/** Where the words of a question stand in a text; made once for a question, asked for every page. */
export type FindWords = (text: string) => Range[];

/** A word across the end of a line is one word: its parts are marked both. */
const WORD =
  /\p{L}(?:[\p{L}\p{M}\p{N}'’]|-(?!\n ?\p{Ll}))*(?:[-\u00ad\u2010\u00ac]\n[ ]?\p{Ll}[\p{L}\p{M}\p{N}'’-]*)?|\p{N}[\p{L}\p{N}]*/gu;

/** What a question looks for: quotes, operators and field names are for the search, not for the page. */
export function wordsOf(question: string): string[] {
  return [...question.replace(/(^|\s)[-+](?=\S)\S+/g, ' ').matchAll(WORD)].map((match) => match[0]).slice(0, 20);
}

/**
 * Finds the forms of the words of `question`. `stems` gives the stems a word may have in any of the library's
 * languages; two words are one when they share a stem.
 */
export function findWords(question: string, stems: (folded: string) => readonly string[] = beginning): FindWords {
  const wanted = new Set<string>();
  const exact = new Set<string>();
  for (const word of wordsOf(question)) {
    const folded = fold(word);
    exact.add(folded);
    exact.add(bare(folded));
    for (const stem of stems(folded)) wanted.add(stem);
  }
  if (exact.size === 0) return () => [];
  const known = new Map<string, boolean>();
  const isHit = (word: string): boolean => {
    let answer = known.get(word);
    if (answer === undefined) {
      const folded = fold(word.replace(/[-\u00ad\u2010\u00ac]\n ?/u, ''));
      answer = exact.has(folded) || stems(folded).some((stem) => wanted.has(stem));
      if (known.size > 50_000) known.clear();
      known.set(word, answer);
    }
    return answer;
  };
  return (text) => {
    const found: Range[] = [];
    for (const match of text.matchAll(WORD)) {
      if (isHit(match[0])) found.push({ start: match.index, end: match.index + match[0].length });
    }
    return found;
  };
}

/** Without a stemmer: words that begin alike, as far as five letters. */
function beginning(folded: string): readonly string[] {
  return folded.length >= 4 ? [folded.slice(0, Math.min(5, folded.length))] : [folded];
}
