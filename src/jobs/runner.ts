import type { Log } from '../log';
import type { Job, JobQueue } from './jobs';

export type JobHandler = (job: Job) => Promise<void>;

const RENEW_EVERY_MS = 30_000;

export interface JobRunnerOptions {
  /** Jobs at a time; 2 unless told. */
  concurrency?: number;
  /** How long a job added by another process may go unnoticed; a second unless told. */
  pollMs?: number;
  /** Kinds of which one job at a time is run, so that long ones leave room for what someone waits for. */
  single?: readonly string[];
}

/** Takes jobs off the queue, some at a time, and calls the handler of their kind. */
export class JobRunner {
  private stopping = false;
  private started = false;
  private active = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Number.POSITIVE_INFINITY;
  private idle: (() => void)[] = [];
  private readonly concurrency: number;
  private readonly pollMs: number;
  private readonly single: ReadonlySet<string>;
  /** Kinds, by number of the job. */
  private readonly inHand = new Map<number, string>();
  private watching: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: JobQueue,
    private readonly handlers: Readonly<Record<string, JobHandler>>,
    private readonly log: Log,
    { concurrency = 2, pollMs = 1000, single = [] }: JobRunnerOptions = {},
  ) {
    this.concurrency = concurrency;
    this.pollMs = pollMs;
    this.single = new Set(single);
  }

  /** The kinds of job it knows to do. */
  get kinds(): string[] {
    return Object.keys(this.handlers);
  }

  start(): void {
    this.started = true;
    this.queue.onAdd(() => this.schedule(0));
    // Also while it runs: another process at the same queue may die.
    this.watching = setInterval(() => void this.reclaim(), RENEW_EVERY_MS);
    this.watching.unref();
    void this.reclaim();
    this.schedule(0);
  }

  /** Takes no further job and waits for those in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    clearInterval(this.watching);
    if (this.active > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Runs what is due until nothing is left. Tests call it instead of waiting; a failed job is thrown. */
  async drain(): Promise<void> {
    for (let job = await this.next(); job; job = await this.next()) await this.run(job, true);
  }

  private next(): Promise<Job | null> {
    const running = new Set(this.inHand.values());
    const free = this.kinds.filter((kind) => !this.single.has(kind) || !running.has(kind));
    return this.queue.take(free, [...this.inHand.keys()]);
  }

  private async reclaim(): Promise<void> {
    await this.queue.reclaim().catch((error) => this.log.error({ err: error }, 'job queue cannot be read'));
  }

  private schedule(ms: number): void {
    const at = Date.now() + ms;
    if (this.stopping || !this.started || at >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    this.timer = setTimeout(() => {
      this.dueAt = Number.POSITIVE_INFINITY;
      void this.fill();
    }, ms);
    this.timer.unref();
  }

  private async fill(): Promise<void> {
    try {
      while (!this.stopping && this.active < this.concurrency) {
        this.active += 1;
        const job = await this.next().catch((error) => {
          this.active -= 1;
          throw error;
        });
        if (!job) {
          this.leave();
          break;
        }
        void this.run(job, false).finally(() => {
          this.leave();
          this.schedule(0);
        });
      }
    } catch (error) {
      this.log.error({ err: error }, 'job queue cannot be read');
    }
    this.schedule(this.pollMs);
  }

  private leave(): void {
    this.active -= 1;
    if (this.active === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private async run(job: Job, throwing: boolean): Promise<void> {
    this.inHand.set(job.id, job.kind);
    const renewing = setInterval(() => void this.queue.renew(job.id).catch(() => {}), RENEW_EVERY_MS);
    renewing.unref();
    try {
      await this.handlers[job.kind]!(job);
      if (!(await this.queue.done(job.id))) {
        this.log.warn(
          { kind: job.kind, key: job.key },
          'job was taken over by another process while this one was at it',
        );
      }
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      await this.failed(job, error);
      if (throwing) throw new Error(`Job ${job.kind} ${job.key} failed: ${error.message}`, { cause: error });
    } finally {
      clearInterval(renewing);
      this.inHand.delete(job.id);
    }
  }

  /** What cannot even be written down comes back when its lease ends. */
  private async failed(job: Job, error: Error): Promise<void> {
    try {
      const state = await this.queue.failed(job, error);
      this.log[state === 'dead' ? 'error' : 'warn']({ err: error, kind: job.kind, key: job.key, state }, 'job failed');
    } catch (unwritten) {
      this.log.error({ err: unwritten, failure: error.message, kind: job.kind, key: job.key }, 'job failed unwritten');
    }
  }
}
