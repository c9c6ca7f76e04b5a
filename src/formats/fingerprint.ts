import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { MetadataFormat } from './format';
import { sampleRecords } from './sample';

/**
 * Changes when what a format writes may have changed: another crosswalk after an upgrade, or another name or address
 * of this repository. Nobody has to remember to count a version up.
 */
export function fingerprint(format: MetadataFormat, repository: { name: string; id: string; baseUrl: string }): string {
  const hash = createHash('sha256').update(format.namespace).update(format.schema);
  for (const [name, code] of crosswalkCode(format.file)) hash.update(`${name}\n${code}\n`);
  // What comes from elsewhere, such as the writer of XML and the lists of the catalogue, shows in what is written.
  for (const record of sampleRecords(repository)) hash.update(format.serialise(record));
  return hash.digest('hex').slice(0, 32);
}

/** The same for what stands around a record: the code of `file`, which decides in which sets a work is. */
export const codeFingerprint = (file: string): string =>
  createHash('sha256').update(codeOf(file)).digest('hex').slice(0, 32);

/** The code that decides what a record says; the rest of the house only carries it. */
const DECIDES = /^(formats\/|access\/|works\/book(-file)?\.js$|reading\/searchable-address\.js$)/;

/**
 * The compiled code that makes the records of the format written in `file`, by path below the source folder: the file,
 * what makes the catalogue record it is given, and all that these import of the code that decides. Comments are left
 * out, so that saying a thing better moves nobody's records.
 */
export function crosswalkCode(file: string): Map<string, string> {
  const source = path.join(path.dirname(file), '..');
  const found = new Map<string, string>();
  const waiting = [file, path.join(path.dirname(file), 'catalogue-record.js')];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const name = path.relative(source, next).replaceAll(path.sep, '/');
    if (found.has(name) || !DECIDES.test(name)) continue;
    const code = codeOf(next);
    found.set(name, code);
    for (const [, imported] of code.matchAll(/\brequire\(["'](\.[^"']+)["']\)/g)) {
      waiting.push(`${path.join(path.dirname(next), imported!)}.js`);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compiled code without its comments. */
const codeOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .replaceAll('\r\n', '\n')
    .replace(/^[ \t]*(?:\/\/.*|\/\*[\s\S]*?\*\/)$/gm, '')
    .replace(/\n{2,}/g, '\n');
