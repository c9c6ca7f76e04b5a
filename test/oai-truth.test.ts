import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { inTransaction, openDatabase } from '../src/database/database';
import { FORMATS } from '../src/formats';
import * as all from '../src/formats/all';
import { RecordStore } from '../src/formats/records';
import { touch } from '../src/works/changes';
import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { ask, DC, harvest } from './support/harvest';

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp({ OAI_PAGE_SIZE: '3' });
});
afterEach(() => app.close());

const oai = (id: number) => `oai:library.test:${id}`;
const get = (id: number) => ask(app, { verb: 'GetRecord', ...DC, identifier: oai(id) });
const datestamp = async (id: number) => (await get(id)).all('datestamp')[0];

/** Does `act`, two seconds later, move the record of `id`, and only forward? */
async function moves(id: number, act: () => Promise<unknown>): Promise<void> {
  const before = await datestamp(id);
  app.wait({ seconds: 2 });
  const from = `${app.clock.now().toISOString().slice(0, 19)}Z`;
  await act();
  expect((await datestamp(id))! > before!).toBe(true);
  expect((await ask(app, { verb: 'ListIdentifiers', ...DC, from })).identifiers).toContain(oai(id));
}

/** A new version of `work`, published. */
async function revised({ id, metadata }: Work, change: Partial<Record<keyof Work['metadata'], unknown>>) {
  const { deposits } = app.house;
  const depositor = await app.visitor('depositor');
  const copy = await deposits.revise(id, depositor);
  await deposits.save(id, depositor, { ...metadata, ...change }, copy.revision);
  await deposits.submit(id, depositor, { licenceAccepted: true });
  await deposits.accept(id, await app.visitor('reviewer'));
}

test('a new version moves the record and tells what is new', async () => {
  const work = await app.published();
  await moves(work.id, () => revised(work, { titles: [{ value: 'Жаңы аталыш', lang: 'ky' }] }));
  expect((await get(work.id)).all('dc:title')).toEqual(['Жаңы аталыш']);
});

test('a withdrawal moves the record', async () => {
  const work = await app.published();
  await moves(work.id, async () => app.house.deposits.withdraw(work.id, await app.visitor('reviewer'), 'Себеби бар'));
  expect((await get(work.id)).attributes('header')).toEqual({ status: 'deleted' });
});

test('a collection renamed or moved moves the records in it and below it, tombstones too', async () => {
  const { collections, deposits } = app.house;
  const titles = [{ value: 'Жыйнак', lang: 'ky' }];
  for (const slug of ['top', 'other']) await collections.create({ slug, titles });
  await collections.create({ slug: 'inner', parent: 'top', titles });
  const work = await app.published({ collections: ['inner'] });
  const gone = await app.published({ collections: ['inner'] });
  await deposits.withdraw(gone.id, await app.visitor('reviewer'), 'Себеби бар');
  const elsewhere = await app.published({ collections: ['other'] });
  const before = await datestamp(elsewhere.id);
  await moves(work.id, () => collections.change('top', { titles: [{ value: 'Башка ат', lang: 'ky' }] }));
  await moves(work.id, () => collections.change('inner', { parent: 'other', titles }));
  expect((await get(work.id)).all('setSpec')).toContain('collection:other:inner');
  expect((await get(gone.id)).all('setSpec')).toContain('collection:other:inner');
  expect(await datestamp(elsewhere.id)).toBe(before);
  expect((await ask(app, { verb: 'ListIdentifiers', ...DC, set: 'collection:top' })).codes).toEqual(['noRecordsMatch']);
});

test('an embargo that ends moves the record on that day, though nobody does anything', async () => {
  const work = await app.published({
    pages: ['Кат.'],
    access: { level: 'open', openFrom: '2026-03-12', viewOnly: false },
  });
  expect((await get(work.id)).xml).toContain('info:eu-repo/date/embargoEnd/2026-03-12');
  expect((await get(work.id)).all('setSpec')).not.toContain('driver');
  await moves(work.id, async () => app.wait({ days: 2 }));
  const opened = await get(work.id);
  expect(opened.all('dc:rights')).toEqual(['info:eu-repo/semantics/openAccess']);
  expect(opened.xml).toContain(`/works/${work.id}/files/`);
  expect(opened.all('setSpec')).toContain('driver');
  const after = await datestamp(work.id);
  app.wait({ days: 3 });
  expect(await datestamp(work.id)).toBe(after);
});

