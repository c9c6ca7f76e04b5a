import type { ParseArgsConfig } from 'node:util';
import type { Config } from '../config';

/** Where a command speaks. Results go out, everything else (progress, complaints) to the other. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Does a person see the other line as it changes? */
  isTerminal: boolean;
  /** All that is piped in. */
  read(): Promise<string>;
}

export interface Call {
  config: Config;
  terminal: Terminal;
  arguments: string[];
  /** The options given, `--` left off. */
  options: Record<string, string | boolean | undefined>;
  /** Was `--json` given? */
  json: boolean;
}

export interface Command {
  /** As it is typed, after `achyk `: `user role EMAIL ROLE`. */
  usage: string;
  about: string;
  options?: ParseArgsConfig['options'];
  /** Fewest and most arguments; none unless told. */
  takes?: [number, number];
  run(call: Call): Promise<void>;
}

/** It was typed wrong: exit 2, and how it is typed right. */
export class WrongUsage extends Error {}
/** It was typed right and cannot be, or something wrong was found: exit 1, and one line a person can act on. */
export class Refused extends Error {}
/** It will come in a later version: exit 2. */
export class NotYet extends Error {}

/** Prints a list as lines of columns, or as JSON. */
export function printRows(call: Call, rows: readonly object[], columns: readonly string[]): void {
  if (call.json) {
    printJson(call, rows);
    return;
  }
  const cells = rows.map((row) => columns.map((column) => String((row as Record<string, unknown>)[column] ?? '')));
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]!.length)));
  for (const row of [[...columns], ...cells]) {
    call.terminal.out(
      `${row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

export function printJson(call: Call, value: unknown): void {
  call.terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Shows how far long work is, on one line that changes; nothing where no one looks. */
export function progressOf({ terminal }: Call, what: string): { show(done: number, of?: number): void; end(): void } {
  let shownAt = 0;
  return {
    show(done, of) {
      if (!terminal.isTerminal || Date.now() - shownAt < 100) return;
      shownAt = Date.now();
      terminal.err(`\r\u001b[K${what} ${done}${of === undefined ? '' : ` / ${of}`}`);
    },
    end() {
      if (shownAt > 0) terminal.err('\r\u001b[K');
    },
  };
}
