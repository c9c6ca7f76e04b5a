import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** What an outside program may use before it is ended. */
export interface ProgramLimits {
  timeoutMs: number;
  /** Address space, where `prlimit` is installed. */
  memoryBytes: number;
  /** What it may print, and the largest file it may write. */
  outputBytes: number;
  /** Scheduling priority, 0 (as the server) to 19 (only when nothing else wants the processor). */
  niceness?: number;
  env?: Record<string, string>;
  /** Given on its standard input, then closed. */
  input?: Buffer;
  cwd?: string;
}

export type ProgramFailure = 'missing' | 'time' | 'memory' | 'output' | 'failed';

export class ProgramFailed extends Error {
  constructor(
    readonly program: string,
    readonly failure: ProgramFailure,
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`${program}: ${failure}${exitCode === null ? '' : ` (exit ${exitCode})`} ${stderr.slice(0, 500)}`.trim());
  }
}

/** Where `name` is installed, by PATH; null where it is not. */
export function findProgram(name: string, searchPath = process.env.PATH ?? ''): string | null {
  for (const folder of searchPath.split(path.delimiter)) {
    const candidate = path.join(folder, name);
    try {
      if (folder && existsSync(candidate)) {
        accessSync(candidate, constants.X_OK);
        return candidate;
      }
    } catch {
      // not executable for us: look on
    }
  }
  return null;
}

let prlimit: string | null | undefined;

/** A program under way: read `stdout` to its end, then await `ended`, which throws when the program failed. */
export interface RunningProgram {
  stdout: Readable;
  ended: Promise<void>;
  /** What it has said on its standard error so far, its beginning. */
  complaints(): string;
  stop(): void;
}

/** Starts `program` with an argument list, never a shell, under `limits`. Its standard output must be read. */
export function startProgram(program: string, args: readonly string[], limits: ProgramLimits): RunningProgram {
  prlimit ??= process.platform === 'linux' ? findProgram('prlimit') : null;
  const cpuSeconds = Math.ceil(limits.timeoutMs / 1000) + 1;
  const wrapped = prlimit
    ? [
        prlimit,
        `--as=${limits.memoryBytes}`,
        `--cpu=${cpuSeconds}`,
        `--fsize=${limits.outputBytes}`,
        '--core=0',
        '--',
        program,
        ...args,
      ]
    : [program, ...args];
  const child = spawn(wrapped[0]!, wrapped.slice(1), {
    cwd: limits.cwd,
    env: { PATH: process.env.PATH ?? '', HOME: os.tmpdir(), LC_ALL: 'C.UTF-8', ...limits.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (limits.niceness && child.pid !== undefined) {
    try {
      os.setPriority(child.pid, limits.niceness);
    } catch {
      // it has ended already, or priorities are not ours to give
    }
  }

  let failure: ProgramFailure | null = null;
  const end = (why: ProgramFailure) => {
    failure ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end('time'), limits.timeoutMs);
  let printed = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.length;
    if (printed > limits.outputBytes) end('output');
  });
  child.stdout.pause(); // counting must not start the flow before the reader is there
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (stderr.length < 4_000) stderr += chunk;
  });
  child.stdin.on('error', () => {}); // it may end without reading what we give it
  child.stdin.end(limits.input);

  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new ProgramFailed(program, error.code === 'ENOENT' ? 'missing' : 'failed', null, error.message));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 && !failure) return resolve();
      failure ??=
        signal === 'SIGXCPU' || signal === 'SIGKILL'
          ? 'time'
          : signal === 'SIGXFSZ'
            ? 'output'
            : /out of memory|bad_alloc|cannot allocate/i.test(stderr)
              ? 'memory'
              : 'failed';
      reject(new ProgramFailed(program, failure, code, stderr));
    });
  });
  ended.catch(() => {}); // whoever awaits it hears of it; nobody awaiting must not end the server
  return { stdout: child.stdout, ended, complaints: () => stderr, stop: () => end('failed') };
}

/** Runs `program` to its end and gives what it printed. @throws ProgramFailed */
export type RunProgram = (program: string, args: readonly string[], limits: ProgramLimits) => Promise<Buffer>;

export const runProgram: RunProgram = async (program, args, limits) => {
  const running = startProgram(program, args, limits);
  const chunks: Buffer[] = [];
  for await (const chunk of running.stdout) chunks.push(chunk as Buffer);
  await running.ended;
  return Buffer.concat(chunks);
};
