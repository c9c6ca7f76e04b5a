import { AFTER, ENDINGS, type Slot } from './suffixes';
import { IRREGULAR, SHORT_ROOTS, WHOLE_WORDS } from './words';

/** How many written forms of a library could come from a stem. What many forms agree on is likelier a word. */
export interface Support {
  /** Distinct forms in the library for which `stem` is one of the candidates. */
  forms(stem: string): number;
  /** Does the library hold this form itself? */
  holds(form: string): boolean;
  /** Distinct forms counted: of a small library's words little can be learnt, and it is trusted little. */
  size: number;
}

export interface Candidate {
  stem: string;
  /** What the endings that were cut cost together: the lower, the likelier. */
  cost: number;
  /** Letters that were cut. */
  cut: number;
  verbal: boolean;
}

const VOWELS = 'аеиоуүөыэюяё';
const VOICELESS = 'пфктшщсхцч';
const isVowel = (letter: string | undefined): boolean =>
  letter !== undefined && letter !== '' && VOWELS.includes(letter);

/** A stem's last vowel, as far as harmony hears it. */
const SOUNDS: Record<string, string> = {
  а: 'а',
  ы: 'а',
  я: 'а',
  о: 'о',
  ё: 'о',
  у: 'у',
  ю: 'у',
  е: 'е',
  и: 'е',
  э: 'е',
  ө: 'ө',
  ү: 'ү',
};
const HARMONY: Record<string, { A: string; I: string; U: string }> = {
  а: { A: 'а', I: 'ы', U: 'у' },
  о: { A: 'о', I: 'у', U: 'у' },
  у: { A: 'а', I: 'у', U: 'у' },
  е: { A: 'е', I: 'и', U: 'ү' },
  ө: { A: 'ө', I: 'ү', U: 'ү' },
  ү: { A: 'ө', I: 'ү', U: 'ү' },
};

interface Ending {
  text: string;
  slot: Slot;
  cost: number;
  /** What must stand before: a vowel, a consonant, a voiced or a voiceless sound; null for anything. */
  needs: 'vowel' | 'consonant' | 'voiced' | 'voiceless' | null;
  /** The sounds of the stem's last vowel this spelling goes with; empty for any. */
  sounds: string;
  /** A long vowel that has swallowed the stem's last one (шайла + уу = шайлоо): what to put back. */
  restores: readonly string[] | null;
}

const ENDINGS_BY_LAST_LETTER = expandEndings();

function expandEndings(): Map<string, Ending[]> {
  const all = new Map<string, Ending>();
  const add = (ending: Ending) => {
    const key = `${ending.text} ${ending.slot} ${ending.needs} ${ending.restores}`;
    const known = all.get(key);
    if (!known) all.set(key, ending);
    else {
      known.cost = Math.min(known.cost, ending.cost);
      if (!known.sounds.includes(ending.sounds)) known.sounds += ending.sounds;
    }
  };
  for (const slot of Object.keys(ENDINGS) as Slot[]) {
    for (const [pattern, cost] of ENDINGS[slot]) {
      for (const sounds of Object.keys(HARMONY)) {
        for (const [open, needs] of variants(pattern)) {
          const text = inHarmony(open, sounds);
          add({ text, slot, cost, needs, sounds, restores: null });
          // After a vowel the stem's й and the ending's first vowel are written as one letter: кой + улду = коюлду.
          const joined = { у: 'ю', а: 'я', ү: 'ю', о: 'ё', е: 'е' }[text[0] ?? ''];
          if (joined && needs !== 'vowel') {
            add({ text: joined + text.slice(1), slot, cost: cost + 0.2, needs: 'vowel', sounds, restores: ['й'] });
          }
          if (pattern.startsWith('UU')) {
            const wide = 'аоу'.includes(sounds) ? 'о' : 'ө';
            const swallowed = wide === 'о' ? ['а', 'о'] : ['е', 'ө'];
            add({
              text: inHarmony(wide + wide + open.slice(2), wide),
              slot,
              cost,
              needs: 'consonant',
              sounds: '',
              restores: swallowed,
            });
            const narrow = HARMONY[sounds]?.I ?? '';
            add({ text, slot, cost: cost + 0.3, needs: 'consonant', sounds, restores: [narrow] });
          }
        }
      }
    }
  }
  const byLast = new Map<string, Ending[]>();
  for (const ending of all.values()) {
    const last = ending.text.at(-1) ?? '';
    const list = byLast.get(last);
    if (list) list.push(ending);
    else byLast.set(last, [ending]);
  }
  return byLast;
}

/** The open vowels of a pattern, each taking its sound from the vowel before it. */
function inHarmony(pattern: string, sounds: string): string {
  let sound = sounds;
  let text = '';
  for (const letter of pattern) {
    const vowel = letter === 'A' || letter === 'I' || letter === 'U' ? (HARMONY[sound]?.[letter] ?? '') : letter;
    sound = SOUNDS[vowel] ?? sound;
    text += vowel;
  }
  return text;
}

