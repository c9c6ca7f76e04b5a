import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import type { Account } from '../../src/accounts/accounts';
import { nobody, type Role, type Visitor } from '../../src/accounts/visitor';
import { type App, openApp } from '../../src/app';
import type { Clock } from '../../src/clock';
import { type Config, readConfig } from '../../src/config';
import { SESSION_COOKIE } from '../../src/http/visitor';
import type { Metadata } from '../../src/works/schema';
import type { Work } from '../../src/works/work';
import { pdf } from './pdf';

/** A clock that stands until a test moves it. */
export class TestClock implements Clock {
  constructor(private at: number) {}
  now(): Date {
    return new Date(this.at);
  }
  /** Moves the clock. */
  wait(time: { days?: number; hours?: number; seconds?: number }): void {
    this.at += ((time.days ?? 0) * 86_400 + (time.hours ?? 0) * 3600 + (time.seconds ?? 0)) * 1000;
  }
}

export type WorkInput = Partial<Metadata> & {
  /** The text of each page of one PDF. */
  pages?: string[];
  /** Other files: name → content and media type. */
  files?: { name: string; mediaType: string; content: Buffer }[];
};

export interface TestApp extends App {
  folder: string;
  clock: TestClock;
  wait: TestClock['wait'];
  /** Someone who is not signed in. */
  browse(): TestAgent;
  /** Someone signed in with this role, in a browser of his own; the same person each time. */
  as(role: Role): Promise<TestAgent>;
  account(role: Role): Promise<Account>;
  visitor(role: Role): Promise<Visitor>;
  /** An API token of the account with this role. */
  token(role: Role): Promise<string>;
  /** A work published through the house's own acts, its jobs done. */
  published(input?: WorkInput): Promise<Work>;
  /** A draft with its files, by the depositor. */
  draft(input?: WorkInput): Promise<{ id: number }>;
}

const open: TestApp[] = [];

/** The real app on a folder of its own, with a clock we can set. Closed and removed after the test file. */
export async function openTestApp(env: Record<string, string> = {}, folder?: string): Promise<TestApp> {
  const dataDir = folder ?? mkdtempSync(path.join(tmpdir(), 'achyk-test-'));
  const config: Config = readConfig({
    DATA_DIR: dataDir,
    BASE_URL: 'http://library.test',
    REPOSITORY_ID: 'library.test',
    LOG_LEVEL: 'error',
    ...env,
  });
  const clock = new TestClock(Date.parse('2026-03-10T06:00:00.000Z'));
  const app = await openApp(config, { clock, log: pino({ level: process.env.TEST_LOG ?? 'silent' }) });
  const { accounts, deposits, works, incoming } = app.house;

  const account = async (role: Role) =>
    (await accounts.byEmail(`${role}@library.test`)) ??
    (await accounts.create({ email: `${role}@library.test`, name: `Test ${role}`, role, language: 'en' }));
  const visitor = async (role: Role): Promise<Visitor> => {
    const { id, name } = await account(role);
    return { ...nobody, accountId: id, role, name };
  };

  const draft = async ({ pages, files = [], ...metadata }: WorkInput = {}) => {
    const depositor = await visitor('depositor');
    const input = {
      type: 'article',
      languages: ['ky'],
      titles: [{ value: 'Мөңгүлөр жана суу', lang: 'ky' }],
      contributors: [{ role: 'author', name: 'Асанов, Усен Бакирович' }],
      issued: '2024',
      ...metadata,
    };
    const { id } = await deposits.create(depositor, input);
    const all = [
      ...(pages ? [{ name: 'text.pdf', mediaType: 'application/pdf', content: await pdf(pages) }] : []),
      ...files,
    ];
    for (const { name, mediaType, content } of all) {
      const received = await incoming.receive(Readable.from([content]), { limitBytes: 1e9 });
      await deposits.attach(id, depositor, { ...received, name, mediaType }, 'main');
    }
    return { id };
  };

  const testApp: TestApp = {
    ...app,
    folder: dataDir,
    clock,
    wait: (time) => clock.wait(time),
    browse: () => request.agent(app.server),
    as: async (role) => {
      const { secret } = await accounts.openSession((await account(role)).id);
      const agent = request.agent(app.server);
      agent.set('Cookie', `${SESSION_COOKIE}=${secret}; achyk_language=en`);
      agent.set('Sec-Fetch-Site', 'same-origin');
      return agent;
    },
    account,
    visitor,
    token: async (role) => (await accounts.createToken((await account(role)).id, 'test')).secret,
    draft,
    published: async (input) => {
      const { id } = await draft(input);
      await app.runner.drain();
      await deposits.submit(id, await visitor('depositor'), { licenceAccepted: true });
      await deposits.accept(id, await visitor('reviewer'));
      await app.runner.drain();
      return works.published(id);
    },
    close: async () => {
      open.splice(open.indexOf(testApp), 1);
      await app.close();
      if (!folder) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  open.push(testApp);
  return testApp;
}

afterAll(async () => {
  for (const app of [...open]) await app.close();
});
