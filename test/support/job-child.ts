/**
 * A process that does jobs of the queue in a file until it is told to stop, and prints the key of each that it began.
 * Arguments: database file, milliseconds a job takes.
 */
import { setTimeout } from 'node:timers/promises';
import pino from 'pino';
import { systemClock } from '../../src/clock';
import { migrate, openDatabase } from '../../src/database/database';
import { JobQueue } from '../../src/jobs/jobs';
import { JobRunner } from '../../src/jobs/runner';
import { inProject } from '../../src/paths';

const [file = '', takesMs = '0'] = process.argv.slice(2);
const { db, sqlite } = openDatabase(file);
migrate(sqlite, inProject('migrations/sqlite'));
const queue = new JobQueue(db, systemClock);
const work = async ({ key }: { key: string }) => {
  process.stdout.write(`${key}\n`);
  await setTimeout(Number(takesMs));
};
const runner = new JobRunner(queue, { work }, pino({ level: 'silent' }), { pollMs: 20 });
runner.start();
process.stdout.write('ready\n');
process.stdin.resume().on('end', () => void runner.stop().then(() => process.exit(0)));
