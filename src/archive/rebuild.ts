import type { Accounts } from '../accounts/accounts';
import { type Database, inTransaction } from '../database/database';
import { Conflict } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import type { PeopleStore } from '../people/people';
import type { CollectionStore } from '../works/collections';
import type { CorrectionStore } from '../works/corrections';
import type { RestoredWork, WorkStore } from '../works/work-store';
import type { Archive } from './archive';
import {
  COLLECTIONS_OBJECT,
  type CorrectionsDocument,
  numberIn,
  readCollections,
  readCorrections,
  readPerson,
  readWork,
  type WorkDocument,
} from './documents';
import { headOf } from './inventory';

interface Parts {
  db: Database;
  archive: Archive;
  accounts: Accounts;
  people: PeopleStore;
  collections: CollectionStore;
  works: WorkStore;
  corrections: CorrectionStore;
  jobs: JobQueue;
}

export interface Rebuilt {
  works: number;
  people: number;
  collections: number;
  files: number;
  /** Pages whose text a librarian had put right. */
  corrections: number;
  accounts: number;
  /** What could not be read, with its reason. The rest is there all the same. */
  problems: string[];
}

/**
 * Makes the catalogue anew from the archive alone: works with all versions, files, corrections of their text, history
 * and tombstones, people, collections, and the accounts they name, without passwords. What was never published was never in the archive.
 * What can be made again (text, thumbnails, search, records) is promised as jobs.
 * @throws Conflict when the catalogue is not empty.
 */
export async function rebuildCatalogue(parts: Parts, progress: (done: number) => void = () => {}): Promise<Rebuilt> {
  const { archive } = parts;
  const rebuilt: Rebuilt = { works: 0, people: 0, collections: 0, files: 0, corrections: 0, accounts: 0, problems: [] };
  await inTransaction(parts.db, async (tx) => {
    const accounts = parts.accounts.in(tx);
    const people = parts.people.in(tx);
    const works = parts.works.in(tx);
    const jobs = parts.jobs.in(tx);
    if ((await works.archiveVersions()).size > 0 || (await people.list({ limit: 1 })).total > 0) {
      throw new Conflict('error.catalogueNotEmpty');
    }

    const found = { works: [] as number[], people: [] as number[], collections: false };
    for await (const objectId of archive.objects()) {
      const work = numberIn(objectId, 'work');
      const person = numberIn(objectId, 'person');
      if (work !== null) found.works.push(work);
      else if (person !== null) found.people.push(person);
      else if (objectId === COLLECTIONS_OBJECT) found.collections = true;
      else rebuilt.problems.push(`${objectId} is of no kind this program knows`);
    }
    const trying = async (act: () => Promise<void>) => {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        rebuilt.problems.push(error.message);
      }
    };

    if (found.collections) {
      await trying(async () => {
        const { collections } = await readable(() => readCollections(archive));
        for (const collection of collections) {
          await parts.collections.in(tx).restore(collection);
          await jobs.add('index-collection', collection.slug);
        }
        rebuilt.collections = collections.length;
      });
    }
    const known = new Set<number>();
    for (const id of found.people.sort((a, b) => a - b)) {
      await trying(async () => {
        const objectId = `achyk:person:${id}`;
        const person = await readable(() => readPerson(archive, objectId));
        const inventory = await archive.inventory(objectId);
        const updatedAt = inventory.versions[inventory.head]!.created;
        const portrait = person.portrait && {
          sha512: person.portrait.sha512,
          mediaType: person.portrait.mediaType,
          size: person.portrait.size,
        };
        await people.restore({ ...person, portrait, archivedIn: headOf(inventory), updatedAt });
        await jobs.add('index-person', id);
        known.add(id);
        rebuilt.people++;
      });
    }
    const named = new Set<number>();
    for (const id of found.works.sort((a, b) => a - b)) {
      await trying(async () => {
        const { document, corrections, work } = await readable(() => readVersions(archive, id));
        for (const account of [...document.accounts, ...(corrections?.accounts ?? [])]) {
          if (!named.has(account.id)) await accounts.restore(account);
          named.add(account.id);
        }
        const ofAccount = (account: number | null) => (account !== null && named.has(account) ? account : null);
        await works.restore(
          {
            ...work,
            ownerId: ofAccount(work.ownerId),
            history: work.history.map((event) => ({ ...event, accountId: ofAccount(event.accountId) })),
            versions: work.versions.map((each) => ({ ...each, publishedBy: ofAccount(each.publishedBy) })),
          },
          (person) => known.has(person),
        );
        const files = new Set(work.versions.flatMap((version) => version.files.map((file) => file.id)));
        for (const file of corrections?.files ?? []) {
          if (!files.has(file.id)) continue; // of a file that no version has any more
          for (const { page, text, accountId, correctedAt: at } of file.pages) {
            await parts.corrections.in(tx).restore({ fileId: file.id, page, text, by: ofAccount(accountId), at });
            rebuilt.corrections++;
          }
        }
        for (const file of files) {
          for (const kind of ['scan-file', 'extract-text', 'thumbnail']) await jobs.add(kind, file);
        }
        for (const kind of ['index-work', 'renew-records']) await jobs.add(kind, id);
        rebuilt.files += files.size;
        rebuilt.works++;
        progress(rebuilt.works);
      });
    }
    rebuilt.accounts = named.size;
  });
  return rebuilt;
}

/** A work's newest documents, and what the catalogue is told of all its versions. */
async function readVersions(
  archive: Archive,
  id: number,
): Promise<{ document: WorkDocument; corrections: CorrectionsDocument | null; work: RestoredWork }> {
  const objectId = `achyk:work:${id}`;
  const head = await archive.head(objectId);
  const versions = new Map<number, RestoredWork['versions'][number]>();
  const archivedIn = new Map<string, number>();
  let document = await readWork(archive, objectId, 1);
  for (let number = 1; number <= head; number++) {
    document = await readWork(archive, objectId, number);
    for (const file of document.files) if (!archivedIn.has(file.sha512)) archivedIn.set(file.sha512, number);
    if (document.state !== 'published') continue;
    const { version, metadata, updatedAt, history, files } = document;
    versions.set(version, {
      number: version,
      metadata,
      publishedAt: updatedAt,
      publishedBy: history.findLast((event) => event.act === 'accept' && event.version === version)?.accountId ?? null,
      files: files.map(({ path: _path, ...file }) => ({ ...file, archivedIn: archivedIn.get(file.sha512)! })),
    });
  }
  const { ownerId, createdAt, updatedAt, publishedAt, withdrawn, history } = document;
  return {
    document,
    corrections: await readCorrections(archive, objectId),
    work: {
      id,
      ownerId,
      createdAt,
      updatedAt,
      publishedAt,
      withdrawn,
      archiveVersion: head,
      versions: [...versions.values()].sort((a, b) => a.number - b.number),
      history: history.map(({ accountName: _name, ...event }) => event),
    },
  };
}

/** Something in the archive cannot be read; the rest may be. */
class Unreadable extends Error {}

async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new Unreadable((cause as Error).message, { cause });
  }
}
