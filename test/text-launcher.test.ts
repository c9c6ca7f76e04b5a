import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Launcher } from '../src/text/launcher';
import type { ProgramLimits } from '../src/text/outside-program';

const limits: ProgramLimits = { timeoutMs: 10_000, memoryBytes: 1_000_000_000, outputBytes: 1_000_000 };
let launcher: Launcher;
beforeEach(() => {
  launcher = new Launcher();
});
afterEach(() => launcher.close());

const say = async (script: string, more: Partial<ProgramLimits> = {}) =>
  (await launcher.run('/bin/sh', ['-c', script], { ...limits, ...more })).toString().trim();

/** The process that starts programs, once it is there: until then the server does. */
async function launching(): Promise<number> {
  for (;;) {
    const parent = Number(await say('echo $PPID'));
    if (parent !== process.pid) return parent;
    await pause(20);
  }
}

test('a program is run by another process, under its limits, and several at once', async () => {
  expect(await say('echo at once')).toBe('at once');
  await launching();
  const sign = path.join(mkdtempSync(path.join(tmpdir(), 'achyk-launcher-')), 'sign');
  const both = await Promise.all([
    say(`until [ -e ${sign} ]; do sleep 0.02; done; echo one; nice`, { niceness: 7 }), // waits for the other
    say(`cat; touch ${sign}`, { input: Buffer.from('two') }),
  ]);
  rmSync(path.dirname(sign), { recursive: true });
  expect(both).toEqual(['one\n7', 'two']);
  await expect(say('echo wrong >&2; exit 3')).rejects.toMatchObject({
    failure: 'failed',
    exitCode: 3,
    stderr: 'wrong\n',
  });
  await expect(say('sleep 9', { timeoutMs: 100 })).rejects.toMatchObject({ failure: 'time' });
  await expect(launcher.run('/no/such/program', [], limits)).rejects.toThrow('/no/such/program');
});

test('what was under way when that process was killed is run again, and the next program by a new one', async () => {
  const first = await launching();
  const result = say('sleep 0.3; echo done');
  await pause(100);
  process.kill(first, 'SIGKILL');
  expect(await result).toBe('done');
  expect(await launching()).not.toBe(first);
});

test('a signal to the whole group leaves it at work; closing ends what it has started', async () => {
  const helper = await launching();
  process.kill(helper, 'SIGINT');
  process.kill(helper, 'SIGTERM');
  expect(await launching()).toBe(helper);
  const endless = say('sleep 60');
  const lost = expect(endless).rejects.toMatchObject({ failure: 'failed' });
  await pause(100);
  await launcher.close();
  await lost;
  if (existsSync('/proc')) expect(existsSync(`/proc/${helper}`)).toBe(false);
});
