import { z } from 'zod';
import { languageSchema } from '../src/fields';
import { threeLetters } from '../src/formats/languages';

const messages = (value: unknown): string[] =>
  languageSchema.safeParse(value).error?.issues.map((issue) => issue.message) ?? [];

test.each(['ky', 'ru', 'tr', 'en', 'de', 'tw', 'tl', 'ota', 'chg', 'sah', 'kaa', 'dng', 'kjh', 'otk', 'und', 'mul'])(
  '%s is a language and stays as it is',
  (code) => expect(languageSchema.parse(code)).toBe(code),
);

test.each([
  ['kir', 'ky'],
  ['rus', 'ru'],
  ['tur', 'tr'],
  ['eng', 'en'],
  ['deu', 'de'],
  ['ger', 'de'],
  ['kaz', 'kk'],
  ['uzb', 'uz'],
])('%s is written %s', (long, short) => expect(languageSchema.parse(long)).toBe(short));

test.each(['xx', 'zz', 'qq', 'uk-UA', 'xyz', 'zzz', 'qaa', 'KY', 'k', 'kyrg', ''])('%j is no language', (code) =>
  expect(messages(code)).toEqual(['badLanguage']),
);

test('every code of two letters has one of three for the formats', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => messages(code).length === 0);
  expect(codes.length).toBeGreaterThan(180);
  expect(codes.filter((code) => threeLetters(code).length !== 3)).toEqual([]);
});

test('no language at all is told as missing, and the schema can be shown as JSON Schema both ways', () => {
  expect(messages(undefined)).toEqual(['required']);
  for (const io of ['input', 'output'] as const) {
    expect(z.toJSONSchema(languageSchema, { io })).toMatchObject({ type: 'string', pattern: '^[a-z]{2,3}$' });
  }
});
