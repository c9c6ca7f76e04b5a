import { runCommandLine } from '../../src/cli/run';

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs `achyk …` in this process and tells what it printed. */
export async function achyk(env: Record<string, string>, typed: string[], input = ''): Promise<Outcome> {
  const said = { out: '', err: '' };
  const code = await runCommandLine(typed, env, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isTerminal: false,
    read: async () => input,
  });
  return { code, ...said };
}
