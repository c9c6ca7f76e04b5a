import { LANGUAGES, type Language } from '../config';
import { about } from './about';
import { accounts } from './accounts';
import { api } from './api';
import { archive } from './archive';
import { book } from './book';
import { browse } from './browse';
import { common } from './common';
import { deposit } from './deposit';
import { errors } from './errors';
import { feeds } from './feeds';
import { home } from './home';
import { layout } from './layout';
import { letters } from './letters';
import { fill, type Message, type Params } from './messages';
import { oai } from './oai';
import { reader } from './reader';
import { review } from './review';
import { search } from './search';
import { staff } from './staff';
import { uploads } from './uploads';
import { work } from './work';

export { formatDay, formatInstant, formatPartialDate } from './dates';
export { formatNumber } from './messages';

/** Every sentence the house says. An area joins with one import above and one line here. */
export const allMessages = {
  ...api,
  ...archive,
  ...book,
  ...common,
  ...deposit,
  ...errors,
  ...feeds,
  ...staff,
  ...review,
  ...letters,
  ...accounts,
  ...uploads,
  ...reader,
  ...oai,
  ...layout,
  ...browse,
  ...home,
  ...search,
  ...about,
  ...work,
};
export type MessageKey = keyof typeof allMessages;

const byKey: Readonly<Record<string, Message>> = allMessages;

/** Says sentences in one language. A key that comes from elsewhere (an error, a type) goes through `tell`. */
export interface Translator {
  (key: MessageKey, params?: Params): string;
  /** The sentence of a key made at run time, such as `type.${work.type}`. An unknown key is said as it is. */
  tell(key: string, params?: Params): string;
  language: Language;
}

export function translator(language: Language): Translator {
  const tell = (key: string, params?: Params) => {
    const message = byKey[key];
    return message ? fill(message, language, params) : key;
  };
  return Object.assign((key: MessageKey, params?: Params) => tell(key, params), { tell, language });
}

export const isLanguage = (value: unknown): value is Language => (LANGUAGES as readonly unknown[]).includes(value);

/** The first language of an Accept-Language header that we speak, or null. */
export function acceptedLanguage(header: string | undefined): Language | null {
  const wanted = (header ?? '')
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag, q] = part.trim().split(/\s*;\s*q=/);
      return { tag: tag!.toLowerCase().split('-')[0], q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  return (wanted.find(({ tag }) => isLanguage(tag))?.tag as Language | undefined) ?? null;
}
