import path from 'node:path';
import { Accounts } from '../accounts/accounts';
import { Archive } from '../archive/archive';
import { systemClock } from '../clock';
import type { Config } from '../config';
import { migrate, type OpenDatabase, openDatabase } from '../database/database';
import { JobQueue } from '../jobs/jobs';
import { letterOf, sortKey } from '../language/sort-key';
import { inProject } from '../paths';
import { PeopleStore } from '../people/people';
import { CollectionStore } from '../works/collections';
import { CorrectionStore } from '../works/corrections';
import { WorkStore } from '../works/work-store';

/** The catalogue's stores alone: what most commands need, opened in a moment. */
export interface Stores {
  database: OpenDatabase;
  accounts: Accounts;
  people: PeopleStore;
  collections: CollectionStore;
  works: WorkStore;
  corrections: CorrectionStore;
  jobs: JobQueue;
}

export async function withStores<T>(config: Config, act: (stores: Stores) => Promise<T>): Promise<T> {
  const database = openDatabase(config.databaseFile);
  try {
    migrate(database.sqlite, inProject('migrations/sqlite'));
    const keys = { sortKey, letterOf };
    return await act({
      database,
      accounts: new Accounts(database.db, systemClock),
      people: new PeopleStore(database.db, systemClock, keys),
      collections: new CollectionStore(database.db, systemClock, keys),
      works: new WorkStore(database.db, systemClock, keys),
      corrections: new CorrectionStore(database.db, systemClock),
      jobs: new JobQueue(database.db, systemClock),
    });
  } finally {
    await database.close();
  }
}

export const openArchive = (config: Config): Promise<Archive> => Archive.open(path.join(config.dataDir, 'archive'));
