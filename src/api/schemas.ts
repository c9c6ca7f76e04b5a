import { z } from 'zod';
import { personSchema } from '../people/people';
import { FACETS, SORTS } from '../search/types';
import { LABEL_LENGTH, MOST_BOOK_PAGES, TURNS } from '../works/book';
import { collectionSchema } from '../works/collections';
import { ACCESS_LEVELS, accessSchema, FILE_ROLES, metadataSchema, WORK_TYPES } from '../works/schema';
import { WORK_STATES } from '../works/work';
import type { SchemaName } from './route';

/**
 * The shapes of the interface. What comes in is the house's own schemas; what goes out is those same fields, all of
 * them present, and the facts that the house adds.
 */

type JsonSchema = Record<string, unknown>;

const instant = z.string().meta({ format: 'date-time' });
const count = z.int().min(0);
const segment = z.object({ text: z.string(), hit: z.boolean() });

const fileSchema = z.object({
  id: z.int(),
  role: z.enum(FILE_ROLES),
  name: z.string(),
  size: count.describe('Bytes.'),
  mediaType: z.string().describe('Judged by content.'),
  sha512: z.string().regex(/^[0-9a-f]{128}$/),
  scan: z.enum(['waiting', 'clean', 'infected', 'unscanned', 'failed']),
  text: z.object({
    state: z.enum(['waiting', 'done', 'failed', 'none']),
    pages: count.nullable(),
    source: z.string().nullable().describe('What read it.'),
    reason: z.string().nullable().describe('Why there is none, in the language of the request.'),
  }),
  access: z
    .object({
      level: z.enum(ACCESS_LEVELS),
      openFrom: z.string().nullable(),
      viewOnly: z.boolean(),
    })
    .nullable()
    .describe('An access of its own; null: the work’s.'),
  createdAt: instant,
  content: z.url().nullable().describe('Where its bytes are for whoever asks; null where they are closed to them.'),
});

const issueSchema = z.object({ path: z.string(), message: z.string() });

/** What the house adds to a work's metadata. */
const workFacts = z.object({
  id: z.int(),
  state: z.enum(WORK_STATES),
  version: count.describe('0 is never shown: a first draft is version 1 to be.'),
  publishedVersion: z.int().nullable(),
  createdAt: instant,
  updatedAt: instant,
  publishedAt: instant.nullable(),
  withdrawn: z.object({ at: instant, reason: z.string() }).nullable(),
  files: z.array(fileSchema),
  missing: z.array(issueSchema).describe('What it lacks before it can be submitted; empty once published.'),
  comment: z.string().nullable().describe('Of the librarian who returned or rejected it.'),
  url: z.url().describe('The page for people.'),
});

const workSummary = z.object({
  id: z.int(),
  type: z.enum(WORK_TYPES),
  titles: z.array(z.object({ value: z.string(), lang: z.string() })),
  issued: z.string().nullable(),
  url: z.url(),
});

const personFacts = z.object({
  id: z.int(),
  works: z.array(workSummary).describe('Published works that name this person.'),
  portrait: z.object({ url: z.url(), mediaType: z.string(), size: count }).nullable(),
  createdAt: instant,
  updatedAt: instant,
  url: z.url(),
});

const collectionFacts = z.object({
  path: z.array(z.string()).describe('Slugs from the root to this one.'),
  works: count.describe('Published works in it and below it.'),
  updatedAt: instant,
  url: z.url(),
});

/** A collection keeps its slug; it may be told or not. */
export const collectionChangeBody = collectionSchema.partial({ slug: true });

export const commentBody = z.object({ comment: z.string('required').min(1, 'required').max(5_000, 'tooLong') });
export const reasonBody = z.object({ reason: z.string('required').min(1, 'required').max(5_000, 'tooLong') });
export const fileChangeBody = z
  .object({
    role: z.enum(FILE_ROLES, 'unknownValue').optional(),
    access: accessSchema.nullable().optional(),
    position: z.int('unknownValue').min(0, 'unknownValue').max(10_000, 'unknownValue').optional(),
  })
  .describe('Only what is given changes.');

