import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config';
import { HouseError, Invalid } from '../errors';
import { translator } from '../i18n';
import { type Command, NotYet, Refused, type Terminal, WrongUsage } from './command';
import { commands } from './commands';

/**
 * Does what was typed after `achyk`. @returns the exit code: 0 done, 1 refused or something wrong was found (said in
 * one line), 2 wrong usage.
 */
export async function runCommandLine(typed: string[], env: NodeJS.ProcessEnv, terminal: Terminal): Promise<number> {
  if (typed.length === 0 || ['help', '--help', '-h'].includes(typed[0]!)) {
    (typed.length === 0 ? terminal.err : terminal.out)(usage());
    return typed.length === 0 ? 2 : 0;
  }
  const words = [typed.slice(0, 2).join(' '), typed[0]!].find((each) => Object.hasOwn(commands, each));
  if (!words) {
    const group = Object.keys(commands).filter((each) => each.startsWith(`${typed[0]} `));
    terminal.err(
      group.length > 0
        ? `achyk: say what to do: ${group.join(', ')}\n`
        : `achyk: there is no command ${JSON.stringify(typed[0])}; "achyk help" lists them\n`,
    );
    return 2;
  }
  const command = commands[words]!;
  try {
    const { values, positionals } = parse(command, typed.slice(words.split(' ').length));
    if (values.help) {
      terminal.out(`achyk ${command.usage} [--json]\n  ${command.about}\n`);
      return 0;
    }
    const { json, help: _help, ...options } = values;
    await command.run({ config: readConfig(env), terminal, arguments: positionals, options, json: json === true });
    return 0;
  } catch (error) {
    if (error instanceof WrongUsage) {
      terminal.err(`achyk ${words}: ${error.message}\nusage: achyk ${command.usage}\n`);
      return 2;
    }
    terminal.err(`${error instanceof NotYet ? '' : `achyk ${words}: `}${sentence(error, env.LOG_LEVEL === 'debug')}\n`);
    return error instanceof NotYet ? 2 : 1;
  }
}

function parse(command: Command, typed: string[]) {
  const [fewest, most] = command.takes ?? [0, 0];
  const options = { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: typed, options, allowPositionals: true, strict: true });
    if (!values.help && positionals.length < fewest) throw new WrongUsage('something is missing');
    if (positionals.length > most) throw new WrongUsage(`${JSON.stringify(positionals[most])} is too much`);
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    throw new WrongUsage((error as Error).message.split('. ')[0]!.replace(/^\w/, (letter) => letter.toLowerCase()));
  }
}

/** One line that a person can act on. The command line speaks English, as its words do. */
function sentence(error: unknown, wholly: boolean): string {
  const { tell } = translator('en');
  if (error instanceof Invalid) {
    return error.issues.map((issue) => `${issue.path}: ${tell(`invalid.${issue.message}`, issue.params)}`).join(' ');
  }
  if (error instanceof HouseError) return tell(error.messageKey, error.params);
  if (error instanceof Refused || error instanceof NotYet || error instanceof ConfigError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'SQLITE_BUSY') return 'the database is busy; try again in a moment.';
  return wholly ? ((error as Error).stack ?? message) : message.split('\n')[0]!;
}

function usage(): string {
  const all = Object.values(commands);
  const width = Math.max(...all.map((command) => command.usage.length).filter((length) => length < 30));
  const lines = all.map(({ usage: typed, about }) =>
    typed.length > width ? `  ${typed}\n  ${' '.repeat(width)}  ${about}` : `  ${typed.padEnd(width)}  ${about}`,
  );
  return `usage: achyk COMMAND [--json]\n\n${lines.join('\n')}\n\nThe library is in DATA_DIR; README.md lists all variables.\n`;
}
