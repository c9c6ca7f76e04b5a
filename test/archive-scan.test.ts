import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openScanner } from '../src/archive/scan';

// In two halves, so that no scanner takes this file for what it tests.
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const CLAMD = ['/usr/sbin/clamd', '/usr/bin/clamd', '/usr/local/sbin/clamd'].find((file) => existsSync(file));

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'achyk-scan-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
const file = async (name: string, bytes: string | Buffer) => {
  await writeFile(path.join(home, name), bytes);
  return path.join(home, name);
};

test('without a scanner a file is unscanned, and nobody says it is clean', async () => {
  const none = openScanner(null);
  expect(none.isConfigured).toBe(false);
  expect(await none.scan(await file('any', 'x'))).toEqual({ state: 'unscanned' });
});

test('a scanner that does not answer fails the scan with its reason', async () => {
  const nobody = openScanner(path.join(home, 'nobody.sock'));
  expect(await nobody.scan(await file('any', 'x'))).toEqual({
    state: 'failed',
    reason: expect.stringContaining('ENOENT'),
  });
  expect(await nobody.version()).toBeNull();
});

describe('a scanner that', () => {
  let server: Server;
  const listen = (onAsked: (answer: (text: string) => void, close: () => void) => void) =>
    new Promise<string>((resolve) => {
      server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () =>
          onAsked(
            (text) => socket.write(text),
            () => socket.destroy(),
          ),
        );
      }).listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as { port: number }).port}`));
    });
  afterEach(() => server.close());

  test('falls silent fails the scan after its time', async () => {
    const scanner = openScanner(await listen(() => {}), { timeoutMs: 200 });
    expect(await scanner.scan(await file('any', 'x'))).toEqual({
      state: 'failed',
      reason: 'clamd was silent for 0.2 s',
    });
  });
  test('closes without a word fails the scan', async () => {
    const scanner = openScanner(await listen((_answer, close) => close()));
    expect(await scanner.scan(await file('any', 'x'))).toMatchObject({ state: 'failed' });
  });
  test('hangs up on a long file with its reason fails the scan with that reason', async () => {
    const scanner = openScanner(
      await listen((answer, close) => {
        answer('INSTREAM size limit exceeded. ERROR\0');
        setTimeout(close, 20);
      }),
    );
    const long = await file('long', Buffer.alloc(20_000_000));
    expect(await scanner.scan(long)).toEqual({ state: 'failed', reason: 'INSTREAM size limit exceeded. ERROR' });
  });
});

const withClamd = CLAMD ? describe : describe.skip;
if (!CLAMD)
  console.info('clamd is not installed (apt-get install clamav-daemon): the tests with a real one are skipped');

withClamd('clamd', () => {
  let clamd: ChildProcess;
  const socket = () => path.join(home, 'clamd.sock');

  beforeAll(async () => {
    const signatures = path.join(home, 'signatures');
    await mkdir(signatures);
    await writeFile(path.join(signatures, 'local.ndb'), `Local.Eicar.Test:0:*:${Buffer.from(EICAR).toString('hex')}\n`);
    const config = await file(
      'clamd.conf',
      [
        `DatabaseDirectory ${signatures}`,
        'OfficialDatabaseOnly no',
        `LocalSocket ${socket()}`,
        'Foreground yes',
        'StreamMaxLength 5M',
        '',
      ].join('\n'),
    );
    clamd = spawn(CLAMD as string, ['-c', config], { stdio: 'ignore' });
    const scanner = openScanner(socket());
    for (let i = 0; i < 200 && !(await scanner.version()); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  }, 30_000);
  afterAll(async () => {
    clamd.kill('SIGKILL');
    if (clamd.exitCode === null && clamd.signalCode === null)
      await new Promise((resolve) => clamd.once('exit', resolve));
  });

  test('says who it is', async () => expect(await openScanner(socket()).version()).toMatch(/^ClamAV/));
  test('finds a clean file clean', async () => {
    expect(await openScanner(socket()).scan(await file('clean', 'Мөңгүлөр'))).toEqual({ state: 'clean' });
    expect(await openScanner(socket()).scan(await file('empty', ''))).toEqual({ state: 'clean' });
    expect(await openScanner(socket()).scan(await file('four', Buffer.alloc(4_000_000)))).toEqual({ state: 'clean' });
  });
  test('finds the test virus, and names it', async () => {
    expect(await openScanner(socket()).scan(await file('virus', EICAR))).toEqual({
      state: 'infected',
      signature: expect.stringContaining('Local.Eicar.Test'),
    });
  });
  test('does not call a file clean that is longer than it takes', async () => {
    expect(await openScanner(socket()).scan(await file('long', Buffer.alloc(30_000_000)))).toEqual({
      state: 'failed',
      reason: expect.stringMatching(/size limit exceeded|longer than/),
    });
  });
});
