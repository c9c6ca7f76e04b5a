import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const OLD_MS = 60 * 60_000;

/**
 * Makes `folder`, for files that are still being made, and removes what a killed process left in it: whatever is an
 * hour old, for another process may be at work on what is younger.
 */
export async function withoutLeftovers(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < Date.now() - OLD_MS) await rm(file, { recursive: true, force: true });
  }
  return folder;
}
