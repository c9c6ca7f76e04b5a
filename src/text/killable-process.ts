import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface KillableLimits {
  /** Resident memory of the process; more, and it is killed. */
  memoryBytes: number;
  /** It ends by itself after being idle so long. */
  idleMs: number;
  niceness: number;
}

export const DEFAULT_LIMITS: KillableLimits = { memoryBytes: 1_000_000_000, idleMs: 20_000, niceness: 5 };

/** The process was killed, or died, in the middle of a task. */
export class ProcessKilled extends Error {
  constructor(readonly why: 'time' | 'memory' | 'crash') {
    super(`A process that handles uploaded files was ended: ${why}`);
  }
}

/** The task threw; `reason` is what the process said about it. */
export class TaskFailed extends Error {
  constructor(
    readonly reason: string | null,
    message: string,
  ) {
    super(message);
  }
}

interface Task {
  name: string;
  input: unknown;
  timeoutMs: number;
  onPart?: (part: unknown) => Promise<void> | void;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * A Node process beside the server that does what a hostile file could misuse: one task after another, each with a
 * limit of time, all under one of memory. When it is killed the next task gets a new one. Kept warm between tasks,
 * because starting Node and an engine costs as much as reading a short paper.
 */
export class KillableProcess {
  private child: ChildProcess | null = null;
  private readonly queue: Task[] = [];
  private current: { task: Task; timer: NodeJS.Timeout | null; leftMs: number; since: number } | null = null;
  private watch: NodeJS.Timeout | null = null;
  private idle: NodeJS.Timeout | null = null;
  private killedFor: ProcessKilled['why'] | null = null;
  private closed = false;

  constructor(
    private readonly modulePath: string,
    private readonly limits: KillableLimits = DEFAULT_LIMITS,
  ) {}

  /**
   * What `name` answers to `input`. Parts that it sends meanwhile go to `onPart`; it waits until each was taken, and
   * that time is not counted. @throws ProcessKilled, TaskFailed
   */
  run<T>(name: string, input: unknown, timeoutMs: number, onPart?: Task['onPart']): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.closed) return reject(new ProcessKilled('crash'));
      this.queue.push({ name, input, timeoutMs, onPart, resolve: resolve as Task['resolve'], reject });
      this.next();
    });
  }

  /** Tasks waiting and under way. */
  get load(): number {
    return this.queue.length + (this.current ? 1 : 0);
  }

  async close(): Promise<void> {
    this.closed = true;
    const child = this.child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.ref(); // else the server's process may end before this promise does
    this.kill('crash');
    await gone;
  }

  private next(): void {
    if (this.current || this.closed) return;
    if (this.killedFor) {
      // One that is dying is replaced first; until it is gone it keeps the process of whoever waits alive.
      if (this.queue.length > 0) this.child?.ref();
      return;
    }
    const task = this.queue.shift();
    if (!task) {
      this.idle = setTimeout(() => this.retire(), this.limits.idleMs).unref();
      return;
    }
    if (this.idle) clearTimeout(this.idle);
    this.idle = null;
    const child = this.start();
    this.current = { task, timer: null, leftMs: task.timeoutMs, since: 0 };
    this.startTimer();
    child.send({ name: task.name, input: task.input });
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    this.killedFor = null;
    const heapMb = Math.floor(this.limits.memoryBytes / 1_000_000);
    const child = fork(path.resolve(this.modulePath), [], {
      execArgv: [`--max-old-space-size=${heapMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env.PATH ?? '', NODE_ENV: process.env.NODE_ENV ?? '' },
    });
    if (child.pid !== undefined) {
      try {
        os.setPriority(child.pid, this.limits.niceness);
      } catch {
        // not ours to set here
      }
    }
    child.on('message', (message: ChildMessage) => this.hear(message));
    child.once('error', () => this.ended(child));
    child.once('exit', () => this.ended(child));
    child.unref();
    child.channel?.unref();
    this.child = child;
    this.watch = setInterval(() => void this.checkMemory(child), 200).unref();
    return child;
  }

  private hear(message: ChildMessage): void {
    const current = this.current;
    if (!current) return;
    if ('part' in message) {
      this.stopTimer();
      Promise.resolve(current.task.onPart?.(message.part)).then(
        () => {
          if (this.current !== current) return;
          this.startTimer();
          this.child?.send({ taken: true });
        },
        (error: Error) => {
          if (this.current !== current) return;
          this.settle((task) => task.reject(error));
          this.kill('crash'); // it is in the middle of a task that nobody wants any more
        },
      );
    } else if ('error' in message) {
      this.settle((task) => task.reject(new TaskFailed(message.reason ?? null, message.error)));
      this.next();
    } else {
      this.settle((task) => task.resolve(message.result));
      this.next();
    }
  }

  private startTimer(): void {
    const current = this.current!;
    current.since = Date.now();
    current.timer = setTimeout(() => this.kill('time'), current.leftMs);
    this.child?.channel?.ref(); // a running task keeps the server's process alive; an idle child must not
  }

  private stopTimer(): void {
    const current = this.current;
    if (!current?.timer) return;
    clearTimeout(current.timer);
    current.timer = null;
    current.leftMs = Math.max(1, current.leftMs - (Date.now() - current.since));
  }

  private settle(tell: (task: Task) => void): void {
    const current = this.current;
    if (!current) return;
    this.stopTimer();
    this.current = null;
    this.child?.channel?.unref();
    tell(current.task);
  }

  private kill(why: ProcessKilled['why']): void {
    this.killedFor ??= why;
    this.child?.kill('SIGKILL');
  }

  private retire(): void {
    if (!this.current && this.queue.length === 0 && this.child) this.kill('crash');
  }

  private ended(child: ChildProcess): void {
    if (this.child !== child) return;
    if (this.watch) clearInterval(this.watch);
    this.child = null;
    const why = this.killedFor ?? 'crash';
    this.killedFor = null;
    this.settle((task) => task.reject(new ProcessKilled(why)));
    if (this.closed) for (const task of this.queue.splice(0)) task.reject(new ProcessKilled('crash'));
    else if (this.queue.length > 0) this.next(); // a new one for the tasks that waited
  }

  private async checkMemory(child: ChildProcess): Promise<void> {
    const resident = await residentBytes(child.pid);
    if (resident > this.limits.memoryBytes && this.child === child) this.kill('memory');
  }
}

type ChildMessage = { part: unknown } | { error: string; reason?: string } | { result: unknown };

/** Resident memory of a process where /proc tells it, else 0: there only the limit of V8's own heap holds. */
async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ')[1];
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}

/** Tasks by name: `send` hands a part over and resolves when it was taken. */
export type Tasks = Record<string, (input: never, send: (part: unknown) => Promise<void>) => Promise<unknown>>;

/** Run by the module of a {@link KillableProcess}: answers the tasks it is sent. */
export function answerTasks(tasks: Tasks): void {
  let taken: (() => void) | null = null;
  const send = (part: unknown) =>
    new Promise<void>((resolve) => {
      taken = resolve;
      process.send!({ part });
    });
  process.on('message', async (message: { taken: true } | { name: string; input: never }) => {
    if ('taken' in message) {
      taken?.();
      return;
    }
    try {
      const task = tasks[message.name];
      if (!task) throw new Error(`No task ${message.name}`);
      process.send!({ result: await task(message.input, send) });
    } catch (error) {
      const { reason } = error as { reason?: string };
      process.send!({ error: error instanceof Error ? error.message : String(error), reason });
    }
  });
  process.on('disconnect', () => process.exit(0)); // the server is gone: nobody wants the answer
}
