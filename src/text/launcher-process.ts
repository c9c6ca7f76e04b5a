import type { Launched } from './launcher';
import { ProgramFailed, type ProgramLimits, type RunningProgram, startProgram } from './outside-program';

/** What runs in the process that starts programs for the server: as many at once as it is told. */
export interface ToLaunch {
  id: number;
  program: string;
  args: string[];
  limits: ProgramLimits;
}

const inHand = new Set<RunningProgram>();
const say = (message: Launched) => process.send?.(message);

process.on('message', async ({ id, program, args, limits }: ToLaunch) => {
  const running = startProgram(program, args, limits);
  inHand.add(running);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of running.stdout) chunks.push(chunk as Buffer);
    await running.ended;
    say({ id, output: Buffer.concat(chunks) });
  } catch (error) {
    const { failure, exitCode, stderr } =
      error instanceof ProgramFailed ? error : { failure: 'failed' as const, exitCode: null, stderr: String(error) };
    say({ id, failed: { failure, exitCode, stderr } });
  } finally {
    inHand.delete(running);
  }
});

process.on('disconnect', () => {
  for (const running of inHand) running.stop(); // the server is gone: nobody wants what they make
  process.exit(0);
});
// A signal to the whole group is the server's to answer: it finishes what it has in hand, for which it needs this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

say({ isReady: true });
