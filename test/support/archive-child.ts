/**
 * A process that adds versions to an archive and is killed at its n-th change of the disk: before it, or after it.
 * Arguments: folder, n, `before` or `after`, the act (`v1`, `v2`, `commit`). Ends with 0 when there were fewer changes.
 */
import fs from 'node:fs/promises';
import { Archive } from '../../src/archive/archive';
import { dieAtChange } from './deadly';

const [folder = '', n = '0', when = '', act] = process.argv.slice(2);

async function main(): Promise<void> {
  const count = dieAtChange(Number(n), when, ['mkdir', 'rename', 'rm', 'rmdir', 'link', 'copyFile']);
  const archive = await Archive.open(folder);
  count();
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