const bookPage = z.object({
  source: count.max(100_000, 'unknownValue').describe('Which of `sources`, counted from 0.'),
  page: z.int('unknownValue').min(1, 'unknownValue').max(1_000_000, 'unknownValue').describe('In that file, from 1.'),
  turn: z.literal(TURNS, 'unknownValue').describe('Degrees clockwise by which it is turned before it is shown.'),
  label: z
    .string('unknownValue')
    .max(LABEL_LENGTH, 'tooLong')
    .nullable()
    .describe('What is printed on it; null: its number.'),
  leftOut: z.boolean('unknownValue'),
});
const entry = z.string().nullable().describe('Name of the picture in a ZIP.');
export const bookPagesBody = z.object({
  pages: z.array(bookPage.extend({ entry: entry.optional() })).max(MOST_BOOK_PAGES, 'tooMany'),
});
const bookFacts = z.object({
  fileId: z.int().describe('The book itself, as a file of the work.'),
  sources: z.array(z.object({ name: z.string(), sha512: z.string().regex(/^[0-9a-f]{128}$/), mediaType: z.string() })),
});

/** A page of a list, as every list here is asked for. */
export const pageQuery = z.object({
  page: wholeNumber(1, 1_000_000).default(1),
  perPage: wholeNumber(1, 100).default(20),
});
export const peopleQuery = pageQuery.extend({ letter: z.string().max(10, 'tooLong').optional() });

/** Several values of one parameter: it is repeated in the address. */
const several = <T extends z.ZodType<string, string>>(value: T) =>
  z
    .union([z.array(z.string()), z.string().transform((one) => [one])])
    .pipe(z.array(value).max(50, 'tooMany'))
    .default([])
    .meta({ override: { type: 'array', items: given(value), maxItems: 50 } });
const year = wholeNumber(0, 9999).nullable().default(null);

export const searchQuery = pageQuery.extend({
  q: z.string('unknownValue').max(1_000, 'tooLong').default(''),
  type: several(z.enum(WORK_TYPES, 'unknownType')),
  language: several(z.string().max(100, 'tooLong')),
  collection: several(z.string().max(100, 'tooLong')),
  author: several(z.string().max(500, 'tooLong')),
  subject: several(z.string().max(500, 'tooLong')),
  speciality: several(z.string().max(100, 'tooLong')),
  access: several(z.enum(ACCESS_LEVELS, 'unknownValue')),
  hasFile: z
    .enum(['true', 'false'], 'unknownValue')
    .transform((value) => value === 'true')
    .nullable()
    .default(null)
    .meta({ override: { type: 'boolean' } }),
  from: year.describe('Year of the imprint, included.'),
  until: year.describe('Year of the imprint, included.'),
  sort: z.enum(SORTS, 'unknownValue').default('relevance'),
});
export const suggestQuery = z.object({
  q: z.string('required').max(300, 'tooLong'),
  limit: wholeNumber(1, 50).default(10),
});

/** A whole number as an address carries it. */
export function wholeNumber(from: number, to: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'unknownValue')
    .transform(Number)
    .pipe(z.number().min(from, 'unknownValue').max(to, 'unknownValue'))
    .meta({ override: { type: 'integer', minimum: from, maximum: to } });
}

const facetSchema = z.object({
  value: z.string(),
  label: z.string().nullable(),
  count,
  chosen: z.boolean(),
});
const passageSchema = z.object({
  fileId: z.int(),
  page: z.int().min(1),
  segments: z.array(segment),
});

/** A schema as the document shows it: what a sender gives. */
export function given(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { override, ...rest } = jsonSchema as JsonSchema;
      if (rest.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum; // a limit of the language, not ours
      if (rest.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (!override) return;
      for (const name of Object.keys(jsonSchema)) delete (jsonSchema as JsonSchema)[name];
      Object.assign(jsonSchema, override, 'default' in rest ? { default: rest.default } : {});
    },
  }) as JsonSchema;
  return json;
}

/** The same as an answer has it: every field is there, nothing else is. */
function answered(schema: JsonSchema): JsonSchema {
  const { default: _, ...rest } = schema;
  const walk = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(walk) : isObject(value) ? answered(value) : value;
  const result: JsonSchema = {};
  for (const [name, value] of Object.entries(rest)) {
    result[name] =
      name === 'properties'
        ? Object.fromEntries(Object.entries(value as JsonSchema).map(([key, of]) => [key, walk(of)]))
        : walk(value);
  }
  if (isObject(result.properties)) {
    result.required = Object.keys(result.properties);
    result.additionalProperties = false;
  }
  return result;
}

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const REF = '#/components/schemas/';
export const refTo = (name: string): JsonSchema => ({ $ref: REF + name });

const list = (item: string): JsonSchema => ({
  type: 'object',
  properties: {
    total: { type: 'integer', minimum: 0 },
    items: { type: 'array', items: refTo(item) },
    next: { type: ['string', 'null'], description: 'The address of the next part, or null.' },
  },
  required: ['total', 'items', 'next'],
  additionalProperties: false,
});

