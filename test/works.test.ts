import fc from 'fast-check';
import { lenient } from '../src/works/lenient';
import { isIsbn, isIssn, metadataSchema, missingForSubmission, WORK_TYPES } from '../src/works/schema';
import { titleIn, yearOf } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const titled = (value: string) => ({ titles: [{ value, lang: 'ky' }] });
const revised = async (id: number, change: object) => {
  const { deposits, works } = app.house;
  const [depositor, reviewer] = [await app.visitor('depositor'), await app.visitor('reviewer')];
  const copy = await deposits.revise(id, depositor);
  await deposits.save(id, depositor, { ...copy.metadata, ...change }, copy.revision);
  await deposits.submit(id, depositor, { licenceAccepted: true });
  await deposits.accept(id, reviewer);
  return works.published(id);
};

test('every version stays as it was published, with its own files, and is numbered from one', async () => {
  const { works, deposits } = app.house;
  const first = await app.published({ ...titled('Биринчи'), pages: ['Бир.'] });
  expect(first).toMatchObject({ version: 1, publishedVersion: 1, state: 'published' });
  app.wait({ days: 1 });

  const depositor = await app.visitor('depositor');
  const copy = await deposits.revise(first.id, depositor);
  expect(copy.files.map(({ id }) => id)).toEqual(first.files.map(({ id }) => id));
  await deposits.save(first.id, depositor, { ...copy.metadata, ...titled('Экинчи') }, copy.revision);
  await deposits.detach(first.id, depositor, first.files[0]!.id);
  await deposits.submit(first.id, depositor, { licenceAccepted: true });
  await deposits.accept(first.id, await app.visitor('reviewer'));

  const now = await works.published(first.id);
  expect(now).toMatchObject({ version: 2, files: [], publishedAt: first.publishedAt });
  expect(now.updatedAt > first.updatedAt).toBe(true);
  expect((await works.version(first.id, 1)).metadata.titles[0]!.value).toBe('Биринчи');
  expect((await works.version(first.id, 1)).files).toHaveLength(1);
  expect((await works.versions(first.id)).map(({ number }) => number)).toEqual([2, 1]);
  await expect(works.version(first.id, 3)).rejects.toThrow();
});

test('who did what when is told in order, with the name and the words', async () => {
  const { deposits, works } = app.house;
  const { id } = await app.draft(titled('Тарыхы бар'));
  const [depositor, reviewer] = [await app.visitor('depositor'), await app.visitor('reviewer')];
  await deposits.submit(id, depositor, { licenceAccepted: true });
  app.wait({ hours: 1 });
  await deposits.return(id, reviewer, 'Аннотация жок.');
  await deposits.submit(id, depositor, { licenceAccepted: true });
  await deposits.accept(id, reviewer);
  await deposits.withdraw(id, reviewer, 'Автордун өтүнүчү.');
  const history = await works.history(id);
  expect(history.map(({ act, accountName, comment }) => [act, accountName, comment])).toEqual([
    ['create', 'Test depositor', null],
    ['submit', 'Test depositor', null],
    ['return', 'Test reviewer', 'Аннотация жок.'],
    ['submit', 'Test depositor', null],
    ['accept', 'Test reviewer', null],
    ['withdraw', 'Test reviewer', 'Автордун өтүнүчү.'],
  ]);
  expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort());
});

test('a state allows its acts and no other', async () => {
  const { deposits, works } = app.house;
  const admin = await app.visitor('administrator');
  const acts = {
    save: (id: number) => deposits.save(id, admin, { type: 'other', ...titled('а') }, null),
    submit: (id: number) => deposits.submit(id, admin, { licenceAccepted: true }),
    accept: (id: number) => deposits.accept(id, admin),
    return: (id: number) => deposits.return(id, admin, 'x'),
    reject: (id: number) => deposits.reject(id, admin, 'x'),
    revise: (id: number) => deposits.revise(id, admin),
    withdraw: (id: number) => deposits.withdraw(id, admin, 'x'),
    discard: (id: number) => deposits.discard(id, admin),
  };
  type Act = keyof typeof acts;
  const ways: Record<string, { way: Act[]; allowed: Act[] }> = {
    draft: { way: [], allowed: ['save', 'submit', 'discard'] },
    // An administrator may still mend and throw away what was submitted.
    submitted: { way: ['submit'], allowed: ['save', 'accept', 'return', 'reject', 'discard'] },
    returned: { way: ['submit', 'return'], allowed: ['save', 'submit', 'discard'] },
    rejected: { way: ['submit', 'reject'], allowed: ['save', 'submit', 'discard'] },
    published: { way: ['submit', 'accept'], allowed: ['revise', 'withdraw'] },
    'in revision': { way: ['submit', 'accept', 'revise'], allowed: ['save', 'submit', 'discard', 'withdraw'] },
    withdrawn: { way: ['submit', 'accept', 'withdraw'], allowed: [] },
  };
  for (const [state, { way, allowed }] of Object.entries(ways)) {
    for (const act of Object.keys(acts) as Act[]) {
      const { id } = await app.draft(titled(state));
      for (const step of way) await acts[step](id);
      const before = await works.history(id);
      const outcome = await acts[act](id).then(
        () => true,
        () => false,
      );
      expect({ state, act, outcome }).toEqual({ state, act, outcome: allowed.includes(act) });
      if (!outcome) expect(await works.history(id)).toEqual(before);
    }
  }
});

