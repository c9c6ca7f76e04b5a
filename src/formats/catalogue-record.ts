import { isOffered, isOpenToAll } from '../access/access';
import type { Person } from '../people/people';
import { searchableAddress, searchableName } from '../reading/searchable-address';
import { PDF } from '../text/book-text';
import type { CollectionPath } from '../works/collections';
import type { Work } from '../works/work';
import { fileStatus, workStatus } from './access-status';
import type { Authority, CatalogueRecord, RecordFile } from './record';

/** What the public may know of a published work today. @param made bytes of the PDFs made of its scanned books, by file */
export function catalogueRecord(
  work: Work,
  people: ReadonlyMap<number, Person>,
  collections: ReadonlyMap<string, CollectionPath>,
  repository: CatalogueRecord['repository'],
  today: string,
  made: ReadonlyMap<number, number>,
): CatalogueRecord {
  const landingUrl = `${repository.baseUrl}/works/${work.id}`;
  const { status, openFrom } = workStatus(work, today);
  return {
    id: work.id,
    identifier: `oai:${repository.id}:${work.id}`,
    landingUrl,
    metadata: work.metadata,
    version: work.version,
    publishedAt: work.publishedAt!,
    updatedAt: work.updatedAt,
    access: { status, openFrom, viewOnly: work.metadata.access.viewOnly },
    files: work.files.flatMap((file): RecordFile[] => {
      const { id, role, name, size, mediaType, sha512 } = file;
      const [access, isOpen] = [fileStatus(work, file, today), isOpenToAll(work, file, today)];
      const bytes = made.get(id);
      if (isOffered(file)) {
        const url = isOpen ? `${landingUrl}/files/${id}/${encodeURIComponent(name)}` : null;
        return [{ id, role, name, size, mediaType, sha512, access, url }];
      }
      // A book is a list of pages: who harvests it gets the PDF made of them.
      if (!isOpen || bytes === undefined) return [];
      const url = `${repository.baseUrl}${searchableAddress(work, file)}`;
      return [{ id, role, name: searchableName(work), size: bytes, mediaType: PDF, sha512: null, access, url }];
    }),
    collections: work.metadata.collections.flatMap((slug) => collections.get(slug) ?? []),
    repository,
    authorities: new Map(
      work.metadata.contributors.flatMap(({ personId }): [number, Authority][] => {
        const person = personId === null ? undefined : people.get(personId);
        return person ? [[person.id, authority(person, work.metadata.languages[0], repository.baseUrl)]] : [];
      }),
    ),
  };
}

function authority(person: Person, language: string | undefined, baseUrl: string): Authority {
  const main = person.names.filter((name) => name.kind === 'main');
  return {
    name: main.find((name) => name.lang === language)?.value ?? person.mainName,
    orcid: person.orcid,
    born: person.born,
    died: person.died,
    url: `${baseUrl}/people/${person.id}`,
  };
}
