import { setTimeout } from 'node:timers/promises';
import { type Command, printJson, printRows, progressOf, Refused } from './command';
import { withStores } from './open';

const POLL_MS = 200;
/** Nothing runs and nothing gets less for so long: then no server is at work. */
const PATIENCE_MS = 30_000;

export const jobs: Command = {
  usage: 'jobs [--wait]',
  about: 'list the jobs; --wait returns when the running server has none left to do',
  options: { wait: { type: 'boolean' } },
  run: (call) =>
    withStores(call.config, async ({ jobs }) => {
      if (!call.options.wait)
        return printRows(call, await jobs.list(1000), [
          'id',
          'state',
          'kind',
          'key',
          'attempts',
          'runAfter',
          'lastError',
        ]);
      const progress = progressOf(call, 'Jobs left:');
      let [least, movedAt] = [Number.POSITIVE_INFINITY, Date.now()];
      for (;;) {
        const { due, running } = await jobs.backlog();
        const left = due + running;
        if (left === 0) break;
        progress.show(left);
        if (left < least || running > 0) [least, movedAt] = [left, Date.now()];
        if (Date.now() - movedAt > PATIENCE_MS) {
          throw new Refused(
            `${due} jobs wait and nobody does them: is the server running ("achyk serve" or "achyk work")?`,
          );
        }
        await setTimeout(POLL_MS);
      }
      progress.end();
      const { waiting, dead } = await jobs.counts();
      if (call.json) printJson(call, { left: 0, later: waiting, dead });
      else if (dead > 0) call.terminal.err(`${dead} jobs failed for good and wait for a person: see "achyk jobs".\n`);
    }),
};