/** The fields that were given, joined by the facts that were added. */
function joined(fields: z.ZodType, facts: z.ZodType, more: JsonSchema = {}): JsonSchema {
  const [a, b] = [answered(given(fields)), answered(given(facts))];
  const properties = { ...(b.properties as JsonSchema), ...(a.properties as JsonSchema), ...more };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** Fields of an answer that may be sent back with it; they are passed over. */
const readOnly = (facts: z.ZodObject): JsonSchema =>
  Object.fromEntries(Object.keys(facts.shape).map((name) => [name, { readOnly: true }]));

function taken(fields: z.ZodType, facts: z.ZodObject, more: JsonSchema = {}): JsonSchema {
  const json = given(fields);
  return {
    ...json,
    properties: { ...readOnly(facts), ...more, ...(json.properties as JsonSchema) },
    additionalProperties: false,
  };
}

/** Names of the fields that are passed over in what is sent. */
export const READ_ONLY = {
  work: Object.keys(workFacts.shape),
  person: Object.keys(personFacts.shape),
  collection: [...Object.keys(collectionFacts.shape), 'children'],
  bookPages: Object.keys(bookFacts.shape),
} as const;

const strict = (schema: z.ZodType): JsonSchema => answered(given(schema));

export function componentSchemas(): Record<SchemaName | 'Problem', JsonSchema> {
  const hit = strict(
    z.object({
      score: z.number(),
      passages: z.array(passageSchema).describe('The best places in its files that this reader may read.'),
      morePassages: z.boolean(),
      titles: z.array(z.object({ lang: z.string(), segments: z.array(segment) })),
      contributors: z.array(z.object({ segments: z.array(segment) })),
      subjects: z.array(z.object({ segments: z.array(segment) })),
      abstract: z.object({ lang: z.string(), segments: z.array(segment) }).nullable(),
    }),
  );
  return {
    Work: joined(metadataSchema, workFacts, { files: { type: 'array', items: refTo('File') } }),
    WorkInput: taken(metadataSchema, workFacts),
    WorkList: list('Work'),
    File: strict(fileSchema),
    Files: { oneOf: [refTo('File'), list('File')] },
    FileChange: { ...given(fileChangeBody), additionalProperties: false },
    BookPages: joined(z.object({ pages: z.array(bookPage.extend({ entry })) }), bookFacts),
    BookPagesInput: taken(bookPagesBody, bookFacts),
    Person: joined(personSchema, personFacts),
    PersonInput: taken(personSchema, personFacts),
    PersonList: list('Person'),
    Collection: joined(collectionSchema, collectionFacts, {
      children: { type: 'array', items: refTo('Collection') },
    }),
    CollectionInput: taken(collectionSchema, collectionFacts, { children: { readOnly: true } }),
    CollectionChange: taken(collectionChangeBody, collectionFacts, { children: { readOnly: true } }),
    CollectionList: list('Collection'),
    SearchResult: {
      type: 'object',
      properties: {
        total: { type: 'integer', minimum: 0 },
        hits: {
          type: 'array',
          items: {
            ...hit,
            properties: { work: refTo('Work'), ...(hit.properties as JsonSchema) },
            required: ['work', ...(hit.required as string[])],
          },
        },
        facets: {
          type: 'object',
          properties: Object.fromEntries(FACETS.map((name) => [name, strict(z.array(facetSchema))])),
          required: [...FACETS],
          additionalProperties: false,
        },
        suggestion: { type: ['string', 'null'], description: 'A query that finds more.' },
        tookMs: { type: 'number' },
        cut: { type: 'boolean', description: 'The time limit ended the search: what is here is right, and not all.' },
        next: { type: ['string', 'null'] },
      },
      required: ['total', 'hits', 'facets', 'suggestion', 'tookMs', 'cut', 'next'],
      additionalProperties: false,
    },
    SuggestionList: {
      ...list('Work'),
      properties: {
        total: { type: 'integer', minimum: 0 },
        items: {
          type: 'array',
          items: strict(
            z.object({
              kind: z.enum(['work', 'person', 'subject', 'collection']),
              id: z.string(),
              text: z.string(),
              segments: z.array(segment),
              url: z.url(),
            }),
          ),
        },
        next: { type: 'null' },
      },
    },
    Comment: given(commentBody),
    Reason: given(reasonBody),
    Problem: {
      type: 'object',
      description: 'RFC 9457. `detail` and the messages are in the language of the request.',
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
        errors: { type: 'array', items: strict(issueSchema), description: 'What the sender can mend.' },
        number: { type: 'string', description: 'To quote to the library; only with the unexpected.' },
      },
      required: ['type', 'title', 'status', 'detail'],
    },
  };
}
