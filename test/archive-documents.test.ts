import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Archive, type Content } from '../src/archive/archive';
import {
  COLLECTIONS_OBJECT,
  collectionsContent,
  numberIn,
  personContent,
  personObject,
  publishedContent,
  readCollections,
  readPerson,
  readWork,
  withdrawnContent,
  workObject,
} from '../src/archive/documents';
import type { Person } from '../src/people/people';
import { metadataSchema } from '../src/works/schema';
import type { WorkFile } from '../src/works/work';

let home: string;
let archive: Archive;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'achyk-documents-'));
  archive = await Archive.open(path.join(home, 'archive'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const sha512 = (text: string) => createHash('sha512').update(text).digest('hex');
const when = '2026-11-22T10:00:00.000Z';
const keep = (objectId: string, files: Record<string, Content>) =>
  archive.addVersion(objectId, { files, message: 'Published', user: { name: 'Achyk' }, created: when });

const file = (id: number, name: string, bytes: string, more: Partial<WorkFile> = {}): WorkFile => ({
  id,
  workId: 17,
  role: 'main',
  name,
  size: Buffer.byteLength(bytes),
  mediaType: 'application/pdf',
  sha512: sha512(bytes),
  scan: 'clean',
  text: { state: 'done', pages: 1, source: 'pdftotext', reason: null },
  access: null,
  archivedIn: null,
  createdAt: when,
  ...more,
});

test('a work is kept with all the catalogue knows of it, and its files under their own names', async () => {
  await writeFile(path.join(home, 'upload-1'), 'the book');
  await writeFile(path.join(home, 'upload-2'), 'the contract');
  const metadata = metadataSchema.parse({
    type: 'textbook',
    languages: ['ky'],
    titles: [{ value: 'Кыргызстандын мөңгүлөрү', lang: 'ky' }],
    contributors: [{ role: 'author', name: 'Асанов, Усен', personId: 12 }],
    collections: ['history'],
  });
  const librarian = { id: 1, name: 'Айгүл', email: 'aigul@example.org' };
  const access = { level: 'closed' as const, openFrom: null, viewOnly: false };
  const event = (act: string) => ({ at: when, accountId: 1, accountName: 'Айгүл', act, version: 1, comment: null });
  const given = {
    work: {
      id: 17,
      ownerId: 1,
      version: 1,
      createdAt: when,
      metadata,
      files: [file(3, 'китеп.pdf', 'the book'), file(4, 'келишим.pdf', 'the contract', { role: 'agreement', access })],
    },
    publishedAt: when,
    updatedAt: when,
    history: [event('accept')],
    accounts: [librarian],
    licenceAcceptedAt: when,
    incomingPath: (each: WorkFile) => path.join(home, each.id === 3 ? 'upload-1' : 'upload-2'),
  };
  await keep(workObject(17), publishedContent(given));
  const document = await readWork(archive, workObject(17));
  const { history, accounts } = given;
  expect(document).toMatchObject({ id: 17, version: 1, state: 'published', metadata, ownerId: 1, history, accounts });
  expect(document.files.map((each) => [each.path, each.id, each.access])).toEqual([
    ['files/китеп.pdf', 3, null],
    ['files/келишим.pdf', 4, access],
  ]);
  expect(await archive.readText(workObject(17), 'files/китеп.pdf')).toBe('the book');
  expect(JSON.parse(await archive.readText(workObject(17), 'agreements/deposit-licence.json'))).toMatchObject({
    acceptedAt: when,
    accountId: 1,
  });

  // The next version needs no upload of what is here already.
  const archived = given.work.files.map((each) => ({ ...each, archivedIn: 1 }));
  const again = { ...given, work: { ...given.work, version: 2, files: archived }, incomingPath: () => '/nowhere' };
  await keep(workObject(17), publishedContent(again));
  expect((await readWork(archive, workObject(17))).version).toBe(2);
  expect((await readWork(archive, workObject(17), 1)).version).toBe(1);

  // Withdrawn, it still holds everything, and says so.
  const withdrawn = { at: when, reason: 'plagiarism' };
  await keep(
    workObject(17),
    await withdrawnContent(archive, workObject(17), withdrawn, event('withdraw'), [librarian]),
  );
  const last = await readWork(archive, workObject(17));
  expect(last).toMatchObject({
    state: 'withdrawn',
    withdrawn,
    version: 2,
    history: [event('accept'), event('withdraw')],
  });
  expect(await archive.readText(workObject(17), 'files/китеп.pdf')).toBe('the book');
  expect((await archive.verify(workObject(17))).problems).toEqual([]);
});

test('a person is kept with biographies and portrait, and the portrait is carried over', async () => {
  const person: Person = {
    id: 12,
    names: [{ value: 'Асанов, Усен Бакирович', lang: 'ky', kind: 'main' }],
    mainName: 'Асанов, Усен Бакирович',
    degree: 'илимдин доктору',
    position: null,
    department: null,
    orcid: '0000-0002-1825-0097',
    born: '1932',
    died: null,
    biographies: [{ value: 'Тарыхчы.\n\nАкадемик.', lang: 'ky' }],
    links: [{ title: 'Wikipedia', url: 'https://ky.wikipedia.org/' }],
    portrait: { sha512: sha512('face'), mediaType: 'image/jpeg', size: 4 },
    revision: 1,
    archivedIn: null,
    createdAt: when,
    updatedAt: when,
  };
  await keep(personObject(12), personContent(person, { bytes: 'face' }));
  await keep(personObject(12), personContent({ ...person, died: '2010' }));
  const { mainName: _mainName, revision: _revision, archivedIn: _archivedIn, updatedAt: _updatedAt, ...known } = person;
  expect(await readPerson(archive, personObject(12))).toMatchObject({
    ...known,
    died: '2010',
    portrait: { ...person.portrait, path: 'portrait.jpg' },
  });
  expect(await readFile((await archive.read(personObject(12), 'portrait.jpg')).path, 'utf8')).toBe('face');
});

test('the tree of collections is kept', async () => {
  const collections = [
    { id: 1, slug: 'history', parent: null, titles: [{ value: 'Тарых', lang: 'ky' }], descriptions: [] },
    { id: 2, slug: 'theses', parent: 'history', titles: [{ value: 'Диссертациялар', lang: 'ky' }], descriptions: [] },
  ];
  await keep(COLLECTIONS_OBJECT, collectionsContent(collections));
  expect((await readCollections(archive)).collections).toEqual(collections);
});

test('a language code that is refused today makes no document unreadable: it counts as undetermined', async () => {
  const titles = ['xyz', 'kir', 'ky'].map((lang) => ({ value: 'Тарых', lang }));
  const history = { id: 1, slug: 'history', parent: null, titles, descriptions: [] };
  await keep(COLLECTIONS_OBJECT, collectionsContent([history]));
  const { collections } = await readCollections(archive);
  expect(collections[0]!.titles.map(({ lang }) => lang)).toEqual(['und', 'ky', 'ky']);
});

test('a document that says something else than it should is named in the error', async () => {
  await keep(workObject(17), { 'metadata.json': { bytes: '{"format":"achyk-work/9"}' } });
  await expect(readWork(archive, workObject(17))).rejects.toThrow('Cannot read metadata.json of achyk:work:17');
});

test.each([
  ['achyk:work:17', 'work', 17],
  ['achyk:person:12', 'person', 12],
  ['achyk:person:12', 'work', null],
  ['achyk:work:007', 'work', null],
  ['achyk:collections', 'work', null],
] as const)('the number in %s as a %s is %s', (id, kind, number) => expect(numberIn(id, kind)).toBe(number));
