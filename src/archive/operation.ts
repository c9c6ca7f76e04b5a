import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, processName } from '../process-name';
import { codeOf, namesIn, syncFolder, writeDurably } from './durable';

const intentSchema = z.object({
  objectId: z.string(),
  version: z.number().int().positive(),
  /** Does the version count only once the catalogue has it too? */
  awaitsCommit: z.boolean(),
});
export type Intent = z.infer<typeof intentSchema>;

/**
 * One change of the archive under way: a folder that says on disk what is being done, and holds what is not yet in its
 * place. Whoever opens the archive after a crash looks only at these, however many objects there are.
 */
export class Operation {
  private constructor(
    readonly folder: string,
    readonly intent: Intent,
  ) {}

  static async begin(staging: string, intent: Intent): Promise<Operation> {
    const folder = path.join(staging, nameOfMine());
    live.add(path.basename(folder));
    try {
      // The version's own folder before the intent: where there is an intent and not this, it has been put in its place.
      await makeFolder(path.join(folder, 'object', `v${intent.version}`));
      const operation = new Operation(folder, intent);
      // Written beside and renamed, so that what is read is whole.
      await writeDurably(path.join(folder, 'intent.new'), `${JSON.stringify(intent)}\n`);
      await rename(path.join(folder, 'intent.new'), path.join(folder, 'intent.json'));
      await syncFolder(folder);
      await syncFolder(staging);
      return operation;
    } catch (error) {
      await discard(folder);
      throw error;
    }
  }

  /** Changes whose process is gone. Folders of changes that never began, or had ended, are cleared away. */
  static async abandoned(staging: string): Promise<Operation[]> {
    const found: Operation[] = [];
    for (const name of await namesIn(staging)) {
      const folder = path.join(staging, name);
      if (!(await isAbandoned(folder))) continue;
      const intent = await readIntent(folder);
      if (intent) found.push(new Operation(folder, intent));
      else await discard(folder);
    }
    await removeWhenEmpty(staging);
    return found;
  }

  inside(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  async end(): Promise<void> {
    await discard(this.folder);
  }
}

/** Removes an operation's folder, the intent first, and the staging folder when this was the last one. */
async function discard(folder: string): Promise<void> {
  await rm(path.join(folder, 'intent.json'), { force: true });
  await rm(folder, { recursive: true, force: true });
  live.delete(path.basename(folder));
  await removeWhenEmpty(path.dirname(folder));
}

async function removeWhenEmpty(staging: string): Promise<void> {
  try {
    await rmdir(staging);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
  }
}

async function readIntent(folder: string): Promise<Intent | null> {
  try {
    return intentSchema.parse(JSON.parse(await readFile(path.join(folder, 'intent.json'), 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new Error(`Cannot read what was being done in ${folder}`, { cause: error });
  }
}

/** The staging folder goes when its last operation ends, perhaps just now: then it is made again. */
async function makeFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(folder, { recursive: true });
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 20) throw error;
    }
  }
}

// Whose a folder is stands in its name, for a process may die before it writes anything into it.

const live = new Set<string>();
const FOREIGN_AFTER_MS = 3_600_000;

const nameOfMine = (): string => `${processName}~${randomUUID().slice(0, 8)}`;

async function isAbandoned(folder: string): Promise<boolean> {
  const name = path.basename(folder);
  if (live.has(name)) return false;
  const owner = name.slice(0, name.lastIndexOf('~'));
  if (owner === processName) return true; // not in `live`: it has ended
  // Of a process that cannot be seen from here it is only known that nothing has moved for an hour.
  return !(isAlive(owner) ?? Date.now() - (await stat(folder)).mtimeMs < FOREIGN_AFTER_MS);
}
