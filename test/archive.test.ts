import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Archive, type NewVersion } from '../src/archive/archive';
import { DEFAULT_LAYOUT, objectFolder } from '../src/archive/layout';
import { Conflict, NotFound } from '../src/errors';

const WORK = 'achyk:work:17';
let home: string;
let folder: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'achyk-archive-'));
  folder = path.join(home, 'archive');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const version = (files: NewVersion['files'], more: Partial<NewVersion> = {}): NewVersion => ({
  files,
  message: 'Published',
  user: { name: 'Айгүл Сатыбалдиева', address: 'aigul@example.org' },
  created: '2026-11-22T10:00:00.000Z',
  ...more,
});
const upload = async (name: string, text: string) => {
  const file = path.join(home, name);
  await writeFile(file, text);
  return file;
};
const sha512 = (text: string) => createHash('sha512').update(text).digest('hex');

/** Every file and empty folder under the root, as one would list them. */
async function everything(under = folder, inside = ''): Promise<string[]> {
  const entries = await readdir(path.join(under, inside), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const name = path.posix.join(inside, entry.name);
      if (!entry.isDirectory()) return [name];
      const below = await everything(under, name);
      return below.length > 0 ? below : [`${name}/ (empty)`];
    }),
  );
  return nested.flat().sort();
}

describe('the storage root', () => {
  test('declares itself, its layout and how to read it', async () => {
    await Archive.open(folder);
    expect(await readFile(path.join(folder, '0=ocfl_1.1'), 'utf8')).toBe('ocfl_1.1\n');
    expect(JSON.parse(await readFile(path.join(folder, 'ocfl_layout.json'), 'utf8'))).toMatchObject({
      extension: '0003-hash-and-id-n-tuple-storage-layout',
    });
    expect(await readFile(path.join(folder, 'ocfl_1.1.txt'), 'utf8')).toContain('https://ocfl.io/1.1/spec/');
    expect(await everything()).toEqual([
      '0=ocfl_1.1',
      'extensions/0003-hash-and-id-n-tuple-storage-layout/config.json',
      'ocfl_1.1.txt',
      'ocfl_layout.json',
    ]);
  });

  test('lays objects out as extension 0003 says', () => {
    const defaults = { ...DEFAULT_LAYOUT, numberOfTuples: 3 };
    const fifteen = { ...DEFAULT_LAYOUT, tupleSize: 2, numberOfTuples: 15 };
    expect(objectFolder(defaults, 'object-01')).toBe('3c0/ff4/240/object-01');
    expect(objectFolder(defaults, '..hor/rib:le-$id')).toBe('487/326/d8c/%2e%2ehor%2frib%3ale-%24id');
    expect(objectFolder(defaults, '..Hor/rib:lè-$id')).toBe('373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id');
    expect(objectFolder(fifteen, 'object-01').split('/')).toHaveLength(16);
    expect(objectFolder(defaults, `${'abcdefghij'.repeat(10)}a`)).toBe(
      `5cc/73e/648/${'abcdefghij'.repeat(10)}-5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220`,
    );
  });

  test('is not made in a folder that holds something else', async () => {
    await mkdir(folder);
    await writeFile(path.join(folder, 'holiday.jpg'), '');
    await expect(Archive.open(folder)).rejects.toThrow('holiday.jpg');
  });

  test('is finished at the next start when the first one was cut off', async () => {
    await mkdir(path.join(folder, 'extensions'), { recursive: true });
    await writeFile(path.join(folder, 'ocfl_layout.json'), '{"exten');
    await Archive.open(folder);
    expect(JSON.parse(await readFile(path.join(folder, 'ocfl_layout.json'), 'utf8'))).toHaveProperty('extension');
  });
});

