import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type App, openApp } from './app';
import type { Config } from './config';

export interface Serving {
  app: App;
  /** Where it answers on this machine. */
  address: string;
  /** Takes nothing new, finishes the requests and jobs in hand, closes. */
  stop(): Promise<void>;
}

const GRACE_MS = 15_000;

/**
 * Opens the library and answers requests. The first administrator is made from the environment, or gets a link.
 * @param prepare what must be done in the open house before the first request, such as filling the demo.
 */
export async function serve(
  config: Config,
  say: (line: string) => void,
  prepare: (app: App) => Promise<void> = async () => {},
): Promise<Serving> {
  const app = await openApp(config);
  await prepare(app);
  const { accounts } = app.house;
  if (await accounts.isEmpty()) {
    if (config.adminEmail && config.adminPassword) {
      await accounts.create(
        { email: config.adminEmail, name: config.adminEmail, role: 'administrator' },
        config.adminPassword,
      );
      say(`The administrator ${config.adminEmail} was created.`);
    } else {
      say(
        `Create the first administrator here (once, within 72 hours): ${config.baseUrl}/welcome/${await accounts.createLink(null)}`,
      );
    }
  }
  await app.house.jobs.reclaim();
  const server = await new Promise<Server>((resolve, reject) => {
    const listening: Server = app.server.listen(config.port, config.host, (error?: Error) =>
      error ? reject(error) : resolve(listening),
    );
  });
  server.requestTimeout = 0; // a large upload over a slow line takes as long as it takes
  app.runner.start();
  const { port } = server.address() as AddressInfo;
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  say(`${config.repositoryName} is open at ${address}`);
  return {
    app,
    address,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await Promise.all([closed, app.runner.stop()]);
      clearTimeout(grace);
      await app.close();
    },
  };
}

/** Serves until the process is asked to stop, then finishes what is in hand. */
export async function serveUntilStopped(config: Config, prepare?: (app: App) => Promise<void>): Promise<void> {
  const serving = await serve(
    config,
    (line) =>
      process.stdout.write(`${line}
`),
    prepare,
  );
  await stopAsked();
  await serving.stop();
}

/** Runs jobs beside a server until the process is asked to stop, then finishes those in hand. */
export async function workUntilStopped(config: Config): Promise<void> {
  const app = await openApp(config);
  app.runner.start();
  process.stdout.write(`Jobs of ${config.repositoryName} are done here\n`);
  await stopAsked();
  await app.close();
}

function stopAsked(): Promise<void> {
  return new Promise((resolve) => {
    const awake = setInterval(() => {}, 60_000); // waiting for a signal alone keeps no process alive
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        clearInterval(awake);
        resolve();
      });
    }
  });
}
