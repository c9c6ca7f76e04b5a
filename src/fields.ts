import { z } from 'zod';

/** The small schemas that works, people and collections are made of. A message is a key of `i18n/` under `invalid.`. */

// What XML 1.0 and a terminal cannot carry: C0 controls but tab and line feed, DEL, noncharacters, lone surrogates.
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const line = (max: number) =>
  z
    .string('required')
    .transform((value) =>
      value
        .normalize('NFC')
        .replace(/[\s\u00a0]+/g, ' ')
        .trim(),
    )
    .pipe(
      z
        .string()
        .max(max, 'tooLong')
        .refine((value) => !UNPRINTABLE.test(value), 'controlCharacters'),
    );

export const paragraphs = (max: number) =>
  z
    .string('required')
    .transform((value) => value.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(max, 'tooLong')
        .refine((value) => !UNPRINTABLE.test(value), 'controlCharacters'),
    );

export const filled = (max: number) => line(max).pipe(z.string().min(1, 'required'));
export const optionalLine = (max: number) =>
  line(max)
    .nullish()
    .transform((value) => value || null)
    .default(null);

/** ISO 639: two letters where a code exists, else three. */
export const languageSchema = z.string('required').regex(/^[a-z]{2,3}$/, 'badLanguage');

/** YYYY, YYYY-MM or YYYY-MM-DD, and a day that exists. */
export function isPartialDate(value: string): boolean {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value);
  if (!match || match[1] === '0000') return false;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Is the ORCID iD well formed, its check digit (ISO 7064 MOD 11-2) right? */
export function isOrcid(value: string): boolean {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(value)) return false;
  const digits = value.replaceAll('-', '');
  let total = 0;
  for (const digit of digits.slice(0, 15)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return digits[15] === (check === 10 ? 'X' : String(check));
}

export const partialDate = z.string('required').trim().refine(isPartialDate, 'badDate');
export const optionalDate = partialDate
  .or(z.literal('').transform(() => null))
  .nullish()
  .transform((value) => value ?? null)
  .default(null);
export const fullDate = z
  .string('required')
  .trim()
  .refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isPartialDate(value), 'badDate');
export const orcidSchema = z
  .string()
  .transform((value) => value.trim().replace(/^https?:\/\/(www\.)?orcid\.org\//, ''))
  .pipe(z.string().refine((value) => value === '' || isOrcid(value), 'badOrcid'))
  .nullish()
  .transform((value) => value || null)
  .default(null);

/** Only http and https: an address that a page prints as a link must not run a script. */
export const webAddress = z
  .string('required')
  .trim()
  .max(2_000, 'tooLong')
  .refine((value) => {
    try {
      return ['http:', 'https:'].includes(new URL(value).protocol);
    } catch {
      return false;
    }
  }, 'badAddress');

export const textIn = (max: number) => z.object({ value: filled(max), lang: languageSchema });
export const longTextIn = (max: number) =>
  z.object({ value: paragraphs(max).pipe(z.string().min(1, 'required')), lang: languageSchema });
