import { z } from 'zod';
import type { FieldIssue } from '../errors';

/**
 * The metadata of a work, as the whole house speaks of it: the same schema checks what comes through the API, the
 * deposit form and an import, and gives the type. A message is a key of `i18n/` without its prefix `invalid.`,
 * never a sentence.
 */

export const WORK_TYPES = [
  'dissertation',
  'dissertation-abstract',
  'master-thesis',
  'bachelor-thesis',
  'article',
  'conference-paper',
  'monograph',
  'book-part',
  'textbook',
  'study-guide',
  'lecture',
  'journal-issue',
  'scanned-book',
  'report',
  'patent',
  'bibliography',
  'other',
] as const;
export type WorkType = (typeof WORK_TYPES)[number];

export const CONTRIBUTOR_ROLES = [
  'author',
  'supervisor',
  'opponent',
  'reviewer',
  'editor',
  'translator',
  'compiler',
  'illustrator',
  'publisher',
  'corporate-author',
] as const;
export type ContributorRole = (typeof CONTRIBUTOR_ROLES)[number];

export const SUBJECT_SCHEMES = ['keyword', 'udc', 'bbk', 'grnti', 'vak', 'lcc', 'ddc'] as const;
export const IDENTIFIER_SCHEMES = ['doi', 'handle', 'isbn', 'issn', 'url', 'urn', 'other'] as const;
export const ACCESS_LEVELS = ['open', 'registered', 'campus', 'closed'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Degrees a thesis is defended for. `phd` is the three-cycle doctorate, `doctor` the доктор илим of the two-step system. */
export const DEGREES = ['bachelor', 'specialist', 'master', 'candidate', 'phd', 'doctor'] as const;
export const FILE_ROLES = ['main', 'abstract', 'supplement', 'cover', 'review', 'agreement', 'page', 'other'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

/** Relation types of DataCite 4.6 in lower camel case. */
export const RELATION_TYPES = [
  'isVersionOf',
  'hasVersion',
  'isPartOf',
  'hasPart',
  'isReferencedBy',
  'references',
  'isTranslationOf',
  'hasTranslation',
  'isSupplementTo',
  'isSupplementedBy',
  'isReviewedBy',
  'isIdenticalTo',
  'isDerivedFrom',
] as const;

export const LICENCES = [
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-ND-4.0',
  'CC-BY-NC-SA-4.0',
  'CC-BY-NC-ND-4.0',
  'CC0-1.0',
  'PDM-1.0',
  'in-copyright',
] as const;

/** Lengths in UTF-16 code units. Nothing a library has catalogued comes near them; a pasted book does. */
export const LIMITS = { title: 2_000, name: 300, short: 500, abstract: 50_000, statement: 5_000, list: 200 } as const;

export const AUTHORED_TYPES: readonly WorkType[] = [
  'dissertation',
  'dissertation-abstract',
  'master-thesis',
  'bachelor-thesis',
  'article',
  'conference-paper',
];
export const THESIS_TYPES: readonly WorkType[] = [
  'dissertation',
  'dissertation-abstract',
  'master-thesis',
  'bachelor-thesis',
];

// What XML 1.0 and a terminal cannot carry: C0 controls but tab and line feed, DEL, noncharacters, lone surrogates.
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const line = (max: number) =>
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

const paragraphs = (max: number) =>
  z
    .string('required')
    .transform((value) => value.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(max, 'tooLong')
        .refine((value) => !UNPRINTABLE.test(value), 'controlCharacters'),
    );

const filled = (max: number) => line(max).pipe(z.string().min(1, 'required'));
const optionalLine = (max: number) =>
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

/** Is the ISBN-10 or ISBN-13 whole, its check digit right? Hyphens and spaces are allowed. */
export function isIsbn(value: string): boolean {
  const digits = value.replace(/[\s-]/g, '').toUpperCase();
  if (/^\d{9}[\dX]$/.test(digits)) {
    return [...digits].reduce((sum, digit, i) => sum + (10 - i) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0;
  }
  return (
    /^\d{13}$/.test(digits) &&
    [...digits].reduce((sum, digit, i) => sum + (i % 2 ? 3 : 1) * Number(digit), 0) % 10 === 0
  );
}

/** Is the ISSN whole, its check digit right? */
export function isIssn(value: string): boolean {
  const digits = value.replace(/[\s-]/g, '').toUpperCase();
  if (!/^\d{7}[\dX]$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, i) => sum + (8 - i) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0;
}

const partialDate = z.string('required').trim().refine(isPartialDate, 'badDate');
const optionalDate = partialDate
  .or(z.literal('').transform(() => null))
  .nullish()
  .transform((value) => value ?? null)
  .default(null);
const fullDate = z
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
  .max(LIMITS.title, 'tooLong')
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

export const contributorSchema = z.object({
  role: z.enum(CONTRIBUTOR_ROLES, 'unknownValue'),
  /** «Family, Given Patronymic», or the whole name of a body. */
  name: filled(LIMITS.name),
  personId: z
    .number()
    .int()
    .positive()
    .nullish()
    .transform((value) => value ?? null)
    .default(null),
  affiliation: optionalLine(LIMITS.short),
  orcid: orcidSchema,
});

export const subjectSchema = z.object({
  scheme: z.enum(SUBJECT_SCHEMES, 'unknownValue').default('keyword'),
  value: filled(LIMITS.short),
  lang: languageSchema
    .nullish()
    .transform((value) => value ?? null)
    .default(null),
});

export const identifierSchema = z
  .object({ scheme: z.enum(IDENTIFIER_SCHEMES, 'unknownValue'), value: filled(LIMITS.short) })
  .transform(({ scheme, value }) => ({
    scheme,
    value: scheme === 'doi' ? value.replace(/^(https?:\/\/(dx\.)?doi\.org\/|doi:\s*)/i, '') : value,
  }))
  .superRefine(({ scheme, value }, context) => {
    const wrong =
      (scheme === 'doi' && !/^10\.\d{4,9}\/\S+$/.test(value) && 'badDoi') ||
      (scheme === 'isbn' && !isIsbn(value) && 'badIsbn') ||
      (scheme === 'issn' && !isIssn(value) && 'badIssn') ||
      (scheme === 'url' && !webAddress.safeParse(value).success && 'badAddress');
    if (wrong) context.addIssue({ code: 'custom', message: wrong, path: ['value'] });
  });

export const sourceSchema = z.object({
  title: optionalLine(LIMITS.title),
  volume: optionalLine(LIMITS.short),
  issue: optionalLine(LIMITS.short),
  pages: optionalLine(LIMITS.short),
  issn: z
    .string()
    .trim()
    .refine((value) => value === '' || isIssn(value), 'badIssn')
    .nullish()
    .transform((value) => value || null)
    .default(null),
});

export const thesisSchema = z.object({
  degree: z
    .enum(DEGREES, 'unknownValue')
    .or(z.literal('').transform(() => null))
    .nullish()
    .transform((value) => value ?? null)
    .default(null),
  specialityCode: optionalLine(LIMITS.short),
  specialityName: optionalLine(LIMITS.short),
  institution: optionalLine(LIMITS.short),
  department: optionalLine(LIMITS.short),
  council: optionalLine(LIMITS.short),
  defendedOn: optionalDate,
});

export const accessSchema = z.object({
  level: z.enum(ACCESS_LEVELS, 'unknownValue').default('open'),
  /** The day an embargo ends (that day it is open), or null. Until then only staff read the files. */
  openFrom: fullDate
    .or(z.literal('').transform(() => null))
    .nullish()
    .transform((value) => value ?? null)
    .default(null),
  /** Read in the page viewer only: the file's bytes never leave. */
  viewOnly: z.boolean('unknownValue').default(false),
});
export type Access = z.infer<typeof accessSchema>;

const list = <T extends z.ZodType>(item: T) => z.array(item, 'unknownValue').max(LIMITS.list, 'tooMany').default([]);

/** A work as it may stand in the catalogue: a type, a title, and nothing that cannot be true. @see missingForSubmission */
export const metadataSchema = z.object({
  type: z.enum(WORK_TYPES, 'unknownType'),
  languages: list(languageSchema),
  titles: z.array(textIn(LIMITS.title), 'required').min(1, 'required').max(LIMITS.list, 'tooMany'),
  contributors: list(contributorSchema),
  abstracts: list(longTextIn(LIMITS.abstract)),
  subjects: list(subjectSchema),
  issued: optionalDate,
  publisher: optionalLine(LIMITS.short),
  place: optionalLine(LIMITS.short),
  extent: optionalLine(LIMITS.short),
  identifiers: list(identifierSchema),
  source: sourceSchema
    .nullish()
    .transform((value) => value ?? null)
    .default(null),
  thesis: thesisSchema
    .nullish()
    .transform((value) => value ?? null)
    .default(null),
  relations: list(z.object({ type: z.enum(RELATION_TYPES, 'unknownValue'), target: filled(LIMITS.title) })),
  rights: z
    .object({
      licence: z
        .enum(LICENCES, 'unknownValue')
        .nullish()
        .transform((value) => value ?? null)
        .default(null),
      holder: optionalLine(LIMITS.short),
      statement: paragraphs(LIMITS.statement)
        .nullish()
        .transform((value) => value || null)
        .default(null),
    })
    .default({ licence: null, holder: null, statement: null }),
  access: accessSchema.default({ level: 'open', openFrom: null, viewOnly: false }),
  collections: list(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'badSlug')),
});
export type Metadata = z.infer<typeof metadataSchema>;
export type Contributor = Metadata['contributors'][number];
export type TextIn = { value: string; lang: string };

/** What a work still lacks before a librarian can be asked to look at it. Empty when nothing. */
export function missingForSubmission(metadata: Metadata): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const lacks = (path: string, message = 'required') => issues.push({ path, message });
  if (metadata.languages.length === 0) lacks('languages');
  if (!metadata.issued) lacks('issued');
  if (AUTHORED_TYPES.includes(metadata.type) && !metadata.contributors.some((c) => c.role.endsWith('author'))) {
    lacks('contributors', 'authorRequired');
  }
  return issues;
}