test('an embargo of one file does the same', async () => {
  const { deposits } = app.house;
  const { id } = await app.draft({ pages: ['Файл.'] });
  const depositor = await app.visitor('depositor');
  const [file] = (await deposits.copy(id, depositor)).files;
  const access = { level: 'open', openFrom: '2026-03-11', viewOnly: false };
  await deposits.changeFile(id, depositor, file!.id, { access });
  await app.runner.drain();
  await deposits.submit(id, depositor, { licenceAccepted: true });
  await deposits.accept(id, await app.visitor('reviewer'));
  expect((await get(id)).all('dc:rights')).toEqual(['info:eu-repo/semantics/embargoedAccess']);
  await moves(id, async () => app.wait({ days: 1 }));
  expect((await get(id)).all('dc:rights')).toEqual(['info:eu-repo/semantics/openAccess']);
});

test('a name corrected in an author’s record moves his works', async () => {
  const { people } = app.house;
  const names = (value: string) => ({ names: [{ value, lang: 'ky', kind: 'main' }] });
  const person = await people.create(names('Асанов, Усен'));
  const work = await app.published({
    contributors: [{ role: 'author', name: 'Асанов, У.', personId: person.id, affiliation: null, orcid: null }],
  });
  expect((await get(work.id)).all('dc:creator')).toEqual(['Асанов, Усен']);
  await moves(work.id, () => people.change(person.id, names('Асанов, Үсөн Бакирович'), null));
  expect((await get(work.id)).all('dc:creator')).toEqual(['Асанов, Үсөн Бакирович']);
});

test('a virus found after publication takes the file’s address out of the record', async () => {
  const work = await app.published({ pages: ['Вирус.'] });
  const infect = 'UPDATE files SET scan = ? WHERE work_id = ?';
  await moves(work.id, async () => app.house.database.sqlite.prepare(infect).run('infected', work.id));
  expect((await get(work.id)).xml).not.toContain('/files/');
});

test('an upgrade that changes a crosswalk or the sets, or a new name of the address, moves every record', async () => {
  const work = await app.published();
  await get(work.id);
  const parts = (app.house.records as unknown as { parts: ConstructorParameters<typeof RecordStore>[0] }).parts;
  const other = {
    ...all.oaiDc,
    serialise: (record: Parameters<typeof all.oaiDc.serialise>[0]) =>
      all.oaiDc.serialise(record).replace('<dc:title', '<dc:title xml:id="t"'),
  };
  await moves(work.id, () => new RecordStore({ ...parts, formats: [other, ...FORMATS.slice(1)] }).ready());
  const folder = mkdtempSync(path.join(tmpdir(), 'achyk-sets-'));
  const headersFrom = path.join(folder, 'sets-of-works.js');
  const code = readFileSync(parts.headersFrom, 'utf8');
  expect(code).toContain("'openaire'");
  writeFileSync(headersFrom, code.replace("'openaire'", "'portals'"));
  await moves(work.id, () => new RecordStore({ ...parts, headersFrom }).ready());
  rmSync(folder, { recursive: true });
  await new RecordStore(parts).ready();
  await moves(work.id, () =>
    new RecordStore({ ...parts, repository: { ...parts.repository, baseUrl: 'https://new.library.test' } }).ready(),
  );
});

test('a format that joins moves nothing', async () => {
  const work = await app.published();
  const before = await datestamp(work.id);
  app.wait({ seconds: 5 });
  const parts = (app.house.records as unknown as { parts: ConstructorParameters<typeof RecordStore>[0] }).parts;
  const joined = [...FORMATS.map((format) => format), { ...all.oaiDc, prefix: 'oai_new' }];
  app.house.database.sqlite.prepare('DELETE FROM crosswalks').run();
  await new RecordStore({ ...parts, repository: parts.repository }).ready();
  await new RecordStore({ ...parts, formats: joined }).ready();
  expect(await datestamp(work.id)).toBe(before);
});

test('a clock set back never dates a change back', async () => {
  const first = await app.published();
  const then = await datestamp(first.id);
  app.wait({ hours: -5 });
  const second = await app.published();
  expect((await datestamp(second.id))! >= then!).toBe(true);
});

