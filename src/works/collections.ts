import { z } from 'zod';
import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { Conflict, Invalid, NotFound } from '../errors';
import { longTextIn, textIn } from '../fields';
import { validate } from '../validate';
import { touch } from './changes';
import type { SortKeys } from './published-rows';
import { LIMITS } from './schema';
import type { WorkTables } from './tables';

type CollectionTables = {
  collections: {
    id: number;
    slug: string;
    parent_id: number | null;
    titles: string;
    descriptions: string;
    title_key: string;
    created_at: string;
    updated_at: string;
  };
} & Pick<WorkTables, 'work_collections' | 'works'>;

export const collectionSchema = z.object({
  slug: z
    .string('required')
    .max(60, 'tooLong')
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'badSlug'),
  parent: z
    .string()
    .nullish()
    .transform((value) => value || null)
    .default(null),
  titles: z.array(textIn(LIMITS.title), 'required').min(1, 'required').max(LIMITS.list, 'tooMany'),
  descriptions: z.array(longTextIn(LIMITS.statement), 'unknownValue').max(LIMITS.list, 'tooMany').default([]),
});
export type CollectionInput = z.infer<typeof collectionSchema>;

export interface Collection extends CollectionInput {
  id: number;
  /** Slugs from the root to this collection, this one last. */
  path: string[];
  /** Published works in it and below it. */
  works: number;
  children: Collection[];
  updatedAt: string;
}

/** What must follow a change of collections, in its transaction; `works` are those whose record it changes. */
export type CollectionsChanged = (tx: Database, slug: string, works: readonly number[]) => Promise<void>;

export type CollectionPath = Pick<Collection, 'slug' | 'path' | 'titles' | 'descriptions'>;

