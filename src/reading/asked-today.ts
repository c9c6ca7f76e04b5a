import { createHash } from 'node:crypto';

/** Visitors and files remembered; of more, who came first is forgotten. */
const MOST_KEPT = 10_000;

/** Which different questions each visitor has asked of each file today, so that only so many are answered in full. */
export class AskedToday {
  private readonly asked = new Map<string, Set<string>>();
  private day = '';

  constructor(
    private readonly today: () => string,
    private readonly most: number,
  ) {}

  /** Is this one of his first `most` questions of the file today? One that is asked again is the same question. */
  allows(visitor: string, fileId: number, question: string): boolean {
    if (this.day !== this.today()) {
      this.day = this.today();
      this.asked.clear();
    }
    const key = `${visitor} ${fileId}`;
    const his = this.asked.get(key) ?? new Set();
    const digest = createHash('sha256').update(question).digest('base64url').slice(0, 12);
    if (his.has(digest)) return true;
    if (his.size >= this.most) return false;
    if (!this.asked.has(key) && this.asked.size >= MOST_KEPT) this.asked.delete(this.asked.keys().next().value!);
    this.asked.set(key, his.add(digest));
    return true;
  }
}