describe('a version', () => {
  test('holds its files under the names they were given, and says who made it and when', async () => {
    const archive = await Archive.open(folder);
    const pdf = await upload('upload', 'Мөңгүлөр');
    const added = await archive.addVersion(
      WORK,
      version({ 'metadata.json': { bytes: '{}' }, 'files/китеп.pdf': { from: pdf, sha512: sha512('Мөңгүлөр') } }),
    );
    expect(added).toEqual({
      version: 1,
      added: true,
      contentPaths: { 'metadata.json': 'v1/content/metadata.json', 'files/китеп.pdf': 'v1/content/files/китеп.pdf' },
    });
    const found = await archive.read(WORK, 'files/китеп.pdf');
    expect(found).toMatchObject({ size: 16, sha512: sha512('Мөңгүлөр') });
    expect(await readFile(found.path, 'utf8')).toBe('Мөңгүлөр');
    expect(found.path).toContain('achyk%3awork%3a17/v1/content/files/китеп.pdf');
    const inventory = await archive.inventory(WORK);
    expect(inventory).toMatchObject({ id: WORK, head: 'v1', type: 'https://ocfl.io/1.1/spec/#inventory' });
    expect(inventory.versions.v1).toMatchObject({
      created: '2026-11-22T10:00:00.000Z',
      user: { name: 'Айгүл Сатыбалдиева', address: 'mailto:aigul@example.org' },
    });
    expect(existsSync(pdf)).toBe(true); // the draft keeps its copy until the catalogue has let it go
  });

  test('keeps bytes once, whatever they are called and however often they come', async () => {
    const archive = await Archive.open(folder);
    const [one, same] = [await upload('one', 'same bytes'), await upload('two', 'same bytes')];
    await archive.addVersion(
      WORK,
      version({
        'files/a/1.txt': { from: one },
        'files/b/2.txt': { from: same },
        'files/3.txt': { bytes: 'same bytes' },
      }),
    );
    await archive.addVersion(
      WORK,
      version({ 'files/renamed.txt': { sha512: sha512('same bytes') }, 'files/again.txt': { from: same } }),
    );
    expect(Object.values((await archive.inventory(WORK)).manifest)).toEqual([['v1/content/files/a/1.txt']]);
    expect((await everything()).filter((name) => name.includes('/content'))).toEqual([
      expect.stringContaining('v1/content/files/a/1.txt'),
    ]);
    expect((await archive.read(WORK, 'files/renamed.txt')).path).toContain('v1/content/files/a/1.txt');
    expect((await archive.verify(WORK)).problems).toEqual([]);
  });

  test('leaves earlier versions as they were', async () => {
    const archive = await Archive.open(folder);
    await archive.addVersion(WORK, version({ 'metadata.json': { bytes: 'one' }, 'files/x': { bytes: 'x' } }));
    await archive.addVersion(WORK, version({ 'metadata.json': { bytes: 'two' } }));
    expect(await archive.readText(WORK, 'metadata.json')).toBe('two');
    expect(await archive.readText(WORK, 'metadata.json', 1)).toBe('one');
    expect(await archive.readText(WORK, 'files/x', 1)).toBe('x');
    await expect(archive.read(WORK, 'files/x')).rejects.toThrow(NotFound);
    await expect(archive.read(WORK, 'metadata.json', 3)).rejects.toThrow(NotFound);
  });

  test('is not added when nothing changed', async () => {
    const archive = await Archive.open(folder);
    const first = await archive.addVersion(WORK, version({ 'person.json': { bytes: '{}' } }));
    const again = await archive.addVersion(WORK, version({ 'person.json': { bytes: '{}' } }));
    expect([first.added, again.added, again.version]).toEqual([true, false, 1]);
    expect(await everything()).not.toContainEqual(expect.stringContaining('staging'));
  });

  test('gets the number it was promised, or none', async () => {
    const archive = await Archive.open(folder);
    await archive.addVersion(WORK, version({ a: { bytes: '1' } }, { version: 1 }));
    await expect(archive.addVersion(WORK, version({ a: { bytes: '2' } }, { version: 1 }))).rejects.toThrow(Conflict);
    expect(await archive.head(WORK)).toBe(1);
  });

  test('is refused when the bytes are not those that came, and leaves nothing', async () => {
    const archive = await Archive.open(folder);
    const before = await everything();
    const pdf = await upload('pdf', 'changed meanwhile');
    const files = { 'files/a.pdf': { from: pdf, sha512: sha512('as uploaded') } };
    await expect(archive.addVersion(WORK, version(files))).rejects.toThrow('have changed since they came');
    await expect(archive.addVersion(WORK, version({ a: { from: path.join(home, 'none') } }))).rejects.toThrow('ENOENT');
    await expect(archive.addVersion(WORK, version({ a: { sha512: sha512('unknown') } }))).rejects.toThrow(NotFound);
    expect(await everything()).toEqual(before);
  });

  test.each(['../up', '/abs', 'a//b', 'a/./b', 'a/', ''])('is refused with a file called %j', async (name) => {
    const archive = await Archive.open(folder);
    await expect(archive.addVersion(WORK, version({ [name]: { bytes: 'x' } }))).rejects.toThrow('Not a path');
    await expect(archive.addVersion(WORK, version({ a: { bytes: 'x' }, 'a/b': { bytes: 'y' } }))).rejects.toThrow(
      'Not a path',
    );
  });

  test('is taken back when the catalogue does not take it', async () => {
    const archive = await Archive.open(folder);
    const before = await everything();
    const refuse = async () => {
      throw new Error('no such work');
    };
    await expect(archive.addVersion(WORK, version({ a: { bytes: '1' } }), refuse)).rejects.toThrow('no such work');
    expect(await everything()).toEqual(before);
    await archive.addVersion(WORK, version({ a: { bytes: '1' } }));
    const withOne = await everything();
    await expect(archive.addVersion(WORK, version({ a: { bytes: '2' } }), refuse)).rejects.toThrow('no such work');
    expect(await everything()).toEqual(withOne);
    expect((await archive.verify(WORK)).problems).toEqual([]);
    expect(await archive.readText(WORK, 'a')).toBe('1');
  });

  test('of one object waits for the one before it; twenty at once all get their number', async () => {
    const archive = await Archive.open(folder);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => archive.addVersion(WORK, version({ a: { bytes: `text ${i}` } }))),
    );
    expect(all.map((each) => each.version).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect((await archive.verify(WORK)).problems).toEqual([]);
  });

  test('made by two processes at once is made by one; the other is told', async () => {
    const [one, two] = [await Archive.open(folder), await Archive.open(folder)];
    await one.addVersion(WORK, version({ a: { bytes: 'first' } }));
    const results = await Promise.allSettled([
      one.addVersion(WORK, version({ a: { bytes: 'one' } }, { version: 2 })),
      two.addVersion(WORK, version({ a: { bytes: 'two' } }, { version: 2 })),
    ]);
    expect(results.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await one.verify(WORK)).problems).toEqual([]);
    expect(await two.head(WORK)).toBe(2);
  });
});

