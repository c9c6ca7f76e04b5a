import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Archive } from '../src/archive/archive';
import { workObject } from '../src/archive/documents';
import { openTestApp, type TestApp } from './support/app';
import { achyk } from './support/command-line';
import { pdf } from './support/pdf';

jest.setTimeout(120_000); // whole libraries and processes: on a loaded machine they take their time

let home: string;
let app: TestApp;
let folder: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'achyk-keeping-'));
  folder = path.join(home, 'storage');
  await mkdir(folder);
  app = await openTestApp({}, folder);
});
afterEach(async () => {
  await app.close();
  await rm(home, { recursive: true, force: true });
});

const run = (...typed: string[]) => achyk({ DATA_DIR: folder }, typed);
const at = (dataDir: string, ...typed: string[]) => achyk({ DATA_DIR: dataDir }, typed);
const text = (name: string, content: string) => ({ name, mediaType: 'text/plain', content: Buffer.from(content) });

/** A library with a work of two versions and corrections of their texts, a tombstone, an embargo on one file, a person with portrait, two collections, a draft. */
async function fill() {
  const { people, collections, deposits, authorities, incoming } = app.house;
  await collections.create({ slug: 'history', titles: [{ value: 'Тарых', lang: 'ky' }] });
  await collections.create({ slug: 'theses', parent: 'history', titles: [{ value: 'Диссертациялар', lang: 'ky' }] });
  const person = await people.create({
    names: [{ value: 'Асанов, Усен Бакирович', lang: 'ky', kind: 'main' }],
    biographies: [{ value: 'Тарыхчы.', lang: 'ky' }],
  });
  const face = path.join(home, 'face');
  await writeFile(face, 'face');
  const sha512 = createHash('sha512').update('face').digest('hex');
  await authorities.setPortrait(person.id, { path: face, sha512, mediaType: 'image/jpeg', size: 4 }, { name: 'Айгүл' });
  const librarian = await app.visitor('administrator');
  const changed = await app.published({
    files: [text('one.txt', 'first'), text('two.txt', 'second')],
    contributors: [
      { role: 'author', name: 'Асанов, Усен Бакирович', personId: person.id, affiliation: null, orcid: null },
    ],
    collections: ['theses'],
    subjects: [{ scheme: 'udc', value: '94(575.2)', lang: null }],
    identifiers: [{ scheme: 'isbn', value: '978-3-16-148410-0' }],
    relations: [{ type: 'references', target: 'https://example.org/1' }],
  });
  const [one, two] = changed.files;
  const { reading } = app.house;
  await reading.correct(one!.id, changed.id, 1, 'first, as a person reads it', librarian.accountId);
  await reading.correct(two!.id, changed.id, 1, 'second, as a person reads it', librarian.accountId);
  const copy = await deposits.revise(changed.id, librarian);
  await deposits.detach(changed.id, librarian, copy.files[0]!.id);
  await deposits.changeFile(changed.id, librarian, copy.files[1]!.id, {
    access: { level: 'closed', openFrom: '2030-01-01', viewOnly: true },
  });
  await deposits.save(
    changed.id,
    librarian,
    { ...changed.metadata, titles: [{ value: 'Жаңы аталыш', lang: 'ky' }] },
    null,
  );
  await deposits.submit(changed.id, librarian, { licenceAccepted: true });
  await deposits.accept(changed.id, librarian);
  const gone = await app.published({ files: [text('bad.txt', 'copied')] });
  await deposits.withdraw(gone.id, librarian, 'Плагиат');
  const draft = await app.draft({ files: [text('draft.txt', 'not yet')] });
  await reading.correct(two!.id, changed.id, 1, 'second, read once more', librarian.accountId);
  app.wait({ hours: 1 });
  await app.runner.drain();
  expect((await readdir(incoming.folder)).length).toBe(1);
  return { changed: changed.id, gone: gone.id, draft: draft.id, person: person.id };
}

