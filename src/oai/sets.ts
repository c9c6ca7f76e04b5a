import { LANGUAGES, type Language } from '../config';
import type { Database } from '../database/database';
import { workStatus } from '../formats/access-status';
import { allMessages, translator } from '../i18n';
import type { SetsOf } from '../works/changes';
import type { CollectionPath, CollectionStore } from '../works/collections';
import type { WorkStore } from '../works/work-store';

/** What every work published here is in: the set OpenAIRE harvests. */
const OPENAIRE = 'openaire';
/** Works whose text everyone may fetch: the set of the DRIVER guidelines. */
const DRIVER = 'driver';

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

export interface OaiSet {
  spec: string;
  /** In the repository's own language. */
  name: string;
  /** In every language there is. */
  names: { value: string; lang: string }[];
  descriptions: { value: string; lang: string }[];
}

/** What a set is called. `used` are the sets that hold a work; collections are named even while they are empty. */
export function describeSets(
  used: readonly string[],
  collections: Iterable<CollectionPath>,
  language: Language,
): OaiSet[] {
  const fromMessages = (spec: string, key: string, description?: string): OaiSet => ({
    spec,
    name: translator(language).tell(key),
    names: inAllLanguages(key),
    descriptions: description ? inAllLanguages(description) : [],
  });
  const places = [...collections];
  const sets = [
    fromMessages('type', 'oai.set.type', 'oai.set.type.about'),
    ...(places.length > 0 ? [fromMessages('collection', 'oai.set.collection', 'oai.set.collection.about')] : []),
    fromMessages(OPENAIRE, 'oai.set.openaire', 'oai.set.openaire.about'),
    fromMessages(DRIVER, 'oai.set.driver', 'oai.set.driver.about'),
    ...used.filter((spec) => spec.startsWith('type:')).map((spec) => fromMessages(spec, `type.${spec.slice(5)}`)),
    ...places.map((collection) => ({
      spec: `collection:${collection.path.join(':')}`,
      name:
        (collection.titles.find((title) => title.lang === language) ?? collection.titles[0])?.value ?? collection.slug,
      names: collection.titles,
      descriptions: collection.descriptions,
    })),
  ];
  return sets.sort((a, b) => (a.spec < b.spec ? -1 : 1));
}

function inAllLanguages(key: string): { value: string; lang: string }[] {
  if (!(key in allMessages)) return [];
  return LANGUAGES.map((lang) => ({ value: translator(lang).tell(key), lang }));
}
