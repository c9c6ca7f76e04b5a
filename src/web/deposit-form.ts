import { createHash } from 'node:crypto';
import { THESIS_TYPES, type WorkType } from '../works/schema';
import { indicesIn, type Row, rowsIn, type Typed, textOf } from './form-rows';

/**
 * The deposit form, both ways: `candidateOf` makes of the posted fields what the schema of a work is asked about, and
 * `formOf` makes of that the values of the fields. A field is named by its path in the metadata, as in
 * `titles.0.value`, so what the schema finds wrong is said beside it. Nothing typed is judged or mended here.
 */

export type { Typed };

/** The lists of the form, with the fields of each row; a row counts when one of `filledBy` holds something. */
const LISTS = {
  titles: { fields: ['value', 'lang'], filledBy: ['value'] },
  contributors: {
    fields: ['role', 'name', 'personId', 'affiliation', 'orcid'],
    filledBy: ['name', 'affiliation', 'orcid'],
  },
  abstracts: { fields: ['value', 'lang'], filledBy: ['value'] },
  keywords: { fields: ['value', 'lang'], filledBy: ['value'] },
  codes: { fields: ['scheme', 'value'], filledBy: ['value'] },
  identifiers: { fields: ['scheme', 'value'], filledBy: ['value'] },
  relations: { fields: ['type', 'target'], filledBy: ['target'] },
} as const;
export type ListName = keyof typeof LISTS;
export const isListName = (name: unknown): name is ListName => typeof name === 'string' && name in LISTS;

const SOURCE = ['title', 'volume', 'issue', 'pages', 'issn'] as const;
const THESIS = [
  'degree',
  'specialityCode',
  'specialityName',
  'institution',
  'department',
  'council',
  'defendedOn',
] as const;

const SOURCED_TYPES: readonly string[] = ['article', 'conference-paper', 'book-part', 'journal-issue'];
export const hasThesis = (type: string): boolean => THESIS_TYPES.includes(type as WorkType);
export const hasSource = (type: string): boolean => SOURCED_TYPES.includes(type);

/** What was typed, in the shape of a work's metadata, right or wrong. Rows left empty are not in it. */
export function candidateOf(typed: Typed) {
  const text = (name: string): string => (typeof typed[name] === 'string' ? (typed[name] as string) : '');
  const group = (name: string, fields: readonly string[]) => {
    const values = Object.fromEntries(fields.map((field) => [field, text(`${name}.${field}`)]));
    return Object.values(values).some((value) => value.trim() !== '') ? values : null;
  };
  const keywords = rowsOf(typed, 'keywords').flatMap((row) =>
    divided(row.value!).map((value) => ({ scheme: 'keyword', value, lang: row.lang || null })),
  );
  return {
    type: text('type'),
    languages: [
      ...new Set([
        ...many(typed.languages),
        ...text('otherLanguages')
          .toLowerCase()
          .split(/[\s,;]+/),
      ]),
    ].filter((code) => code !== ''),
    titles: rowsOf(typed, 'titles'),
    contributors: rowsOf(typed, 'contributors').map(
      ({ role = '', name = '', personId = '', affiliation = '', orcid = '' }) => ({
        role,
        name,
        personId: /^[1-9]\d{0,14}$/.test(personId) ? Number(personId) : null,
        affiliation,
        orcid,
      }),
    ),
    abstracts: rowsOf(typed, 'abstracts'),
    subjects: [
      ...keywords,
      ...rowsOf(typed, 'codes').map(({ scheme = '', value = '' }) => ({ scheme, value, lang: null })),
    ],
    issued: text('issued'),
    publisher: text('publisher'),
    place: text('place'),
    extent: text('extent'),
    identifiers: rowsOf(typed, 'identifiers'),
    source: group('source', SOURCE),
    thesis: group('thesis', THESIS),
    relations: rowsOf(typed, 'relations'),
    rights: {
      licence: text('rights.licence') || null,
      holder: text('rights.holder'),
      statement: text('rights.statement'),
    },
    access: {
      level: text('access.level') || 'open',
      openFrom: text('access.openFrom'),
      viewOnly: text('access.viewOnly') !== '',
    },
    collections: many(typed.collections),
  };
}
export type Candidate = ReturnType<typeof candidateOf>;

/** What is submitted: what belongs to another type of work, typed before the type was changed, stays behind. */
export function asSubmitted(candidate: Candidate): Candidate {
  return {
    ...candidate,
    source: hasSource(candidate.type) ? candidate.source : null,
    thesis: hasThesis(candidate.type) ? candidate.thesis : null,
  };
}