/** All the world sees, and who did what when. */
async function visible(of: TestApp, ids: Awaited<ReturnType<typeof fill>>) {
  const { works, people, collections } = of.house;
  const plain = <T extends { files: object[] }>(work: T) => ({
    ...work,
    revision: 0,
    files: work.files.map((file) => ({ ...file, text: null, scan: null })),
  });
  const { revision: _revision, updatedAt: _updatedAt, ...person } = await people.get(ids.person);
  return {
    works: await Promise.all([ids.changed, ids.gone].map(async (id) => plain(await works.published(id)))),
    versions: await Promise.all([1, 2].map(async (n) => plain(await works.version(ids.changed, n)))),
    history: await Promise.all([ids.changed, ids.gone].map((id) => works.history(id))),
    person,
    collections: (await collections.all()).map(({ updatedAt: _at, children: _children, ...each }) => each),
  };
}

/** The header of a work's OAI-PMH record. */
async function headerOf(of: TestApp, id: number): Promise<string> {
  const query = { verb: 'GetRecord', metadataPrefix: 'oai_dc', identifier: `oai:library.test:${id}` };
  const { text } = await of.browse().get('/oai').query(query).expect(200);
  return /<header.*?<\/header>/s.exec(text)![0];
}
const datestampIn = (header: string): string => /<datestamp>([^<]*)/.exec(header)![1]!;
const setsOfTombstone = async (of: TestApp, id: number): Promise<string[]> => {
  const header = await headerOf(of, id);
  expect(header).toContain('status="deleted"');
  return [...header.matchAll(/<setSpec>([^<]*)/g)].map((match) => match[1]!);
};

/** What a rebuild cannot bring back, and why. Every other table must come back row by row. */
const NOT_IN_THE_ARCHIVE: Record<string, string> = {
  accounts: 'come back without password and role',
  drafts: 'were never published',
  kept_secrets: 'are made anew: what they signed holds for minutes',
  jobs: 'are promised anew',
  migrations: 'tell of this database alone',
  last_change: 'harvesters collect everything once more',
  work_sets: 'is made with the records of harvesters',
  sessions: 'end',
  tokens: 'end',
  one_time_links: 'end',
};

/** The catalogue's rows of published works, without what is measured or numbered anew. */
function rowsOf(of: TestApp): Record<string, unknown[]> {
  const { sqlite } = of.house.database;
  const tables = sqlite
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    .pluck()
    .all() as string[];
  const anew = new Set([
    'change_number',
    'datestamp',
    'scan',
    'scan_detail',
    'revision',
    'renewed_at',
    'record_number',
  ]);
  const unpublished = "SELECT id FROM works WHERE state = 'unpublished'";
  const told = tables.filter((table) => !(table in NOT_IN_THE_ARCHIVE) && !/harvest|record|change/.test(table));
  return Object.fromEntries(
    told.map((table) => {
      const columns = sqlite.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all() as string[];
      const where = columns.includes('work_id')
        ? `work_id NOT IN (${unpublished})`
        : table === 'works'
          ? `id NOT IN (${unpublished})`
          : '1';
      const kept = columns.filter(
        (name) =>
          !anew.has(name) &&
          !name.startsWith('text_') &&
          !(table === 'version_files' && name === 'position') &&
          !(table === 'events' && name === 'id') &&
          !(table === 'collections' && name.endsWith('_at')) &&
          !(table === 'people' && name === 'updated_at'),
      );
      const chosen = kept.map((name) => `"${name}"`).join(', ');
      return [table, sqlite.prepare(`SELECT ${chosen} FROM "${table}" WHERE ${where} ORDER BY ${chosen}`).all()];
    }),
  );
}

describe('fixity', () => {
  test('says that all is as it was stored, or what is not', async () => {
    const { id } = await app.published({ files: [text('a.txt', 'as it was')] });
    expect(await run('fixity')).toMatchObject({ code: 0, out: expect.stringContaining('all as they were stored') });
    const { path: file } = await app.house.archive.read(workObject(id), 'files/a.txt');
    await chmod(file, 0o644);
    await writeFile(file, 'as it is!');
    const { code, out, err } = await run('fixity', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ damaged: [{ objectId: workObject(id), problems: [{ kind: 'changed' }] }] });
    expect(err).toContain('put them back from a backup');
    expect((await run('fixity', '999')).code).toBe(1);
  });
});

