import { Readable } from 'node:stream';
import { personObject, readCollections, readPerson, readWork, workObject } from '../src/archive/documents';
import { NotFound } from '../src/errors';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.close());

const book = { files: [{ name: 'китеп.txt', mediaType: 'text/plain', content: Buffer.from('Мөңгүлөр чегинүүдө.') }] };

test('a published work stands in the archive with its files, its licence, its history and its people', async () => {
  const work = await app.published(book);
  const { archive } = app.house;
  const document = await readWork(archive, workObject(work.id));
  expect(document).toMatchObject({ id: work.id, state: 'published', version: 1, ownerId: work.ownerId });
  expect(document.metadata).toEqual(work.metadata);
  expect(document.history.map((event) => event.act)).toEqual(['create', 'submit', 'accept']);
  expect(document.accounts.map((account) => account.email).sort()).toEqual([
    'depositor@library.test',
    'reviewer@library.test',
  ]);
  expect(await archive.readText(workObject(work.id), 'files/китеп.txt')).toBe('Мөңгүлөр чегинүүдө.');
  expect(await archive.readText(workObject(work.id), 'agreements/deposit-licence.json')).toContain('acceptedAt');
  expect((await archive.inventory(workObject(work.id))).versions.v1?.user).toEqual({
    name: 'Test reviewer',
    address: 'mailto:reviewer@library.test',
  });
});

test('a second version keeps what was; a withdrawal keeps all and says why', async () => {
  const { deposits, archive } = app.house;
  const librarian = await app.visitor('administrator');
  const { id } = await app.published(book);
  await deposits.revise(id, librarian);
  await deposits.submit(id, librarian, { licenceAccepted: true });
  await deposits.accept(id, librarian);
  expect((await readWork(archive, workObject(id))).version).toBe(2);
  expect((await deposits.withdraw(id, librarian, 'Плагиат')).state).toBe('withdrawn');
  const document = await readWork(archive, workObject(id));
  expect(document).toMatchObject({ state: 'withdrawn', version: 2, withdrawn: { reason: 'Плагиат' } });
  expect(document.history.at(-1)).toMatchObject({ act: 'withdraw', comment: 'Плагиат' });
  expect(await archive.readText(workObject(id), 'files/китеп.txt')).toBe('Мөңгүлөр чегинүүдө.');
  expect((await archive.inventory(workObject(id))).head).toBe('v3');
  expect((await archive.verify(workObject(id))).problems).toEqual([]);
});

describe('people and collections', () => {
  const asanov = { names: [{ value: 'Асанов, Усен', lang: 'ky', kind: 'main' }] };

  test('stand in the archive as soon as the jobs are done, whoever made them', async () => {
    const { people, collections, archive } = app.house;
    const { id } = await people.create(asanov);
    await collections.create({ slug: 'history', titles: [{ value: 'Тарых', lang: 'ky' }] });
    await collections.create({ slug: 'theses', parent: 'history', titles: [{ value: 'Диссертациялар', lang: 'ky' }] });
    await app.runner.drain();
    expect((await readPerson(archive, personObject(id))).names).toEqual(asanov.names);
    expect((await people.get(id)).archivedIn).toBe(1);
    await people.change(id, { ...asanov, died: '2010' }, null);
    await collections.remove('theses');
    await app.runner.drain();
    expect((await readPerson(archive, personObject(id))).died).toBe('2010');
    expect((await people.get(id)).archivedIn).toBe(2);
    expect((await readCollections(archive)).collections.map((each) => each.slug)).toEqual(['history']);
    await app.runner.drain();
    expect(await archive.head(personObject(id))).toBe(2);
  });

  test('a portrait is in the archive and in the catalogue together, and can go again', async () => {
    const { people, incoming, authorities, archive } = app.house;
    const { id } = await people.create(asanov);
    await app.runner.drain();
    const face = await incoming.receive(Readable.from([Buffer.from('face')]), { limitBytes: 100 });
    const by = { name: 'Айгүл' };
    const person = await authorities.setPortrait(id, { ...face, mediaType: 'image/jpeg' }, by);
    await incoming.remove(face.key);
    await app.runner.drain();
    expect(person.portrait).toEqual({ sha512: face.sha512, mediaType: 'image/jpeg', size: 4 });
    expect((await authorities.portrait(person)).size).toBe(4);
    expect(await archive.head(personObject(id))).toBe(2); // the job that followed had nothing to add
    await authorities.setPortrait(id, null, by);
    await expect(authorities.portrait(await people.get(id))).rejects.toThrow(NotFound);
    expect((await archive.verify(personObject(id))).problems).toEqual([]);
  });
});