test('an embargo that ends while a harvester pages is told at the end of its list, or in its next harvest', async () => {
  const works: Work[] = [];
  const embargo = { level: 'open', openFrom: '2026-03-11', viewOnly: false } as const;
  for (let i = 0; i < 7; i++) works.push(await app.published(i === 1 ? { access: embargo, pages: ['Текст.'] } : {}));
  const { id } = works[1]!;
  const endless = await harvest(app, { verb: 'ListRecords', ...DC }, async (page) => {
    if (page === 1) app.wait({ days: 1 });
  });
  const given = endless.flatMap((page) => page.identifiers);
  expect(given).toEqual([...works.map((work) => oai(work.id)), oai(id)]);
  expect(endless.at(-1)!.xml).toContain('info:eu-repo/semantics/openAccess');

  // The list that ends with yesterday has lost it, and the harvest from then on has it.
  const rest = await harvest(app, { verb: 'ListIdentifiers', ...DC, until: '2026-03-10' });
  expect(rest.flatMap((page) => page.identifiers)).not.toContain(oai(id));
  expect((await ask(app, { verb: 'ListIdentifiers', ...DC, from: '2026-03-11' })).identifiers).toEqual([oai(id)]);
});

test('a list whose rest is moved out of its range meanwhile ends well, and the next harvest has it all', async () => {
  const works: Work[] = [];
  for (let i = 0; i < 5; i++) works.push(await app.published());
  for (const verb of ['ListRecords', 'ListIdentifiers']) {
    app.wait({ days: 1 });
    const from = `${app.clock.now().toISOString().slice(0, 10)}`;
    const { db } = app.house.database;
    await inTransaction(db, (tx) =>
      touch(
        tx,
        app.clock,
        works.map((work) => work.id),
      ),
    );
    const pages = await harvest(app, { verb, ...DC, until: from }, async () => {
      app.wait({ days: 1 });
      await inTransaction(db, (tx) =>
        touch(
          tx,
          app.clock,
          works.slice(3).map((work) => work.id),
        ),
      );
    });
    expect(pages.map(({ codes, identifiers }) => ({ codes, identifiers }))).toEqual([
      { codes: [], identifiers: works.slice(0, 3).map((work) => oai(work.id)) },
      { codes: [], identifiers: [oai(works[2]!.id)] },
    ]);
    expect(pages[1]!.token).toBe('');
    expect(pages[1]!.attributes('resumptionToken')).toEqual({ completeListSize: '5', cursor: '3' });
    const next = await ask(app, { verb, ...DC, from: `${app.clock.now().toISOString().slice(0, 10)}` });
    expect(next.identifiers).toEqual(works.slice(3).map((work) => oai(work.id)));
  }
});

test('a list of sets whose rest is taken away meanwhile ends well', async () => {
  await app.house.collections.create({ slug: 'c', titles: [{ value: 'Жыйнак', lang: 'ky' }] });
  await app.published();
  const other = await app.published({ type: 'other' });
  const pages = await harvest(app, { verb: 'ListSets' }, async (page) => {
    if (page === 2) await revised(other, { type: 'article' });
  });
  expect(pages.map(({ codes, all }) => [codes, all('setSpec')])).toEqual([
    [[], ['collection', 'collection:c', 'driver']],
    [[], ['openaire', 'type', 'type:article']],
    [[], ['type:article']],
  ]);
  expect(pages.at(-1)!.token).toBe('');
});

test('a clock that ran ahead and was set right shuts again what it had opened', async () => {
  const embargo = { level: 'open', openFrom: '2026-06-01', viewOnly: false } as const;
  const { id } = await app.published({ access: embargo, pages: ['Текст.'] });
  const rights = async () => /info:eu-repo\/semantics\/\w+Access/.exec((await get(id)).xml)![0];
  expect(await rights()).toMatch(/embargoed/);
  app.wait({ days: 365 });
  expect(await rights()).toMatch(/open/);
  app.wait({ days: -365 });
  expect(await rights()).toMatch(/embargoed/);
  app.wait({ days: 100 });
  expect(await rights()).toMatch(/open/);
});

