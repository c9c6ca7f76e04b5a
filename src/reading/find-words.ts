import { harmonicSpellings } from '../language/missing-letters';
import { bare } from '../language/normalise';
import { scanWords, wordOf } from '../language/tokenise';
import { parseQuery } from '../search/query';

/** A stretch of a page's text, in UTF-16 offsets. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Where the words and phrases of a question stand in a text; made once for a question, asked for every page.
 * @param met numbers of those that stand in it are added here
 */
export interface FindWords {
  (text: string, met?: Set<number>): Range[];
  /** How many words and phrases were asked for. */
  asked: number;
}

/** Numbers of those words and phrases of a question that are found by their likely meanings, too. */
export type Loose = ReadonlySet<number>;

/** A word of the question. */
interface Wanted {
  forms: Set<string>;
  stems: Set<string>;
  /** All that begins so, too. */
  beginning: string | null;
  isLoose: boolean;
}

/** Forms remembered, each with the words of the question that it is. */
const MOST_KNOWN = 50_000;
const NONE: readonly number[] = [];

/**
 * Finds what `question` asks for, read and cut into words as the search reads it: a word in any of its forms, a phrase
 * only where all of it stands. Operators, filters and names of fields are for the search, not for the page. `stemsOf`
 * gives the stems a word may have in any of the library's languages; two words are one when they share a stem.
 * @param loose what is found also where the letters differ that many keyboards lack (монгу for мөңгү, turkce for türkçe)
 */
export function findWords(
  question: string,
  stemsOf: (folded: string) => readonly string[],
  loose: Loose = new Set(),
): FindWords {
  const terms = parseQuery(question).all.flatMap(({ any }) => any);
  const words: Wanted[] = [];
  const wanted = terms.map((term, number) =>
    term.words.map((word, i) => {
      const isLoose = loose.has(number);
      const beginning = term.prefix && i === term.words.length - 1 ? word : null;
      const stems = isLoose ? looseStems(word, stemsOf) : stemsOf(word);
      return words.push({ forms: new Set([word, bare(word)]), stems: new Set(stems), beginning, isLoose }) - 1;
    }),
  );
  const known = new Map<string, readonly number[]>();
  const numbersOf = (folded: string): readonly number[] => {
    let numbers = known.get(folded);
    if (!numbers) {
      const stems = stemsOf(folded);
      const bareStems = loose.size > 0 ? stems.map(bare) : NONE_BARE;
      const found = words.flatMap(({ forms, stems: any, beginning, isLoose }, number) => {
        const isIt = isLoose
          ? forms.has(bare(folded)) || bareStems.some((stem) => any.has(stem))
          : forms.has(folded) || stems.some((stem) => any.has(stem));
        return isIt || (beginning !== null && folded.startsWith(beginning)) ? [number] : [];
      });
      numbers = found.length > 0 ? found : NONE;
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(folded, numbers);
    }
    return numbers;
  };
  const find = (text: string, met?: Set<number>): Range[] => {
    if (words.length === 0) return [];
    const tokens: (Range & { numbers: readonly number[] })[] = [];
    scanWords(text, (raw, start, end) => {
      const folded = wordOf(raw);
      if (folded) tokens.push({ start, end, numbers: numbersOf(folded) });
    });
    const found: Range[] = [];
    for (let at = 0; at < tokens.length; at += 1) {
      if (tokens[at]!.numbers === NONE) continue;
      let longest = 0;
      wanted.forEach((phrase, number) => {
        if (!phrase.every((word, i) => tokens[at + i]?.numbers.includes(word))) return;
        longest = Math.max(longest, phrase.length);
        met?.add(number);
      });
      if (longest === 0) continue;
      found.push({ start: tokens[at]!.start, end: tokens[at + longest - 1]!.end });
      at += longest - 1;
    }
    return found;
  };
  return Object.assign(find, { asked: terms.length });
}

const NONE_BARE: readonly string[] = [];

/**
 * The stems, bare, of all that a word may mean. Typed without ө and ү, «монгулордун» breaks the harmony by which endings are
 * known: as «мөңгүлөрдүн» it has a stem.
 */
const looseStems = (word: string, stemsOf: (folded: string) => readonly string[]): string[] =>
  [word, ...harmonicSpellings(word)].flatMap((spelling) => stemsOf(spelling).map(bare));
