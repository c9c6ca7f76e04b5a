import { common } from '../i18n/common';
import { isFunctionWord } from '../language/language-of';
import { bare, fold } from '../language/normalise';
import { tokenise } from '../language/tokenise';
import { WORK_TYPES, type WorkType } from '../works/terms';

/**
 * What a reader typed, understood. There is no wrong query: what is no operator is text. Words are folded, not stemmed.
 */
export interface Query {
  /** All of these must be found. */
  all: Clause[];
  /** None of these may be found. */
  none: Term[];
  filters: QueryFilters;
}

/** One of these must be found. */
export interface Clause {
  any: Term[];
}

export type QueryField = 'title' | 'author' | 'subject';

export interface Term {
  /** One word, or the words of a phrase in their order. */
  words: string[];
  /** The last word is the beginning of one. */
  prefix: boolean;
  /** Within this field only. */
  field: QueryField | null;
  /** Where it stands in what was typed, for a better spelling. */
  start: number;
  end: number;
}

export interface QueryFilters {
  from: number | null;
  until: number | null;
  types: WorkType[];
  languages: string[];
  /** Beginnings of codes. */
  specialities: string[];
  /** `udc:94`, `bbk:63.3`, …: beginnings. */
  codes: string[];
  /** What a work found must not have: `-type:article`. */
  not: ExcludedFilters;
}

export interface ExcludedFilters extends Pick<QueryFilters, 'types' | 'languages' | 'specialities' | 'codes'> {
  years: Years[];
}

/** Both included; null where there is no bound. */
export interface Years {
  from: number | null;
  until: number | null;
}

type Field = QueryField | 'unread' | 'year' | 'type' | 'language' | 'speciality' | 'udc' | 'bbk';

const FIELDS = new Map<string, Field>(
  Object.entries({
    title: 'title аталышы аталыш тема название заглавие заголовок başlık baslik eser',
    author: 'author автор автору yazar жазуучу',
    subject: 'subject предмет ачкыч keyword konu темалар ключ',
    year: 'year жыл жылы год yıl yil',
    type: 'type түрү түр туру тип вид tür tur',
    language: 'language lang тили тил язык dil',
    speciality: 'speciality specialty адистик адистиги специальность шифр uzmanlık uzmanlik',
    udc: 'udc удк oнk',
    bbk: 'bbk ббк lbc',
  }).flatMap(([field, names]) => names.split(' ').map((name): [string, Field] => [fold(name), field as Field])),
);

/** One writing of a filter's value: «Окуу китеби» and `окуу-китеби` are one. */
const valueKey = (value: string): string => bare(fold(value.replace(/[-_\s]+/g, ' ')));

/** A type by its code, its name in each of our languages, and shorter names in use. */
const TYPES = new Map<string, WorkType>([
  ...Object.entries({
    dissertation: 'tez thesis doktora',
    'dissertation-abstract': 'автореферат',
    'master-thesis': 'магистрдик yüksek-lisans магистерская',
    'bachelor-thesis': 'бакалавр бакалаврдык lisans',
    'conference-paper': 'баяндама доклад bildiri',
    textbook: 'окуу-китеп',
    'study-guide': 'окуу-колдонмо пособие kılavuz',
    lecture: 'ders',
    'journal-issue': 'журнал dergi journal',
    'scanned-book': 'китеп книга kitap book',
    report: 'баяндоо',
    bibliography: 'библиография kaynakça',
  }).flatMap(([type, names]) => names.split(' ').map((name): [string, WorkType] => [valueKey(name), type as WorkType])),
  ...WORK_TYPES.flatMap((type) =>
    [type, ...Object.values(common[`type.${type}`])].map((name): [string, WorkType] => [valueKey(String(name)), type]),
  ),
]);

/** The languages of the house by their names in all of them; any other is asked for by its code. */
const LANGUAGES = new Map<string, string>(
  Object.entries({
    ky: 'кыргызча,кыргыз,кыргыз тили,кыргызский,киргизский,кыргызский язык,киргизский язык,kırgızca,kırgız dili,kyrgyz,kirghiz,kirgiz',
    ru: 'орусча,орус,орус тили,русский,русский язык,по-русски,rusça,rus dili,russian',
    tr: 'түркчө,түрк,түрк тили,турецкий,турецкий язык,türkçe,türk dili,turkish',
    en: 'англисче,англис,англис тили,английский,английский язык,ingilizce,ingiliz dili,english',
  }).flatMap(([code, names]) => names.split(',').map((name): [string, string] => [valueKey(name), code])),
);

const OR = new Set(['OR', 'ИЛИ', 'ЖЕ', 'VEYA', '|', '||']);
const AND = new Set(['AND', 'ЖАНА', 'VE', '&&', '&']);
const OPENS = '"«“„”';
const CLOSES = '"»“”';

const isTextField = (field: Field | null): field is QueryField =>
  field === 'title' || field === 'author' || field === 'subject';

/** Longer queries are pasted paragraphs: what comes after is not read. */
const LONGEST = 600;
const MOST_TERMS = 24;

interface Piece {
  text: string;
  start: number;
  end: number;
  quoted: boolean;
  negated: boolean;
  field: Field | null;
}

