import { SqliteSearchEngine } from '../../src/search/sqlite/sqlite-engine';
import type { IndexedWork } from '../../src/search/types';

export interface Errand {
  folder: string;
  textFile: string;
  works: IndexedWork[];
  /** Struck down while this one is indexed, the n-th of them, after so many milliseconds. */
  killAt: number;
  afterMs: number;
}

/** A process of its own that indexes what it is sent until it is killed, as by a power cut: nothing is tidied. */
process.on('message', async ({ folder, textFile, works, killAt, afterMs }: Errand) => {
  const engine = await SqliteSearchEngine.open({ folder, textFile, readers: 1 });
  for (const [i, work] of works.entries()) {
    if (i === killAt) setTimeout(() => process.kill(process.pid, 'SIGKILL'), afterMs);
    await engine.index(work);
  }
});
