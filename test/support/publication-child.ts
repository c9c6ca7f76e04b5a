/**
 * A process that accepts a submitted work and is killed at its n-th change of the disk. Arguments: data folder, n, number
 * of the work, number of the account that accepts. Ends with 0 when there were fewer changes.
 */
import pino from 'pino';
import { openApp } from '../../src/app';
import { readConfig } from '../../src/config';
import { dieAtChange } from './deadly';

const [folder = '', n = '0', work = '0', account = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const count = dieAtChange(Number(n), Number(n) % 2 ? 'before' : 'after', ['rename', 'rm']);
  const app = await openApp(readConfig({ DATA_DIR: folder }), { log: pino({ level: 'silent' }) });
  const { id, role, name } = await app.house.accounts.get(Number(account));
  count();
  await app.house.deposits.accept(Number(work), { accountId: id, role, name, onCampus: false });
  process.exit(0);
}

void main();