const noFilters = () => ({ types: [], languages: [], specialities: [], codes: [] });

/** Never throws: any string is a query. */
export function parseQuery(typed: string): Query {
  const query: Query = {
    all: [],
    none: [],
    filters: { from: null, until: null, ...noFilters(), not: { ...noFilters(), years: [] } },
  };
  const quoted = new Set<Term>();
  let joinNext = false;
  let terms = 0;
  for (const piece of pieces(typed.slice(0, LONGEST))) {
    if (!piece.quoted && !piece.field) {
      if (OR.has(piece.text)) {
        joinNext = query.all.length > 0;
        continue;
      }
      if (AND.has(piece.text)) continue;
    }
    if (piece.field && takeFilter(piece, piece.field, query.filters)) continue;
    if (piece.field && !isTextField(piece.field)) {
      // A filter that cannot be read (year:soon) is text like any other, its name included.
      piece.text = typed.slice(piece.start, piece.end).replace(/^[-−]/, '');
      piece.field = 'unread';
      piece.quoted = false;
    }
    for (const [i, part] of alternatives(piece).entries()) {
      if (i > 0 && !piece.negated) joinNext = query.all.length > 0;
      for (const term of termsOf(part)) {
        terms += 1;
        if (terms > MOST_TERMS) break;
        if (piece.quoted) quoted.add(term);
        if (piece.negated) query.none.push(term);
        else if (joinNext) query.all.at(-1)?.any.push(term);
        else query.all.push({ any: [term] });
        joinNext = false;
      }
    }
  }
  return withoutFunctionWords(query, quoted);
}

/** Are words to be found, not values alone? */
export const asksForWords = (typed: string): boolean => parseQuery(typed).all.length > 0;

/** Is something typed that holds no word, no exclusion and no filter: signs alone? */
export function asksNothing(typed: string): boolean {
  if (typed.trim() === '') return false;
  const query = parseQuery(typed);
  return query.all.length === 0 && query.none.length === 0 && understood(query).length === 0;
}

/** A filter as the query asked for it. */
export interface Understood {
  field: 'year' | 'type' | 'language' | 'speciality' | 'udc' | 'bbk';
  value: string;
  /** Works that have it are left out. */
  excluded: boolean;
}

/** The filters of a query, those that leave out after those that let in. */
export function understood({ filters }: Pick<Query, 'filters'>): Understood[] {
  const { from, until, not } = filters;
  const years = from === null && until === null ? [] : [{ from, until }];
  return [...listed({ ...filters, years }, false), ...listed(not, true)];
}

function listed({ years, types, languages, specialities, codes }: ExcludedFilters, excluded: boolean): Understood[] {
  const each = (field: Understood['field'], values: string[]) => values.map((value) => ({ field, value, excluded }));
  const year = ({ from, until }: Years) => (from === until ? `${from}` : `${from ?? ''}..${until ?? ''}`);
  const ofScheme = (field: 'udc' | 'bbk') =>
    codes.filter((code) => code.startsWith(`${field}:`)).map((code) => code.slice(field.length + 1));
  return [
    ...each('year', years.map(year)),
    ...each('type', types),
    ...each('language', languages),
    ...each('speciality', specialities),
    ...each('udc', ofScheme('udc')),
    ...each('bbk', ofScheme('bbk')),
  ];
}

/** «жана», «the», «и» narrow nothing beside words that mean something; alone or in quotation marks they stay. */
function withoutFunctionWords(query: Query, quoted: ReadonlySet<Term>): Query {
  const isEmpty = (term: Term) =>
    !term.prefix && !quoted.has(term) && term.words.length === 1 && isFunctionWord(term.words[0]!);
  const meaning = query.all.filter(({ any }) => !any.every(isEmpty));
  return meaning.length > 0 ? { ...query, all: meaning } : query;
}

const FIELD_NAME = /^(\p{L}{2,20}):(\s*)(?=\S)/u;

