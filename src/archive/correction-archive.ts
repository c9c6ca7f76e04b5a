import type { Accounts } from '../accounts/accounts';
import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { CorrectionStore } from '../works/corrections';
import type { WorkStore } from '../works/work-store';
import type { Archive, Content } from './archive';
import { type Actor, correctionsContent, workObject } from './documents';
import { headOf, stateOf } from './inventory';

interface Parts {
  db: Database;
  clock: Clock;
  archive: Archive;
  accounts: Accounts;
  works: WorkStore;
  corrections: CorrectionStore;
}

/**
 * So long after the first of them corrections are written into the archive, all that came meanwhile together: an
 * evening with a book is a version or three of its object, not two hundred.
 */
export const CORRECTIONS_WAIT_MS = 3_600_000;

/** Corrections of the text of pages, as the archive keeps them: `corrections.json` in the object of their work. */
export class CorrectionArchive {
  constructor(private readonly parts: Parts) {}

  /** The job `archive-corrections`: one more version of the work's object, if it does not hold them all already. */
  async keep(workId: number): Promise<void> {
    const { archive, works } = this.parts;
    const objectId = workObject(workId);
    const content = await this.content(workId);
    const inventory = await archive.inventory(objectId).catch((error: unknown) => {
      if (error instanceof NotFound) return null; // not published yet: its first version will hold them
      throw error;
    });
    if (!inventory || Object.keys(content).length === 0) return;
    const held = [...stateOf(inventory)].map(([name, sha512]) => [name, { sha512 }] as const);
    await archive.addVersion(
      objectId,
      {
        files: { ...Object.fromEntries(held), ...content },
        message: 'Corrections of the text kept',
        user: { name: 'Achyk' },
        created: this.parts.clock.now().toISOString(),
        // What is held was read just now: a publication in between must not be undone by it.
        version: headOf(inventory) + 1,
      },
      ({ version }) => inTransaction(this.parts.db, (tx) => works.in(tx).archived(workId, version)),
    );
  }

  /** The file of all corrections of a work, by its path in the object; none where nothing was corrected. */
  async content(workId: number): Promise<Record<string, Content>> {
    const corrections = await this.parts.corrections.ofWork(workId);
    if (corrections.length === 0) return {};
    const ids = [...new Set(corrections.map(({ by }) => by).filter((by) => by !== null))];
    const accounts: Actor[] = [];
    for (const id of ids) {
      const { name, email } = await this.parts.accounts.get(id);
      accounts.push({ id, name, email });
    }
    return correctionsContent(corrections, accounts);
  }
}
