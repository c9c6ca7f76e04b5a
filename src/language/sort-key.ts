import { normalise } from './normalise';

/**
 * The order of every list people browse, as one stored string that any database sorts alike, byte by byte: digits by
 * their value, then Cyrillic in the Kyrgyz order (Ё after Е, Ң after Н, Ө after О, Ү after У), then Latin in the Turkish
 * order, then other scripts. Quotation marks and other signs at the front or inside do not count.
 */

const CYRILLIC = 'абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя';
const LATIN = 'abcçdefgğhıijklmnoöpqrsştuüvwxyz';

// Letters of the neighbours' alphabets stand with the letter a Kyrgyz reader would look under.
const NEIGHBOUR: Record<string, string> = {
  ә: 'а',
  ғ: 'г',
  ѓ: 'г',
  ґ: 'г',
  є: 'е',
  і: 'и',
  ї: 'и',
  ӣ: 'и',
  қ: 'к',
  ҡ: 'к',
  ұ: 'у',
  ў: 'у',
  ӯ: 'у',
  һ: 'х',
  ҳ: 'х',
  ҷ: 'ч',
  ӛ: 'а',
  ѣ: 'е',
  ѳ: 'ө',
  ə: 'e',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 't',
  ß: 's',
  æ: 'a',
  œ: 'o',
  â: 'a',
  î: 'i',
  û: 'u',
  ñ: 'n',
};

const FIRST_LETTER = 0x30; // '0': keys stay printable, and a space sorts below every letter
const weight = new Map(
  [...CYRILLIC, ...LATIN].map((letter, i) => [letter, String.fromCharCode(FIRST_LETTER + i)] as const),
);
const OTHER_SCRIPT = '~';

const SKIPPED = /[^\p{L}\p{N}]/u;

function* letters(text: string): Generator<string> {
  // A capital I is the Latin i here: a title in English or French is likelier to meet it than one in Turkish capitals.
  for (const letter of normalise(text).replace(/İ/g, 'i').toLowerCase().normalize('NFC')) yield letter;
}

const homeOf = (letter: string): string | undefined => {
  if (weight.has(letter)) return letter;
  const neighbour = NEIGHBOUR[letter] ?? letter.normalize('NFD')[0];
  return neighbour !== undefined && weight.has(neighbour) ? neighbour : undefined;
};

/** The stored key by which `text` is sorted. */
export function sortKey(text: string): string {
  let key = '';
  let number = '';
  let gap = false;
  const put = (piece: string) => {
    if (gap && key) key += ' ';
    gap = false;
    key += piece;
  };
  const endNumber = () => {
    if (!number) return;
    const digits = number.replace(/^0+(?=\d)/, '');
    number = '';
    // '!' sorts below all letters; the length before the digits puts 9 before 10.
    put(`!${String.fromCharCode(0x40 + Math.min(digits.length, 40))}${digits}`);
  };
  for (const letter of letters(text)) {
    if (/\p{Nd}/u.test(letter)) {
      number += /\d/.test(letter) ? letter : '0';
      continue;
    }
    endNumber();
    const home = homeOf(letter);
    if (home) put(weight.get(home) ?? '');
    else if (SKIPPED.test(letter)) gap ||= /\s|[-–—/.,:;]/u.test(letter);
    else put(OTHER_SCRIPT + letter);
  }
  endNumber();
  return key;
}

/** The letter of the bar above a list under which `text` stands, as a capital; `0–9` for digits, `#` for the rest. */
export function letterOf(text: string): string {
  for (const letter of letters(text)) {
    if (/\p{Nd}/u.test(letter)) return '0–9';
    const home = homeOf(letter);
    if (home) return home === 'ı' || home === 'i' ? 'I' : home.toUpperCase();
    if (!SKIPPED.test(letter)) return '#';
  }
  return '#';
}