test('lists stand in the order of the Kyrgyz alphabet, Ң Ө Ү in their places', async () => {
  const other = await openTestApp();
  for (const title of ['Өмүр', 'Очок', 'Ңарк', 'Нарк', 'Үй', 'Уй', 'Аба', 'Ёлка', 'Ель', 'Пахта', 'Яблоко']) {
    await other.published({ ...titled(title) });
  }
  const { ids } = await other.house.catalogue.titles({ limit: 50, offset: 0 });
  const works = await other.house.works.publishedMany(ids);
  expect(ids.map((id) => titleIn(works.get(id)!.metadata, 'ky'))).toEqual([
    'Аба',
    'Ель',
    'Ёлка',
    'Нарк',
    'Ңарк',
    'Очок',
    'Өмүр',
    'Пахта',
    'Уй',
    'Үй',
    'Яблоко',
  ]);
  expect((await other.house.catalogue.letters('titles')).map(({ letter }) => letter)).toContain('Ң');
});

test('lists tell only what is published now: no drafts, no older version, no tombstone', async () => {
  const { catalogue, deposits } = app.house;
  const count = async (subject: string) => (await catalogue.worksBy({ subject }, { limit: 9, offset: 0 })).total;
  const subject = (value: string) => ({ subjects: [{ scheme: 'keyword' as const, value, lang: 'ky' }] });
  await app.draft({ ...titled('Долбоор'), ...subject('эчки') });
  expect(await count('эчки')).toBe(0);
  const work = await app.published({ ...titled('Малчылык'), ...subject('эчки') });
  expect(await count('эчки')).toBe(1);
  await revised(work.id, subject('кой'));
  expect([await count('эчки'), await count('кой')]).toEqual([0, 1]);
  await deposits.withdraw(work.id, await app.visitor('administrator'), 'Себеп');
  expect(await count('кой')).toBe(0);
});

test('the change number grows with every change, and the datestamp never goes back', async () => {
  const { sqlite } = app.house.database;
  const mark = (id: number) =>
    sqlite.prepare('SELECT change_number AS number, datestamp FROM works WHERE id = ?').get(id) as {
      number: number;
      datestamp: string;
    };
  const [one, two] = [await app.published(titled('Бир')), await app.published(titled('Эки'))];
  expect(mark(two.id).number).toBeGreaterThan(mark(one.id).number);
  const before = mark(two.id);
  app.wait({ days: -3 }); // the machine's clock is set back
  await revised(one.id, titled('Бир, оңдолгон'));
  expect(mark(one.id).number).toBeGreaterThan(before.number);
  expect(mark(one.id).datestamp >= before.datestamp).toBe(true);
  app.wait({ days: 3 });
});

test('what was typed is kept as typed; what can be read of it is shown, the rest is told', () => {
  const { metadata, issues } = lenient({
    type: 'dissertation',
    titles: [{ value: 'Аталыш', lang: 'ky' }],
    issued: '2021-02-30',
    contributors: [{ role: 'author', name: '' }],
    nonsense: 1,
  });
  expect(metadata).toMatchObject({ type: 'dissertation', titles: [{ value: 'Аталыш' }], issued: null });
  expect(issues.map(({ path, message }) => [path, message])).toEqual(
    expect.arrayContaining([
      ['issued', 'badDate'],
      ['contributors.0.name', 'required'],
      ['languages', 'required'],
    ]),
  );
  for (const nothing of [null, undefined, 5, 'x', [], {}]) expect(lenient(nothing).issues.length).toBeGreaterThan(0);
});

test('whatever was typed, a draft can be shown, and what is right is read as the schema reads it', () => {
  const fields = fc.dictionary(fc.constantFrom(...Object.keys(metadataSchema.shape)), fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(fc.oneof(fields, fc.jsonValue()), (input) => {
      const { metadata, issues } = lenient(input);
      expect(WORK_TYPES).toContain(metadata.type);
      for (const list of ['titles', 'contributors', 'subjects', 'languages', 'collections'] as const) {
        expect(Array.isArray(metadata[list])).toBe(true);
      }
      const strict = metadataSchema.safeParse(input);
      if (strict.success) {
        expect(metadata).toEqual(strict.data);
        expect(issues).toEqual(missingForSubmission(strict.data));
      } else expect(issues.length).toBeGreaterThan(0);
    }),
  );
});

test('what a schema has made can be read again and stays the same', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  const input = fc.record({
    type: fc.constantFrom(...WORK_TYPES),
    titles: fc.array(fc.record({ value: text, lang: fc.constantFrom('ky', 'ru') }), { minLength: 1, maxLength: 3 }),
    publisher: fc.option(text),
    abstracts: fc.array(fc.record({ value: text, lang: fc.constant('ky') }), { maxLength: 2 }),
    issued: fc.constantFrom('', null, '2020', '2020-02-29'),
  });
  fc.assert(
    fc.property(input, (given) => {
      const once = metadataSchema.safeParse(given);
      if (once.success) expect(metadataSchema.parse(once.data)).toEqual(once.data);
    }),
  );
});

test('numbers of books and journals are whole or are none', () => {
  expect(['978-3-16-148410-0', '0-306-40615-2', '097522980X'].map(isIsbn)).toEqual([true, true, true]);
  expect(['978-3-16-148410-1', '0-306-40615-3', '', 'X'].map(isIsbn)).toEqual([false, false, false, false]);
  expect(['2049-3630', '2434-561X'].map(isIssn)).toEqual([true, true]);
  expect(['2049-3631', '20493630a', ''].map(isIssn)).toEqual([false, false, false]);
  expect([yearOf({ issued: '1924-05' }), yearOf({ issued: null })]).toEqual([1924, null]);
});
