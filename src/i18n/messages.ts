import type { Language } from '../config';

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
/** A sentence, or one for each plural form of the language (`other` always) when `{count}` decides. */
export type Sentence = string | (Partial<Record<PluralForm, string>> & { other: string });
/** The same sentence in every language of the house: leaving one out does not compile. */
export type Message = Readonly<Record<Language, Sentence>>;

/** Names a group of messages: `messages({ 'home.title': { ky: …, ru: …, tr: …, en: … } })`. */
export const messages = <Keys extends string>(group: Record<Keys, Message>): Record<Keys, Message> => group;

const PLURALS: Record<Language, Intl.PluralRules> = {
  ky: new Intl.PluralRules('ky'),
  ru: new Intl.PluralRules('ru'),
  tr: new Intl.PluralRules('tr'),
  en: new Intl.PluralRules('en'),
};

export type Params = Record<string, string | number>;

/** The sentence in `language`, with `{name}` filled in and the plural form that `count` asks for. */
export function fill(message: Message, language: Language, params: Params = {}): string {
  const sentence = message[language];
  const form =
    typeof sentence === 'string'
      ? sentence
      : (sentence[PLURALS[language].select(Number(params.count))] ?? sentence.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === 'number' ? formatNumber(value, language) : value;
  });
}

/** 12 345 in Kyrgyz and Russian, 12.345 in Turkish, 12,345 in English. Years and numbers of works are passed as text. */
export function formatNumber(value: number, language: Language): string {
  const [whole, fraction] = String(value).split('.');
  const [group, point] = { ky: ['\u00a0', ','], ru: ['\u00a0', ','], tr: ['.', ','], en: [',', '.'] }[language] as [
    string,
    string,
  ];
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, group);
  return fraction ? grouped + point + fraction : grouped;
}