test('the objects of an archive can be told without a catalogue', async () => {
  const archive = await Archive.open(folder);
  const ids = ['achyk:collections', 'achyk:person:12', WORK];
  for (const id of ids) await archive.addVersion(id, version({ a: { bytes: id } }));
  const found: string[] = [];
  for await (const id of (await Archive.open(folder)).objects()) found.push(id);
  expect(found.sort()).toEqual(ids);
});

describe('fixity', () => {
  let archive: Archive;
  let object: string;
  beforeEach(async () => {
    archive = await Archive.open(folder);
    await archive.addVersion(WORK, version({ 'files/a.pdf': { bytes: 'one' }, 'files/b.pdf': { bytes: 'two' } }));
    await archive.addVersion(WORK, version({ 'files/a.pdf': { bytes: 'three' } }));
    object = archive.folderOf(WORK);
  });
  const problems = async () => (await archive.verify(WORK)).problems.map(({ kind, path: file }) => `${kind} ${file}`);
  const spoil = async (file: string, text: string) => {
    await chmod(path.join(object, file), 0o644).catch(() => {});
    await writeFile(path.join(object, file), text);
  };

  test('finds nothing to say of a sound object', async () => {
    expect(await archive.verify(WORK)).toEqual({ objectId: WORK, versions: 2, files: 3, bytes: 11, problems: [] });
  });
  test('finds one changed byte', async () => {
    await spoil('v1/content/files/a.pdf', 'onf');
    expect(await problems()).toEqual(['changed v1/content/files/a.pdf']);
  });
  test('finds a file that is gone', async () => {
    await rm(path.join(object, 'v1/content/files/b.pdf'));
    expect(await problems()).toEqual(['missing v1/content/files/b.pdf']);
    await expect(archive.read(WORK, 'files/b.pdf', 1)).rejects.toThrow('has lost');
  });
  test('finds a file that does not belong there', async () => {
    await spoil('v2/content/virus.exe', 'MZ');
    expect(await problems()).toEqual(['unexpected v2/content/virus.exe']);
  });
  test('finds an inventory that was edited', async () => {
    await spoil(
      'inventory.json',
      (await readFile(path.join(object, 'inventory.json'), 'utf8')).replace('Айгүл', 'Бермет'),
    );
    expect(await problems()).toEqual(['inventory inventory.json', 'inventory v2/inventory.json']);
  });
  test('finds an object without inventory', async () => {
    await rm(path.join(object, 'inventory.json'));
    expect(await problems()).toEqual(['missing inventory.json']);
  });
});

