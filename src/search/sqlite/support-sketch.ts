import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { hashOf } from './page-sets';

const SLOTS = 1 << 22;

/**
 * How many forms of the library each stem could explain, counted in four megabytes whatever the size of the library: a
 * count-min sketch, two probes, counts up to 255. It errs upwards, seldom and little; a stemmer asks for the order of
 * magnitude only.
 */
export class SupportSketch {
  private counts = new Uint8Array(SLOTS);
  private added = 0;
  /** Forms counted so far. */
  size = 0;
  private readonly statements;

  constructor(db: Database.Database) {
    this.statements = {
      size: db.prepare<[], number>("SELECT value FROM meta WHERE key = 'support'").pluck(),
      read: db.prepare<[], Buffer>("SELECT bytes FROM blobs WHERE key = 'support'").pluck(),
      keepSize: db.prepare("INSERT OR REPLACE INTO meta VALUES ('support', ?)"),
      keep: db.prepare("INSERT OR REPLACE INTO blobs VALUES ('support', ?)"),
    };
    this.reload();
  }

  forms(stem: string): number {
    const [a, b] = hashOf(stem);
    return Math.min(this.counts[a % SLOTS]!, this.counts[b % SLOTS]!);
  }

  /** Counts one form, by the stems that could be its. */
  add(stems: Iterable<string>): void {
    this.size += 1;
    this.added += 1;
    for (const stem of stems) {
      const [a, b] = hashOf(stem);
      const least = Math.min(this.counts[a % SLOTS]!, this.counts[b % SLOTS]!);
      if (least === 255) continue;
      // Only what is at the least grows: the estimate stays as low as it can be.
      if (this.counts[a % SLOTS] === least) this.counts[a % SLOTS] = least + 1;
      if (this.counts[b % SLOTS] === least) this.counts[b % SLOTS] = least + 1;
    }
  }

  /** Writes it into the index file when it has grown by a twentieth; to be called inside a transaction. */
  keep(): void {
    if (this.added === 0 || this.added < this.size / 20) return;
    this.statements.keep.run(deflateRawSync(this.counts, { level: 1 }));
    this.statements.keepSize.run(this.size);
    this.added = 0;
  }

  /** Takes it as the file has it now. @returns whether it was another. */
  reload(): boolean {
    const size = this.statements.size.get() ?? 0;
    if (size === this.size) return false;
    const kept = this.statements.read.get();
    this.counts = kept ? new Uint8Array(inflateRawSync(kept)) : new Uint8Array(SLOTS);
    this.size = size;
    this.added = 0;
    return true;
  }
}
