import { z } from 'zod';
import { type Person, personSchema } from '../people/people';
import { type CollectionInput, collectionSchema } from '../works/collections';
import { accessSchema, FILE_ROLES, metadataSchema } from '../works/schema';
import type { Work, WorkFile } from '../works/work';
import type { Archive, Content } from './archive';

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

const actorSchema = z.object({ id: z.number().int().positive(), name: z.string(), email: z.string().nullable() });
/** An account, as far as the archive remembers people who worked here. */
export type Actor = z.infer<typeof actorSchema>;

const eventSchema = z.object({
  at: z.string(),
  by: actorSchema.nullable(),
  act: z.string(),
  version: z.number().nullable(),
  comment: z.string().nullable(),
});
export type ArchivedEvent = z.infer<typeof eventSchema>;

const workDocumentSchema = z.object({
  format: z.literal('achyk-work/1'),
  id: z.number().int().positive(),
  state: z.enum(['published', 'withdrawn']),
  /** Of the work; the object's own versions count withdrawals too. */
  version: z.number().int().positive(),
  owner: actorSchema.nullable(),
  createdAt: z.string(),
  publishedAt: z.string(),
  /** When this version became what readers see. */
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
  history: z.array(eventSchema),
});
export type WorkDocument = z.infer<typeof workDocumentSchema>;

/** What `workContent` is told of a work: as it will be once this version is known to the catalogue. */
export interface ArchivedWork {
  work: Pick<Work, 'id' | 'version' | 'createdAt' | 'metadata' | 'files' | 'withdrawn'>;
  state: 'published' | 'withdrawn';
  owner: Actor | null;
  publishedAt: string;
  updatedAt: string;
  /** Everything that happened, this act included, the oldest first. */
  history: ArchivedEvent[];
  /** The file in `incoming/` for bytes that no version has yet. Files already archived are not asked for. */
  incomingPath: (file: WorkFile) => string;
}

/** The files of a work's new version: `metadata.json`, `files/…`, and `agreements/…` for what only staff reads. */
export function workContent(given: ArchivedWork): Record<string, Content> {
  const { work } = given;
  const document: WorkDocument = {
    format: 'achyk-work/1',
    id: work.id,
    state: given.state,
    version: work.version,
    owner: given.owner,
    createdAt: work.createdAt,
    publishedAt: given.publishedAt,
    updatedAt: given.updatedAt,
    withdrawn: work.withdrawn,
    metadata: work.metadata,
    files: work.files.map(({ id, role, name, size, mediaType, sha512, access, createdAt }) => ({
      id,
      role,
      name,
      path: pathOf({ role, name }),
      size,
      mediaType,
      sha512,
      access,
      createdAt,
    })),
    history: given.history,
  };
  const files: Record<string, Content> = { 'metadata.json': { bytes: text(document) } };
  for (const file of work.files) {
    const { sha512 } = file;
    files[pathOf(file)] = file.archivedIn === null ? { from: given.incomingPath(file), sha512 } : { sha512 };
  }
  return files;
}

const pathOf = ({ role, name }: Pick<WorkFile, 'role' | 'name'>): string =>
  `${role === 'agreement' ? 'agreements' : 'files'}/${name}`;

const personDocumentSchema = personSchema.safeExtend({
  format: z.literal('achyk-person/1'),
  id: z.number().int().positive(),
  portrait: z
    .object({ path: z.string(), sha512: z.string(), mediaType: z.string(), size: z.number().int().nonnegative() })
    .nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
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
    updatedAt: person.updatedAt,
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
    return schema.parse(JSON.parse(await archive.readText(objectId, name, version)));
  } catch (cause) {
    throw new Error(`Cannot read ${name} of ${objectId}: ${(cause as Error).message}`, { cause });
  }
}

const text = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
