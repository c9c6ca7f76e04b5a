import type { Log } from '../log';
import type { Job, JobQueue } from './jobs';

export type JobHandler = (job: Job) => Promise<void>;

const RENEW_EVERY_MS = 60_000;

/** Takes jobs off the queue, `concurrency` at a time, and calls the handler of their kind. */
export class JobRunner {
  private stopping = false;
  private started = false;
  private active = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Number.POSITIVE_INFINITY;
  private idle: (() => void)[] = [];

  /** @param pollMs how long a job added by another process may go unnoticed. */
  constructor(
    private readonly queue: JobQueue,
    private readonly handlers: Readonly<Record<string, JobHandler>>,
    private readonly log: Log,
    private readonly concurrency = 2,
    private readonly pollMs = 1000,
  ) {}

  /** The kinds of job it knows to do. */
  get kinds(): string[] {
    return Object.keys(this.handlers);
  }

  start(): void {
    this.started = true;
    this.queue.onAdd(() => this.schedule(0));
    this.schedule(0);
  }

  /** Takes no further job and waits for those in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    if (this.active > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Runs what is due until nothing is left. Tests call it instead of waiting; a failed job is thrown. */
  async drain(): Promise<void> {
    for (let job = await this.next(); job; job = await this.next()) await this.run(job, true);
  }

  private next(): Promise<Job | null> {
    return this.queue.take(Object.keys(this.handlers));
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
    const renewing = setInterval(() => void this.queue.renew(job.id).catch(() => {}), RENEW_EVERY_MS);
    renewing.unref();
    try {
      await this.handlers[job.kind]!(job);
      await this.queue.done(job.id);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const state = await this.queue.failed(job, error);
      this.log[state === 'dead' ? 'error' : 'warn']({ err: error, kind: job.kind, key: job.key, state }, 'job failed');
      if (throwing) throw new Error(`Job ${job.kind} ${job.key} failed: ${error.message}`, { cause: error });
    } finally {
      clearInterval(renewing);
    }
  }
}
