import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGES } from '../src/config';
import { allMessages } from '../src/i18n';

/**
 * Holds the house to its plan: DESIGN's floors and doors, one reader of the environment, views that only print, and
 * every sentence in every language. Each rule reads the sources, so it needs no list that somebody must keep.
 */

const root = path.join(__dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const under = (folder: string, ending: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`)
    .sort();

const sources = under('src', '.ts');
const views = under('views', '.ejs');

/** The floors from the top. What shares a line stands side by side: none of it imports the other. */
const FLOORS = [
  ['main', 'cli', 'worker'],
  ['serve-demo'],
  ['serve'],
  ['app'],
  ['web', 'oai', 'api', 'feeds', 'demo'],
  ['http'],
  ['house'],
  ['stats'],
  ['originality'],
  ['exchange'],
  ['formats'],
  ['deposit'],
  ['reading'],
  ['search'],
  ['text'],
  ['language'],
  ['access'],
  ['archive'],
  ['works'],
  ['people'],
  ['accounts'],
  // The ground: what nothing in the house is below.
  ['mail'],
  ['jobs'],
  ['i18n'],
  ['database'],
  ['fields', 'log', 'safe-name'],
  ['validate'],
  ['config'],
  ['errors', 'clock', 'paths', 'process-name'],
] as const;
const floorOf = new Map<string, number>(FLOORS.flatMap((names, floor) => names.map((name) => [name, floor])));

/** `src/works/store.ts` stands in `works`, `src/app.ts` in `app`. */
const placeOf = (file: string) => file.split('/')[1]!.replace(/\.ts$/, '');

const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!);

/** What a file imports of the house, as paths below src. */
const neighboursOf = (file: string): string[] =>
  importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name));

test('every folder has its floor', () => {
  const places = [...new Set(sources.map(placeOf))];
  expect(places.filter((place) => !floorOf.has(place))).toEqual([]);
});

test('a folder imports only the floors below it: never above, never beside', () => {
  const wrong = sources.flatMap((file) =>
    neighboursOf(file)
      .map(placeOf)
      .filter((place) => place !== placeOf(file) && floorOf.get(place)! <= floorOf.get(placeOf(file))!)
      .map((place) => `${file} imports ${place}`),
  );
  expect(wrong).toEqual([]);
});

test('no circle of files imports itself', () => {
  const graph = new Map(sources.map((file) => [file, neighboursOf(file)]));
  const fileOf = (name: string) => [`${name}.ts`, `${name}/index.ts`].find((candidate) => graph.has(candidate));
  // A type costs nothing at run time, and may lead back; an import of values may not.
  const values = (file: string) =>
    [...read(file).matchAll(/^(?:import|export) (?!type\b)(?:[^;]*?from )?'(\.[^']+)'/gm)]
      .filter(([line]) => !/^import \{(\s*type \w+,?)+\s*\}/.test(line))
      .flatMap(([, name]) => fileOf(path.posix.join(path.posix.dirname(file), name!)) ?? []);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: string[]) => {
    if (way.includes(file)) {
      circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of values(file)) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of sources) walk(file, []);
  expect(circles).toEqual([]);
});

test('only doors and http/ know Express', () => {
  const allowed = ['web', 'oai', 'api', 'feeds', 'http', 'app', 'serve'];
  const knows = /^(express|multer|helmet|compression|express-rate-limit|cookie)(\/|$)/;
  const wrong = sources.filter(
    (file) => importsOf(file).some((name) => knows.test(name)) && !allowed.includes(placeOf(file)),
  );
  expect(wrong).toEqual([]);
});

test('only main.ts and cli.ts read the environment', () => {
  const reads = sources.flatMap((file) =>
    [...read(file).matchAll(/process\.env(?:\.(\w+))?/g)].map(([, name]) => `${file} ${name ?? ''}`.trim()),
  );
  const allowed = [
    'src/cli.ts',
    'src/main.ts',
    // A program that we start must find its own programs; that is no setting of ours.
    'src/text/killable-process.ts PATH',
    'src/text/killable-process.ts NODE_ENV',
    'src/text/launcher.ts PATH',
    'src/text/launcher.ts NODE_ENV',
    'src/text/outside-program.ts PATH',
  ];
  expect(reads.filter((one) => !allowed.includes(one))).toEqual([]);
});

test('doors know no SQL', () => {
  const doors = sources.filter((file) => ['web', 'oai', 'api', 'feeds', 'http', 'demo'].includes(placeOf(file)));
  const sql = doors.filter((file) => importsOf(file).some((name) => /^(kysely|better-sqlite3)$/.test(name)));
  const allowed = ['src/web/operations.ts']; // asks whether the database answers at all
  // OAI-PMH reads the change log in one snapshot with the records.
  expect(sql.filter((file) => placeOf(file) !== 'oai' && !allowed.includes(file))).toEqual([]);
});

test('a view prints with <%= %>; <%- %> only includes', () => {
  const wrong = views.flatMap((file) =>
    [...read(file).matchAll(/<%-([\s\S]*?)%>/g)]
      .filter(([, code]) => !/^\s*include\(/.test(code!))
      .map(([whole]) => `${file}: ${whole}`),
  );
  expect(wrong).toEqual([]);
});

test('a view has no script and no style of its own', () => {
  const wrong = views.flatMap((file) => {
    const text = read(file);
    const inline = [
      ...text.matchAll(/<script(?![^>]*\b(src=|type="application\/(ld\+)?json"))[^>]*>|<style|\sstyle="|\son\w+="/g),
    ];
    return inline.map(([found]) => `${file}: ${found.trim()}`);
  });
  expect(wrong).toEqual([]);
});

test('a file that nobody can hold in the head is divided', () => {
  const LONGEST = 500;
  const long = sources
    .filter((file) => !file.startsWith('src/i18n/')) // lists of sentences
    .map((file) => [file, read(file).split('\n').length] as const)
    .filter(([, lines]) => lines > LONGEST);
  expect(long).toEqual([]);
});

// Sentences

const keys = Object.keys(allMessages);
const code = new Map(
  [...sources.filter((file) => !file.startsWith('src/i18n/')), ...views, ...under('public', '.xsl')].map((file) => [
    file,
    read(file),
  ]),
);

test('every sentence is there in four languages, and none is empty', () => {
  const wrong = Object.entries(allMessages).flatMap(([key, message]) =>
    LANGUAGES.filter((language) => {
      const sentence: unknown = message[language];
      const forms = typeof sentence === 'string' ? [sentence] : Object.values(sentence as object);
      return forms.length === 0 || forms.some((form) => typeof form !== 'string' || form.trim() === '');
    }).map((language) => `${key} in ${language}`),
  );
  expect(wrong).toEqual([]);
});

test('a sentence has one place: no area says what another says already', () => {
  const places = under('src/i18n', '.ts').flatMap((file) =>
    [...read(file).matchAll(/^ {2}'([\w.-]+)':/gm)].map(([, key]) => key!),
  );
  expect(places.filter((key, i) => places.indexOf(key) !== i)).toEqual([]);
});

test('a sentence has the same parameters in every language', () => {
  const named = (sentence: unknown) => {
    const forms = typeof sentence === 'string' ? [sentence] : Object.values(sentence as Record<string, string>);
    return [...new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)))]
      .filter((name) => name !== 'count') // «one work» needs no number
      .sort()
      .join();
  };
  const wrong = Object.entries(allMessages)
    .filter(([, message]) => new Set(LANGUAGES.map((language) => named(message[language]))).size > 1)
    .map(([key]) => key);
  expect(wrong).toEqual([]);
});

test('Kyrgyz and Russian sentences are written in Cyrillic, Turkish and English ones in Latin letters', () => {
  const wrong = Object.entries(allMessages).flatMap(([key, message]) =>
    key.startsWith('language.')
      ? []
      : LANGUAGES.filter((language) => {
          const text = JSON.stringify(message[language]);
          // One word of mixed letters is a slip of the keyboard: «cөз» with a Latin c.
          return /[a-zA-Z][а-яёңөү]|[а-яёңөү][a-zA-Z]/iu.test(text.replace(/\\n|\{\w+\}/g, ' ').replace(/-/g, ' '));
        }).map((language) => `${key} in ${language}`),
  );
  expect(wrong).toEqual([]);
});

test('every key that a view or a source says exists', () => {
  const wrong = [...code].flatMap(([file, text]) =>
    [
      ...[...text.matchAll(/\b(?:t|tell)\(\s*'(\w+\.[\w.-]*\w)'/g)].map(([, key]) => key!),
      ...[...text.matchAll(/\{\{([\w.-]+)\}\}/g)].map(([, key]) => key!),
      ...[...text.matchAll(/'(error\.\w+)'/g)].map(([, key]) => key!),
    ]
      .filter((key) => !(key in allMessages))
      .map((key) => `${file}: ${key}`),
  );
  expect(wrong).toEqual([]);
});

test('no sentence is there that nobody says', () => {
  const all = [...code.values()].join('\n');
  const literals = new Set(
    [...all.matchAll(/(?:['"`]|\{\{)([\w-]+(?:\.[\w-]+)*)(?:['"`]|\}\})/g)].map(([, text]) => text!),
  );
  /** `type.${x}` says every key that begins so; the piece before the first parameter must name its area. */
  const patterns = [...all.matchAll(/`([\w-]+\.[^`]*\$\{[^`]*)`/g)].map(([, text]) => {
    const parts = text!.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('[\\w.-]+')}$`);
  });
  // `${prefix}.${x}`, where the prefix is a word of the same file
  for (const text of code.values()) {
    if (!/`\$\{\w+\}\.\$\{/.test(text)) continue;
    patterns.push(...[...text.matchAll(/'(\w+(?:\.\w+)?)'/g)].map(([, word]) => new RegExp(`^${word}\\.`)));
  }
  // 'state.' + x
  patterns.push(
    ...[...all.matchAll(/'((?:\w+\.)+)'\s*\+/g)].map(([, text]) => new RegExp(`^${text!.replaceAll('.', '\\.')}`)),
  );
  const isSaid = (key: string) =>
    literals.has(key) ||
    patterns.some((pattern) => pattern.test(key)) ||
    (key.startsWith('invalid.') && literals.has(key.slice('invalid.'.length)));
  expect(keys.filter((key) => !isSaid(key))).toEqual([]);
});
