import { execFile, execFileSync } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { openTestApp, type TestApp } from './support/app';

/** Harvesters that others wrote: what they collect is what portals will have. */

const run = (command: string, args: string[]) =>
  promisify(execFile)(command, args, { maxBuffer: 1e8, timeout: 50_000 });
let app: TestApp;
let server: Server;
let address: string;
const WORKS = 13;

beforeAll(async () => {
  app = await openTestApp({ OAI_PAGE_SIZE: '4' });
  app.wait({ seconds: Math.round((Date.now() - app.clock.now().getTime()) / 1000) });
  for (let i = 1; i <= WORKS; i++) await app.published({ titles: [{ value: `Эмгек ${i} & 😀 <b>`, lang: 'ky' }] });
  await app.house.deposits.withdraw(3, await app.visitor('reviewer'), 'Себеби бар');
  server = app.server.listen(0);
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function missing(command: string, packages: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return false;
  } catch {
    console.log(`Skipped: ${command} is not here (Debian: apt-get install ${packages}).`);
    return true;
  }
}

const all = Array.from({ length: WORKS }, (_, i) => `oai:library.test:${i + 1}`);

test('HTTP::OAI, the Perl library many harvesters stand on, collects everything', async () => {
  if (missing('oai_pmh', 'libhttp-oai-perl')) return;
  const { stdout } = await run('oai_pmh', ['-X', 'ListRecords', '--metadataPrefix', 'oai_dc', address]);
  const got = new Set(stdout.match(/oai:library\.test:\d+/g));
  expect([...got].sort()).toEqual([...all].sort());
  expect(stdout).toContain('Эмгек 7 &amp; 😀 &lt;b&gt;');
  expect(stdout).toMatch(/deleted/);
}, 60_000);

test('Catmandu collects everything, in Dublin Core and in MARC', async () => {
  if (missing('catmandu', 'libcatmandu-oai-perl')) return;
  const convert = async (...more: string[]) => {
    const command = ['convert', 'OAI', '--url', address, ...more, 'to', 'JSON', '--line_delimited', '1'];
    const { stdout } = await run('catmandu', command);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { _identifier: string; _status?: string; title?: string[] });
  };
  const dc = await convert('--metadataPrefix', 'oai_dc');
  expect(dc.map((record) => record._identifier).sort()).toEqual([...all].sort());
  expect(dc.find((record) => record._identifier.endsWith(':7'))!.title).toEqual(['Эмгек 7 & 😀 <b>']);
  expect(dc.filter((record) => record._status === 'deleted').map((record) => record._identifier)).toEqual([
    'oai:library.test:3',
  ]);
  const mods = await convert('--metadataPrefix', 'mods', '--handler', 'raw', '--set', 'type:article');
  expect(mods).toHaveLength(WORKS);
}, 60_000);
