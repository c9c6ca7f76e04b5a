import { searchEngineContract } from './support/search-engine-contract';
import { SearchScene } from './support/search-scene';

searchEngineContract('SQLite FTS5', async () => {
  const scene = await SearchScene.open();
  return { engine: scene.engine, work: (one) => scene.work(one), close: () => scene.close() };
});
