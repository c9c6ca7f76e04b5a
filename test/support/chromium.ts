import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import type { App } from '../../src/app';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** `describe`, or, where this machine has no Chromium, the same skipped with a line that says so. CI must have one. */
export const describeInBrowser: typeof describe | typeof describe.skip = CHROMIUM ? describe : describe.skip;
if (!CHROMIUM) {
  if (process.env.CI) throw new Error('CI needs Chromium: apt-get install chromium');
  console.log('No Chromium here (apt-get install chromium): the tests in a real browser are skipped');
}

/** @param more switches of Chromium */
export function launchBrowser(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...more,
    ],
  });
}

/** The app on a port of its own. */
export async function listen(app: Pick<App, 'server'>): Promise<{ address: string; close(): Promise<void> }> {
  const server: Server = createServer(app.server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
