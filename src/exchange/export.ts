import type { PeopleStore } from '../people/people';
import type { CollectionStore } from '../works/collections';
import type { WorkStore } from '../works/work-store';

export interface Exported {
  works: WorkStore;
  people: PeopleStore;
  collections: CollectionStore;
  /** Without a slash at the end. */
  baseUrl: string;
  /** ISO 8601. */
  exportedAt: string;
}

const AT_ONCE = 100;

/**
 * All that the library publishes, as one JSON value after another: a head, the collections (parents first), the people, the
 * works and the tombstones by number. A work is as the API tells it; each file has its digest and its address.
 */
export async function* exportLibrary({ works, people, collections, baseUrl, exportedAt }: Exported) {
  yield { kind: 'library' as const, format: 'achyk-export/1', baseUrl, exportedAt };
  for (const { slug, parent, titles, descriptions } of await collections.all()) {
    yield { kind: 'collection' as const, slug, parent, titles, descriptions };
  }
  for (let offset = 0; ; offset += AT_ONCE) {
    const { items } = await people.list({ limit: AT_ONCE, offset });
    for (const { mainName: _name, revision: _revision, archivedIn: _archivedIn, portrait, ...person } of items) {
      const picture = portrait && { ...portrait, url: `${baseUrl}/people/${person.id}/portrait` };
      yield { kind: 'person' as const, ...person, portrait: picture };
    }
    if (items.length < AT_ONCE) break;
  }
  const ids = [...(await works.archiveVersions()).keys()];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const slice = ids.slice(start, start + AT_ONCE);
    const found = await works.publishedMany(slice);
    for (const work of slice.flatMap((id) => found.get(id) ?? [])) {
      const { id, state, version, createdAt, updatedAt, publishedAt, withdrawn } = work;
      const facts = { kind: 'work' as const, id, state, version, createdAt, updatedAt, publishedAt, withdrawn };
      yield state === 'withdrawn'
        ? facts
        : {
            ...facts,
            metadata: work.metadata,
            files: work.files.map((file) => ({
              id: file.id,
              role: file.role,
              name: file.name,
              size: file.size,
              mediaType: file.mediaType,
              sha512: file.sha512,
              access: file.access,
              url: `${baseUrl}/works/${id}/files/${file.id}/${encodeURIComponent(file.name)}`,
            })),
          };
    }
  }
}