test('fixity and doctor go on past an object whose inventory is torn, and name it', async () => {
  const [torn, sound] = [
    await app.published({ files: [text('a.txt', 'a')] }),
    await app.published({ files: [text('b.txt', 'b')] }),
  ];
  const inventory = path.join(app.house.archive.folderOf(workObject(torn.id)), 'inventory.json');
  await writeFile(inventory, '{"id": "achyk:wo');
  const { out } = await run('fixity', '--json');
  const { objects, damaged } = JSON.parse(out) as { objects: number; damaged: { objectId: string }[] };
  expect(objects).toBe(2);
  expect(damaged.map(({ objectId }) => objectId)).toEqual([workObject(torn.id)]);
  const doctor = await run('doctor', '--json');
  expect(doctor.code).toBe(1);
  const problems = (JSON.parse(doctor.out) as { problems: string[] }[]).flatMap((each) => each.problems);
  expect(problems[0]).toContain(inventory);
  expect(problems.join()).not.toContain(workObject(sound.id));
});

describe('doctor', () => {
  test('finds nothing to say of a sound library', async () => {
    await fill();
    const { code, out, err } = await run('doctor');
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain('BAD');
  });

  test('finds bytes that are gone, an object the catalogue does not know, and a job that failed for good', async () => {
    const ids = await fill();
    const { archive, incoming, database } = app.house;
    await rm((await archive.read(workObject(ids.changed), 'files/two.txt')).path);
    for (const name of await readdir(incoming.folder)) await rm(path.join(incoming.folder, name));
    const unknown = {
      files: { 'metadata.json': { bytes: '{}' } },
      message: '',
      user: { name: 'x' },
      created: '2026-01-01T00:00:00Z',
    };
    await archive.addVersion('achyk:work:99', unknown);
    await archive.addVersion(workObject(ids.gone), unknown);
    database.sqlite.exec(
      `INSERT INTO jobs (kind, key, state, run_after, created_at, last_error) VALUES ('extract-text', '7', 'dead', '', '', 'it is torn')`,
    );
    const { code, out } = await run('doctor', '--json');
    expect(code).toBe(1);
    const problems = (JSON.parse(out) as { problems: string[] }[]).flatMap((each) => each.problems).sort();
    expect(problems).toEqual([
      expect.stringMatching(/^Job \d+ \(extract-text 7\) failed for good: it is torn/),
      expect.stringContaining('The archive has achyk:work:99, the catalogue has not'),
      expect.stringMatching(/^The bytes of file \d+ of work \d+ are gone/),
      expect.stringMatching(/^The bytes of file \d+ of work \d+ are gone/),
      expect.stringContaining(`${workObject(ids.gone)} has version 3 in the archive, the catalogue knows version 2`),
    ]);
  });
});

