import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { Router } from 'express';
import { sql } from 'kysely';
import { nobody } from '../accounts/visitor';
import type { House } from '../house';
import type { Metrics } from '../http/metrics';

/** Throws when a part of the house does not work. */
export type Check = () => Promise<void>;

const CHECK_TIMEOUT_MS = 10_000;
/** Nothing runs, and something has been due for so long: the runner is stuck. */
const STUCK_AFTER_MS = 5 * 60_000;

/** For the machines that watch the server: is it there, can it work, how is it doing. */
export function operations(
  house: Pick<House, 'log'>,
  metrics: Metrics,
  checks: Record<string, Check>,
  timeoutMs = CHECK_TIMEOUT_MS,
): Router {
  const router = Router();
  router.use(['/healthz', '/readyz', '/metrics'], (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });

  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });

  router.get('/readyz', async (_req, res) => {
    const failing: string[] = [];
    await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await within(timeoutMs, check());
        } catch (error) {
          failing.push(name);
          house.log.warn({ err: error, check: name }, 'not ready');
        }
      }),
    );
    const told = Object.keys(checks).map((name) => [name, failing.includes(name) ? 'failing' : 'ok']);
    res.status(failing.length > 0 ? 503 : 200).json({
      status: failing.length > 0 ? 'failing' : 'ok',
      checks: Object.fromEntries(told),
    });
  });

  router.get('/metrics', async (_req, res) => {
    const { contentType, text } = await metrics.text();
    res.setHeader('Content-Type', contentType);
    res.send(text);
  });
  return router;
}

/** What the house must have to work: the catalogue, the archive's folder, a search that answers, a queue that moves. */
export function checksOf({ config, database, archive, search, jobs, clock }: House): Record<string, Check> {
  return {
    database: async () => {
      await sql`SELECT 1 FROM works LIMIT 1`.execute(database.db);
      await access(config.databaseFile, constants.R_OK | constants.W_OK);
    },
    archive: async () => {
      await access(path.join(archive.folder, '0=ocfl_1.1'), constants.R_OK);
      await access(archive.folder, constants.W_OK);
    },
    search: async () => {
      await search.query(nobody, { q: 'ачык', perPage: 1 });
    },
    jobs: async () => {
      const { running, oldestDue } = await jobs.backlog();
      if (running === 0 && oldestDue && clock.now().getTime() - Date.parse(oldestDue) > STUCK_AFTER_MS) {
        throw new Error(`A job has been due since ${oldestDue} and none runs`);
      }
    },
  };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
