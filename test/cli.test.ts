import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commands } from '../src/cli/commands';
import { openTestApp, type TestApp } from './support/app';
import { achyk, type Outcome } from './support/command-line';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'achyk-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (typed: string, input = ''): Promise<Outcome> =>
  achyk({ DATA_DIR: folder, BASE_URL: 'http://library.test' }, typed.split(' ').filter(Boolean), input);

describe('what is typed', () => {
  test('wrong is answered with how it is typed right, and 2', async () => {
    for (const [typed, answer] of [
      ['', 'usage: achyk COMMAND'],
      ['dance', 'there is no command "dance"'],
      ['user', 'user add, user list'],
      ['user add', 'say whose account: --email E'],
      ['user add --emial a@b.kg', "unknown option '--emial'"],
      ['user add --email a@b.kg --role king', 'a role is one of'],
      ['backup', 'usage: achyk backup FILE'],
      ['doctor now', '"now" is too much'],
      ['fixity seventeen', 'no number of a work'],
      ['oai check --pages abc', '--pages abc is no number of pages'],
      ['oai check --pages 0', '--pages 0 is no number of pages'],
      ['oai check --pages=-3', '--pages -3 is no number of pages'],
    ] as const) {
      const { code, err } = await run(typed);
      expect([typed, code]).toEqual([typed, 2]);
      expect(err).toContain(answer);
    }
  });

  test('right, but impossible, is answered in one line, and 1', async () => {
    await run('user add --email a@b.kg --password long-enough');
    for (const [typed, answer] of [
      ['user add --email a@b.kg', 'There is already an account for a@b.kg.'],
      ['user add --email no-address', 'email: This is not an e-mail address.'],
      ['user add --email c@b.kg --password short', 'password: The password needs at least 10 characters.'],
      ['token create --email nobody@b.kg', 'There is no account nobody@b.kg'],
      ['restore /nowhere/backup.tar', 'restore into an empty DATA_DIR'],
      ['backup /nowhere/backup.tar', 'no such file or directory'],
    ] as const) {
      const { code, err, out } = await run(typed);
      expect([typed, code, out]).toEqual([typed, 1, '']);
      expect(err).toContain(answer);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });

  test('with a variable that cannot be right ends with its name, the value and what is allowed', async () => {
    const { code, err } = await achyk({ DATA_DIR: folder, PORT: 'high' }, ['user', 'list']);
    expect([code, err]).toEqual([1, expect.stringContaining('PORT is "high"; allowed: a port from 0 to 65535.')]);
  });

  test('as a question is answered: every command says how it is typed', async () => {
    const { code, out } = await run('help');
    expect(code).toBe(0);
    for (const [words, command] of Object.entries(commands)) {
      expect(out).toContain(command.usage);
      expect((await run(`${words} --help`)).out).toContain(command.about);
    }
  });

  test('for a later version is answered "not yet", and 2', async () => {
    const later = Object.values(commands).filter((command) => command.about.endsWith('(not yet)'));
    for (const { usage } of later)
      expect(await run(usage)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('not there yet') });
  });
});

describe('accounts', () => {
  test('are made, listed and changed; a link lets a person choose the password', async () => {
    const link = await run('user add --email Aigul@Library.kg --name Айгүл --role reviewer');
    expect(link.out).toMatch(/^http:\/\/library\.test\/welcome\/[\w-]{43}\n$/);
    expect((await run('user role --email aigul@library.kg --role administrator')).out).toBe(
      'aigul@library.kg is administrator.\n',
    );
    await run('user add --email usen@library.kg');
    const listed = JSON.parse((await run('user list --json')).out);
    expect(listed).toMatchObject([
      { email: 'aigul@library.kg', name: 'Айгүл', role: 'administrator', hasPassword: false },
      { email: 'usen@library.kg', role: 'depositor' },
    ]);
    expect((await run('user list')).out).toMatch(/^id\s+email\s+role/);
    expect((await run('user role aigul@library.kg reader')).err).toContain('at least one administrator');
  });

  test('a password is taken from the input, so that it stands in no list of processes', async () => {
    await run('user add --email aigul@library.kg --role administrator');
    expect((await run('user password --email aigul@library.kg --password -', 'Мөңгүлөр-2026\n')).code).toBe(0);
    expect(JSON.parse((await run('user list --json')).out)[0].hasPassword).toBe(true);
    const app = await openTestApp({}, folder);
    expect(await app.house.accounts.signIn('aigul@library.kg', 'Мөңгүлөр-2026')).not.toBeNull();
    await app.close();
  });

  test('a token is printed alone, and is that account’s', async () => {
    await run('user add --email aigul@library.kg');
    const { out } = await run('token create --email aigul@library.kg');
    expect(out).toMatch(/^achyk_[\w-]{43}\n$/);
    const app = await openTestApp({}, folder);
    expect((await app.house.accounts.byToken(out.trim()))?.email).toBe('aigul@library.kg');
    await app.close();
  });
});

test('the database is brought up to date, once', async () => {
  expect((await run('migrate')).out).toContain('001-');
  expect((await run('migrate')).out).toBe('The database is up to date.\n');
  expect(JSON.parse((await run('migrate --json')).out)).toEqual({ applied: [] });
});

describe('jobs', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await openTestApp({}, folder);
    app.wait({ seconds: (Date.now() - app.clock.now().getTime()) / 1000 }); // the command line has the real time
    await app.runner.drain();
  });
  afterEach(() => app.close());

  test('are listed, and waited for while a server does them', async () => {
    await app.house.jobs.add('archive-collections', 'all');
    expect(JSON.parse((await run('jobs --json')).out)).toContainEqual(
      expect.objectContaining({ kind: 'archive-collections', state: 'waiting' }),
    );
    const waiting = run('jobs --wait --json');
    app.runner.start();
    expect(await waiting).toMatchObject({ code: 0, out: expect.stringContaining('"left": 0') });
    expect((await run('jobs')).out).not.toContain('archive-collections');
  });

  test('that wait for a later hour are not waited for', async () => {
    await app.house.jobs.add('archive-person', 1, { runAfter: new Date(Date.now() + 3_600_000) });
    expect(await run('jobs --wait --json')).toMatchObject({ code: 0, out: expect.stringContaining('"later": 2') }); // it, and the next sweep
  });
});
