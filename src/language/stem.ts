import { newStemmer } from 'snowball-stemmers';
import { stem as kyrgyzStem } from './kyrgyz/stemmer';
import type { Language } from './language-of';

const russian = newStemmer('russian');
const english = newStemmer('english');

/**
 * The stem of a folded word as its language has it. Words with digits, and words of the other alphabet, stay whole. For
 * Kyrgyz a stemmer that knows the library's vocabulary does better: `kyrgyz`, where it is given, is asked instead.
 */
export function stemOf(language: Language, word: string, kyrgyz: (word: string) => string = kyrgyzStem): string {
  const cyrillic = isCyrillic(word);
  switch (language) {
    case 'ky':
      return cyrillic ? kyrgyz(word) : latinStem(word);
    case 'ru':
      return cyrillic ? russianStem(word) : latinStem(word);
    case 'tr':
      return cyrillic ? russianStem(word) : turkishStem(word);
    case 'en':
      return cyrillic ? russianStem(word) : englishStem(word);
  }
}

const isCyrillic = (word: string): boolean => /^[а-яөүң]+$/.test(word);
const latinStem = (word: string): string => (/^[a-z]+$/.test(word) ? englishStem(word) : turkishStem(word));

// Each language's letters alone are stemmed: «ө» in a Russian text is a Kyrgyz name, and 10.02.01 is a number.
const russianStem = (word: string): string => (/^[а-я]{3,}$/.test(word) ? russian.stem(word) : word);
const englishStem = (word: string): string => (/^[a-z]{3,}$/.test(word) ? english.stem(word) : word);

/** Five letters: measured on a Turkish treebank they retrieve better than the Snowball stemmer (65.6 against 57.8). */
const turkishStem = (word: string): string => (/^[a-zçğöşüâîû]{6,}$/.test(word) ? word.slice(0, 5) : word);

/** The stems a query word of unknown language may have been indexed under, the word itself first. */
export function stemsOfQuery(word: string, kyrgyz?: (word: string) => string): string[] {
  const stems = new Set([word]);
  const languages: Language[] = /[а-яөүң]/.test(word) ? ['ky', 'ru'] : ['tr', 'en'];
  for (const language of languages) stems.add(stemOf(language, word, kyrgyz));
  return [...stems];
}
