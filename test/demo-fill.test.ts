import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fillSampleLibrary, mayFill, SAMPLE_ACCOUNTS, sampleWorkId } from '../src/demo/fill';
import { readSampleLibrary } from '../src/demo/library';
import { openTestApp } from './support/app';

const library = readSampleLibrary();

test('the demo is deposited, reviewed and published by the acts a person has', async () => {
  const app = await openTestApp();
  const shown: number[] = [];
  await fillSampleLibrary(app.house, (done) => shown.push(done));
  expect(shown.at(-1)).toBe(library.works.length);

  for (const { key, metadata, file } of library.works) {
    const work = await app.house.works.published(sampleWorkId(app.folder, key));
    expect([key, work.state, work.version]).toEqual([key, 'published', 1]);
    expect(work.metadata.titles).toEqual(metadata.titles);
    expect(work.files.map(({ name, role }) => ({ name, role }))).toEqual([{ name: file.name, role: 'main' }]);
    const acts = (await app.house.works.history(work.id)).map((event) => event.act);
    expect([key, acts]).toEqual([key, ['create', 'submit', 'accept']]);
  }

  const thesis = await app.house.works.published(sampleWorkId(app.folder, 'glaciers-dissertation'));
  const abstract = sampleWorkId(app.folder, 'glaciers-autoreferat');
  expect(thesis.metadata.relations).toEqual([
    { type: 'isSupplementedBy', target: `${app.house.config.baseUrl}/works/${abstract}` },
  ]);
  const author = await app.house.people.get(thesis.metadata.contributors[0]!.personId!);
  expect(author.mainName).toBe('Асанова, Айгүл Эсеновна');
  expect(author.portrait?.mediaType).toBe('image/png');
  expect((await app.house.authorities.portrait(author)).size).toBe(author.portrait!.size);

  const tree = await app.house.collections.tree();
  expect(tree.find((root) => root.slug === 'theses')?.children.map((child) => child.slug)).toContain('dissertations');
  for (const root of tree) expect([root.slug, root.works > 0]).toEqual([root.slug, true]);

  await app.runner.drain();
  for (const { key, file } of library.works) {
    const { text } = (await app.house.works.published(sampleWorkId(app.folder, key))).files[0]!;
    expect([key, text.state]).toEqual([key, 'done']);
    if (file.format === 'pdf') expect([key, text.pages! >= 2]).toEqual([key, true]);
  }
  const { text: found } = await app.browse().get('/search').query({ q: '"мөңгүлөрүбүздүн тагдыры"' }).expect(200);
  const where = `/works/${thesis.id}/files/${thesis.files[0]!.id}/read?page=13`;
  expect(found).toContain(where);
  expect(found).toContain('<mark>мөңгүлөрүбүздүн</mark>');

  for (const { email, password, role } of SAMPLE_ACCOUNTS) {
    expect((await app.house.accounts.signIn(email, password))?.role).toBe(role);
  }
}, 240_000);

test('a filling that was killed goes on where it was, and a full demo is left alone', async () => {
  const app = await openTestApp();
  const few = { ...library, works: library.works.slice(4, 8).map((work) => ({ ...work, relations: [] })) };
  let published = 0;
  const killed = fillSampleLibrary(
    app.house,
    (done) => {
      published = done;
      if (done === 2) throw new Error('killed');
    },
    few,
  );
  await expect(killed).rejects.toThrow('killed');
  expect(published).toBe(2);
  await fillSampleLibrary(app.house, () => {}, few);
  const { total } = await app.house.database.db
    .withTables<{ works: { id: number } }>()
    .selectFrom('works')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  expect(Number(total)).toBe(few.works.length);
  expect((await app.house.people.list({ limit: 100 })).total).toBe(library.people.length);

  const shown: number[] = [];
  await fillSampleLibrary(app.house, (done) => shown.push(done), few);
  expect(shown).toEqual([]);
}, 60_000);

test("someone's own library is never filled with samples", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'achyk-own-'));
  const catalogue = path.join(folder, 'achyk.sqlite');
  expect(mayFill(folder, catalogue)).toBe(true);
  writeFileSync(catalogue, '');
  expect(mayFill(folder, catalogue)).toBe(false);
  writeFileSync(path.join(folder, 'demo.json'), '{}');
  expect(mayFill(folder, catalogue)).toBe(true);
  rmSync(folder, { recursive: true });
});
