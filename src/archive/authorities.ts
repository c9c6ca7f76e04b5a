import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { PeopleStore, Person, Portrait } from '../people/people';
import type { CollectionStore } from '../works/collections';
import type { Archive, ArchivedFile } from './archive';
import { COLLECTIONS_OBJECT, collectionsContent, personContent, personObject } from './documents';

interface Parts {
  db: Database;
  clock: Clock;
  archive: Archive;
  people: PeopleStore;
  collections: CollectionStore;
}

/** People, their portraits and the tree of collections, as the archive keeps them. */
export class AuthorityArchive {
  constructor(private readonly parts: Parts) {}

  /** The job `archive-person`: writes what the catalogue says of a person, if the archive does not say so yet. */
  async keepPerson(id: number): Promise<void> {
    const { archive, people } = this.parts;
    const person = await people.get(id).catch((error: unknown) => {
      if (error instanceof NotFound) return null; // gone since
      throw error;
    });
    if (!person) return;
    const { version } = await archive.addVersion(personObject(id), {
      files: personContent(person),
      ...this.made('Person kept', { name: 'Achyk' }),
    });
    await people.archived(id, version);
  }

  /** The job `archive-collections`. */
  async keepCollections(): Promise<void> {
    const files = collectionsContent(await this.parts.collections.all());
    await this.parts.archive.addVersion(COLLECTIONS_OBJECT, {
      files,
      ...this.made('Collections kept', { name: 'Achyk' }),
    });
  }

  /**
   * Gives a person a portrait, or takes it away (null). The picture goes into the archive and into the catalogue
   * together; `path` is where it is now, and it may be removed afterwards.
   */
  async setPortrait(
    id: number,
    portrait: (Portrait & { path: string }) | null,
    by: { name: string; address?: string | null },
  ): Promise<Person> {
    const { archive, people } = this.parts;
    const picture = portrait && { sha512: portrait.sha512, mediaType: portrait.mediaType, size: portrait.size };
    const person = { ...(await people.get(id)), portrait: picture };
    await archive.addVersion(
      personObject(id),
      {
        files: personContent(person, portrait ? { from: portrait.path, sha512: portrait.sha512 } : undefined),
        ...this.made(portrait ? 'Portrait set' : 'Portrait removed', by),
      },
      ({ version }) =>
        inTransaction(this.parts.db, async (tx) => {
          await people.in(tx).setPortrait(id, picture);
          await people.in(tx).archived(id, version);
        }),
    );
    return people.get(id);
  }

  /** The file of a person's portrait. @throws NotFound when there is none. */
  async portrait(person: Pick<Person, 'id' | 'portrait'>): Promise<ArchivedFile> {
    if (!person.portrait) throw new NotFound();
    return this.parts.archive.read(personObject(person.id), { sha512: person.portrait.sha512 });
  }

  private made(message: string, user: { name: string; address?: string | null }) {
    return { message, user, created: this.parts.clock.now().toISOString() };
  }
}
