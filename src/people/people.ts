import { type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { Conflict, NotFound, Outdated } from '../errors';
import { filled, languageSchema, longTextIn, optionalDate, optionalLine, orcidSchema, webAddress } from '../fields';
import { validate } from '../validate';

type PeopleTables = {
  people: {
    id: number;
    names: string;
    main_name: string;
    name_key: string;
    letter: string;
    degree: string | null;
    position: string | null;
    department: string | null;
    orcid: string | null;
    born: string | null;
    died: string | null;
    biographies: string;
    links: string;
    portrait: string | null;
    revision: number;
    archived_in: number | null;
    created_at: string;
    updated_at: string;
  };
};

const nameSchema = z.object({
  /** «Family, Given Patronymic». */
  value: filled(300),
  lang: languageSchema,
  kind: z.enum(['main', 'variant'], 'unknownValue').default('variant'),
});

export const personSchema = z
  .object({
    names: z.array(nameSchema, 'required').min(1, 'required').max(50, 'tooMany'),
    degree: optionalLine(500),
    position: optionalLine(500),
    department: optionalLine(500),
    orcid: orcidSchema,
    born: optionalDate,
    died: optionalDate,
    biographies: z.array(longTextIn(50_000), 'unknownValue').max(20, 'tooMany').default([]),
    links: z
      .array(z.object({ title: filled(300), url: webAddress }), 'unknownValue')
      .max(50, 'tooMany')
      .default([]),
  })
  .refine((person) => !person.born || !person.died || person.born <= person.died, {
    message: 'diedBeforeBorn',
    path: ['died'],
  });
export type PersonInput = z.infer<typeof personSchema>;

export interface Portrait {
  sha512: string;
  /** `image/jpeg`, `image/png` or `image/webp`. */
  mediaType: string;
  size: number;
}

export interface Person extends PersonInput {
  id: number;
  mainName: string;
  portrait: Portrait | null;
  revision: number;
  /** Newest version of the person's archive object, or null before it is written. */
  archivedIn: number | null;
  createdAt: string;
  updatedAt: string;
}

interface SortKeys {
  sortKey(text: string): string;
  letterOf(text: string): string;
}

/** What must follow a change of a person, in its transaction. */
export type PersonChanged = (tx: Database, id: number) => Promise<void>;

/** Authors and the others a catalogue names, each once, under all the names they are known by. */
export class PeopleStore {
  private readonly db;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly keys: SortKeys,
    private readonly changed: PersonChanged = async () => {},
  ) {
    this.db = database.withTables<PeopleTables>();
  }

  in(tx: Database): PeopleStore {
    return new PeopleStore(tx, this.clock, this.keys, this.changed);
  }

  /** @throws NotFound */
  async get(id: number): Promise<Person> {
    const row = await this.db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound();
    return toPerson(row);
  }

  async many(ids: readonly number[]): Promise<Map<number, Person>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db
      .selectFrom('people')
      .selectAll()
      .where('id', 'in', [...new Set(ids)])
      .execute();
    return new Map(rows.map((row) => [row.id, toPerson(row)]));
  }

  /** People in the order of their main names, from the one after `after`. */
  async list(options: {
    letter?: string;
    limit: number;
    offset?: number;
  }): Promise<{ total: number; items: Person[] }> {
    const base = this.db
      .selectFrom('people')
      .$if(options.letter !== undefined, (q) => q.where('letter', '=', options.letter!));
    const { total } = await base.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await base
      .selectAll()
      .orderBy('name_key')
      .orderBy('id')
      .limit(options.limit)
      .offset(options.offset ?? 0)
      .execute();
    return { total: Number(total), items: rows.map(toPerson) };
  }

  /** People one of whose names begins with or has in it what was typed, those whose main name begins so first. */
  async find(typed: string, limit: number): Promise<Person[]> {
    const text = typed.normalize('NFC').trim().slice(0, 100);
    if (text === '') return [];
    const inside = (part: string) => `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    const capitalised = text.charAt(0).toUpperCase() + text.slice(1);
    const key = this.keys.sortKey(text) || '\uffff'; // of signs alone nothing is left, which would begin every name
    const rows = await this.db
      .selectFrom('people')
      .selectAll()
      .where((eb) =>
        eb.or([
          eb.and([eb('name_key', '>=', key), eb('name_key', '<', `${key}\uffff`)]),
          sql<SqlBool>`names LIKE ${inside(JSON.stringify(text).slice(1, -1))} ESCAPE '\\'`,
          sql<SqlBool>`names LIKE ${inside(JSON.stringify(capitalised).slice(1, -1))} ESCAPE '\\'`,
        ]),
      )
      .orderBy(sql`CASE WHEN name_key >= ${key} AND name_key < ${`${key}\uffff`} THEN 0 ELSE 1 END`)
      .orderBy('name_key')
      .limit(limit)
      .execute();
    return rows.map(toPerson);
  }

  /** The letters that main names begin with, each with how many do. */
  async letters(): Promise<{ letter: string; count: number }[]> {
    const rows = await this.db
      .selectFrom('people')
      .select((eb) => ['letter', eb.fn.countAll<number>().as('count'), eb.fn.min('name_key').as('first')])
      .groupBy('letter')
      .orderBy('first')
      .execute();
    return rows.map((row) => ({ letter: row.letter, count: Number(row.count) }));
  }

  /** When people last changed, in parts of `size` numbers each, by the number of the part from 0. */
  async partsByNumber(size: number): Promise<Map<number, string>> {
    const part = sql<number>`(id - 1) / ${sql.lit(size)}`;
    const rows = await this.db
      .selectFrom('people')
      .select((eb) => [part.as('part'), eb.fn.max('updated_at').as('changedAt')])
      .groupBy(part)
      .orderBy(part)
      .execute();
    return new Map(rows.map((row) => [Number(row.part), row.changedAt]));
  }

  /** People of a part of `size` numbers, by number, each with when the record last changed. */
  async changedInPart(part: number, size: number): Promise<{ id: number; changedAt: string }[]> {
    return this.db
      .selectFrom('people')
      .select(['id', 'updated_at as changedAt'])
      .where('id', '>', part * size)
      .where('id', '<=', (part + 1) * size)
      .orderBy('id')
      .execute();
  }

  /** @throws Invalid, Conflict when another person has that ORCID iD. */
  async create(input: unknown): Promise<Person> {
    const person = validate(personSchema, input);
    return inTransaction(this.database, async (tx) => {
      const store = this.in(tx);
      await store.assertOrcidFree(person.orcid, null);
      const now = this.clock.now().toISOString();
      const row = await store.db
        .insertInto('people')
        .values({ ...store.values(person), created_at: now, updated_at: now } as PeopleTables['people'])
        .returningAll()
        .executeTakeFirstOrThrow();
      await this.changed(tx, row.id);
      return toPerson(row);
    });
  }

  /** @param expected the revision the writer saw, or null not to ask. @throws Invalid, Outdated, NotFound */
  async change(id: number, input: unknown, expected: number | null): Promise<Person> {
    const person = validate(personSchema, input);
    return inTransaction(this.database, async (tx) => {
      const store = this.in(tx);
      const before = await store.get(id);
      if (expected !== null && before.revision !== expected) throw new Outdated();
      await store.assertOrcidFree(person.orcid, id);
      await store.update(id, { ...store.values(person), revision: before.revision + 1 });
      await this.changed(tx, id);
      return store.get(id);
    });
  }

  async setPortrait(id: number, portrait: Portrait | null): Promise<Person> {
    const before = await this.get(id);
    await this.update(id, { portrait: portrait ? JSON.stringify(portrait) : null, revision: before.revision + 1 });
    return this.get(id);
  }

  /** Puts a person back under the number the archive tells. */
  async restore(
    person: PersonInput & Pick<Person, 'id' | 'portrait' | 'archivedIn' | 'createdAt' | 'updatedAt'>,
  ): Promise<void> {
    await this.db
      .insertInto('people')
      .values({
        ...this.values(person),
        id: person.id,
        portrait: person.portrait ? JSON.stringify(person.portrait) : null,
        archived_in: person.archivedIn,
        created_at: person.createdAt,
        updated_at: person.updatedAt,
      } as PeopleTables['people'])
      .execute();
  }

  async archived(id: number, version: number): Promise<void> {
    await this.db.updateTable('people').set({ archived_in: version }).where('id', '=', id).execute();
  }

  private async update(id: number, values: Partial<PeopleTables['people']>): Promise<void> {
    await this.db
      .updateTable('people')
      .set({ ...values, updated_at: this.clock.now().toISOString() })
      .where('id', '=', id)
      .execute();
  }

  private async assertOrcidFree(orcid: string | null, id: number | null): Promise<void> {
    if (!orcid) return;
    const other = await this.db
      .selectFrom('people')
      .select(['id', 'main_name'])
      .where('orcid', '=', orcid)
      .executeTakeFirst();
    if (other && other.id !== id) throw new Conflict('error.orcidTaken', { name: other.main_name });
  }

  private values(person: PersonInput) {
    const main = mainName(person.names);
    return {
      names: JSON.stringify(person.names),
      main_name: main,
      name_key: this.keys.sortKey(main),
      letter: this.keys.letterOf(main),
      degree: person.degree,
      position: person.position,
      department: person.department,
      orcid: person.orcid,
      born: person.born,
      died: person.died,
      biographies: JSON.stringify(person.biographies),
      links: JSON.stringify(person.links),
    };
  }
}

/** The name a list shows: the one marked main, else the first. */
export const mainName = (names: PersonInput['names']): string =>
  (names.find((name) => name.kind === 'main') ?? names[0])?.value ?? '';

const toPerson = (row: PeopleTables['people']): Person => ({
  id: row.id,
  names: JSON.parse(row.names),
  mainName: row.main_name,
  degree: row.degree,
  position: row.position,
  department: row.department,
  orcid: row.orcid,
  born: row.born,
  died: row.died,
  biographies: JSON.parse(row.biographies),
  links: JSON.parse(row.links),
  portrait: row.portrait ? JSON.parse(row.portrait) : null,
  revision: row.revision,
  archivedIn: row.archived_in,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
