import { constants, setPriority } from 'node:os';
import type { Worker } from 'node:worker_threads';

/**
 * Threads whose questions were given up while SQLite was still at them. Nothing stops it within a statement, so each goes
 * on until that returns: few at once, and behind everything else.
 */
export class Abandoned {
  private running = 0;
  private waiting: (() => void)[] = [];

  /** @param most so many run at once. */
  constructor(private readonly most: number) {}

  get count(): number {
    return this.running;
  }

  /**
   * Takes `worker` over until it ends.
   * @param thread its number for the system, where that is known. @param later called once there is room, where there is none now.
   * @returns whether it was taken.
   */
  take(worker: Worker, thread: number | null, later: () => void): boolean {
    if (this.running >= this.most) {
      this.waiting.push(later);
      return false;
    }
    this.running += 1;
    worker.once('exit', () => {
      this.running -= 1;
      for (const one of this.waiting.splice(0)) one();
    });
    worker.unref();
    if (thread !== null) behindOthers(thread);
    void worker.terminate();
    return true;
  }
}

/** Linux takes the number of a thread for that of a process here; elsewhere numbers are not known. */
function behindOthers(thread: number): void {
  try {
    setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // it has just ended
  }
}
