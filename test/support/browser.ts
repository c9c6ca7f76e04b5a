import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import axe, { type Result, type RunOptions } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../src/accounts/visitor';
import type { Language } from '../../src/config';
import { LANGUAGE_COOKIE, SESSION_COOKIE } from '../../src/http/visitor';
import { openTestApp, type TestApp } from './app';
import { launchBrowser } from './chromium';

export interface OpenLibrary {
  app: TestApp;
  url: string;
  browser: Browser;
  /** A page in a browser window of its own; signed in where a role is given. Closed with the library. */
  page(who?: Who): Promise<Page>;
  /** Returns when no job is due or in hand any more, or after a minute. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface Who {
  role?: Role;
  /** Or the account with this address. */
  email?: string;
  language?: Language;
  dark?: boolean;
  /** Runs the page's scripts; true unless told. */
  script?: boolean;
  viewport?: BrowserContextOptions['viewport'];
}

/** The real app on a free port and a Chromium in front of it. */
export async function openLibrary(env: Record<string, string> = {}): Promise<OpenLibrary> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = await openTestApp({ BASE_URL: url, ...env });
  app.wait({ seconds: (Date.now() - app.clock.now().getTime()) / 1000 }); // the browser forgets cookies by its own clock
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = app.server.listen(port, '127.0.0.1', () => resolve(listening));
  });
  app.runner.start();
  const browser = await launchBrowser();
  const contexts: BrowserContext[] = [];
  return {
    app,
    url,
    browser,
    page: async (who = {}) => {
      const context = await browser.newContext({
        baseURL: url,
        colorScheme: who.dark ? 'dark' : 'light',
        javaScriptEnabled: who.script ?? true,
        viewport: who.viewport ?? { width: 1280, height: 900 },
        locale: 'en-GB',
      });
      contexts.push(context);
      context.setDefaultTimeout(15_000);
      const cookies: { name: string; value: string; url: string }[] = [
        { name: LANGUAGE_COOKIE, value: who.language ?? 'en', url },
      ];
      const account = who.email
        ? await app.house.accounts.byEmail(who.email)
        : who.role
          ? await app.account(who.role)
          : null;
      if (account) {
        const { secret } = await app.house.accounts.openSession(account.id);
        cookies.push({ name: SESSION_COOKIE, value: secret, url });
      }
      await context.addCookies(cookies);
      return context.newPage();
    },
    quiet: async () => {
      let idle = 0;
      for (let i = 0; i < 600 && idle < 5; i++) {
        const { due, running } = await app.house.jobs.backlog();
        idle = due + running === 0 ? idle + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    close: async () => {
      await Promise.all(contexts.map((context) => context.close().catch(() => {})));
      await browser.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await app.close();
    },
  };
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const SETTLED = `Promise.race([
  Promise.all(document.getAnimations().map((each) => each.finished)).then(() => null, () => null),
  new Promise((resolve) => setTimeout(resolve, 1000)),
])`;

/**
 * The rules of WCAG 2.2 up to AA that the page breaks: one line for each, with the places; empty when none.
 * @param ask `contrast` alone, or all `butContrast`: colours differ by scheme, words by language
 * @param also other sets of rules, by axe's names
 */
export async function brokenRules(
  page: Page,
  ask: 'all' | 'contrast' | 'butContrast' = 'all',
  also: readonly string[] = [],
): Promise<string[]> {
  await page.evaluate(SETTLED); // colours fade from light to dark, and half-way they have no contrast
  const options: RunOptions = {
    resultTypes: ['violations'],
    preload: ask === 'all', // style sheets, fetched once more for one rule: is the page locked upright?
    runOnly: ask === 'contrast' ? { type: 'rule', values: ['color-contrast'] } : [...WCAG, ...also],
    rules: ask === 'butContrast' ? { 'color-contrast': { enabled: false } } : {},
  };
  // Our pages have no frames: judged in themselves, by an axe that is brought once, they take a fifth of the time.
  await page.evaluate(`window.axe || (() => { ${axe.source} })()`);
  const violations = await page.evaluate<Result[]>(
    `axe.run(document, ${JSON.stringify(options)}).then((results) => results.violations)`,
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} at ${nodes
        .slice(0, 5)
        .map((node) => `${node.target.join(' ')} [${node.any[0]?.message ?? node.all[0]?.message ?? ''}]`)
        .join(' | ')}${nodes.length > 5 ? ` and ${nodes.length - 5} more` : ''}`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
