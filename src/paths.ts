import { existsSync } from 'node:fs';
import path from 'node:path';

/** The project's root: the nearest folder above that holds package.json, wherever the compiled code lies. */
export const projectRoot = (() => {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
})();

export const inProject = (...parts: string[]): string => path.join(projectRoot, ...parts);
