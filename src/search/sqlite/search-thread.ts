import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Abandoned } from './abandoned';
import type { Response, ThreadData } from './thread';

/** What a thread did not answer in time. */
export class TooSlow extends Error {}

interface Question {
  id: number;
  act: string;
  args: unknown[];
  limitMs: number | null;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** One thread of the search, started when first asked and again after it was ended. It is asked one thing at a time. */
export class SearchThread {
  private worker: Worker | null = null;
  private asked: Question | null = null;
  private timer: NodeJS.Timeout | null = null;
  private waiting: Question[] = [];
  private nextId = 1;
  /** What `asked` was given up, and its thread could not be: too many run on already. */
  private isStuck = false;
  /** The thread as the system numbers it. */
  private number: number | null = null;

  /** @param abandoned takes the threads whose questions are given up. */
  constructor(
    private readonly data: ThreadData,
    private readonly abandoned: Abandoned,
  ) {}

  /** Questions not answered yet; while it is stuck it is nobody's first choice. */
  get load(): number {
    return this.waiting.length + (this.asked ? 1 : 0) + (this.isStuck ? 1e6 : 0);
  }

  /** @param limitMs from when the thread begins with it, or is stuck. @throws TooSlow after that. */
  ask<T>(act: string, args: unknown[], limitMs: number | null = null): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const id = this.nextId++;
      const question = { id, act, args, limitMs, resolve: resolve as (result: unknown) => void, reject };
      this.waiting.push(question);
      if (this.isStuck) this.waitNoLonger(question);
      this.next();
    });
  }

  async close(): Promise<void> {
    const worker = this.worker;
    if (!worker) return;
    if (this.isStuck) {
      worker.unref(); // it ends when SQLite returns
      void worker.terminate();
      return;
    }
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    await this.ask('close', []).catch(() => {});
    worker.ref(); // else the process may end before this promise does
    await gone;
  }

  private next(): void {
    if (this.asked) return;
    const question = this.waiting.shift();
    if (!question) {
      this.worker?.unref(); // an open index alone keeps no process alive
      return;
    }
    this.asked = question;
    const { id, act, args, limitMs } = question;
    const worker = this.worker ?? this.start();
    if (limitMs !== null) this.timer = setTimeout(() => this.abandon(question), limitMs);
    worker.ref();
    worker.postMessage({ id, act, args });
  }

  private start(): Worker {
    const worker = new Worker(path.join(__dirname, 'thread.js'), {
      workerData: this.data,
      // Young garbage is collected early rather than kept: with five threads that is a hundred megabytes.
      resourceLimits: { maxYoungGenerationSizeMb: this.data.role === 'writer' ? 32 : 12 },
    });
    this.worker = worker;
    this.number = null;
    worker.on('message', (response: Response) => {
      const { asked } = this;
      if (this.worker !== worker) return;
      if ('thread' in response) this.number = response.thread;
      if (!('id' in response) || asked?.id !== response.id) return;
      this.settle();
      if ('error' in response) asked.reject(new Error(response.error));
      else asked.resolve(response.result);
      this.next();
    });
    const failed = (error: Error) => {
      if (this.worker !== worker) return;
      this.worker = null;
      const lost = [...(this.asked ? [this.asked] : []), ...this.waiting.splice(0)];
      this.settle();
      for (const question of lost) question.reject(error);
    };
    worker.on('error', failed);
    worker.on('exit', () => failed(new Error(`The search ${this.data.role} ended`)));
    return worker;
  }

  /** Gives up what takes too long; a new thread goes on with those who wait, unless too many old ones run still. */
  private abandon(question: Question): void {
    const { worker } = this;
    if (this.asked !== question || !worker) return;
    question.reject(tooSlow(question));
    if (this.abandoned.take(worker, this.number, () => this.abandon(question))) {
      this.worker = null;
      this.settle();
      this.next();
    } else if (!this.isStuck) {
      this.isStuck = true;
      for (const other of this.waiting) this.waitNoLonger(other);
    }
  }

  /** Who waits behind a thread that is stuck waits no longer than an answer may take. */
  private waitNoLonger(question: Question): void {
    if (question.limitMs === null) return;
    setTimeout(() => {
      if (!this.waiting.includes(question)) return;
      this.waiting = this.waiting.filter((other) => other !== question);
      question.reject(tooSlow(question));
    }, question.limitMs);
  }

  private settle(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.asked = null;
    this.isStuck = false;
  }
}

const tooSlow = ({ act, limitMs }: Question) => new TooSlow(`${act} took longer than ${limitMs} ms`);
