import { LANGUAGES, type Language } from '../config';
import { allMessages, translator } from '../i18n';
import type { CollectionPath } from '../works/collections';
import { DRIVER, OPENAIRE } from './sets-of-works';

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
