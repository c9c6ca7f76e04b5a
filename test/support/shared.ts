import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');

/**
 * The folder of official schemas and language data that stands beside some checkouts of this project (SHARED_DIR,
 * ../shared or ../../shared), or null. Tests that need it say so and pass where it is absent.
 */
export function sharedFolder(inside = ''): string | null {
  const candidates = [process.env.SHARED_DIR, path.join(root, '../shared'), path.join(root, '../../shared')];
  for (const candidate of candidates) {
    if (candidate && existsSync(path.join(candidate, inside))) return path.join(candidate, inside);
  }
  return null;
}
