import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Response, ThreadData } from './thread';

/** What a thread did not answer in time; the thread is ended, for nothing else stops a query inside SQLite. */
export class TooSlow extends Error {}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout | null;
}

/** One thread of the search, started when first asked and again after it was ended. */
export class SearchThread {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  constructor(private readonly data: ThreadData) {}

  /** Questions not answered yet. */
  get load(): number {
    return this.waiting.size;
  }

  /** @throws TooSlow after `limitMs`, if given. */
  ask<T>(act: string, args: unknown[], limitMs: number | null = null): Promise<T> {
    const worker = this.worker ?? this.start();
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      const timer = limitMs === null ? null : setTimeout(() => this.abandon(id, act, limitMs), limitMs);
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, timer });
      worker.ref();
      worker.postMessage({ id, act, args });
    });
  }

  async close(): Promise<void> {
    const worker = this.worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    await this.ask('close', []).catch(() => {});
    worker.ref(); // else the process may end before this promise does
    await gone;
  }

  private start(): Worker {
    const worker = new Worker(path.join(__dirname, 'thread.js'), {
      workerData: this.data,
      // Young garbage is collected early rather than kept: with five threads that is a hundred megabytes.
      resourceLimits: { maxYoungGenerationSizeMb: this.data.role === 'writer' ? 32 : 12 },
    });
    this.worker = worker;
    worker.unref(); // an open index alone keeps no process alive
    worker.on('message', (response: Response) => {
      const asked = this.waiting.get(response.id);
      if (!asked) return;
      this.settle(response.id, asked);
      if ('error' in response) asked.reject(new Error(response.error));
      else asked.resolve(response.result);
    });
    const failed = (error: Error) => {
      if (this.worker !== worker) return;
      this.worker = null;
      for (const [id, asked] of [...this.waiting]) {
        this.settle(id, asked);
        asked.reject(error);
      }
    };
    worker.on('error', failed);
    worker.on('exit', () => failed(new Error(`The search ${this.data.role} ended`)));
    return worker;
  }

  private abandon(id: number, act: string, limitMs: number): void {
    const asked = this.waiting.get(id);
    if (!asked) return;
    this.settle(id, asked);
    asked.reject(new TooSlow(`${act} took longer than ${limitMs} ms`));
    const worker = this.worker;
    this.worker = null;
    // Others who wait behind it are asked anew by whoever asked: they get the same error class and may repeat.
    for (const [other, one] of [...this.waiting]) {
      this.settle(other, one);
      one.reject(new TooSlow(`${act} held the thread for ${limitMs} ms`));
    }
    void worker?.terminate();
  }

  private settle(id: number, asked: Waiting): void {
    if (asked.timer) clearTimeout(asked.timer);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker?.unref();
  }
}
