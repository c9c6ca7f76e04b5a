import { type Content, type Element, group, text } from './xml';

/** Builders for the XML dress of ISO 2709, which MARCXML and MarcXchange share. */

export type Subfield = [code: string, value: string | null | undefined];

export const leader = (value: string): Element | null => ({ name: 'leader', attributes: {}, content: value });

export const controlField = (tag: string, value: string): Element => ({
  name: 'controlfield',
  attributes: { tag },
  content: value,
});

/** A field, or null where no subfield has a value. Indicators are two characters, a blank for none. */
export function field(tag: string, indicators: string, ...subfields: Subfield[]): Element | null {
  const content = subfields
    .map(([code, value]) => text('subfield', value, { code }))
    .filter((subfield): subfield is Element => subfield !== null);
  return content.length
    ? { name: 'datafield', attributes: { tag, ind1: indicators[0]!, ind2: indicators[1]! }, content }
    : null;
}

/** Field with the fields it embeds ($1 of RUSMARC's linking block): each a tag, indicators and subfields in a row. */
export function linkingField(
  tag: string,
  indicators: string,
  ...embedded: { tag: string; indicators: string; subfields: Subfield[] }[]
): Element | null {
  const subfields = embedded.flatMap((inner): Subfield[] => {
    const present = inner.subfields.filter(([, value]) => value);
    return present.length ? [['1', `${inner.tag}${inner.indicators}`], ...present] : [];
  });
  return subfields.length ? field(tag, indicators, ...subfields) : null;
}

export const record = (attributes: Record<string, string>, ...fields: Content[]): Element =>
  group('record', attributes, ...fields);

/** `2021-03-24` → `20210324`; what is not known stays blank. */
export const marcDay = (date: string): string => date.slice(0, 10).replaceAll('-', '').padEnd(8, ' ');

/** Country of publication by place: nearly all of what these libraries keep was printed in one of these. */
export function countryOf(place: string | null): { marc: string; iso: string } {
  const known = COUNTRIES.find(({ places }) => places.test(place ?? ''));
  return known ?? { marc: 'kg ', iso: 'KG' };
}

const COUNTRIES = [
  { places: /моск|ленинград|петербург|новосиб|казан|томск|екатеринб|москва/i, marc: 'ru ', iso: 'RU' },
  { places: /алма-?ат|алматы|астан|нур-султан|шымкент/i, marc: 'kz ', iso: 'KZ' },
  { places: /ташкент|тошкент|самарк/i, marc: 'uz ', iso: 'UZ' },
  { places: /душанб|худжанд/i, marc: 'ta ', iso: 'TJ' },
  { places: /анкара|ankara|стамбул|istanbul|i̇stanbul|izmir/i, marc: 'tu ', iso: 'TR' },
  { places: /london|лондон/i, marc: 'enk', iso: 'GB' },
  { places: /new york|нью-йорк/i, marc: 'nyu', iso: 'US' },
];

/** The title proper and what follows it: «Title : other title information». */
export function splitTitle(value: string): { proper: string; rest: string | null } {
  const at = value.search(/ [:–—] | : /);
  return at > 0
    ? { proper: value.slice(0, at).trim(), rest: value.slice(at + 3).trim() || null }
    : { proper: value, rest: null };
}
