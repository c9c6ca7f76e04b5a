import { type Kysely, sql } from 'kysely';
import type { Metadata } from './schema';
import type { WorkTables } from './tables';
import { identifierKey, yearOf } from './work';

/** How a language sorts and heads its lists; `language/` knows, and the floors below are told. */
export interface SortKeys {
  sortKey(text: string): string;
  letterOf(text: string): string;
}

/** The columns that lists and questions read of a published work's metadata. */
export function shownColumns(metadata: Metadata, keys: SortKeys) {
  const title = metadata.titles[0]!.value;
  return {
    metadata: JSON.stringify(metadata),
    type: metadata.type,
    title_key: keys.sortKey(title),
    letter: keys.letterOf(title),
    year: yearOf(metadata),
    access_level: metadata.access.level,
    open_from: metadata.access.openFrom,
    view_only: metadata.access.viewOnly ? 1 : 0,
  };
}

/** Writes the rows that lists and questions about a published work are answered from. */
export async function indexPublished(
  db: Kysely<WorkTables>,
  keys: SortKeys,
  id: number,
  metadata: Metadata,
): Promise<void> {
  for (const table of [
    'work_contributors',
    'work_subjects',
    'work_languages',
    'work_collections',
    'work_identifiers',
    'work_relations',
  ] as const) {
    await db.deleteFrom(table).where('work_id', '=', id).execute();
  }
  const contributors = metadata.contributors.map((contributor, position) => ({
    work_id: id,
    position,
    role: contributor.role,
    name: contributor.name,
    name_key: keys.sortKey(contributor.name),
    letter: keys.letterOf(contributor.name),
    person_id: contributor.personId,
  }));
  if (contributors.length > 0) await db.insertInto('work_contributors').values(contributors).execute();
  const subjects = metadata.subjects.map((subject, position) => ({
    work_id: id,
    position,
    scheme: subject.scheme,
    value: subject.value,
    value_key: keys.sortKey(subject.value),
    letter: keys.letterOf(subject.value),
    lang: subject.lang,
  }));
  if (subjects.length > 0) await db.insertInto('work_subjects').values(subjects).execute();
  const languages = [...new Set(metadata.languages)].map((lang) => ({ work_id: id, lang }));
  if (languages.length > 0) await db.insertInto('work_languages').values(languages).execute();
  const identifiers = metadata.identifiers.map(({ scheme, value }) => ({
    work_id: id,
    scheme,
    value: identifierKey(scheme, value),
  }));
  if (identifiers.length > 0) {
    await db
      .insertInto('work_identifiers')
      .values(identifiers)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const relations = metadata.relations.map(({ type, target }, position) => ({ work_id: id, position, type, target }));
  if (relations.length > 0) await db.insertInto('work_relations').values(relations).execute();
  if (metadata.collections.length > 0) {
    await db
      .withTables<{ collections: { id: number; slug: string } }>()
      .insertInto('work_collections')
      .columns(['work_id', 'collection_id'])
      .expression((eb) =>
        eb
          .selectFrom('collections')
          .select([sql<number>`${id}`.as('work_id'), 'collections.id'])
          .where('collections.slug', 'in', metadata.collections),
      )
      .execute();
  }
}