describe('rebuild', () => {
  test('makes the same catalogue from the archive alone', async () => {
    const ids = await fill();
    const before = await visible(app, ids);
    const rows = rowsOf(app);
    const setsBefore = await setsOfTombstone(app, ids.gone);
    expect(setsBefore).toContain('driver');
    await app.close();
    for (const name of await readdir(folder))
      if (name !== 'archive') await rm(path.join(folder, name), { recursive: true });

    const { code, out, err } = await run('rebuild', '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      works: 2,
      people: 1,
      collections: 2,
      files: 3,
      corrections: 2,
      accounts: 3,
      problems: [],
    });
    app = await openTestApp({}, folder);
    expect(await visible(app, ids)).toEqual(before);
    expect(rowsOf(app)).toEqual(rows);
    expect(Object.keys(rows)).toEqual(
      expect.arrayContaining(['works', 'versions', 'files', 'people', 'work_subjects']),
    );
    app.wait({ days: 3650 }); // the command promised its jobs by the real clock
    await app.runner.drain();
    expect((await run('doctor')).out).not.toContain('BAD');
    const { files } = await app.house.works.published(ids.changed);
    expect((await app.house.texts.page(files[0]!.id, 1))?.text).toBe('second, read once more');
    const harvest = '/oai?verb=ListIdentifiers&metadataPrefix=oai_dc';
    const { text: inSet } = await app.browse().get(`${harvest}&set=collection:history:theses`).expect(200);
    expect(inSet).toContain(`<identifier>oai:library.test:${ids.changed}</identifier>`);
    const { text: all } = await app.browse().get(harvest).expect(200);
    expect(all).toMatch(new RegExp(`<header status="deleted">\\s*<identifier>oai:library.test:${ids.gone}<`));
    expect(await setsOfTombstone(app, ids.gone)).toEqual(setsBefore);
    // And it goes on from there.
    const next = await app.published({ files: [text('next.txt', 'next')] });
    expect(next.id).toBeGreaterThan(ids.gone);
    expect((await app.house.accounts.byEmail('depositor@library.test'))?.hasPassword).toBe(false);
  });

  test('reads what can be read and names what cannot', async () => {
    const ids = await fill();
    const { archive } = app.house;
    const { path: file } = await archive.read(workObject(ids.gone), 'metadata.json', 1);
    await chmod(file, 0o644);
    await writeFile(file, '{"torn');
    await app.close();
    await rm(path.join(folder, 'achyk.sqlite'));
    for (const end of ['-wal', '-shm']) await rm(path.join(folder, `achyk.sqlite${end}`), { force: true });
    const { code, err } = await run('rebuild');
    expect(code).toBe(1);
    expect(err).toContain(`Cannot read metadata.json of ${workObject(ids.gone)}`);
    app = await openTestApp({}, folder);
    expect((await app.house.works.published(ids.changed)).version).toBe(2);
  });

  test('is refused while there is a catalogue', async () => {
    await fill();
    expect(await run('rebuild')).toMatchObject({
      code: 1,
      err: expect.stringContaining('move the file achyk.sqlite away'),
    });
  });
});