/** The tree of collections. It is small (hundreds, not thousands), so it is always read whole. */
export class CollectionStore {
  private readonly db;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly keys: SortKeys,
    private readonly changed: CollectionsChanged = async () => {},
  ) {
    this.db = database.withTables<CollectionTables>();
  }

  in(tx: Database): CollectionStore {
    return new CollectionStore(tx, this.clock, this.keys, this.changed);
  }

  /** The collections without a parent, each with its children, in the order of their first titles. */
  async tree(): Promise<Collection[]> {
    return (await this.all()).filter((collection) => collection.parent === null);
  }

  /** Every collection, parents before children. */
  async all(): Promise<Collection[]> {
    const rows = await this.db.selectFrom('collections').selectAll().orderBy('title_key').orderBy('id').execute();
    const memberships = await this.db
      .selectFrom('work_collections')
      .innerJoin('works', 'works.id', 'work_collections.work_id')
      .select(['work_collections.collection_id', 'work_collections.work_id'])
      .where('works.state', '=', 'published')
      .execute();
    const works = new Map<number, Set<number>>();
    for (const { collection_id, work_id } of memberships) {
      works.set(collection_id, (works.get(collection_id) ?? new Set()).add(work_id));
    }
    const byParent = new Map<number | null, typeof rows>();
    for (const row of rows) byParent.set(row.parent_id, [...(byParent.get(row.parent_id) ?? []), row]);
    const flat: Collection[] = [];
    const build = (
      parent: { id: number; slug: string; path: string[] } | null,
    ): { nodes: Collection[]; within: Set<number> } => {
      const within = new Set<number>();
      const nodes = (byParent.get(parent?.id ?? null) ?? []).map((row) => {
        const path = [...(parent?.path ?? []), row.slug];
        const node: Collection = {
          id: row.id,
          slug: row.slug,
          parent: parent?.slug ?? null,
          titles: JSON.parse(row.titles),
          descriptions: JSON.parse(row.descriptions),
          path,
          works: 0,
          children: [],
          updatedAt: row.updated_at,
        };
        flat.push(node);
        const below = build({ id: row.id, slug: row.slug, path });
        node.children = below.nodes;
        const own = new Set([...(works.get(row.id) ?? []), ...below.within]);
        node.works = own.size;
        for (const id of own) within.add(id);
        return node;
      });
      return { nodes, within };
    };
    build(null);
    return flat;
  }

  /** The path of each collection from the root, with its titles, by its number; without counting works. */
  async paths(): Promise<Map<number, CollectionPath>> {
    const rows = await this.db
      .selectFrom('collections')
      .select(['id', 'slug', 'parent_id', 'titles', 'descriptions'])
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    const pathOf = (row: (typeof rows)[number]): string[] => [
      ...(row.parent_id === null ? [] : pathOf(byId.get(row.parent_id)!)),
      row.slug,
    ];
    return new Map(
      rows.map((row) => [
        row.id,
        {
          slug: row.slug,
          path: pathOf(row),
          titles: JSON.parse(row.titles),
          descriptions: JSON.parse(row.descriptions),
        },
      ]),
    );
  }

  /** @throws NotFound */
  async get(slug: string): Promise<Collection> {
    const found = (await this.all()).find((collection) => collection.slug === slug);
    if (!found) throw new NotFound();
    return found;
  }

  /** @throws Invalid, Conflict when the slug is taken. */
  async create(input: unknown): Promise<Collection> {
    const collection = validate(collectionSchema, input);
    return inTransaction(this.database, async (tx) => {
      const store = this.in(tx);
      const now = this.clock.now().toISOString();
      const row = await store.db
        .insertInto('collections')
        .values({
          ...(await store.values(collection)),
          created_at: now,
          updated_at: now,
        } as CollectionTables['collections'])
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!row) throw new Conflict('error.slugTaken', { slug: collection.slug });
      await this.changed(tx, collection.slug, []);
      return store.get(collection.slug);
    });
  }

  /** Puts a collection back under the number the archive tells; its parent must be there. */
  async restore(collection: CollectionInput & { id: number }): Promise<void> {
    const now = this.clock.now().toISOString();
    await this.db
      .insertInto('collections')
      .values({ ...(await this.values(collection)), id: collection.id, created_at: now, updated_at: now })
      .execute();
  }

  /**
   * Changes a collection. Its slug stays: harvesters know it. Renamed or moved, every work in it and below it
   * changes for harvesters too. @throws Invalid when it would become its own ancestor.
   */
  async change(slug: string, input: unknown): Promise<Collection> {
    return inTransaction(this.database, async (tx) => {
      const store = this.in(tx);
      const before = await store.get(slug);
      const after = validate(collectionSchema, { ...(input as object), slug });
      const all = await store.all();
      const parent = all.find((candidate) => candidate.slug === after.parent);
      if (parent?.path.includes(slug)) throw new Invalid([{ path: 'parent', message: 'ownAncestor' }]);
      await store.db
        .updateTable('collections')
        .set({ ...(await store.values(after)), updated_at: this.clock.now().toISOString() })
        .where('id', '=', before.id)
        .execute();
      const works = await store.worksBelow(before);
      await touch(tx, this.clock, works);
      await this.changed(tx, slug, works);
      return store.get(slug);
    });
  }

  /** @throws Conflict while works or collections are in it. */
  async remove(slug: string): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      const store = this.in(tx);
      const collection = await store.get(slug);
      const isUsed = (await store.worksBelow(collection)).length > 0 || collection.children.length > 0;
      if (isUsed) throw new Conflict('error.collectionNotEmpty');
      await store.db.deleteFrom('collections').where('id', '=', collection.id).execute();
      await this.changed(tx, slug, []);
    });
  }

  /** Published and withdrawn works in a collection and below it, by number. */
  private async worksBelow(collection: Collection): Promise<number[]> {
    const ids: number[] = [];
    const walk = (node: Collection) => {
      ids.push(node.id);
      for (const child of node.children) walk(child);
    };
    walk(collection);
    const rows = await this.db
      .selectFrom('work_collections')
      .select('work_id')
      .distinct()
      .where('collection_id', 'in', ids)
      .orderBy('work_id')
      .execute();
    return rows.map((row) => row.work_id);
  }

  private async values(collection: CollectionInput) {
    let parentId: number | null = null;
    if (collection.parent !== null) {
      const parent = (await this.all()).find((candidate) => candidate.slug === collection.parent);
      if (!parent) throw new Invalid([{ path: 'parent', message: 'unknownCollection' }]);
      parentId = parent.id;
    }
    return {
      slug: collection.slug,
      parent_id: parentId,
      titles: JSON.stringify(collection.titles),
      descriptions: JSON.stringify(collection.descriptions),
      title_key: this.keys.sortKey(collection.titles[0]!.value),
    };
  }
}
