import { statfs } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import type * as AppModule from '../app';
import type { FixityReport } from '../archive/archive';
import { BackupRefused, backUp, restoreBackup } from '../archive/backup';
import { differences } from '../archive/check';
import { rebuildCatalogue } from '../archive/rebuild';
import { systemClock } from '../clock';
import { inTransaction, migrate, openDatabase } from '../database/database';
import { inProject } from '../paths';
import { findProgram } from '../text/outside-program';
import { touchAll } from '../works/changes';
import { type Call, type Command, printJson, progressOf, Refused, WrongUsage } from './command';
import { openArchive, type Stores, withStores } from './open';

export const migrateCommand: Command = {
  usage: 'migrate',
  about: 'bring the database up to date (the server does so too when it starts)',
  run: async (call) => {
    const database = openDatabase(call.config.databaseFile);
    try {
      const applied = migrate(database.sqlite, inProject('migrations/sqlite'));
      if (call.json) printJson(call, { applied });
      else call.terminal.out(applied.length > 0 ? `${applied.join('\n')}\n` : 'The database is up to date.\n');
    } finally {
      await database.close();
    }
  },
};

export const fixity: Command = {
  usage: 'fixity [WORK…]',
  about: 'read every byte of the archive (or of these works) again and compare it with its digest',
  takes: [0, 1000],
  run: async (call) => {
    const archive = await openArchive(call.config);
    const progress = progressOf(call, 'Objects read:');
    const reports: FixityReport[] = [];
    const total = { objects: 0, files: 0, bytes: 0 };
    for await (const objectId of call.arguments.length > 0 ? named(call.arguments) : archive.objects()) {
      const report = await archive.verify(objectId);
      total.objects++;
      total.files += report.files;
      total.bytes += report.bytes;
      if (report.problems.length > 0) reports.push(report);
      progress.show(total.objects);
    }
    progress.end();
    if (call.json) printJson(call, { ...total, damaged: reports });
    for (const { objectId, problems } of reports) {
      for (const problem of problems) call.terminal.err(`${objectId}: ${problem.path} ${problem.detail}\n`);
    }
    if (reports.length > 0) {
      throw new Refused(`${reports.length} of ${total.objects} objects are damaged: put them back from a backup.`);
    }
    if (!call.json) {
      call.terminal.out(
        `${total.objects} objects, ${total.files} files, ${total.bytes} bytes: all as they were stored.\n`,
      );
    }
  },
};

function* named(works: string[]): Generator<string> {
  for (const work of works) {
    if (!/^([1-9]\d*|achyk:[a-z:0-9]+)$/.test(work)) throw new WrongUsage(`${work} is no number of a work`);
    yield work.startsWith('achyk:') ? work : `achyk:work:${work}`;
  }
}

export const backup: Command = {
  usage: 'backup FILE',
  about: 'write the library into one file (.tar or .tar.gz), while it goes on working',
  takes: [1, 1],
  run: async (call) => {
    await withStores(call.config, async () => {}); // the snapshot is of a database this program understands
    const progress = progressOf(call, 'Files written:');
    const about = await backUp(
      {
        ...call.config,
        archive: await openArchive(call.config),
        program: programVersion(),
        createdAt: systemClock.now().toISOString(),
      },
      call.arguments[0]!,
      (files) => progress.show(files),
    );
    progress.end();
    if (call.json) printJson(call, { file: path.resolve(call.arguments[0]!), ...about });
    else
      call.terminal.out(`${about.works} works, ${about.people} people, ${about.files} files, ${about.bytes} bytes.\n`);
  },
};

export const restore: Command = {
  usage: 'restore FILE',
  about: 'put a backup back into an empty DATA_DIR, each byte checked',
  takes: [1, 1],
  run: async (call) => {
    const progress = progressOf(call, 'Files read:');
    try {
      const about = await restoreBackup(call.config, call.arguments[0]!, (files) => progress.show(files));
      await withStores(call.config, async (stores) => {
        // Harvesters may have seen what came after the backup: to them every record changes now.
        await inTransaction(stores.database.db, (tx) => touchAll(tx, systemClock));
        await promiseDerived(stores);
      });
      progress.end();
      if (call.json) printJson(call, about);
      else {
        call.terminal.out(
          `${about.works} works and ${about.people} people are back as of ${about.createdAt}. Text, thumbnails and search are made anew when the server runs.\n`,
        );
      }
    } catch (error) {
      progress.end();
      throw error instanceof BackupRefused ? new Refused(error.message) : error;
    }
  },
};

export const rebuild: Command = {
  usage: 'rebuild',
  about: 'make the catalogue anew from the archive on disk alone (the database must be empty)',
  run: async (call) => {
    const archive = await openArchive(call.config);
    const progress = progressOf(call, 'Works read:');
    const rebuilt = await withStores(call.config, (stores) =>
      rebuildCatalogue({ ...stores, db: stores.database.db, archive }, (done) => progress.show(done)),
    );
    progress.end();
    if (call.json) printJson(call, rebuilt);
    else {
      const { works, people, collections, files, corrections, accounts } = rebuilt;
      call.terminal.out(
        `${works} works with ${files} files and ${corrections} corrected pages, ${people} people, ${collections} collections; ${accounts} accounts without passwords ("achyk user password", "achyk user role").\n`,
      );
    }
    for (const problem of rebuilt.problems) call.terminal.err(`${problem}\n`);
    if (rebuilt.problems.length > 0) throw new Refused(`${rebuilt.problems.length} objects could not be read.`);
  },
};

