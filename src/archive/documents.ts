import { z } from 'zod';
import { type Person, personSchema } from '../people/people';
import { type CollectionInput, collectionSchema } from '../works/collections';
import type { Correction } from '../works/corrections';
import { accessSchema, FILE_ROLES, metadataSchema } from '../works/schema';
import type { Work, WorkFile } from '../works/work';
import type { WorkEvent } from '../works/work-store';
import type { Archive, Content } from './archive';
import { stateOf } from './inventory';

/**
 * What the archive holds beside the bytes: a document in each object that says all the catalogue knows of it, so that
 * a person can read it, and `achyk rebuild` can make the catalogue anew from the archive alone.
 */

export const workObject = (id: number): string => `achyk:work:${id}`;
export const personObject = (id: number): string => `achyk:person:${id}`;
export const COLLECTIONS_OBJECT = 'achyk:collections';

/** The number in an object's id, or null when it is of another kind. */
export function numberIn(objectId: string, kind: 'work' | 'person'): number | null {
  const match = /^achyk:(work|person):([1-9]\d*)$/.exec(objectId);
  return match?.[1] === kind ? Number(match[2]) : null;
}

const actorSchema = z.object({ id: z.number().int().positive(), name: z.string(), email: z.string() });
/** An account, as far as the archive remembers who worked here. */
export type Actor = z.infer<typeof actorSchema>;

const workDocumentSchema = z.object({
  format: z.literal('achyk-work/1'),
  id: z.number().int().positive(),
  state: z.enum(['published', 'withdrawn']),
  /** Of the work; the object's own versions count withdrawals too. */
  version: z.number().int().positive(),
  ownerId: z.number().int().positive().nullable(),
  createdAt: z.string(),
  /** The day of the first publication. */
  publishedAt: z.string(),
  /** When the work became as this document says. */
  updatedAt: z.string(),
  withdrawn: z.object({ at: z.string(), reason: z.string() }).nullable(),
  metadata: metadataSchema,
  files: z.array(
    z.object({
      id: z.number().int().positive(),
      role: z.enum(FILE_ROLES),
      name: z.string(),
      /** Where this object has it. */
      path: z.string(),
      size: z.number().int().nonnegative(),
      mediaType: z.string(),
      sha512: z.string(),
      access: accessSchema.nullable(),
      createdAt: z.string(),
    }),
  ),
  /** Everything that happened, the oldest first. */
  history: z.array(
    z.object({
      at: z.string(),
      accountId: z.number().nullable(),
      accountName: z.string().nullable(),
      act: z.string(),
      version: z.number().nullable(),
      comment: z.string().nullable(),
    }),
  ),
  /** The owner and those whom the history names. */
  accounts: z.array(actorSchema),
});
export type WorkDocument = z.infer<typeof workDocumentSchema>;

/** A work as it will be once this version is known to the catalogue. */
export interface ArchivedWork {
  work: Pick<Work, 'id' | 'ownerId' | 'version' | 'createdAt' | 'metadata' | 'files'>;
  publishedAt: string;
  updatedAt: string;
  /** This act included. */
  history: WorkEvent[];
  accounts: Actor[];
  licenceAcceptedAt: string | null;
  /** The file in `incoming/` that holds bytes no version has yet. Of what is archived nothing is asked. */
  incomingPath: (file: WorkFile) => string;
}

/** The files of a work's new version: `metadata.json`, `files/…` and what was agreed to, `agreements/…`. */
export function publishedContent(given: ArchivedWork): Record<string, Content> {
  const { work } = given;
  const document: WorkDocument = {
    format: 'achyk-work/1',
    id: work.id,
    state: 'published',
    version: work.version,
    ownerId: work.ownerId,
    createdAt: work.createdAt,
    publishedAt: given.publishedAt,
    updatedAt: given.updatedAt,
    withdrawn: null,
    metadata: work.metadata,
    files: work.files.map(({ id, role, name, size, mediaType, sha512, access, createdAt }) => ({
      id,
      role,
      name,
      path: `files/${name}`,
      size,
      mediaType,
      sha512,
      access,
      createdAt,
    })),
    history: given.history,
    accounts: given.accounts,
  };
  const files: Record<string, Content> = { 'metadata.json': { bytes: text(document) } };
  for (const file of work.files) {
    const { sha512 } = file;
    files[`files/${file.name}`] = file.archivedIn === null ? { from: given.incomingPath(file), sha512 } : { sha512 };
  }
  if (given.licenceAcceptedAt) {
    const licence = { agreement: 'deposit-1', acceptedAt: given.licenceAcceptedAt, accountId: work.ownerId };
    files['agreements/deposit-licence.json'] = { bytes: text(licence) };
  }
  return files;
}

/** The files of the version that says a work was withdrawn: as before, but for what `metadata.json` tells. */
export async function withdrawnContent(
  archive: Archive,
  objectId: string,
  withdrawn: { at: string; reason: string },
  event: WorkEvent,
  accounts: Actor[],
): Promise<Record<string, Content>> {
  const before = await readWork(archive, objectId);
  const document: WorkDocument = {
    ...before,
    state: 'withdrawn',
    updatedAt: withdrawn.at,
    withdrawn,
    history: [...before.history, event],
    accounts,
  };
  const held = [...stateOf(await archive.inventory(objectId))].map(([name, sha512]) => [name, { sha512 }] as const);
  return { ...Object.fromEntries(held), 'metadata.json': { bytes: text(document) } };
}