/** The spellings of a pattern by the sound before it, vowels still open. */
function variants(pattern: string): [string, Ending['needs']][] {
  // An inner consonant follows the sound before it in the ending itself; outside, the stem decides.
  const inner = (text: string) =>
    text.replace(
      /(.)([DG])/g,
      (_, before: string, c: string) =>
        before + (VOICELESS.includes(before) ? (c === 'D' ? 'т' : 'к') : c === 'D' ? 'д' : 'г'),
    );
  const optional = /^\((.)\)(.*)$/.exec(pattern);
  if (optional) {
    const first = optional[1] ?? '';
    const rest = inner(optional[2] ?? '');
    if (first === 'с' || first === 'й') {
      const after: [string, Ending['needs']][] = [[first + rest, 'vowel']];
      return first === 'с' ? [...after, [rest, 'consonant']] : after;
    }
    return [
      [first + rest, 'consonant'],
      [rest, 'vowel'],
    ];
  }
  const [head = ''] = pattern;
  const rest = inner(pattern).slice(1);
  switch (head) {
    case 'D':
      return [
        [`д${rest}`, 'voiced'],
        [`т${rest}`, 'voiceless'],
      ];
    case 'G':
      return [
        [`г${rest}`, 'voiced'],
        [`к${rest}`, 'voiceless'],
      ];
    case 'B':
      return [
        [`б${rest}`, 'voiced'],
        [`п${rest}`, 'voiceless'],
      ];
    case 'N':
      return [
        [`н${rest}`, 'vowel'],
        [`д${rest}`, 'voiced'],
        [`т${rest}`, 'voiceless'],
      ];
    case 'L':
      return [
        [`л${rest}`, 'voiced'],
        [`д${rest}`, 'voiced'],
        [`т${rest}`, 'voiceless'],
      ];
    case 'U':
    case 'I':
    case 'A':
      return [[inner(pattern), 'consonant']];
    default:
      return [[inner(pattern), null]];
  }
}

const VERBAL = new Set<Slot>(['finite', 'participle', 'verbalNoun', 'negation', 'voice']);
const LOAN_LETTERS = /[вфцщхъь]|^(?:[бпвфгкдтсш][рл]|ст|сп|ск|кс|пс|гн|см|сн|шк|шт)|ия|ио|иу|ау(?!у)|еу|ео|ие/;
const DERIVED_VERB = /[лдт][аеоө][нлшт]?$|[лдт][аеоө](?:нт|ндыр|шт|штыр|т)[а-яөүң]*$/;

/** Could this be the stem of a Kyrgyz verb? Loan-words become verbs only with -ла (экспорт-то, анализ-де). */
function mayBeVerb(stem: string): boolean {
  if (DERIVED_VERB.test(stem)) return true;
  if (LOAN_LETTERS.test(stem)) return false;
  let back = false;
  let front = false;
  for (const letter of stem) {
    if ('аоуыяюё'.includes(letter)) back = true;
    else if ('еиөүэ'.includes(letter)) front = true;
  }
  return !(back && front);
}

const UNLIKELY_END = /[лнрзйм]д$|[бвгджзйклмнңпрстфхцчш]г$|тт$|[тшчк]к$|пт$|[кхш]т$|[бджптшч]л$|ңн$/;

const lastVowel = (text: string): string => {
  for (let at = text.length - 1; at >= 0; at -= 1) if (isVowel(text[at])) return text[at] ?? '';
  return '';
};

/** Every way to take `word` (folded, lower case) apart; the word itself, uncut, is the first. */
export function candidates(word: string): Candidate[] {
  const best = new Map<string, Candidate>([[word, { stem: word, cost: 0, cut: 0, verbal: false }]]);
  if (word.length > 3 && !WHOLE_WORDS.has(word)) cutFrom(word, 'end', 0, 0, false, best);
  for (const candidate of best.values()) candidate.cut = word.length - candidate.stem.length;
  return [...best.values()];
}

function cutFrom(
  word: string,
  after: Slot | 'end',
  cost: number,
  depth: number,
  verbal: boolean,
  best: Map<string, Candidate>,
): void {
  if (depth > 6) return;
  const allowed = AFTER[after];
  for (const ending of ENDINGS_BY_LAST_LETTER.get(word.at(-1) ?? '') ?? []) {
    if (!allowed.includes(ending.slot) || word.length - ending.text.length < 2 || !word.endsWith(ending.text)) continue;
    const rest = word.slice(0, word.length - ending.text.length);
    const sound = rest.at(-1) ?? '';
    const vowelBefore = isVowel(sound);
    if (ending.needs === 'vowel' && !vowelBefore) continue;
    if (ending.needs === 'consonant' && vowelBefore) continue;
    if (ending.needs === 'voiceless' && !VOICELESS.includes(sound) && !'бвгд'.includes(sound)) continue;
    if (ending.needs === 'voiced' && 'пктшсчцфх'.includes(sound)) continue;
    if (ending.sounds && !ending.restores && !harmonic(lastVowel(rest), ending, rest)) continue;
    const isVerbal = verbal || VERBAL.has(ending.slot);
    const total = cost + ending.cost;
    for (const stem of ending.restores ? ending.restores.map((letter) => rest + letter) : [rest]) {
      settle(stem, ending, total, isVerbal, depth, best);
    }
  }
}

