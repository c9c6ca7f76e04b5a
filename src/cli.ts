import { runCommandLine } from './cli/run';

void runCommandLine(process.argv.slice(2), process.env, {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  read: async () => {
    let text = '';
    for await (const chunk of process.stdin) text += String(chunk);
    return text;
  },
}).then((code) => {
  // What was printed into a pipe must reach it, so the process ends by itself; or soon, if something holds it.
  process.exitCode = code;
  setTimeout(() => process.exit(code), 3_000).unref();
});
