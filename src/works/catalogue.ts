import { sql } from 'kysely';
import type { Database } from '../database/database';
import type { Metadata } from './schema';
import type { WorkTables } from './tables';

/** One line of a browse list. */
export interface BrowseEntry {
  /** What the list is of: a name, a subject, a year, a type. */
  value: string;
  works: number;
  /** For authors: the authority record, where one is linked. */
  personId: number | null;
}

export interface Numbers {
  works: number;
  files: number;
  pages: number;
  people: number;
}

export interface WorkSummary extends Pick<Metadata, 'type' | 'titles' | 'issued'> {
  id: number;
}

/** Lists of what is published, in stored order: browse pages, newest, numbers. Only the catalogue record is told. */
export class Catalogue {
  private readonly db;

  constructor(database: Database) {
    this.db = database.withTables<
      WorkTables & {
        files: { id: number; text_pages: number | null; work_id: number };
        version_files: { work_id: number; version: number; file_id: number; role: string };
        people: { id: number };
        collections: { id: number; slug: string };
      }
    >();
  }

  /** Numbers of the newest works, by the day of their first publication. */
  async newest(limit: number, offset = 0): Promise<number[]> {
    const rows = await this.db
      .selectFrom('works')
      .select('id')
      .where('state', '=', 'published')
      .orderBy('published_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map((row) => row.id);
  }

  /** Works in the order of their titles, of one letter or all. */
  async titles(options: { letter?: string; limit: number; offset: number }): Promise<{ total: number; ids: number[] }> {
    const base = this.db
      .selectFrom('works')
      .where('state', '=', 'published')
      .$if(options.letter !== undefined, (query) => query.where('letter', '=', options.letter!));
    return {
      total: await count(base),
      ids: ids(
        await base
          .select('id')
          .orderBy('title_key')
          .orderBy('id')
          .limit(options.limit)
          .offset(options.offset)
          .execute(),
      ),
    };
  }

  /** Works of one year, type, collection (not those below it), person, or name as catalogued, in the order of titles. */
  async worksBy(
    of: { year?: number; type?: string; collection?: string[]; personId?: number; name?: string; subject?: string },
    options: { limit: number; offset: number },
  ): Promise<{ total: number; ids: number[] }> {
    const base = this.db
      .selectFrom('works')
      .where('works.state', '=', 'published')
      .$if(of.year !== undefined, (query) => query.where('works.year', '=', of.year!))
      .$if(of.type !== undefined, (query) => query.where('works.type', '=', of.type!))
      .$if(of.collection !== undefined, (query) =>
        query.where('works.id', 'in', (eb) =>
          eb
            .selectFrom('work_collections')
            .innerJoin('collections', 'collections.id', 'work_collections.collection_id')
            .select('work_collections.work_id')
            .where('collections.slug', 'in', of.collection!),
        ),
      )
      .$if(of.personId !== undefined, (query) =>
        query.where('works.id', 'in', (eb) =>
          eb.selectFrom('work_contributors').select('work_id').where('person_id', '=', of.personId!),
        ),
      )
      .$if(of.name !== undefined, (query) =>
        query.where('works.id', 'in', (eb) =>
          eb.selectFrom('work_contributors').select('work_id').where('name', '=', of.name!),
        ),
      )
      .$if(of.subject !== undefined, (query) =>
        query.where('works.id', 'in', (eb) =>
          eb.selectFrom('work_subjects').select('work_id').where('value', '=', of.subject!),
        ),
      );
    return {
      total: await count(base),
      ids: ids(
        await base
          .select('works.id')
          .orderBy('works.title_key')
          .orderBy('works.id')
          .limit(options.limit)
          .offset(options.offset)
          .execute(),
      ),
    };
  }

  /** At most `limit` works of each of `people`, by person, in the order of titles: what a line about each says. */
  async ofPeople(people: readonly number[], limit: number): Promise<Map<number, WorkSummary[]>> {
    if (people.length === 0) return new Map();
    const { rows } = await sql<{
      person_id: number;
      id: number;
      type: Metadata['type'];
      titles: string;
      issued: string | null;
    }>`
      SELECT person_id, id, type, metadata ->> '$.titles' AS titles, metadata ->> '$.issued' AS issued
      FROM (
        SELECT person_id, id, type, metadata, title_key,
               row_number() OVER (PARTITION BY person_id ORDER BY title_key, id) AS place
        FROM (SELECT DISTINCT person_id, work_id FROM work_contributors WHERE person_id IN (${sql.join([...people])}))
        JOIN works ON id = work_id
        WHERE state = 'published'
      ) WHERE place <= ${limit} ORDER BY title_key, id`.execute(this.db);
    const found = new Map<number, WorkSummary[]>(people.map((id) => [id, []]));
    for (const { person_id, id, type, titles, issued } of rows)
      found.get(person_id)!.push({ id, type, titles: JSON.parse(titles), issued });
    return found;
  }

  /** Names of contributors (all but opponents, reviewers and publishers), each with how many works. */
  async authors(options: {
    letter?: string;
    limit: number;
    offset: number;
  }): Promise<{ total: number; entries: BrowseEntry[] }> {
    const base = this.db
      .selectFrom('work_contributors')
      .innerJoin('works', 'works.id', 'work_contributors.work_id')
      .where('works.state', '=', 'published')
      .where('work_contributors.role', 'not in', ['opponent', 'reviewer', 'publisher'])
      .$if(options.letter !== undefined, (query) => query.where('work_contributors.letter', '=', options.letter!));
    const total = await base
      .select((eb) => eb.fn.count<number>('work_contributors.name').distinct().as('n'))
      .executeTakeFirstOrThrow();
    const rows = await base
      .select((eb) => [
        'work_contributors.name as value',
        eb.fn.max('work_contributors.person_id').as('person_id'),
        eb.fn.count<number>('work_contributors.work_id').distinct().as('works'),
      ])
      .groupBy(['work_contributors.name_key', 'work_contributors.name'])
      .orderBy('work_contributors.name_key')
      .limit(options.limit)
      .offset(options.offset)
      .execute();
    return {
      total: Number(total.n),
      entries: rows.map((row) => ({ value: row.value, works: Number(row.works), personId: row.person_id })),
    };
  }

  /** Subjects of every scheme, each with how many works. */
  async subjects(options: {
    letter?: string;
    limit: number;
    offset: number;
  }): Promise<{ total: number; entries: BrowseEntry[] }> {
    const base = this.db
      .selectFrom('work_subjects')
      .innerJoin('works', 'works.id', 'work_subjects.work_id')
      .where('works.state', '=', 'published')
      .$if(options.letter !== undefined, (query) => query.where('work_subjects.letter', '=', options.letter!));
    const total = await base
      .select((eb) => eb.fn.count<number>('work_subjects.value').distinct().as('n'))
      .executeTakeFirstOrThrow();
    const rows = await base
      .select((eb) => ['work_subjects.value', eb.fn.count<number>('work_subjects.work_id').distinct().as('works')])
      .groupBy(['work_subjects.value_key', 'work_subjects.value'])
      .orderBy('work_subjects.value_key')
      .limit(options.limit)
      .offset(options.offset)
      .execute();
    return {
      total: Number(total.n),
      entries: rows.map((row) => ({ value: row.value, works: Number(row.works), personId: null })),
    };
  }

  /** Years of imprint, the newest first, or types, each with how many works. */
  async groups(by: 'year' | 'type'): Promise<BrowseEntry[]> {
    const rows = await this.db
      .selectFrom('works')
      .select((eb) => [`${by} as value`, eb.fn.countAll<number>().as('works')])
      .where('state', '=', 'published')
      .where(by, 'is not', null)
      .groupBy(by)
      .orderBy(by, 'desc')
      .execute();
    return rows.map((row) => ({ value: String(row.value), works: Number(row.works), personId: null }));
  }

  /** The letters of a list's letter bar, in their order, each with how many entries. */
  async letters(list: 'titles' | 'authors' | 'subjects'): Promise<{ letter: string; count: number }[]> {
    const rows =
      list === 'titles'
        ? await this.db
            .selectFrom('works')
            .select((eb) => ['letter', eb.fn.countAll<number>().as('count')])
            .where('state', '=', 'published')
            .groupBy('letter')
            .orderBy((eb) => eb.fn.min('title_key'))
            .execute()
        : list === 'authors'
          ? await this.db
              .selectFrom('work_contributors')
              .innerJoin('works', 'works.id', 'work_contributors.work_id')
              .select((eb) => ['work_contributors.letter', eb.fn.count<number>('name').distinct().as('count')])
              .where('works.state', '=', 'published')
              .where('work_contributors.role', 'not in', ['opponent', 'reviewer', 'publisher'])
              .groupBy('work_contributors.letter')
              .orderBy((eb) => eb.fn.min('name_key'))
              .execute()
          : await this.db
              .selectFrom('work_subjects')
              .innerJoin('works', 'works.id', 'work_subjects.work_id')
              .select((eb) => ['work_subjects.letter', eb.fn.count<number>('value').distinct().as('count')])
              .where('works.state', '=', 'published')
              .groupBy('work_subjects.letter')
              .orderBy((eb) => eb.fn.min('value_key'))
              .execute();
    return rows.map((row) => ({ letter: row.letter ?? '#', count: Number(row.count) }));
  }

  /** When published works last changed, in parts of `size` numbers each, by the number of the part from 0. */
  async partsByNumber(size: number): Promise<Map<number, string>> {
    const part = sql<number>`(id - 1) / ${sql.lit(size)}`;
    const rows = await this.db
      .selectFrom('works')
      .select((eb) => [part.as('part'), eb.fn.max('updated_at').as('changedAt')])
      .where('state', '=', 'published')
      .groupBy(part)
      .orderBy(part)
      .execute();
    return new Map(rows.map((row) => [Number(row.part), row.changedAt]));
  }

  /** Published works of a part of `size` numbers, by number, each with when it last changed. */
  async changedInPart(part: number, size: number): Promise<{ id: number; changedAt: string }[]> {
    return this.db
      .selectFrom('works')
      .select(['id', 'updated_at as changedAt'])
      .where('state', '=', 'published')
      .where('id', '>', part * size)
      .where('id', '<=', (part + 1) * size)
      .orderBy('id')
      .execute();
  }

  async numbers(): Promise<Numbers> {
    const works = await count(this.db.selectFrom('works').where('state', '=', 'published'));
    const people = await count(this.db.selectFrom('people'));
    const files = await this.db
      .selectFrom('works')
      .innerJoin('version_files', (join) =>
        join.onRef('version_files.work_id', '=', 'works.id').onRef('version_files.version', '=', 'works.version'),
      )
      .innerJoin('files', 'files.id', 'version_files.file_id')
      // Pages that are read in a book are counted in the book.
      .select((eb) => [
        eb.fn.countAll<number>().as('files'),
        eb.fn.sum<number | null>('files.text_pages').filterWhere('version_files.role', '<>', 'page').as('pages'),
      ])
      .where('works.state', '=', 'published')
      .executeTakeFirstOrThrow();
    return { works, people, files: Number(files.files), pages: Number(files.pages ?? 0) };
  }
}

const ids = (rows: { id: number }[]): number[] => rows.map((row) => row.id);

async function count(query: {
  // biome-ignore lint/suspicious/noExplicitAny: any query that can be counted
  select: (selection: any) => { executeTakeFirstOrThrow(): Promise<any> };
}): Promise<number> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const { n } = await query.select((eb: any) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow();
  return Number(n);
}