const personDocumentSchema = personSchema.safeExtend({
  format: z.literal('achyk-person/1'),
  id: z.number().int().positive(),
  portrait: z
    .object({ path: z.string(), sha512: z.string(), mediaType: z.string(), size: z.number().int().nonnegative() })
    .nullable(),
  createdAt: z.string(),
});
export type PersonDocument = z.infer<typeof personDocumentSchema>;

/**
 * The files of a person's new version: `person.json` and the portrait. `portrait` is where the picture's bytes are:
 * left out, the object has them from an earlier version.
 */
export function personContent(person: Person, portrait?: Content): Record<string, Content> {
  const picture = person.portrait && { ...person.portrait, path: `portrait.${endingOf(person.portrait.mediaType)}` };
  const document: PersonDocument = {
    format: 'achyk-person/1',
    id: person.id,
    names: person.names,
    degree: person.degree,
    position: person.position,
    department: person.department,
    orcid: person.orcid,
    born: person.born,
    died: person.died,
    biographies: person.biographies,
    links: person.links,
    portrait: picture && {
      path: picture.path,
      sha512: picture.sha512,
      mediaType: picture.mediaType,
      size: picture.size,
    },
    createdAt: person.createdAt,
  };
  return {
    'person.json': { bytes: text(document) },
    ...(picture ? { [picture.path]: portrait ?? { sha512: picture.sha512 } } : {}),
  };
}

const endingOf = (mediaType: string): string =>
  ({ 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' })[mediaType] ?? 'bin';

const collectionsDocumentSchema = z.object({
  format: z.literal('achyk-collections/1'),
  /** Parents before children. */
  collections: z.array(collectionSchema.extend({ id: z.number().int().positive() })),
});
export type CollectionsDocument = z.infer<typeof collectionsDocumentSchema>;

/** The one file of the collections' new version, parents before children. */
export function collectionsContent(
  collections: readonly (CollectionInput & { id: number })[],
): Record<string, Content> {
  const document: CollectionsDocument = {
    format: 'achyk-collections/1',
    collections: collections.map(({ id, slug, parent, titles, descriptions }) => ({
      id,
      slug,
      parent,
      titles,
      descriptions,
    })),
  };
  return { 'collections.json': { bytes: text(document) } };
}

const CORRECTIONS = 'corrections.json';

const correctionsDocumentSchema = z.object({
  format: z.literal('achyk-corrections/1'),
  files: z.array(
    z.object({
      /** As `metadata.json` numbers it, in this version or an earlier one. */
      id: z.number().int().positive(),
      sha512: z.string(),
      pages: z.array(
        z.object({
          page: z.number().int().positive(),
          correctedAt: z.string(),
          accountId: z.number().int().positive().nullable(),
          text: z.string(),
        }),
      ),
    }),
  ),
  accounts: z.array(actorSchema),
});
export type CorrectionsDocument = z.infer<typeof correctionsDocumentSchema>;

/** `corrections.json`: what librarians put right in the text of the work's pages, whole in each version. */
export function correctionsContent(
  corrections: readonly (Correction & { sha512: string })[],
  accounts: Actor[],
): Record<string, Content> {
  const files = new Map<number, CorrectionsDocument['files'][number]>();
  for (const { fileId, sha512, page, text: corrected, by, at } of corrections) {
    const file = files.get(fileId) ?? { id: fileId, sha512, pages: [] };
    files.set(fileId, file);
    file.pages.push({ page, correctedAt: at, accountId: by, text: corrected });
  }
  const document: CorrectionsDocument = { format: 'achyk-corrections/1', files: [...files.values()], accounts };
  return { [CORRECTIONS]: { bytes: text(document) } };
}

/** The corrections of a work that its newest version holds, or null. */
export async function readCorrections(archive: Archive, objectId: string): Promise<CorrectionsDocument | null> {
  if (!stateOf(await archive.inventory(objectId)).has(CORRECTIONS)) return null;
  return readDocument(archive, objectId, CORRECTIONS, correctionsDocumentSchema);
}

/** `metadata.json` of a work, in a version of its object (the newest, if none is named). */
export const readWork = (archive: Archive, objectId: string, version?: number): Promise<WorkDocument> =>
  readDocument(archive, objectId, 'metadata.json', workDocumentSchema, version);
export const readPerson = (archive: Archive, objectId: string): Promise<PersonDocument> =>
  readDocument(archive, objectId, 'person.json', personDocumentSchema);
export const readCollections = (archive: Archive): Promise<CollectionsDocument> =>
  readDocument(archive, COLLECTIONS_OBJECT, 'collections.json', collectionsDocumentSchema);

async function readDocument<T extends z.ZodType>(
  archive: Archive,
  objectId: string,
  name: string,
  schema: T,
  version?: number,
): Promise<z.output<T>> {
  try {
    const document: unknown = JSON.parse(await archive.readText(objectId, name, version));
    // What was archived must stay readable, though a language it names is refused (or unknown to the platform) today.
    const wrong = schema.safeParse(document).error?.issues.filter(({ message }) => message === 'badLanguage') ?? [];
    for (const { path } of wrong) setAt(document, path, 'und');
    return schema.parse(document);
  } catch (cause) {
    throw new Error(`Cannot read ${name} of ${objectId}: ${(cause as Error).message}`, { cause });
  }
}

function setAt(document: unknown, path: readonly PropertyKey[], value: string): void {
  const last = path.at(-1)!;
  const parent = path.slice(0, -1).reduce((at, key) => (at as Record<PropertyKey, unknown>)[key], document);
  (parent as Record<PropertyKey, unknown>)[last] = value;
}

const text = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