/** The field that `name` means before `rest`. After a space it must be a word or a quotation: not a sign, `OR`, or a field again. */
function fieldBefore(rest: string, [, name, space]: RegExpExecArray): Field | null {
  const field = FIELDS.get(fold(name!)) ?? null;
  if (!field || space === '' || /^["«“„]/.test(rest)) return field;
  const next = /^(\p{L}{2,20}):/u.exec(rest);
  if ((next && FIELDS.has(fold(next[1]!))) || !/^(?:[\p{L}\p{N}]|\.\.\d)/u.test(rest)) return null;
  const word = /^\S+/.exec(rest)![0];
  return OR.has(word) || AND.has(word) ? null : field;
}

const MAY_BEGIN_WITH_MINUS: ReadonlySet<Field> = new Set(['year', 'udc', 'bbk']);

function* pieces(typed: string): Generator<Piece> {
  let at = 0;
  while (at < typed.length) {
    if (/\s/.test(typed[at]!)) {
      at += 1;
      continue;
    }
    const start = at;
    let negated = false;
    if ((typed[at] === '-' || typed[at] === '−') && at + 1 < typed.length && !/[\s-]/.test(typed[at + 1]!)) {
      negated = true;
      at += 1;
    }
    let field: Field | null = null;
    const name = FIELD_NAME.exec(typed.slice(at));
    if (name) {
      field = fieldBefore(typed.slice(at + name[0].length), name);
      if (field) at += name[0].length;
      // type:-article is meant as -type:article; a year or class may begin with the sign itself (year:-2010, udc:-05).
      if (field && !MAY_BEGIN_WITH_MINUS.has(field) && /^[-−](?![\s\-−])./u.test(typed.slice(at))) {
        negated = true;
        at += 1;
      }
    }
    if (OPENS.includes(typed[at] ?? ' ')) {
      let end = at + 1;
      while (end < typed.length && !CLOSES.includes(typed[end]!)) end += 1;
      if (end < typed.length) {
        yield { text: typed.slice(at + 1, end), start, end: end + 1, quoted: true, negated, field };
        at = end + 1;
        continue;
      }
      at += 1; // a quotation mark that nothing closes is no quotation mark
    }
    const from = at;
    while (at < typed.length && !/\s/.test(typed[at]!) && !(at > from && '"«“„'.includes(typed[at]!))) at += 1;
    if (at > from) yield { text: typed.slice(from, at), start, end: at, quoted: false, negated, field };
  }
}

/** китепкана|бош: what a bar without spaces parts. */
function alternatives(piece: Piece): Piece[] {
  if (piece.quoted || piece.field === 'unread' || !piece.text.includes('|')) return [piece];
  let end = piece.end - piece.text.length;
  return piece.text.split('|').map((text, i) => {
    const start = i === 0 ? piece.start : end + 1;
    end += text.length + (i === 0 ? 0 : 1);
    return { ...piece, text, start, end };
  });
}

function termsOf(piece: Piece): Term[] {
  const field = isTextField(piece.field) ? piece.field : null;
  const tokens = tokenise(piece.text);
  if (tokens.length === 0) return [];
  const last = tokens.at(-1)!;
  const prefix = !piece.quoted && piece.text[last.end] === '*' && last.word.length >= 2;
  const words = tokens.map((token) => token.word);
  // A hyphen or slash joins (АБС-17/3); what is divided by commas or brackets is several words. An exclusion that is no
  // filter (-year:soon) takes away these words side by side, not every work with one of them.
  const isApart = piece.field === 'unread' ? !piece.negated : /[,;()]/.test(piece.text);
  if (!piece.quoted && words.length > 1 && isApart) {
    return tokens.map((token, i) => ({
      words: [token.word],
      prefix: prefix && i === tokens.length - 1,
      field,
      start: piece.start,
      end: piece.end,
    }));
  }
  return [{ words, prefix, field, start: piece.start, end: piece.end }];
}

/** @returns whether the piece was a filter; an unreadable one (year:soon) is text. */
function takeFilter(piece: Piece, field: Field, filters: QueryFilters): boolean {
  const value = piece.text.trim();
  const lists = piece.negated ? filters.not : filters;
  switch (field) {
    case 'year': {
      const years = yearsOf(value);
      if (!years) return false;
      if (piece.negated) filters.not.years.push(years);
      else Object.assign(filters, years);
      return true;
    }
    case 'type':
      return takeEach(value, typeOf, lists.types);
    case 'language':
      return takeEach(value, languageOf, lists.languages);
    case 'speciality':
      return takeEach(
        value,
        (one) => (/^[\d.]+\*?$/.test(one) ? one.replace(/\*$/, '') : undefined),
        lists.specialities,
      );
    case 'udc':
    case 'bbk':
      lists.codes.push(`${field}:${value.toLowerCase().replace(/\*$/, '').replace(/\s+/g, '')}`);
      return true;
    default:
      return false;
  }
}

/** Several values of one list stand between commas or bars (type:диссертация,макала). @returns whether each could be read. */
function takeEach<T>(value: string, read: (one: string) => T | undefined, list: T[]): boolean {
  const values = value.split(/\s*[,;|]\s*/).filter((one) => one !== '');
  const taken = values.flatMap((one) => read(one) ?? []);
  if (taken.length === 0 || taken.length < values.length) return false;
  list.push(...taken);
  return true;
}

const typeOf = (value: string): WorkType | undefined => (/^[-−]/.test(value) ? undefined : TYPES.get(valueKey(value)));
const languageOf = (value: string): string | undefined =>
  LANGUAGES.get(valueKey(value)) ?? (/^[a-z]{2,3}$/i.test(value) ? value.toLowerCase() : undefined);

/** `2012`, `2010..2015`, `2010..`, `..2015`; those given backwards are put right. */
function yearsOf(value: string): Years | null {
  const match = /^(\d{4})?(?:\s*(\.\.+|-|–|—)\s*(\d{4})?)?$/.exec(value);
  if (!match || value.length < 4) return null;
  const [, first, range, last] = match;
  if (!first && !last) return null;
  const from = first ? Number(first) : null;
  const until = range ? (last ? Number(last) : null) : from;
  const isBackwards = from !== null && until !== null && from > until;
  return isBackwards ? { from: until, until: from } : { from, until };
}