describe('a backup', () => {
  test.each(['library.tar', 'library.tar.gz'])('in %s brings the whole library back elsewhere', async (name) => {
    const ids = await fill();
    const before = await visible(app, ids);
    const file = path.join(home, name);
    expect(await run('backup', file)).toMatchObject({ code: 0, err: '' });
    expect((await readdir(folder)).filter((each) => each.startsWith('backup'))).toEqual([]);

    const elsewhere = path.join(home, 'elsewhere');
    expect(await at(elsewhere, 'restore', file, '--json')).toMatchObject({ code: 0, err: '' });
    expect((await readdir(elsewhere)).filter((each) => each.startsWith('restore'))).toEqual([]);
    const other = await openTestApp({}, elsewhere);
    // Harvesters may have seen what came after the backup: each record is dated anew.
    for (const id of [ids.changed, ids.gone]) {
      const [then, now] = await Promise.all([headerOf(app, id), headerOf(other, id)]);
      expect(datestampIn(now) > datestampIn(then)).toBe(true);
    }
    expect(await visible(other, ids)).toEqual(before);
    const draft = (await other.house.works.drafts.of(ids.draft))!;
    const { incoming } = await other.house.works.files.bytesOf(draft.files[0]!.id);
    expect(await readFile(other.house.incoming.pathOf(incoming!), 'utf8')).toBe('not yet');
    await other.runner.drain();
    expect((await at(elsewhere, 'doctor')).out).not.toContain('BAD');
    expect((await at(elsewhere, 'fixity')).code).toBe(0);
    await other.close();
  });

  test('made while works are published holds no work half', async () => {
    await fill();
    const file = path.join(home, 'busy.tar');
    const publishing = (async () => {
      for (let i = 0; i < 10; i++) await app.published({ files: [text(`${i}.txt`, `text ${i}`)] });
    })();
    const { code } = await run('backup', file);
    await publishing;
    expect(code).toBe(0);
    const elsewhere = path.join(home, 'elsewhere');
    expect((await at(elsewhere, 'restore', file)).code).toBe(0);
    const { out } = await at(elsewhere, 'doctor', '--json');
    expect((JSON.parse(out) as { problems: string[] }[]).flatMap((each) => each.problems)).toEqual([]);
  });

  test('holds of each work what its catalogue knows of, though the archive has gone on meanwhile', async () => {
    const { archive, database } = app.house;
    const { id } = await app.published({ files: [text('a.txt', 'first')] });
    const later = {
      files: { 'metadata.json': { bytes: '{}' } },
      message: '',
      user: { name: 'x' },
      created: '2026-01-01T00:00:00Z',
    };
    await archive.addVersion(workObject(id), later); // as if its transaction came a moment after the snapshot
    expect(database.sqlite.prepare('SELECT archive_version FROM works').pluck().get()).toBe(1);
    const file = path.join(home, 'moment.tar');
    await run('backup', file);
    const elsewhere = path.join(home, 'elsewhere');
    expect((await at(elsewhere, 'restore', file)).code).toBe(0);
    const restored = await Archive.open(path.join(elsewhere, 'archive'));
    expect(await restored.head(workObject(id))).toBe(1);
    expect(await restored.readText(workObject(id), 'files/a.txt')).toBe('first');
    expect((await restored.verify(workObject(id))).problems).toEqual([]);
  });

  test('is not put back over a library, nor when it is torn, changed or something else', async () => {
    await app.published({ pages: ['Мөңгүлөр.'] });
    const file = path.join(home, 'library.tar');
    await run('backup', file);
    expect(await run('restore', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('restore into an empty DATA_DIR'),
    });

    const elsewhere = path.join(home, 'elsewhere');
    const whole = await readFile(file);
    const refused = async (bytes: Buffer, why: RegExp) => {
      await writeFile(file, bytes);
      const { code, err } = await at(elsewhere, 'restore', file);
      expect(code).toBe(1);
      expect(err).toMatch(why);
      expect(await readdir(elsewhere)).toEqual([]);
    };
    await refused(whole.subarray(0, whole.length / 2), /cannot be read|not whole/);
    const marker = Buffer.from('%PDF');
    const changed = Buffer.from(whole);
    changed[changed.indexOf(marker) + 30]! ^= 1;
    await refused(changed, /damaged/);
    await refused(await pdf(['no backup']), /cannot be read|no backup/);
    await truncate(file, 0);
    expect((await at(elsewhere, 'restore', file)).code).toBe(1);
  });
});

test('reindex is promised to the server, which makes the index anew', async () => {
  await fill();
  expect((await run('reindex')).code).toBe(0);
  expect((await app.house.jobs.list()).map((job) => job.kind)).toContain('reindex');
  await app.runner.drain();
  expect(await app.house.search.differences()).toEqual([]);
});

test('export gives every record as a line of JSON: works with their files, tombstones, people, collections', async () => {
  const ids = await fill();
  const { code, out } = await run('export');
  expect(code).toBe(0);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; id?: number });
  expect(lines.map(({ kind }) => kind)).toEqual(['library', 'collection', 'collection', 'person', 'work', 'work']);
  expect(lines[4]).toMatchObject({ id: ids.changed, version: 2, metadata: { titles: [{ value: 'Жаңы аталыш' }] } });
  expect(lines[4]).toMatchObject({
    files: [{ name: 'two.txt', url: expect.stringMatching(/\/works\/1\/files\/\d+\/two\.txt$/) }],
  });
  expect(lines[5]).toMatchObject({ id: ids.gone, state: 'withdrawn', withdrawn: { reason: 'Плагиат' } });
  expect(lines[5]).not.toHaveProperty('metadata');
  expect(out).not.toContain('draft.txt');
  const file = path.join(home, 'library.jsonl');
  expect(JSON.parse((await run('export', file, '--json')).out)).toEqual({ file, records: 6 });
  expect((await readFile(file, 'utf8')).replace(/"exportedAt":"[^"]*"/, '')).toBe(
    out.replace(/"exportedAt":"[^"]*"/, ''),
  );
});
