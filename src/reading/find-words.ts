import { bare } from '../language/normalise';
import { scanWords, wordOf } from '../language/tokenise';
import { parseQuery } from '../search/query';

/** A stretch of a page's text, in UTF-16 offsets. */
export interface Range {
  start: number;
  end: number;
}

/** Where the words of a question stand in a text; made once for a question, asked for every page. */
export type FindWords = (text: string) => Range[];

/** A word of the question. */
interface Wanted {
  forms: Set<string>;
  stems: Set<string>;
  /** All that begins so, too. */
  beginning: string | null;
}

/** Forms remembered, each with the words of the question that it is. */
const MOST_KNOWN = 50_000;
const NONE: readonly number[] = [];

/**
 * Finds what `question` asks for, read and cut into words as the search reads it: a word in any of its forms, a phrase
 * only where all of it stands. Operators, filters and names of fields are for the search, not for the page. `stemsOf`
 * gives the stems a word may have in any of the library's languages; two words are one when they share a stem.
 * @param loosely also where the letters differ that many keyboards lack (монгу for мөңгү, turkce for türkçe)
 */
export function findWords(
  question: string,
  stemsOf: (folded: string) => readonly string[],
  loosely = false,
): FindWords {
  const stems = loosely ? (folded: string) => stemsOf(folded).map(bare) : stemsOf;
  const terms = parseQuery(question).all.flatMap(({ any }) => any);
  const words: Wanted[] = [];
  const wanted = terms.map((term) =>
    term.words.map((word, i) => {
      const beginning = term.prefix && i === term.words.length - 1 ? word : null;
      return words.push({ forms: new Set([word, bare(word)]), stems: new Set(stems(word)), beginning }) - 1;
    }),
  );
  if (words.length === 0) return () => [];
  const known = new Map<string, readonly number[]>();
  const numbersOf = (folded: string): readonly number[] => {
    let numbers = known.get(folded);
    if (!numbers) {
      const itsStems = stems(folded);
      const found = words.flatMap(({ forms, stems: any, beginning }, number) => {
        const isIt =
          forms.has(folded) || (loosely && forms.has(bare(folded))) || itsStems.some((stem) => any.has(stem));
        return isIt || (beginning !== null && folded.startsWith(beginning)) ? [number] : [];
      });
      numbers = found.length > 0 ? found : NONE;
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(folded, numbers);
    }
    return numbers;
  };
  return (text) => {
    const tokens: (Range & { numbers: readonly number[] })[] = [];
    scanWords(text, (raw, start, end) => {
      const folded = wordOf(raw);
      if (folded) tokens.push({ start, end, numbers: numbersOf(folded) });
    });
    const found: Range[] = [];
    for (let at = 0; at < tokens.length; at += 1) {
      if (tokens[at]!.numbers === NONE) continue;
      const standsHere = (phrase: number[]) => phrase.every((word, i) => tokens[at + i]?.numbers.includes(word));
      const longest = Math.max(0, ...wanted.filter(standsHere).map((phrase) => phrase.length));
      if (longest === 0) continue;
      found.push({ start: tokens[at]!.start, end: tokens[at + longest - 1]!.end });
      at += longest - 1;
    }
    return found;
  };
}
