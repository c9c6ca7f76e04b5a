import { SqliteSearchEngine } from '../../src/search/sqlite/sqlite-engine';
import type { IndexedWork } from '../../src/search/types';

/** A process of its own that indexes what it is sent, until it is killed. */
process.on(
  'message',
  async ({ folder, textFile, works }: { folder: string; textFile: string; works: IndexedWork[] }) => {
    const engine = await SqliteSearchEngine.open({ folder, textFile, readers: 1 });
    process.send?.('begun');
    for (const work of works) await engine.index(work);
    await engine.close();
    process.send?.('done');
    process.disconnect();
  },
);
