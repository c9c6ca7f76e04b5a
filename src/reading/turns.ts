import { Busy } from '../errors';

/** Someone looks at it · it is fetched before someone does · it is one of many small ones. */
export type Urgency = 'shown' | 'ahead' | 'small';

const ORDER: readonly Urgency[] = ['shown', 'ahead', 'small'];

interface Waiting {
  turn: symbol;
  urgency: Urgency;
  start: () => void;
}

/**
 * So much at once and no more: the rest waits, the most urgent first, in the order of asking. What is not urgent
 * leaves one place free for what is.
 */
export class Turns {
  private readonly line: Waiting[] = [];
  private active = 0;
  private patient = 0;

  /** @param waitingLimit how many may wait before others are told to come back. */
  constructor(
    private readonly atOnce: number,
    private readonly waitingLimit: number,
  ) {}

  /** Waiting and under way. */
  get load(): number {
    return this.line.length + this.active;
  }

  /** What `act` gives, once it is its turn. @throws Busy */
  async take<T>(turn: symbol, urgency: Urgency, act: () => Promise<T>): Promise<T> {
    const waiting: Waiting = { turn, urgency, start: () => {} };
    if (this.mayStart(urgency)) this.started(urgency);
    else {
      if (this.line.length >= this.waitingLimit) throw new Busy('error.busy', 5);
      const start = new Promise<void>((resolve) => (waiting.start = resolve));
      this.line.push(waiting);
      await start;
    }
    // By what it was when it began: it may be asked for more urgently while it runs.
    const began = waiting.urgency;
    try {
      return await act();
    } finally {
      this.active -= 1;
      if (began !== 'shown') this.patient -= 1;
      this.startNext();
    }
  }

  /** Someone more urgent waits for the same. */
  hurry(turn: symbol, urgency: Urgency): void {
    const waiting = this.line.find((one) => one.turn === turn);
    if (!waiting || ORDER.indexOf(urgency) >= ORDER.indexOf(waiting.urgency)) return;
    waiting.urgency = urgency;
    this.startNext();
  }

  private mayStart(urgency: Urgency): boolean {
    if (this.active >= this.atOnce) return false;
    return urgency === 'shown' || this.patient < Math.max(1, this.atOnce - 1);
  }

  private started(urgency: Urgency): void {
    this.active += 1;
    if (urgency !== 'shown') this.patient += 1;
  }

  private startNext(): void {
    for (const urgency of ORDER) {
      while (this.mayStart(urgency)) {
        const at = this.line.findIndex((one) => one.urgency === urgency);
        if (at < 0) break;
        const [next] = this.line.splice(at, 1);
        this.started(urgency);
        next!.start();
      }
    }
  }
}
