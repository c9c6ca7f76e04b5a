import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { inProject } from '../../src/paths';

/** The program itself in a process of its own, as `npm start` or `npm run demo` starts it. */
export interface Program {
  process: ChildProcess;
  url: string;
  env: NodeJS.ProcessEnv;
  firstPageMs: number;
  stop(): Promise<void>;
  /** As a power cut would: nothing is finished, nothing is tidied. */
  kill(): Promise<void>;
}

/** Starts `script` on `dataDir`; returns when it has served its first page. */
export async function startProgram(
  script: string[],
  dataDir: string,
  more: Record<string, string> = {},
): Promise<Program> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port), BASE_URL: url, LOG_LEVEL: 'error', ...more };
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      '--max-semi-space-size=4', // as npm start does
      ...script,
    ],
    {
      cwd: inProject(),
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  let ended: number | null = null;
  const exit = new Promise<void>((resolve) =>
    child.once('exit', (code) => {
      ended = code ?? 1;
      resolve();
    }),
  );
  for (;;) {
    if (ended !== null) throw new Error(`${script.join(' ')} ended with ${ended} before its first page`);
    if ((await statusOf(`${url}/`).catch(() => 0)) === 200) break;
    await pause(20);
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exit;
  };
  return {
    process: child,
    url,
    env,
    firstPageMs: performance.now() - startedAt,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Runs a command of the program to its end. @returns what it printed */
export function outputOf(script: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, script, { cwd: inProject(), env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${script.join(' ')} ended with ${code}`)),
    );
  });
}

export const statusOf = (url: string, agent?: http.Agent) =>
  new Promise<number>((resolve, reject) => {
    http
      .get(url, { agent, headers: { 'accept-encoding': 'gzip', 'accept-language': 'ky' } }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      })
      .on('error', reject);
  });

/** The resident memory of the process, in bytes. Read from /proc; where there is none, it cannot be told. */
export function residentBytes({ pid }: { pid?: number | undefined }): number {
  return fromStatus(pid, 'VmRSS') * 1_024;
}

/** The most that the process ever had resident, in bytes. */
export function peakBytes({ pid }: { pid?: number | undefined }): number {
  return fromStatus(pid, 'VmHWM') * 1_024;
}

/** Resident memory, in bytes, of the programs that the process has started and they in turn. */
export function childrenBytes({ pid }: { pid?: number | undefined }): { name: string; bytes: number }[] {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const parent = fromStatus(Number(name), 'PPid');
      if (!Number.isNaN(parent)) parents.set(Number(name), parent);
    }
  } catch {
    return []; // there is no /proc
  }
  const found: { name: string; bytes: number }[] = [];
  let generation = [pid ?? 0];
  while (generation.length > 0) {
    const next = [...parents].filter(([, parent]) => generation.includes(parent)).map(([child]) => child);
    for (const child of next) {
      const bytes = fromStatus(child, 'VmRSS') * 1_024;
      if (bytes > 0) found.push({ name: nameOf(child), bytes });
    }
    generation = next;
  }
  return found;
}

function fromStatus(pid: number | undefined, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  } catch {
    return Number.NaN;
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'gone';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
