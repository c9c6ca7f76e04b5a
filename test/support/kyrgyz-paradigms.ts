/**
 * The forms of a Kyrgyz noun by the rules of a grammar, written for the tests and independent of the stemmer: plural,
 * possession of the six persons, six cases, and case after possession.
 */

const VOICELESS = 'пфктшщсхцч';
const isVowel = (letter: string) => 'аеёиоуүөыэюя'.includes(letter);
const last = (text: string) => text.at(-1)!;

type Harmony = { a: string; i: string };
function harmonyOf(text: string): Harmony {
  const vowel = [...text].reverse().find(isVowel)!;
  if ('аыя'.includes(vowel)) return { a: 'а', i: 'ы' };
  if ('оё'.includes(vowel)) return { a: 'о', i: 'у' };
  if ('ую'.includes(vowel)) return { a: 'а', i: 'у' };
  if (vowel === 'ө' || vowel === 'ү') return { a: 'ө', i: 'ү' };
  return { a: 'е', i: 'и' };
}

const d = (text: string) => (VOICELESS.includes(last(text)) ? 'т' : 'д');
const g = (text: string) => (VOICELESS.includes(last(text)) ? 'к' : 'г');
const l = (text: string) => (isVowel(last(text)) || 'йр'.includes(last(text)) ? 'л' : d(text));
const n = (text: string) => (isVowel(last(text)) ? 'н' : d(text));

const plural = (text: string) => `${text}${l(text)}${harmonyOf(text).a}р`;

function cases(text: string): string[] {
  const { a, i } = harmonyOf(text);
  return [
    text,
    `${text}${n(text)}${i}н`,
    `${text}${g(text)}${a}`,
    `${text}${n(text)}${i}`,
    `${text}${d(text)}${a}`,
    `${text}${d(text)}${a}н`,
  ];
}

/** к and п of native words are voiced before a vowel. */
const voiced = (text: string): string => {
  if (!isVowel(text.at(-2)!)) return text;
  if (last(text) === 'к') return `${text.slice(0, -1)}г`;
  if (last(text) === 'п') return `${text.slice(0, -1)}б`;
  return text;
};

function possessed(text: string): string[] {
  const { i } = harmonyOf(text);
  const vowel = isVowel(last(text));
  const stem = vowel ? text : voiced(text);
  const link = vowel ? '' : i;
  const of3 = `${stem}${vowel ? 'с' : ''}${i}`;
  const of1 = `${stem}${link}м`;
  const our = `${stem}${link}б${i}з`;
  const your = `${stem}${link}ң${i}з`;
  const { a } = harmonyOf(of3);
  return [
    of3,
    `${of3}н${harmonyOf(of3).i}н`,
    `${of3}н${a}`,
    `${of3}н`,
    `${of3}нд${a}`,
    `${of3}н${a}н`,
    of1,
    ...cases(our),
    ...cases(your),
  ];
}

/** Every form of `noun`, itself first. */
export function paradigm(noun: string): string[] {
  const many = plural(noun);
  return [...new Set([...cases(noun), ...possessed(noun), ...cases(many), ...possessed(many)])];
}