test('a set that is emptied while a harvester pages ends its list; one of a very deep collection goes on', async () => {
  const { collections } = app.house;
  const titles = [{ value: 'Жыйнак', lang: 'ky' }];
  const slugs = Array.from({ length: 40 }, (_, i) => `${'deep-'.repeat(10)}${i}`);
  for (const [i, slug] of slugs.entries())
    await collections.create({ slug, titles, parent: i === 0 ? null : slugs[i - 1] });
  const deepest = slugs.at(-1)!;
  const works: Work[] = [];
  for (let i = 0; i < 5; i++) works.push(await app.published({ collections: [deepest] }));
  const set = `collection:${slugs.join(':')}`;
  const pages = await harvest(app, { verb: 'ListRecords', ...DC, set });
  expect(pages.flatMap((page) => page.identifiers)).toHaveLength(5);

  const first = await ask(app, { verb: 'ListIdentifiers', ...DC, set: `collection:${slugs[0]}` });
  for (const work of works) await revised(work, { collections: [] });
  expect((await ask(app, { verb: 'ListIdentifiers', resumptionToken: first.token! })).codes).toEqual([
    'noRecordsMatch',
  ]);
  expect((await ask(app, { verb: 'ListRecords', ...DC, set })).codes).toEqual(['noRecordsMatch']);
});

test('a harvest under writes loses nothing and gives each untouched record once', async () => {
  const { deposits, collections } = app.house;
  for (const slug of ['c', 'd']) await collections.create({ slug, titles: [{ value: 'Жыйнак', lang: 'ky' }] });
  const reviewer = await app.visitor('reviewer');
  const works: Work[] = [];
  for (let i = 0; i < 20; i++) works.push(await app.published({ collections: i % 4 === 0 ? ['c'] : [] }));
  const touched = new Set<number>();
  const fresh: number[] = [];
  const pages = await harvest(app, { verb: 'ListRecords', ...DC }, async (page) => {
    app.wait({ seconds: 1 });
    if (page > 7) return;
    // What was given already and what is still to come, in turn.
    const work = works[(page * 5 + (page % 2 ? 0 : 9)) % works.length]!;
    if (page === 1) fresh.push((await app.published()).id);
    if (page === 2 || page === 3) {
      if (!touched.has(work.id)) await deposits.withdraw(work.id, reviewer, 'Себеби бар');
      touched.add(work.id);
    }
    if (page === 4) {
      await collections.change('c', { titles: [{ value: 'Башка', lang: 'ky' }] });
      for (const { id, metadata } of works) if (metadata.collections.length) touched.add(id);
    }
    if (page === 6) {
      // One of the works still to come moves to another collection, and the collection itself below another.
      const moved = works.findLast(({ id }) => !touched.has(id))!;
      await revised(moved, { collections: ['d'] });
      touched.add(moved.id);
      await collections.change('c', { parent: 'd', titles: [{ value: 'Башка', lang: 'ky' }] });
    }
    if (page === 5) {
      const edited = works.find(({ id }) => !touched.has(id))!;
      await revised(edited, { issued: '2025' });
      touched.add(edited.id);
    }
  });
  const given = pages.flatMap((page) => page.identifiers);
  const times = (id: number) => given.filter((identifier) => identifier === oai(id)).length;
  for (const { id } of works) expect([id, times(id)]).toEqual([id, touched.has(id) ? expect.any(Number) : 1]);
  for (const id of [...touched, ...fresh]) expect(times(id)).toBeGreaterThan(0);
  // The last a harvester heard of each is what is true.
  const last = new Map<string, string>();
  for (const { xml } of pages) {
    for (const [record, identifier] of xml.matchAll(/<record>.*?<identifier>([^<]*)<\/identifier>.*?<\/record>/gs))
      last.set(identifier!, record);
  }
  for (const id of [...works.map((work) => work.id), ...fresh])
    expect((await get(id)).xml).toContain(last.get(oai(id)));
  expect([...last.values()].filter((record) => record.includes('<setSpec>collection:d</setSpec>'))).toHaveLength(1);
  expect([...last.values()].filter((record) => record.includes('collection:d:c</setSpec>')).length).toBeGreaterThan(2);
});

const keptRecords = () => new Database(path.join(app.house.config.dataDir, 'derived/records.sqlite'));

