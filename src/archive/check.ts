import { stat } from 'node:fs/promises';
import { NotFound } from '../errors';
import type { PeopleStore } from '../people/people';
import type { WorkStore } from '../works/work-store';
import type { Archive } from './archive';
import { COLLECTIONS_OBJECT, numberIn, personObject, workObject } from './documents';
import type { Incoming } from './incoming';

/**
 * Compares catalogue and archive without reading content: does each hold what the other believes? Yields a sentence for
 * each difference. (`Archive.verify` reads the bytes.)
 */
export async function* differences({
  archive,
  incoming,
  works,
  people,
}: {
  archive: Archive;
  incoming: Incoming;
  works: WorkStore;
  people: PeopleStore;
}): AsyncGenerator<string> {
  const known = new Map<string, number>();
  for (const [id, version] of await works.archiveVersions()) known.set(workObject(id), version);
  for (const person of (await people.list({ limit: Number.MAX_SAFE_INTEGER })).items) {
    if (person.archivedIn !== null) known.set(personObject(person.id), person.archivedIn);
  }

  const unseen = new Set(known.keys());
  for await (const objectId of archive.objects()) {
    unseen.delete(objectId);
    if (objectId === COLLECTIONS_OBJECT) continue;
    const expected = known.get(objectId);
    const head = await archive.head(objectId).catch((error: Error) => error);
    if (head instanceof Error) {
      yield `${head.message}; run "achyk fixity".`;
      continue;
    }
    if (expected === undefined && numberIn(objectId, 'person') === null)
      yield `The archive has ${objectId}, the catalogue has not.`;
    else if (expected !== undefined && head !== expected) {
      yield `${objectId} has version ${head} in the archive, the catalogue knows version ${expected}.`;
    }
  }
  for (const objectId of unseen) yield `The archive has lost ${objectId}: ${archive.folderOf(objectId)}`;

  for (const file of await works.files.whereabouts()) {
    const name = `file ${file.id} of work ${file.workId}`;
    try {
      const size = file.incoming
        ? (await stat(incoming.pathOf(file.incoming))).size
        : (await archive.read(workObject(file.workId), { sha512: file.sha512 })).size;
      if (size !== file.size) yield `The bytes of ${name} are ${size} long, not ${file.size}.`;
    } catch (error) {
      if (!unseen.has(workObject(file.workId))) {
        yield `The bytes of ${name} are gone${error instanceof NotFound ? '' : `: ${(error as Error).message}`}.`;
      }
    }
  }
}