export const reindex: Command = {
  usage: 'reindex',
  about: 'have the running server build the search index anew, beside the one in use',
  run: (call) =>
    withStores(call.config, async ({ jobs }) => {
      await jobs.add('reindex', 'all');
      if (call.json) printJson(call, { promised: 'reindex' });
      else call.terminal.out('The server will build the index anew ("achyk jobs --wait" tells when it is done).\n');
    }),
};

export const doctor: Command = {
  usage: 'doctor',
  about: 'look the library over: database, archive, uploads, disk, jobs, other programs',
  run: async (call) => {
    const found = await examine(call);
    if (call.json) printJson(call, found);
    else {
      for (const { check, problems, note } of found) {
        call.terminal.out(`${problems.length === 0 ? 'ok  ' : 'BAD '} ${check}${note ? ` (${note})` : ''}\n`);
        for (const problem of problems) call.terminal.out(`       ${problem}\n`);
      }
    }
    const problems = found.flatMap((each) => each.problems);
    if (problems.length > 0) throw new Refused(`${problems.length} problems; the first: ${problems[0]}`);
  },
};

interface Finding {
  check: string;
  problems: string[];
  note: string | null;
}

/** Looks, and mends nothing. Safe beside a running server. */
async function examine({ config }: Call): Promise<Finding[]> {
  const app = await (require('../app') as typeof AppModule).openApp(config, { log: pino({ level: 'silent' }) });
  const { database, archive, incoming, works, people, jobs, search, scanner } = app.house;
  try {
    const findings: Finding[] = [];
    const tell = (check: string, problems: string[], note: string | null = null) =>
      findings.push({ check, problems, note });

    const integrity = database.sqlite.pragma('quick_check') as { quick_check: string }[];
    const orphans = database.sqlite.pragma('foreign_key_check') as { table: string; rowid: number }[];
    tell('database', [
      ...integrity.map((row) => row.quick_check).filter((line) => line !== 'ok'),
      ...orphans.map(({ table, rowid }) => `row ${rowid} of ${table} refers to a row that is not there`),
    ]);

    const apart: string[] = [];
    for await (const difference of differences({ archive, incoming, works, people })) apart.push(difference);
    tell('catalogue and archive agree', apart);

    const { due, running } = await jobs.backlog();
    const missed = await search.differences().catch((error: Error) => error);
    if (missed instanceof Error)
      tell('search index', [`The index cannot be read: ${missed.message}; run "achyk reindex".`]);
    else {
      // While jobs are at work, the index may be behind and yet be right in a moment.
      const behind = missed.length > 0 ? `${missed.length} entries differ` : null;
      const problems = missed.map(
        ({ kind, id, problem }) =>
          `${NAMES[kind]} ${id.replace('person:', '')} is ${problem} in the index; run "achyk reindex".`,
      );
      tell('search index', due + running > 0 ? [] : problems, behind);
    }

    const { bavail, bsize } = await statfs(config.dataDir);
    const free = bavail * bsize;
    const low = `Only ${Math.round(free / 1e6)} MB are free in ${config.dataDir}.`;
    tell('disk', free < LEAST_FREE_BYTES ? [low] : [], `${Math.round(free / 1e9)} GB free`);

    const dead = (await jobs.list(20)).filter((job) => job.state === 'dead');
    tell(
      'jobs',
      dead.map((job) => `Job ${job.id} (${job.kind} ${job.key}) failed for good: ${job.lastError ?? 'no reason told'}`),
      `${due} due, ${running} running`,
    );

    const scans = scanner.isConfigured ? await scanner.version() : null;
    tell(
      'virus scanner',
      scanner.isConfigured && !scans ? [`clamd does not answer at ${config.clamd}.`] : [],
      scans ?? (scanner.isConfigured ? null : 'none: set CLAMD'),
    );
    for (const [program, without] of OTHER_PROGRAMS) {
      tell(program, [], findProgram(program) ? null : `not installed: ${without}`);
    }
    return findings;
  } finally {
    await app.close();
  }
}

const LEAST_FREE_BYTES = 1e9;
const NAMES = { work: 'Work', person: 'Person', collection: 'Collection', subject: 'Subject' };
/** What helps where it is found, and what happens without. */
const OTHER_PROGRAMS = [
  ['pdftotext', 'PDF is read by a slower reader'],
  ['pdftoppm', 'pages are drawn by a slower renderer'],
  ['tesseract', 'scans are read by a slower reader'],
  ['ddjvu', 'DjVu is kept and not shown'],
] as const;

/** What a backup does not bring along is made again: text, thumbnails, search. */
async function promiseDerived({ works, jobs }: Stores): Promise<void> {
  for (const file of await works.files.whereabouts()) {
    for (const kind of ['extract-text', 'thumbnail']) await jobs.add(kind, file.id);
  }
  await jobs.add('reindex', 'all', { priority: -1 });
}

const programVersion = (): string => (require(inProject('package.json')) as { version: string }).version;
