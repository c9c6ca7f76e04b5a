import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const project = path.join(__dirname, '..', '..');

jest.setTimeout(120_000); // whole libraries and processes: on a loaded machine they take their time

let folder: string;
let running: Running[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'achyk-process-'));
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  running = [];
  await rm(folder, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  said: () => string;
  /** Resolves with the exit code, or the signal. */
  ended: Promise<number | string>;
}

function start(script: string, typed: string[], env: Record<string, string>): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [path.join(project, script), ...typed], {
    cwd: tmpdir(),
    env: { PATH, HOME, DATA_DIR: path.join(folder, 'storage'), ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? '')),
  );
  const one = { child, said: () => said, ended };
  running.push(one);
  return one;
}

/** Waits for a line that the process prints, and gives what the pattern finds in it. */
async function printed(process: Running, pattern: RegExp): Promise<RegExpExecArray> {
  for (let i = 0; i < 300; i++) {
    const match = pattern.exec(process.said());
    if (match) return match;
    await pause(50);
  }
  throw new Error(`It never said ${pattern}, but:\n${process.said()}`);
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

test('on an empty folder the server prints the link for the first administrator, answers, and stops with 0', async () => {
  const PORT = await freePort();
  const server = start('build/src/main.js', [], { PORT });
  const [, address] = await printed(server, /is open at (http:\S+)/);
  expect(address).toBe(`http://127.0.0.1:${PORT}`);
  const [, link] = await printed(server, new RegExp(`(http://localhost:${PORT}/welcome/[\\w-]+)`));
  expect((await fetch(link!)).status).toBe(200);
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  expect((await fetch(`${address}/?q=secret-words`)).status).toBe(200);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);

  // What is logged is JSON, a line a request, without what was searched and without the link's secret.
  const log = server
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  expect(log).toContainEqual(expect.objectContaining({ msg: 'request', method: 'GET', path: '/', status: 200 }));
  expect(log).toContainEqual(expect.objectContaining({ path: '/welcome/…' }));
  expect(JSON.stringify(log)).not.toContain('secret-words');
  expect(JSON.stringify(log)).not.toContain(link!.split('/').at(-1));
});

test('a signal to npm start reaches the server: it stops with 0 and leaves nobody behind', async () => {
  const PORT = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, PORT, DATA_DIR: path.join(folder, 'storage'), LOG_LEVEL: 'error' };
  const npm = spawn('npm', ['start'], { cwd: project, env });
  running.push({ child: npm, said: () => '', ended: Promise.resolve(0) });
  const answers = () =>
    fetch(`http://127.0.0.1:${PORT}/healthz`).then(
      () => true,
      () => false,
    );
  for (let i = 0; i < 600 && !(await answers()); i++) await pause(50);
  expect(await answers()).toBe(true);
  const ended = new Promise((resolve) => npm.once('close', resolve));
  npm.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (let i = 0; i < 100 && (await answers()); i++) await pause(50);
  expect(await answers()).toBe(false);
});

test('with ADMIN_EMAIL and ADMIN_PASSWORD there is no link', async () => {
  const env = { PORT: await freePort(), ADMIN_EMAIL: 'aigul@library.kg', ADMIN_PASSWORD: 'long-enough-for-us' };
  const server = start('build/src/main.js', [], env);
  await printed(server, /is open at/);
  expect(server.said()).toContain('aigul@library.kg');
  expect(server.said()).not.toMatch(/welcome|long-enough/);
  server.child.kill('SIGINT');
  expect(await server.ended).toBe(0);
});

test('asked to stop, the server finishes the request in hand and takes no other', async () => {
  const PORT = await freePort();
  const server = start('build/src/main.js', [], { PORT });
  await printed(server, /is open at/);
  // A form whose end comes only after the server was asked to stop.
  const body = 'email=a%40b.kg&password=wrong';
  const form = request({
    port: PORT,
    host: '127.0.0.1',
    method: 'POST',
    path: '/sign-in',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
  });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    form.once('response', (response) => resolve(response.resume().statusCode));
    form.once('error', reject);
  });
  form.write(body.slice(0, 10));
  await pause(300);
  server.child.kill('SIGTERM');
  await pause(300);
  await expect(fetch(`http://127.0.0.1:${PORT}/healthz`)).rejects.toThrow();
  form.end(body.slice(10));
  expect(await answered).toBeLessThan(500);
  expect(await server.ended).toBe(0);
});

test('a value that cannot be right, or a port that is taken, ends the start with 1 and says so', async () => {
  const wrong = start('build/src/main.js', [], { PORT: 'high', MAX_UPLOAD_MB: '0' });
  expect(await wrong.ended).toBe(1);
  expect(wrong.said()).toContain('PORT is "high"; allowed: a port from 0 to 65535.');
  expect(wrong.said()).toContain('MAX_UPLOAD_MB');
  expect(existsSync(path.join(folder, 'storage'))).toBe(false);

  await writeFile(path.join(folder, 'file'), '');
  const noFolder = start('build/src/main.js', [], { DATA_DIR: path.join(folder, 'file') });
  expect(await noFolder.ended).toBe(1);
  expect(noFolder.said()).toMatch(/^.*DATA_DIR must be a folder this program may write in\.\n$/);

  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const PORT = String((other.address() as AddressInfo).port);
  for (const [script, typed] of [
    ['build/src/main.js', []],
    ['bin/achyk.js', ['serve']],
  ] as [string, string[]][]) {
    const taken = start(script, typed, { PORT });
    expect(await taken.ended).toBe(1);
    // One line, and no link to an administrator's page that nobody serves.
    expect(taken.said()).toMatch(
      new RegExp(`^[^\\n]*PORT is ${PORT}, where another program listens already[^\\n]*\\n$`),
    );
  }
  other.close();

  for (const HOST of ['256.1.1.1', '192.0.2.1']) {
    const nowhere = start('build/src/main.js', [], { HOST, PORT: '0' });
    expect(await nowhere.ended).toBe(1);
    expect(nowhere.said()).toMatch(
      /^HOST is "(256\.1\.1\.1|192\.0\.2\.1)", which is no address of this machine[^\n]*\n$/,
    );
  }

  const noPassword = start('build/src/main.js', [], { PORT: '0', ADMIN_EMAIL: 'aigul@library.kg' });
  expect(await noPassword.ended).toBe(1);
  expect(noPassword.said()).toMatch(/^ADMIN_PASSWORD is not given, but ADMIN_EMAIL is "aigul@library\.kg"[^\n]*\n$/);
});

test('the command line serves and works too, and both stop with 0', async () => {
  const server = start('bin/achyk.js', ['serve'], { PORT: await freePort() });
  await printed(server, /is open at/);
  const worker = start('bin/achyk.js', ['work'], {});
  await printed(worker, /are done here/);
  const waiting = start('bin/achyk.js', ['jobs', '--wait'], {});
  expect(await waiting.ended).toBe(0);
  for (const { child, ended } of [server, worker]) {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
});