test('a kept record is given until its work changes, and then never again', async () => {
  const work = await app.published();
  await get(work.id);
  const kept = keptRecords();
  kept.prepare("UPDATE records SET xml = replace(xml, 'Мөңгүлөр', 'САКТАЛГАН')").run();
  expect((await get(work.id)).xml).toContain('САКТАЛГАН');
  kept.prepare('UPDATE records SET number = number - 1').run();
  expect((await get(work.id)).xml).not.toContain('САКТАЛГАН');
  kept.close();
});

test('a publication’s job renews the record before anybody asks', async () => {
  const work = await app.published();
  const kept = keptRecords();
  const ofWork = kept.prepare('SELECT format FROM records WHERE work_id = ?').pluck();
  expect(ofWork.all(work.id)).toEqual(['oai_dc']);
  expect(await app.house.records.serialised(work.id, 'marcxml')).toContain('<leader>');
  expect(ofWork.all(work.id)).toEqual(['marcxml', 'oai_dc']);
  await expect(app.house.records.serialised(work.id, 'nobody')).rejects.toMatchObject({ name: 'NotFound' });
  kept.close();
});

test('records that another process is long at writing are given all the same, and made again when their file is lost', async () => {
  const work = await app.published();
  const kept = keptRecords();
  kept.exec('DELETE FROM records; BEGIN IMMEDIATE');
  expect((await get(work.id)).all('dc:title')).not.toEqual([]);
  kept.exec('COMMIT');
  expect(kept.prepare('SELECT count(*) FROM records').pluck().get()).toBe(0);
  await get(work.id);
  expect(kept.prepare('SELECT count(*) FROM records').pluck().get()).toBe(1);
  kept.close();
});

test('a change that another process commits late is found from the last answer on', async () => {
  const { id } = await app.published();
  await get(id);
  const other = openDatabase(app.house.config.databaseFile);
  let answered = '';
  await other.db.transaction().execute(async (tx) => {
    await touch(tx, app.clock, [id]);
    app.wait({ seconds: 5 });
    answered = (await ask(app, { verb: 'ListIdentifiers', ...DC })).all('responseDate')[0]!;
    app.wait({ seconds: 5 });
  });
  expect((await ask(app, { verb: 'ListIdentifiers', ...DC, from: answered })).identifiers).toEqual([oai(id)]);
  await other.close();

  // And dates go on growing with the numbers, also when the clock goes back.
  app.wait({ hours: -1 });
  for (let i = 0; i < 3; i++) await app.published();
  const stamps = (await harvest(app, { verb: 'ListIdentifiers', ...DC })).flatMap((page) => page.all('datestamp'));
  expect(stamps).toEqual([...stamps].sort());
});

test('changes that come faster than harvesters ask keep nobody out', async () => {
  const works: number[] = [];
  for (let i = 0; i < 3; i++) works.push((await app.published()).id);
  const { db } = app.house.database;
  let isOver = false;
  const storm = (async () => {
    while (!isOver) {
      await inTransaction(db, (tx) => touch(tx, app.clock, works));
      await new Promise(setImmediate);
    }
  })();
  for (let i = 0; i < 20; i++) {
    expect((await ask(app, { verb: 'ListIdentifiers', ...DC })).identifiers).toHaveLength(3);
  }
  isOver = true;
  await storm;
});

test('a thousand changes at once are followed in order', async () => {
  const { id } = await app.published();
  const insert = app.house.database.sqlite.prepare(
    `INSERT INTO works (state, version, metadata, type, access_level, created_at, updated_at, published_at, change_number, datestamp)
     SELECT state, version, metadata, type, access_level, created_at, updated_at, published_at, change_number + ?, datestamp
     FROM works WHERE id = ?`,
  );
  for (let i = 1; i <= 1200; i++) insert.run(i, id);
  app.house.database.sqlite.exec('UPDATE last_change SET number = number + 1200');
  const first = await ask(app, { verb: 'ListIdentifiers', ...DC });
  expect(first.attributes('resumptionToken')).toMatchObject({ completeListSize: '1201' });
  const rows = app.house.database.sqlite
    .prepare('SELECT count(*) AS n, max(number) - min(number) AS span FROM changes')
    .all();
  expect(rows).toEqual([{ n: 1201, span: 1200 }]);
});
