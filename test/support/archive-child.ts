/**
 * A process that adds versions to an archive and is killed at its n-th change of the disk: before it, or after it.
 * Arguments: folder, n, `before` or `after`, the act (`v1`, `v2`, `commit`). Ends with 0 when there were fewer changes.
 */
import fs from 'node:fs/promises';

const [folder = '', n = '0', when, act] = process.argv.slice(2);
let changes = 0;

function deadly<F extends (...args: never[]) => Promise<unknown>>(original: F): F {
  return (async (...args: never[]) => {
    changes++;
    if (changes === Number(n) && when === 'before') await die();
    const mine = changes;
    const result = await original(...args);
    if (mine === Number(n) && when === 'after') await die();
    return result;
  }) as F;
}

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};

async function main(): Promise<void> {
  for (const name of ['mkdir', 'rename', 'rm', 'rmdir', 'link', 'copyFile'] as const) {
    const patched = fs as unknown as Record<string, (...args: never[]) => Promise<unknown>>;
    patched[name] = deadly(patched[name]!);
  }
  const handle = await fs.open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, (...args: never[]) => Promise<unknown>>;
  await handle.close();
  const write = prototype.writeFile!;
  prototype.writeFile = function (this: unknown, ...args: never[]) {
    return deadly((...given: never[]) => write.apply(this, given))(...args);
  };
  const { Archive } = await import('../../src/archive/archive.js');
  const archive = await Archive.open(folder);
  changes = 0;
  const version = {
    files: {
      'metadata.json': { bytes: `{"act":"${act}"}\n` },
      'files/китеп.pdf': { from: `${folder}.upload` },
      'files/көчүрмө.pdf': { from: `${folder}.upload` },
    },
    message: act ?? '',
    user: { name: 'Айгүл', address: 'aigul@example.org' },
    created: '2026-11-22T10:00:00.000Z',
  };
  if (act === 'commit') {
    await archive.addVersion('achyk:work:17', version, async () => {
      await fs.mkdir(`${folder}.committed`);
    });
  } else await archive.addVersion('achyk:work:17', version);
}

void main();