export interface FormValues {
  type: string;
  languages: string[];
  titles: Row[];
  contributors: Row[];
  abstracts: Row[];
  keywords: Row[];
  codes: Row[];
  identifiers: Row[];
  relations: Row[];
  issued: string;
  publisher: string;
  place: string;
  extent: string;
  source: Row;
  thesis: Row;
  rights: Row;
  access: Row;
  collections: string[];
  /** The field that shows what is wrong at a path of the metadata. */
  fieldAt(path: string): string;
}

/** The values of the form's fields for metadata in any state: it may have come by the API and fit no schema. */
export function formOf(input: unknown): FormValues {
  const given = recordOf(input);
  const rows = (name: 'titles' | 'contributors' | 'abstracts' | 'identifiers' | 'relations') =>
    listOf(given[name]).map((row) => rowOf(row, LISTS[name].fields));
  const keywords: Row[] = [];
  const codes: Row[] = [];
  const places = listOf(given.subjects).map((subject) => {
    const { scheme, value, lang } = rowOf(subject, ['scheme', 'value', 'lang']) as {
      scheme: string;
      value: string;
      lang: string;
    };
    if (scheme !== 'keyword' && scheme !== '') return `codes.${codes.push({ scheme, value }) - 1}.value`;
    let at = keywords.findIndex((row) => row.lang === lang);
    if (at < 0) at = keywords.push({ value: '', lang }) - 1;
    const row = keywords[at]!;
    row.value = row.value === '' ? value : `${row.value!.replace(/;$/, '')}; ${value}`;
    if (/,/.test(value) && !row.value!.includes(';')) row.value += ';';
    return `keywords.${at}.value`;
  });
  return {
    type: textOf(given.type),
    languages: listOf(given.languages).map(textOf),
    titles: rows('titles'),
    contributors: rows('contributors'),
    abstracts: rows('abstracts'),
    keywords,
    codes,
    identifiers: rows('identifiers'),
    relations: rows('relations'),
    issued: textOf(given.issued),
    publisher: textOf(given.publisher),
    place: textOf(given.place),
    extent: textOf(given.extent),
    source: rowOf(given.source, SOURCE),
    thesis: rowOf(given.thesis, THESIS),
    rights: rowOf(given.rights, ['licence', 'holder', 'statement']),
    access: rowOf(given.access, ['level', 'openFrom', 'viewOnly']),
    collections: listOf(given.collections).map(textOf),
    fieldAt: (path) => {
      const [first, second] = path.split('.');
      if (first === 'subjects') return places[Number(second)] ?? 'keywords.0.value';
      if (first === 'languages' || first === 'collections') return first;
      if (path === 'titles') return 'titles.0.value';
      if (path === 'contributors') return 'contributors.0.name';
      return path;
    },
  };
}

/** The posted fields without row `index` of `list`. */
export function withoutRow(typed: Typed, list: ListName, index: number): Typed {
  return Object.fromEntries(Object.entries(typed).filter(([name]) => !name.startsWith(`${list}.${index}.`)));
}

/** The posted fields with row `index` of `list` in the place of the one before it. */
export function withRowUp(typed: Typed, list: ListName, index: number): Typed {
  const order = indicesIn(typed, list);
  const other = order[order.indexOf(index) - 1];
  if (other === undefined) return typed;
  const renamed = (name: string): string => {
    const [first, second, ...rest] = name.split('.');
    if (first !== list || (second !== String(index) && second !== String(other))) return name;
    return [first, second === String(index) ? other : index, ...rest].join('.');
  };
  return Object.fromEntries(Object.entries(typed).map(([name, value]) => [renamed(name), value]));
}

/** Tells one state of the metadata from another. */
export const stampOf = (input: unknown): string =>
  createHash('sha256').update(JSON.stringify(input)).digest('base64url').slice(0, 22);

const rowsOf = (typed: Typed, list: ListName): Row[] => rowsIn(typed, list, LISTS[list].fields, LISTS[list].filledBy);

/** Keywords of one field: by semicolons or lines where there are any, else by commas. */
const divided = (text: string): string[] =>
  text
    .split(/[;\n]/.test(text) ? /[;\n]/ : ',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const many = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string' && each !== '');
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const rowOf = (value: unknown, fields: readonly string[]): Row =>
  Object.fromEntries(fields.map((field) => [field, textOf(recordOf(value)[field])]));
