import { bare } from './normalise';

/**
 * The same word in the other alphabet, as readers without the right keyboard type it: «mongu», «möñgü», «chyngyz» for
 * мөңгү, Чыңгыз; «мустафа кемал» for Mustafa Kemal. Letters that could be several give several answers, likeliest first;
 * all are `bare`, to be compared with the bare words of the index.
 */

type Table = readonly (readonly [from: string, to: readonly string[]])[];

const TO_CYRILLIC: Table = [
  ['shch', ['щ']],
  ['dzh', ['ж', 'дж']],
  ['sch', ['щ', 'ш']],
  ['zh', ['ж']],
  ['kh', ['х', 'к']],
  ['ch', ['ч']],
  ['sh', ['ш']],
  ['ts', ['ц', 'тс']],
  ['ng', ['н', 'нг']],
  ['gh', ['г']],
  ['ph', ['ф']],
  ['ya', ['я', 'йа']],
  ['yu', ['ю', 'йу']],
  ['yo', ['йо', 'е']],
  ['ye', ['е', 'йе']],
  ['ia', ['ия', 'иа', 'я']],
  ['iya', ['ия']],
  ['a', ['а']],
  ['b', ['б']],
  ['c', ['ж', 'ц', 'к', 'ч']],
  ['ç', ['ч']],
  ['d', ['д']],
  ['e', ['е', 'э']],
  ['f', ['ф']],
  ['g', ['г']],
  ['ğ', ['г', '']],
  ['h', ['х', '']],
  ['i', ['и', 'ы']],
  ['j', ['ж', 'й']],
  ['k', ['к']],
  ['l', ['л']],
  ['m', ['м']],
  ['n', ['н']],
  ['ñ', ['н']],
  ['ŋ', ['н']],
  ['o', ['о']],
  ['ö', ['о']],
  ['p', ['п']],
  ['q', ['к']],
  ['r', ['р']],
  ['s', ['с', 'ш']],
  ['ş', ['ш']],
  ['t', ['т']],
  ['u', ['у']],
  ['ü', ['у']],
  ['v', ['в']],
  ['w', ['в']],
  ['x', ['х', 'кс']],
  ['y', ['й', 'ы']],
  ['z', ['з']],
];

const TO_LATIN: Table = [
  ['а', ['a']],
  ['б', ['b']],
  ['в', ['v']],
  ['г', ['g']],
  ['д', ['d']],
  ['е', ['e', 'ye']],
  ['ж', ['j', 'c', 'zh']],
  ['з', ['z']],
  ['и', ['i']],
  ['й', ['y']],
  ['к', ['k']],
  ['л', ['l']],
  ['м', ['m']],
  ['н', ['n']],
  ['ң', ['n', 'ng']],
  ['о', ['o']],
  ['ө', ['o']],
  ['п', ['p']],
  ['р', ['r']],
  ['с', ['s']],
  ['т', ['t']],
  ['у', ['u']],
  ['ү', ['u']],
  ['ф', ['f']],
  ['х', ['h', 'kh']],
  ['ц', ['ts', 'c']],
  ['ч', ['c', 'ch']],
  ['ш', ['s', 'sh']],
  ['щ', ['shch', 's']],
  ['ъ', ['']],
  ['ы', ['i', 'y']],
  ['ь', ['']],
  ['э', ['e']],
  ['ю', ['yu']],
  ['я', ['ya']],
];

/** At most this many readings of one word; the likeliest letters come first. */
const MOST = 24;

export const toCyrillic = (folded: string): string[] => readings(folded, TO_CYRILLIC);
export const toLatin = (folded: string): string[] => readings(folded, TO_LATIN);

/** A folded word in the other alphabet, bare; none for numbers and words of mixed alphabets. */
export function transliterate(folded: string): string[] {
  if (/^[a-zçğñŋöşüâîû]+$/.test(folded)) return toCyrillic(folded);
  if (/^[а-яөүң]+$/.test(folded)) return toLatin(folded);
  return [];
}

function readings(word: string, table: Table): string[] {
  let open: { text: string; doubt: number }[] = [{ text: '', doubt: 0 }];
  let at = 0;
  while (at < word.length) {
    const letters = table.filter(([from]) => word.startsWith(from, at));
    const longest = letters.reduce((best, entry) => (entry[0].length > best[0].length ? entry : best), [
      '',
      [''],
    ] as Table[number]);
    if (!longest[0]) return [];
    open = open
      .flatMap(({ text, doubt }) => longest[1].map((to, rank) => ({ text: text + to, doubt: doubt + rank })))
      .sort((a, b) => a.doubt - b.doubt)
      .slice(0, MOST);
    at += longest[0].length;
  }
  return [...new Set(open.map(({ text }) => bare(text)))].filter((text) => text !== '');
}
