/**
 * One writing of each word, whatever keyboard, scanner or PDF it came from. Three strengths: `normalise` repairs a text
 * and stays readable; `fold` is what search compares; `bare` also gives up the letters many keyboards lack (ө ү ң, ş ğ ç).
 */

// Letters that look alike, Latin → Cyrillic. A lower-case pair must look the same in print, not merely sound the same.
const CYRILLIC_TWIN: Record<string, string> = {
  A: 'А',
  B: 'В',
  C: 'С',
  E: 'Е',
  H: 'Н',
  K: 'К',
  M: 'М',
  O: 'О',
  P: 'Р',
  T: 'Т',
  X: 'Х',
  Y: 'Ү', // a capital Y is the shape of Ү; the small y is the shape of у
  a: 'а',
  c: 'с',
  e: 'е',
  k: 'к',
  o: 'о',
  p: 'р',
  x: 'х',
  y: 'у',
  ë: 'ё',
  Ë: 'Ё',
  ö: 'ө',
  Ö: 'Ө',
  ü: 'ү',
  Ü: 'Ү',
  ñ: 'ң',
  Ñ: 'Ң',
  // A stressed vowel of the Latin alphabet in a Cyrillic word: dictionaries are typed so.
  á: 'а',
  é: 'е',
  ó: 'о',
  ý: 'у',
  à: 'а',
  è: 'е',
  ò: 'о',
  Á: 'А',
  É: 'Е',
  Ó: 'О',
  À: 'А',
  È: 'Е',
  Ò: 'О',
};
const LATIN_TWIN: Record<string, string> = Object.fromEntries(
  Object.entries(CYRILLIC_TWIN)
    .filter(([latin]) => /[A-Za-z]/.test(latin))
    .map(([latin, cyrillic]) => [cyrillic, latin]),
);
Object.assign(LATIN_TWIN, { У: 'Y' });

// Other code points that print as Kyrgyz letters: barred o and fita as ө, the hooked н as ң, Greek theta as ө.
const KYRGYZ_TWIN: Record<string, string> = {
  '\u0473': 'ө',
  '\u0472': 'Ө',
  '\u0275': 'ө',
  '\u019f': 'Ө',
  '\u04ca': 'ң',
  '\u04c9': 'Ң',
  '\u04c8': 'ң',
  '\u04c7': 'Ң',
};
const KYRGYZ_TWINS = /[\u0472\u0473\u0275\u019f\u04c7-\u04ca]/g;

const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
const MIXED = /[A-Za-z\u00c0-\u024f][\u0400-\u052f]|[\u0400-\u052f][A-Za-z\u00c0-\u024f]/;
const MIXED_WORD = /[A-Za-z\u00c0-\u024f\u0400-\u052f]+/g;
const CYRILLIC = /[\u0400-\u052f]/;
const BROKEN_WORD = /(\p{L})[-\u2010\u00ac\u00ad][ \t]*\r?\n[ \t]*(?=\p{Ll})/gu;

/**
 * The text as it was meant: composed letters, no invisible characters, look-alike letters of the other alphabet put
 * right inside a word, words broken at a line's end joined again. Line breaks and case stay.
 */
export function normalise(text: string): string {
  let clean = text.normalize('NFC').replace(BROKEN_WORD, '$1').replace(INVISIBLE, '');
  clean = clean.replace(KYRGYZ_TWINS, (letter) => KYRGYZ_TWIN[letter] ?? letter);
  return MIXED.test(clean) ? clean.replace(MIXED_WORD, (word) => oneAlphabet(word)) : clean;
}

/** A word typed in two alphabets, in the one it belongs to: that of the letters which have no twin, else of most letters. */
export function oneAlphabet(word: string): string {
  if (!MIXED.test(word)) return word;
  let onlyCyrillic = 0;
  let onlyLatin = 0;
  let cyrillic = 0;
  let latin = 0;
  for (const letter of word) {
    if (CYRILLIC.test(letter)) {
      cyrillic += 1;
      if (!LATIN_TWIN[letter]) onlyCyrillic += 1;
    } else {
      latin += 1;
      if (!CYRILLIC_TWIN[letter]) onlyLatin += 1;
    }
  }
  const toCyrillic = onlyCyrillic === onlyLatin ? cyrillic >= latin : onlyCyrillic > onlyLatin;
  const twin = toCyrillic ? CYRILLIC_TWIN : LATIN_TWIN;
  return [...word].map((letter) => twin[letter] ?? letter).join('');
}

/**
 * What search compares: `normalise`, lower case, ё as е, every i of Turkish (İ I ı i) as i, Cyrillic without stress
 * marks, apostrophes as `foldWord` reads them, runs of space as one.
 */
export function fold(text: string): string {
  return normalise(text)
    .replace(/[\p{L}\p{M}\p{N}'’ʼ`′]+/gu, (word) => foldWord(word))
    .replace(/\s+/g, ' ')
    .trim();
}

const APOSTROPHE = /['’ʼ`′‘]/;
const APOSTROPHES = /['’ʼ`′‘]/g;
// Ligatures, sub- and superscripts, combining marks, invisible characters: what NFKC changes, or must see.
const RARE =
  /[\u00aa-\u00ba]|[\u0132\u0133\u0149\u017f]|[\u01c4-\u01cc]|[\u0300-\u036f]|[\u1d00-\u1eff]|[\u2000-\uffff]/;

/** Acute and grave over a Cyrillic letter (за́мок, мө́ңгү); й and ё, composed, have none. */
const STRESS = /(?<=[\u0400-\u052f])[\u0300\u0301]+/g;
const OTHER_E_AND_I: Record<string, string> = { ё: 'е', ѐ: 'е', ѝ: 'и' };

/** One word folded. What follows an apostrophe in a Latin word is an ending (Türkiye’nin, author’s) and is left out. */
export function foldWord(raw: string): string {
  let word = raw;
  if (RARE.test(word)) word = word.replace(INVISIBLE, '').normalize('NFKC').replace(STRESS, '');
  word = word.replace(KYRGYZ_TWINS, (letter) => KYRGYZ_TWIN[letter] ?? letter);
  if (MIXED.test(word)) word = oneAlphabet(word);
  word = word.replace(/[İIı]/g, 'i').toLowerCase();
  if (RARE.test(word)) word = word.normalize('NFC');
  if (APOSTROPHE.test(word)) {
    if (CYRILLIC.test(word)) word = word.replace(/(\p{L})['’ʼ`′‘](?=[еёюя])/gu, '$1ъ').replace(APOSTROPHES, '');
    else {
      const [stem = '', ...rest] = word.split(APOSTROPHE);
      word = stem.length > 1 ? stem : stem + rest.join('');
    }
  }
  return word.replace(/[ёѐѝ]/g, (letter) => OTHER_E_AND_I[letter]!);
}

const BARE: Record<string, string> = {
  ө: 'о',
  ү: 'у',
  ң: 'н',
  ı: 'i',
  ə: 'e',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ß: 'ss',
  æ: 'ae',
};
const NOT_BARE = /[^\u0000-\u007fа-яъ]/;

/** A folded text without the letters that many keyboards lack: мөңгү → монгу, türkçe → turkce. й stays. */
export function bare(folded: string): string {
  if (!NOT_BARE.test(folded)) return folded;
  return folded
    .replace(/[өүңıəøłđßæ]/g, (letter) => BARE[letter] ?? letter)
    .normalize('NFD')
    .replace(/и\u0306/g, 'й')
    .replace(/[\u0300-\u036f]/g, '');
}
