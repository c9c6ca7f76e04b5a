import type { Database } from '../database/database';
import { workStatus } from '../formats/access-status';
import type { SetsOf } from '../works/changes';
import type { CollectionPath, CollectionStore } from '../works/collections';
import type { WorkStore } from '../works/work-store';

/** This file, whose code decides in which sets a work is: where an upgrade changes it, every header may have changed. */
export const SETS_FILE = __filename;

/** What every work published here is in: the set OpenAIRE harvests. */
export const OPENAIRE = 'openaire';
/** Works whose text everyone may fetch: the set of the DRIVER guidelines. */
export const DRIVER = 'driver';

/** The sets of a work: by type, by collection along the tree, and what portals ask for. */
export function setsOf(
  { works, collections }: { works: WorkStore; collections: CollectionStore },
  /** The day at the library: of an instant (ISO 8601), or today. */
  dayOf: (instant?: string) => string,
): SetsOf {
  return async (tx: Database, workIds, before) => {
    const found = await works.in(tx).publishedMany(workIds);
    const bySlug = new Map([...(await collections.in(tx).paths()).values()].map((path) => [path.slug, path]));
    return new Map(
      [...found].map(([id, work]) => {
        // A tombstone stays as free as it was; after a rebuild nobody remembers, and the day it was withdrawn tells.
        const isFree =
          (work.withdrawn && before.get(id)?.includes(DRIVER)) ??
          workStatus(work, dayOf(work.withdrawn?.at)).status === 'open';
        const places = work.metadata.collections.flatMap((slug) => bySlug.get(slug) ?? []);
        return [
          id,
          [
            `type:${work.metadata.type}`,
            ...deepest(places).map((path) => `collection:${path.join(':')}`),
            OPENAIRE,
            ...(isFree ? [DRIVER] : []),
          ],
        ];
      }),
    );
  };
}

/** A work that stands in a collection and in one below it is told by the lower one. */
function deepest(places: CollectionPath[]): string[][] {
  const paths = places.map(({ path }) => path);
  return paths.filter(
    (path) => !paths.some((other) => other.length > path.length && path.every((slug, i) => other[i] === slug)),
  );
}
