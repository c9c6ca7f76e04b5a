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

// ISO 639-1.
const TWO_LETTERS = new Set(
  `aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
  et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
  kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
  nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te
  tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu`.split(/\s+/),
);
// ISO 639-3 codes for which the platform has no name: the special ones, and languages of Central Asia and its Turkic kin
// (Altai, Shor, Dolgan, Dungan, Krymchak, Karaim, Tofa, Khakas, Old Turkic, Old Uyghur, Salar, Shughni, Urum, Wakhi …).
const UNNAMED = new Set(
  'und mul zxx mis atv cjs dlg dng jct kdr kim kjh otk oui slr sgh uum wbl xqa yai ybe'.split(' '),
);
const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** `kir` → `ky`: two letters where ISO 639-1 has them. What is no such code stays as it is. */
function shortestCode(code: string): string {
  if (code.length < 3 || UNNAMED.has(code)) return code;
  const short = Intl.getCanonicalLocales(code)[0]!;
  return TWO_LETTERS.has(short) ? short : code;
}

const isLanguageCode = (code: string): boolean =>
  code.length < 3 ? TWO_LETTERS.has(code) : UNNAMED.has(code) || names.of(code) !== undefined;

/** ISO 639: two letters where a code exists, else three. */
export const languageSchema = z
  .string('required')
  .regex(/^[a-z]{2,3}$/, 'badLanguage')
  .transform(shortestCode)
  .pipe(
    z
      .string()
      .regex(/^[a-z]{2,3}$/)
      .refine(isLanguageCode, 'badLanguage'),
  );

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
