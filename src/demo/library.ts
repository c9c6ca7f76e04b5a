import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Metadata, metadataSchema } from '../works/schema';
import { type Block, blocksOf } from './blocks';
import { wordsIn } from './words';

/** The sample library as it lies in `demo/`: collections, people and works, in the order they are deposited. */
export interface SampleLibrary {
  collections: SampleCollection[];
  people: SamplePerson[];
  works: SampleWork[];
}

export interface SampleCollection {
  slug: string;
  parent: string | null;
  titles: { value: string; lang: string }[];
  descriptions: { value: string; lang: string }[];
}

export interface SamplePerson {
  key: string;
  names: { value: string; lang: string; kind: 'main' | 'variant' }[];
  degree: string | null;
  position: string | null;
  department: string | null;
  /** What stands after the name in a work, by language. */
  affiliation: Record<string, string>;
  orcid: string | null;
  born: string | null;
  died: string | null;
  biographies: { value: string; lang: string }[];
  links: { title: string; url: string }[];
}

export interface SampleWork {
  key: string;
  metadata: Metadata;
  /** The key of the sample person behind each contributor of `metadata`, or null. */
  people: (string | null)[];
  /** What the work points to among the sample works: known by key until they have addresses. */
  relations: { type: Metadata['relations'][number]['type']; key: string }[];
  file: { name: string; format: 'pdf' | 'scan' | 'docx' | 'html' };
  /** Lines under the title on the title page. */
  front: string[];
  /** The printed number of the first page. */
  firstPage: number;
  colour: string;
  /** The works whose texts this one is bound of (a journal issue), else its own text. */
  parts: string[];
  blocks: Block[];
}

type Written = {
  metadata: Record<string, unknown> & {
    languages: string[];
    contributors: { role: string; person?: string; name?: string; affiliation?: string }[];
    rights?: Record<string, unknown>;
  };
  relations?: SampleWork['relations'];
  file: SampleWork['file'];
  front?: string[];
  firstPage?: number;
  colour?: string;
  parts?: string[];
};

/** The sample library in `folder`. @throws where a metadata file says what cannot be true. */
export function readSampleLibrary(folder = path.join(__dirname, '../../../demo')): SampleLibrary {
  const json = <T>(...where: string[]) => JSON.parse(readFileSync(path.join(folder, ...where), 'utf8')) as T;
  const people = readdirSync(path.join(folder, 'people'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ key: path.basename(name, '.json'), ...json<Omit<SamplePerson, 'key'>>('people', name) }));
  const order = json<string[]>('works', 'order.json');
  const works = order.map((key) => sampleWork(key, json<Written>('works', `${key}.json`), people, folder));
  return { collections: json<SampleCollection[]>('collections.json'), people, works };
}

function sampleWork(key: string, written: Written, people: SamplePerson[], folder: string): SampleWork {
  const language = written.metadata.languages[0] ?? 'ky';
  const keys = written.metadata.contributors.map((contributor) => contributor.person ?? null);
  const contributors = written.metadata.contributors.map(({ person: personKey, ...contributor }) => {
    if (!personKey) return contributor;
    const person = people.find((each) => each.key === personKey);
    if (!person) throw new Error(`demo/works/${key}.json names an unknown person: ${personKey}`);
    return {
      affiliation: person.affiliation[language] ?? null,
      orcid: person.orcid,
      ...contributor,
      name: nameIn(person, language),
    };
  });
  const rights = {
    licence: 'CC-BY-4.0',
    holder: 'Achyk',
    statement: wordsIn(language).sample,
    ...written.metadata.rights,
  };
  const parsed = metadataSchema.safeParse({ ...written.metadata, contributors, rights });
  if (!parsed.success) throw new Error(`demo/works/${key}.json: ${parsed.error.message}`);
  return {
    key,
    metadata: parsed.data,
    people: keys,
    relations: written.relations ?? [],
    file: written.file,
    front: written.front ?? [],
    firstPage: written.firstPage ?? 1,
    colour: written.colour ?? '#1d4e5f',
    parts: written.parts ?? [],
    blocks: written.parts?.length ? [] : blocksOf(readFileSync(path.join(folder, 'works', `${key}.md`), 'utf8')),
  };
}

/** «Family, Given» in `language`, else as the person writes it. */
export function nameIn(person: SamplePerson, language: string): string {
  const name =
    person.names.find((each) => each.lang === language) ??
    person.names.find((each) => each.kind === 'main') ??
    person.names[0];
  return name!.value;
}
