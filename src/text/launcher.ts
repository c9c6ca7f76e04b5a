import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { ToLaunch } from './launcher-process';
import { ProgramFailed, type RunProgram, runProgram } from './outside-program';

interface Waiting extends ToLaunch {
  resolve(output: Buffer): void;
  reject(error: unknown): void;
}

/** What the launching process says: that it is there, or what came of a program. */
export type Launched =
  | { isReady: true }
  | { id: number; output: Uint8Array }
  | { id: number; failed: Pick<ProgramFailed, 'failure' | 'exitCode' | 'stderr'> };

/**
 * Starts outside programs from a small process. To start one, the system copies the tables of all the memory of the
 * process that asks: of a server with a library that takes its one thread five milliseconds, in which nobody is
 * answered. Until the small process is there, and should it die, programs are started from here.
 */
export class Launcher {
  private child: ChildProcess | null = null;
  private isReady = false;
  private isClosed = false;
  private lastId = 0;
  private readonly waiting = new Map<number, Waiting>();

  readonly run: RunProgram = (program, args, limits) => {
    if (this.isClosed) return runProgram(program, args, limits);
    this.child ??= this.start();
    const { child } = this;
    if (!this.isReady) return runProgram(program, args, limits);
    return new Promise((resolve, reject) => {
      const task: ToLaunch = { id: ++this.lastId, program, args: [...args], limits };
      this.waiting.set(task.id, { ...task, resolve, reject });
      child.channel?.ref(); // a program under way keeps the server's process alive
      child.send(task);
    });
  };

  async close(): Promise<void> {
    this.isClosed = true;
    const { child } = this;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.ref();
    if (child.connected) child.disconnect(); // it ends what it has started, and itself
    await gone;
  }

  private start(): ChildProcess {
    const child = fork(path.join(__dirname, 'launcher-process.js'), [], {
      execArgv: ['--max-semi-space-size=1'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env.PATH ?? '', NODE_ENV: process.env.NODE_ENV ?? '' },
    });
    child.on('message', (message: Launched) => this.hear(message));
    child.once('error', () => this.ended(child));
    child.once('exit', () => this.ended(child));
    child.unref();
    child.channel?.unref();
    return child;
  }

  private hear(message: Launched): void {
    if ('isReady' in message) {
      this.isReady = true;
      return;
    }
    const asked = this.waiting.get(message.id);
    if (!asked) return;
    this.waiting.delete(message.id);
    if (this.waiting.size === 0) this.child?.channel?.unref();
    if ('output' in message) {
      const { buffer, byteOffset, byteLength } = message.output;
      asked.resolve(Buffer.from(buffer, byteOffset, byteLength));
    } else {
      const { failure, exitCode, stderr } = message.failed;
      asked.reject(new ProgramFailed(asked.program, failure, exitCode, stderr));
    }
  }

  private ended(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = null;
    this.isReady = false;
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { program, args, limits, resolve, reject } of lost) {
      if (this.isClosed) reject(new ProgramFailed(program, 'failed', null, 'The server is closing'));
      else runProgram(program, args, limits).then(resolve, reject);
    }
  }
}
