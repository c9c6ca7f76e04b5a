import { createHash } from 'node:crypto';
import { isForReaders, mayDownload, mayEdit } from '../access/access';
import { Outdated } from '../errors';
import { sentenceOf } from '../http/problem';
import type { Person } from '../people/people';
import type { WorkSummary } from '../works/catalogue';
import type { Collection } from '../works/collections';
import type { WorkingCopy } from '../works/draft-store';
import type { Work, WorkFile } from '../works/work';
import type { Call } from './route';

type Asking = Pick<Call<unknown, unknown>, 'house' | 'req'>;

export const API = '/api/v1';

export const isCopy = (work: Work | WorkingCopy): work is WorkingCopy => 'issues' in work;

/** A work with its metadata at the top, as this visitor may know of it. */
export function workAnswer({ house, req }: Asking, work: Work | WorkingCopy) {
  const { baseUrl } = house.config;
  return {
    id: work.id,
    state: work.state,
    version: work.version,
    publishedVersion: work.publishedVersion,
    createdAt: work.createdAt,
    updatedAt: work.updatedAt,
    publishedAt: work.publishedAt,
    withdrawn: work.withdrawn,
    ...work.metadata,
    files: work.files
      .filter((file) => isForReaders(file) || mayEdit(req.visitor, work))
      .map((file) => fileAnswer({ house, req }, work, file)),
    missing: isCopy(work) ? work.issues.map((issue) => ({ path: issue.path, message: sentenceOf(issue, req) })) : [],
    comment: isCopy(work) ? work.comment : null,
    url: `${baseUrl}/works/${work.id}`,
  };
}

export function fileAnswer({ house, req }: Asking, work: Work, file: WorkFile) {
  return {
    id: file.id,
    role: file.role,
    name: file.name,
    size: file.size,
    mediaType: file.mediaType,
    sha512: file.sha512,
    scan: file.scan,
    text: { ...file.text, reason: file.text.reason === null ? null : req.t.tell(file.text.reason) },
    access: file.access,
    createdAt: file.createdAt,
    content: mayDownload(req.visitor, work, file, house.today())
      ? `${house.config.baseUrl}${API}/works/${work.id}/files/${file.id}/content`
      : null,
  };
}

/** So many works of a person are told. */
const MOST_WORKS = 1000;

export async function personAnswer(asking: Asking, person: Person) {
  return (await peopleAnswers(asking, [person]))[0]!;
}

/** As many questions to the catalogue for a hundred people as for one. */
export async function peopleAnswers({ house }: Asking, people: readonly Person[]) {
  const { baseUrl } = house.config;
  const works = await house.catalogue.ofPeople(
    people.map((person) => person.id),
    MOST_WORKS,
  );
  return people.map((person) => onePerson(person, works.get(person.id)!, baseUrl));
}

function onePerson(person: Person, works: readonly WorkSummary[], baseUrl: string) {
  const { portrait } = person;
  return {
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
    works: works.map((work) => ({ ...work, url: `${baseUrl}/works/${work.id}` })),
    portrait: portrait && {
      url: `${baseUrl}${API}/people/${person.id}/portrait`,
      mediaType: portrait.mediaType,
      size: portrait.size,
    },
    createdAt: person.createdAt,
    updatedAt: person.updatedAt,
    url: `${baseUrl}/people/${person.id}`,
  };
}

export function collectionAnswer(asking: Asking, collection: Collection): Record<string, unknown> {
  const { slug, parent, titles, descriptions, path, works, updatedAt, children } = collection;
  return {
    slug,
    parent,
    titles,
    descriptions,
    path,
    works,
    updatedAt,
    url: `${asking.house.config.baseUrl}/collections/${slug}`,
    children: children.map((child) => collectionAnswer(asking, child)),
  };
}

/** A part of a list, with the address of the part after it. `perPage` items at most, `page` from 1. */
export function listAnswer(
  { house, req }: Asking,
  { page, perPage }: { page: number; perPage: number },
  total: number,
  items: readonly unknown[],
) {
  return { total, items, next: nextPage({ house, req }, { page, perPage }, total) };
}

export function nextPage({ house, req }: Asking, { page, perPage }: { page: number; perPage: number }, total: number) {
  if (page * perPage >= total) return null;
  const url = new URL(req.originalUrl, house.config.baseUrl);
  url.searchParams.set('page', String(page + 1));
  return url.href;
}

/** Another tag for each state of a work, and for each of its two copies. */
export const workTag = (work: Work | WorkingCopy): string =>
  `"${work.id}-${isCopy(work) ? 'copy' : 'published'}-${work.revision}"`;
export const personTag = (person: Person): string => `"${person.id}-${person.revision}"`;
export const collectionTag = ({ slug, parent, titles, descriptions }: Collection): string =>
  `"${createHash('sha256')
    .update(JSON.stringify([slug, parent, titles, descriptions]))
    .digest('base64url')
    .slice(0, 22)}"`;

/** Heeds If-Match where the sender gave one. @throws Outdated when none of its tags is `tag` */
export function requireMatch({ req }: Pick<Asking, 'req'>, tag: string): void {
  const condition = req.headers['if-match'];
  if (condition === undefined || condition.trim() === '*') return;
  const tags = condition.split(',').map((part) => part.trim().replace(/^W\//, '')); // a proxy that compresses weakens tags
  if (!tags.includes(tag)) throw new Outdated();
}
