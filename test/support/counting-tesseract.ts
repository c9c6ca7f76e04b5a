import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../src/text/outside-program';

export interface CountingTesseract {
  /** For the environment of the program that is to be watched. */
  PATH: string;
  /** A checksum for each picture of a page that was read as it is, in the order of reading. */
  readings(): string[];
  /** Lets it read on, where it stopped. */
  goOn(): void;
}

/**
 * A `tesseract` in `folder` that notes what it is given and hands it to the real one; null where none is installed.
 * @param stopAfter so many pages: then each waits for {@link CountingTesseract.goOn}.
 */
export function countingTesseract(folder: string, stopAfter: number | null = null): CountingTesseract | null {
  const real = findProgram('tesseract');
  if (!real) return null;
  mkdirSync(folder, { recursive: true });
  const notes = path.join(folder, 'notes');
  const script = path.join(folder, 'tesseract');
  const on = path.join(folder, 'on');
  const stop = `if [ "$(wc -l < '${notes}')" -gt ${stopAfter} ]; then until [ -e '${on}' ]; do sleep 0.05; done; fi`;
  const wait = stopAfter === null ? '' : stop;
  const note = `case "$1" in */plain.pgm) cksum < "$1" >> '${notes}'\n${wait} ;; esac`;
  writeFileSync(script, `#!/bin/sh\n${note}\nexec '${real}' "$@"\n`);
  chmodSync(script, 0o755);
  return {
    PATH: `${folder}${path.delimiter}${process.env.PATH ?? ''}`,
    readings: () => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').filter(Boolean) : []),
    goOn: () => writeFileSync(on, ''),
  };
}

/** How many readings were of a picture that had been read before. */
export function readAgain(readings: readonly string[]): number {
  return readings.length - new Set(readings).size;
}
