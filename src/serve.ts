import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { type App, openApp } from './app';
import { type Config, ConfigError } from './config';

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
  let server: Server;
  try {
    await prepare(app);
    await createAdministrator(app, config, say);
    server = await listen(app, config);
  } catch (error) {
    await app.close();
    throw error;
  }
  server.requestTimeout = 0; // a large upload over a slow line takes as long as it takes
  const { accounts } = app.house;
  if (await accounts.isEmpty()) {
    say(
      `Create the first administrator here (once, within 72 hours): ${config.baseUrl}/welcome/${await accounts.createLink(null)}`,
    );
  }
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

/** Makes the administrator that the environment names, while no account exists. */
async function createAdministrator(app: App, config: Config, say: (line: string) => void): Promise<void> {
  const { adminEmail: email, adminPassword } = config;
  const { accounts } = app.house;
  if (!email || !(await accounts.isEmpty())) return;
  if (!adminPassword) {
    throw new ConfigError(
      `ADMIN_PASSWORD is not given, but ADMIN_EMAIL is ${JSON.stringify(email)} and no account exists; allowed: both or neither.`,
    );
  }
  await accounts.create({ email, name: email, role: 'administrator' }, adminPassword);
  say(`The administrator ${email} was created.`);
}

/** @throws ConfigError naming PORT or HOST where this machine cannot listen there. */
function listen(app: App, { port, host }: Config): Promise<Server> {
  const wrong: Record<string, string> = {
    EADDRINUSE: `PORT is ${port}, where another program listens already; allowed: a port that is free.`,
    EACCES: `PORT is ${port}, which this program may not open; allowed: a port from 1024 to 65535.`,
  };
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']) {
    wrong[code] =
      `HOST is ${JSON.stringify(host)}, which is no address of this machine; allowed: a host name or address to listen on.`;
  }
  return new Promise((resolve, reject) => {
    const listening: Server = app.server.listen(port, host, (error?: NodeJS.ErrnoException) => {
      const sentence = wrong[error?.code ?? ''];
      if (error) reject(sentence ? new ConfigError(sentence) : error);
      else resolve(listening);
    });
  });
}

/**
 * V8 lets the heap of a small program grow fourfold before it looks for old garbage; of a server that is a hundred
 * megabytes of nothing. Under twice as much it looks sooner, and no processor time that we could measure is lost.
 */
const HEAP_GROWTH_PERCENT = 80;

/** Serves until the process is asked to stop, then finishes what is in hand. */
export async function serveUntilStopped(config: Config, prepare?: (app: App) => Promise<void>): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
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