function settle(
  stem: string,
  ending: Ending,
  cost: number,
  verbal: boolean,
  depth: number,
  best: Map<string, Candidate>,
): void {
  const keep = (text: string, extraCost: number) => {
    // No Kyrgyz word ends so; what does is the past tense or a case taken for something else (аныкталд-ы).
    const extra = UNLIKELY_END.test(text) && !WHOLE_WORDS.has(text) ? extraCost + 1 : extraCost;
    if (!longEnough(text) || !lastVowel(text)) return;
    if (verbal && !mayBeVerb(text)) return;
    const known = best.get(text);
    const candidate = { stem: text, cost: cost + extra, cut: 0, verbal };
    if (!known || known.cost > candidate.cost) best.set(text, candidate);
  };
  const voicedBack = isVowel(ending.text[0]) && !ending.restores ? devoiced(stem) : null;
  if (voicedBack) {
    keep(voicedBack, 0);
    if (!WHOLE_WORDS.has(voicedBack)) cutFrom(voicedBack, ending.slot, cost, depth + 1, verbal, best);
    keep(stem, 0.6);
  } else keep(stem, 0);
  if (!WHOLE_WORDS.has(stem)) cutFrom(stem, ending.slot, cost, depth + 1, verbal, best);
}

function harmonic(last: string, { text, sounds }: Ending, rest: string): boolean {
  if (!last) return false;
  if (sounds.includes(SOUNDS[last] ?? '')) return true;
  // Loan-words: a soft last consonant, or у and ю read either way (бюджет-тин, роль-дүн, июль-дө).
  return rest.endsWith('ь') || (LOAN_LETTERS.test(rest) && 'юуи'.includes(last) && !isVowel(text[0]));
}

/** к and п become voiced before a vowel: китеп, китеби. */
function devoiced(stem: string): string | null {
  const last = stem.at(-1);
  if (stem.length < 3 || !isVowel(stem.at(-2))) return null;
  if (last === 'г') return `${stem.slice(0, -1)}к`;
  if (last === 'б') return `${stem.slice(0, -1)}п`;
  return null;
}

const longEnough = (stem: string): boolean => stem.length >= 3 || SHORT_ROOTS.has(stem);

export interface Weights {
  support: number;
  attested: number;
  length: number;
  cost: number;
  verbal: number;
}
export const WEIGHTS: Weights = { support: 1.58, attested: -0.54, length: -0.11, cost: 3.4, verbal: -0.77 };

/** With so many forms the library's words weigh as much as grammar alone. */
const TRUSTED_FROM = 300;

/** The best candidate. Without support the deepest cut that is cheap wins. */
export function choose(word: string, options: Candidate[], support: Support | null, weights = WEIGHTS): string {
  let best = word;
  let bestScore = Number.NEGATIVE_INFINITY;
  const trust = support ? support.size / (support.size + TRUSTED_FROM) : 0;
  for (const { stem: text, cost, cut, verbal } of options) {
    const grammar = 0.35 * cut;
    const agreed = support ? Math.log(1 + support.forms(text)) + (support.holds(text) ? weights.attested : 0) : 0;
    const score =
      weights.support * (trust * agreed + (1 - trust) * grammar) -
      weights.cost * cost +
      weights.length * text.length -
      (verbal ? weights.verbal : 0) +
      (WHOLE_WORDS.has(text) ? 3 : 0);
    if (score > bestScore) {
      bestScore = score;
      best = text;
    }
  }
  return best;
}

/** The stem of one word, folded and in lower case, where no vocabulary is at hand. */
export function stem(word: string): string {
  return IRREGULAR.get(word) ?? choose(word, candidates(word), null);
}

/** A stemmer that has learnt which stems the words of a library support. */
export function stemmer(vocabulary: Iterable<string>, weights = WEIGHTS): (word: string) => string {
  const counts = new Map<string, number>();
  const held = new Set<string>(vocabulary);
  for (const word of held) {
    for (const { stem: candidate } of candidates(word)) counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
  }
  const support: Support = { forms: (text) => counts.get(text) ?? 0, holds: (form) => held.has(form), size: held.size };
  const cache = new Map<string, string>();
  return (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const found = IRREGULAR.get(word) ?? choose(word, candidates(word), support, weights);
    cache.set(word, found);
    return found;
  };
}
