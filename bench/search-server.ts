import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nobody } from '../src/accounts/visitor';
import { NO_PARAMS } from '../src/search/search';
import { SqliteSearchEngine } from '../src/search/sqlite/sqlite-engine';
import type { IndexedWork } from '../src/search/types';

/** The search behind a plain HTTP server in a process of its own, so that what is measured is it alone. */
interface Start {
  folder: string;
  textFile: string;
}

const TODAY = '2026-01-01';

async function serve({ folder, textFile }: Start): Promise<void> {
  const engine = await SqliteSearchEngine.open({ folder, textFile });
  void engine.fingerprints(); // a library that starts asks them, to see whether its index is there
  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://bench');
    const q = url.searchParams.get('q') ?? '';
    const answer =
      url.pathname === '/suggest'
        ? await engine.suggest(q, 10)
        : await engine.search(nobody, { ...NO_PARAMS, q, perPage: 10 }, TODAY);
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(answer));
  });
  server.keepAliveTimeout = 3_600_000;
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('disconnect', () => process.exit());
  process.on('message', async (message: { index?: IndexedWork; rss?: true; close?: true }) => {
    if (message.index) {
      await engine.index(message.index);
      process.send?.({ indexed: message.index.id });
    }
    if (message.rss) process.send?.({ rss: process.memoryUsage().rss, stats: await engine.stats() });
    if (message.close) {
      server.closeAllConnections();
      server.close();
      await engine.close();
      process.disconnect();
    }
  });
}

if (process.send && process.argv[2] === 'search-server') {
  process.once('message', (start: Start) => void serve(start));
}
