import { createHash } from 'node:crypto';
import { accessOf, isForReaders } from '../access/access';
import type { PeopleStore } from '../people/people';
import type { TextStore } from '../text/text-store';
import { isBook } from '../works/book-file';
import type { CollectionStore } from '../works/collections';
import type { Work } from '../works/work';
import type { WorkStore } from '../works/work-store';
import type { IndexedWork, SuggestedEntry } from './types';

export interface Gathered {
  works: WorkStore;
  people: PeopleStore;
  collections: CollectionStore;
  texts: TextStore;
  today(): string;
}

const AT_ONCE = 100;

/** Brings together from the stores what the index is to know of published works, people and collections. */
export class Gatherer {
  constructor(private readonly from: Gathered) {}

  /** The work as the index takes it, or null where it is not published (any more). */
  async work(id: number): Promise<IndexedWork | null> {
    const work = (await this.from.works.publishedMany([id])).get(id);
    return work?.state === 'published' ? this.indexed(work, await this.paths()) : null;
  }

  /** All published works, by growing number. */
  async *all(): AsyncGenerator<IndexedWork> {
    const ids = [...(await this.from.works.archiveVersions()).keys()].sort((a, b) => a - b);
    const paths = await this.paths();
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = await this.from.works.publishedMany(ids.slice(at, at + AT_ONCE));
      for (const work of some.values()) if (work.state === 'published') yield this.indexed(work, paths);
    }
  }

  async person(id: number): Promise<SuggestedEntry | null> {
    const person = (await this.from.people.many([id])).get(id);
    if (!person) return null;
    return { kind: 'person', id: `person:${id}`, names: [person.mainName, ...person.names.map((name) => name.value)] };
  }

  async collection(slug: string): Promise<SuggestedEntry | null> {
    const collection = [...(await this.from.collections.paths()).values()].find((one) => one.slug === slug);
    return collection ? { kind: 'collection', id: slug, names: collection.titles.map((title) => title.value) } : null;
  }

  /** Everything that is offered while a reader types, besides titles and subjects of works. */
  async offers(): Promise<SuggestedEntry[]> {
    const { items } = await this.from.people.list({ limit: Number.MAX_SAFE_INTEGER });
    const people = items.map(
      (person): SuggestedEntry => ({
        kind: 'person',
        id: `person:${person.id}`,
        names: [person.mainName, ...person.names.map((name) => name.value)],
      }),
    );
    const collections = [...(await this.from.collections.paths()).values()].map(
      (collection): SuggestedEntry => ({
        kind: 'collection',
        id: collection.slug,
        names: collection.titles.map((title) => title.value),
      }),
    );
    return [...people, ...collections];
  }

  private async paths(): Promise<Map<string, string[]>> {
    return new Map([...(await this.from.collections.paths()).values()].map(({ slug, path }) => [slug, path]));
  }

  private async indexed(work: Work, paths: Map<string, string[]>): Promise<IndexedWork> {
    const ids = work.metadata.contributors.flatMap((contributor) => contributor.personId ?? []);
    const people = await this.from.people.many(ids);
    const personNames = Object.fromEntries(
      [...people.values()].map((person) => [
        person.id,
        [...new Set([person.mainName, ...person.names.map((name) => name.value)])],
      ]),
    );
    // What a virus scanner named is read by nobody; a deposit agreement is a paper between two, not a text of the library.
    // Pages of a book are read in the book: by themselves they would give each word twice.
    const hasBook = work.files.some(isBook);
    const files = work.files.filter(
      (file) => file.scan !== 'infected' && isForReaders(file) && !(hasBook && file.role === 'page'),
    );
    const texts = await Promise.all(files.map((file) => this.from.texts.about(file.id)));
    const indexed: IndexedWork = {
      id: work.id,
      ownerId: work.ownerId,
      metadata: work.metadata,
      personNames,
      collections: [...new Set(work.metadata.collections.flatMap((slug) => paths.get(slug) ?? [slug]))],
      publishedAt: work.publishedAt ?? work.createdAt,
      files: files.map((file) => ({ id: file.id, access: accessOf(work, file) })),
      fingerprint: '',
      day: '',
    };
    const state = JSON.stringify([
      indexed,
      texts.map((text) => text && [text.pages, text.source, text.complete, text.changes]),
    ]);
    indexed.fingerprint = createHash('sha256').update(state).digest('base64url').slice(0, 22);
    indexed.day = this.from.today(); // not part of what it is
    return indexed;
  }
}
