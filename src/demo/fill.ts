import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { nobody, type Role, type Visitor } from '../accounts/visitor';
import type { ArrivedFile } from '../deposit/deposit';
import type { House } from '../house';
import { mediaTypeOf } from '../text/media-type';
import { readSampleLibrary, type SampleLibrary, type SamplePerson, type SampleWork } from './library';
import { portraitOf } from './portrait';
import { fileOf } from './render';

/** One account for each role. These passwords are printed at every start and exist in the demo only. */
export const SAMPLE_ACCOUNTS: readonly { role: Role; email: string; name: string; password: string }[] = [
  { role: 'reader', email: 'reader@demo.achyk.test', name: 'Окурман (үлгү)', password: 'demo-reader' },
  { role: 'depositor', email: 'depositor@demo.achyk.test', name: 'Автор (үлгү)', password: 'demo-depositor' },
  { role: 'reviewer', email: 'librarian@demo.achyk.test', name: 'Китепканачы (үлгү)', password: 'demo-librarian' },
  { role: 'administrator', email: 'admin@demo.achyk.test', name: 'Башкаруучу (үлгү)', password: 'demo-administrator' },
];

/** How far the filling is: kept beside the catalogue, so that a start that was killed goes on where it was. */
interface Progress {
  finished: boolean;
  people: Record<string, number>;
  works: Record<string, number>;
}

const FILE = 'demo.json';
const SCAN_WAIT_MS = 60_000;

/** May the folder be filled with the sample library? Not where someone's own library is. */
export const mayFill = (dataDir: string, databaseFile: string): boolean =>
  existsSync(path.join(dataDir, FILE)) || !existsSync(databaseFile);

/** Claims an empty folder for the demo, before a catalogue is made in it. */
export function claim(dataDir: string): void {
  if (!existsSync(path.join(dataDir, FILE))) keep(dataDir, { finished: false, people: {}, works: {} });
}

/**
 * Fills the house with the sample library through the acts a scholar and a librarian have. What is there already
 * stays; a second call does nothing. `show` is told how many of how many works are published.
 */
export async function fillSampleLibrary(
  house: House,
  show: (done: number, of: number) => void = () => {},
  library: SampleLibrary = readSampleLibrary(),
): Promise<void> {
  const { dataDir } = house.config;
  claim(dataDir);
  const progress = JSON.parse(readFileSync(path.join(dataDir, FILE), 'utf8')) as Progress;
  if (progress.finished) return;
  const depositor = await accountOf(house, 'depositor');
  const librarian = await accountOf(house, 'reviewer');
  for (const { role } of SAMPLE_ACCOUNTS) await accountOf(house, role);

  const known = new Set((await house.collections.all()).map((collection) => collection.slug));
  for (const collection of library.collections) {
    if (!known.has(collection.slug)) await house.collections.create(collection);
  }
  for (const person of library.people) {
    if (progress.people[person.key]) continue;
    progress.people[person.key] = await addPerson(house, person, librarian);
    keep(dataDir, progress);
  }
  // Every work has its number before the first is published: they point to each other by address.
  for (const work of library.works) {
    if (progress.works[work.key]) continue;
    progress.works[work.key] = (await house.deposits.create(depositor, work.metadata)).id;
    keep(dataDir, progress);
  }
  for (const [i, work] of library.works.entries()) {
    show(i, library.works.length);
    await publish(house, library, work, progress, { depositor, librarian });
  }
  show(library.works.length, library.works.length);
  keep(dataDir, { ...progress, finished: true });
}

/** The number of a sample work in this library. */
export function sampleWorkId(dataDir: string, key: string): number {
  const { works } = JSON.parse(readFileSync(path.join(dataDir, FILE), 'utf8')) as Progress;
  const id = works[key];
  if (id === undefined) throw new Error(`There is no sample work ${key}`);
  return id;
}

async function publish(
  house: House,
  library: SampleLibrary,
  work: SampleWork,
  progress: Progress,
  { depositor, librarian }: { depositor: Visitor; librarian: Visitor },
): Promise<void> {
  const { deposits, works, config } = house;
  const id = progress.works[work.key]!;
  if ((await works.facts(id)).state === 'published') return;
  let copy = await deposits.copy(id, depositor);
  if (copy.state !== 'submitted') {
    const metadata = {
      ...work.metadata,
      contributors: work.metadata.contributors.map((contributor, i) => ({
        ...contributor,
        personId: progress.people[work.people[i] ?? ''] ?? null,
      })),
      relations: work.relations.map(({ type, key }) => ({
        type,
        target: `${config.baseUrl}/works/${progress.works[key]}`,
      })),
    };
    await deposits.save(id, depositor, metadata, null);
    if (copy.files.length === 0) {
      await deposits.attach(id, depositor, await arrive(house, await fileOf(work, library), work.file.name), 'main');
    }
    await deposits.submit(id, depositor, { licenceAccepted: true });
    copy = await deposits.copy(id, depositor);
  }
  const until = Date.now() + SCAN_WAIT_MS;
  while (house.scanner.isConfigured && Date.now() < until) {
    if (!(await deposits.copy(id, librarian)).files.some((file) => file.scan === 'waiting')) break;
    await pause(100); // nothing unscanned is published, here as elsewhere
  }
  await deposits.accept(id, librarian);
}

async function addPerson(house: House, person: SamplePerson, librarian: Visitor): Promise<number> {
  const { id } = await house.people.create(person);
  const { path: file, key, sha512, size } = await received(house, portraitOf(person));
  await house.authorities.setPortrait(
    id,
    { path: file, sha512, size, mediaType: 'image/png' },
    { name: librarian.name ?? 'Achyk' },
  );
  await house.incoming.remove(key);
  return id;
}

async function arrive(house: House, bytes: Buffer, name: string): Promise<ArrivedFile> {
  const file = await received(house, bytes);
  return { ...file, name, mediaType: await mediaTypeOf(file.path, name) };
}

const received = (house: House, bytes: Buffer) =>
  house.incoming.receive(Readable.from([bytes]), { limitBytes: house.config.maxUploadBytes });

async function accountOf(house: House, role: Role): Promise<Visitor> {
  const { email, name, password } = SAMPLE_ACCOUNTS.find((sample) => sample.role === role)!;
  const account =
    (await house.accounts.byEmail(email)) ?? (await house.accounts.create({ email, name, role }, password));
  return { ...nobody, accountId: account.id, role, name };
}

function keep(dataDir: string, progress: Progress): void {
  writeFileSync(path.join(dataDir, FILE), `${JSON.stringify(progress, null, 2)}\n`);
}
