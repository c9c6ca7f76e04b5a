import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { openTestApp } from './support/app';
import { achyk } from './support/command-line';

jest.setTimeout(300_000);

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'achyk-killed-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const text = (name: string, content: string) => ({ name, mediaType: 'text/plain', content: Buffer.from(content) });

/** Accepts the work in a process that dies at its n-th change of the disk. Was it killed? */
const acceptAndDie = (folder: string, n: number, work: number, account: number) =>
  new Promise<boolean>((resolve, reject) => {
    const script = path.join(__dirname, 'support', 'publication-child.js');
    const typed = [script, folder, n, work, account].map(String);
    const child = spawn(process.execPath, typed, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(true);
      else if (code === 0) resolve(false);
      else reject(new Error(errors));
    });
  });

test('a publication killed at any step leaves the old truth or the new one, and doctor finds nothing to say', async () => {
  const template = path.join(home, 'template');
  const before = await openTestApp({}, template);
  const librarian = await before.visitor('administrator');
  const { id } = await before.published({ files: [text('one.txt', 'first')] });
  await before.house.deposits.revise(id, librarian);
  const second = await before.house.incoming.receive(Readable.from(['second']), { limitBytes: 100 });
  await before.house.deposits.attach(id, librarian, { ...second, name: 'two.txt', mediaType: 'text/plain' }, 'main');
  await before.runner.drain();
  await before.house.deposits.submit(id, librarian, { licenceAccepted: true });
  await before.close();

  const versions = new Set<number>();
  let killed = 0;
  for (let n = 1; ; n++) {
    const folder = path.join(home, `library-${n}`);
    await cp(template, folder, { recursive: true });
    if (!(await acceptAndDie(folder, n, id, librarian.accountId!))) break;
    killed++;

    const after = await openTestApp({}, folder);
    const { works, deposits, incoming } = after.house;
    const { version } = await works.published(id);
    versions.add(version);
    const copy = await works.drafts.of(id);
    expect(copy === null).toBe(version === 2);
    if (version === 1) await deposits.accept(id, librarian); // what was not done can be done
    await after.runner.drain();
    const work = await works.published(id);
    expect(work.files.map((file) => file.name).sort()).toEqual(['one.txt', 'two.txt']);
    const doctor = await achyk({ DATA_DIR: folder }, ['doctor', '--json']);
    const problems = (JSON.parse(doctor.out) as { problems: string[] }[]).flatMap((each) => each.problems);
    expect([n, problems]).toEqual([n, []]);
    expect((await achyk({ DATA_DIR: folder }, ['fixity'])).code).toBe(0);
    await incoming.sweep((key) => works.files.isIncoming(key), 0);
    expect(await readdir(incoming.folder)).toEqual([]);
    await after.close();
    await rm(folder, { recursive: true, force: true });
  }
  expect(killed).toBeGreaterThan(4);
  expect([...versions].sort()).toEqual([1, 2]);
});
