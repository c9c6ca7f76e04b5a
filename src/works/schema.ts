import { z } from 'zod';
import type { FieldIssue } from '../errors';
import {
  filled,
  fullDate,
  languageSchema,
  longTextIn,
  optionalDate,
  optionalLine,
  orcidSchema,
  paragraphs,
  textIn,
  webAddress,
} from '../fields';
import {
  ACCESS_LEVELS,
  AUTHORED_TYPES,
  CONTRIBUTOR_ROLES,
  DEGREES,
  IDENTIFIER_SCHEMES,
  LICENCES,
  RELATION_TYPES,
  SUBJECT_SCHEMES,
  WORK_TYPES,
} from './terms';

/**
 * The metadata of a work, as the whole house speaks of it: the same schema checks what comes through the API, the
 * deposit form and an import, and gives the type. A message is a key of `i18n/` without its prefix `invalid.`,
 * never a sentence.
 */
export * from './terms';

/** Lengths in UTF-16 code units. Nothing a library has catalogued comes near them; a pasted book does. */
export const LIMITS = { title: 2_000, name: 300, short: 500, abstract: 50_000, statement: 5_000, list: 200 } as const;

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