describe('a process killed at any moment', () => {
  jest.setTimeout(120_000);
  const run = (n: number, when: string, act: string) =>
    new Promise<boolean>((resolve, reject) => {
      const script = path.join(__dirname, 'support', 'archive-child.js');
      const child = spawn(process.execPath, [script, folder, String(n), when, act], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
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

  const clear = async () => {
    for (const name of await readdir(home)) await rm(path.join(home, name), { recursive: true, force: true });
  };

  test.each(['v1', 'v2', 'commit'])('leaves the archive as it was before or after (%s)', async (act) => {
    let killed = 0;
    const seen = new Set<number>();
    for (let n = 1; ; n++) {
      // A change whose effect is done and one whose effect is not differ only by the next, so alternate to save time.
      const when = n % 2 ? 'before' : 'after';
      await clear();
      const first = await Archive.open(folder);
      if (act === 'v2') await first.addVersion(WORK, version({ 'files/x': { bytes: 'x' } }));
      const old = act === 'v2' ? 1 : 0;
      const before = await everything();
      await writeFile(`${folder}.upload`, 'bytes of the book');
      if (!(await run(n, when, act))) break;
      killed++;

      const archive = await Archive.open(folder);
      if (act === 'commit') {
        const committed = existsSync(`${folder}.committed`);
        await archive.settle(async () => committed);
        expect(await archive.head(WORK)).toBe(committed ? 1 : 0); // the archive holds what the catalogue knows
      }
      const head = await archive.head(WORK);
      seen.add(head - old);
      expect(await everything()).not.toContainEqual(expect.stringMatching(/staging|empty/));
      if (head === old) expect(await everything()).toEqual(before);
      if (head > 0) expect((await archive.verify(WORK)).problems).toEqual([]);
      if (head > old) expect(await archive.readText(WORK, 'files/китеп.pdf')).toBe('bytes of the book');
      expect((await stat(`${folder}.upload`)).size).toBe(17);
      const again = await archive.addVersion(WORK, version({ 'metadata.json': { bytes: 'next' } }));
      expect(again.version).toBe(head + 1);
      expect((await archive.verify(WORK)).problems).toEqual([]);
    }
    expect(killed).toBeGreaterThan(8);
    expect([...seen].sort()).toEqual([0, 1]);
  });
});
