import { isOffered, isOpenToAll } from '../access/access';
import type { Person } from '../people/people';
import type { CollectionPath } from '../works/collections';
import type { Work } from '../works/work';
import { fileStatus, workStatus } from './access-status';
import type { Authority, CatalogueRecord } from './record';

/** What the public may know of a published work today. */
export function catalogueRecord(
  work: Work,
  people: ReadonlyMap<number, Person>,
  collections: ReadonlyMap<string, CollectionPath>,
  repository: CatalogueRecord['repository'],
  today: string,
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
    files: work.files.filter(isOffered).map((file) => ({
      id: file.id,
      role: file.role,
      name: file.name,
      size: file.size,
      mediaType: file.mediaType,
      sha512: file.sha512,
      access: fileStatus(work, file, today),
      url: isOpenToAll(work, file, today) ? `${landingUrl}/files/${file.id}/${encodeURIComponent(file.name)}` : null,
    })),
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
