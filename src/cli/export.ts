import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../clock';
import { exportLibrary } from '../exchange/export';
import { type Command, printJson, progressOf } from './command';
import { withStores } from './open';

export const exportCommand: Command = {
  usage: 'export [FILE]',
  about:
    'write all records (works, people, collections) as JSON lines, to FILE or to the output; the files are in the archive',
  takes: [0, 1],
  run: (call) =>
    withStores(call.config, async (stores) => {
      const [file] = call.arguments;
      const { baseUrl } = call.config;
      const records = exportLibrary({ ...stores, baseUrl, exportedAt: systemClock.now().toISOString() });
      if (file === undefined) {
        for await (const record of records) call.terminal.out(`${JSON.stringify(record)}\n`);
        return;
      }
      const progress = progressOf(call, 'Records written:');
      let written = 0;
      const lines = async function* () {
        for await (const record of records) {
          written++;
          progress.show(written);
          yield `${JSON.stringify(record)}\n`;
        }
      };
      try {
        await pipeline(Readable.from(lines()), createWriteStream(`${file}.part`));
        await rename(`${file}.part`, file);
      } catch (error) {
        await rm(`${file}.part`, { force: true });
        throw error;
      } finally {
        progress.end();
      }
      if (call.json) printJson(call, { file, records: written });
      else call.terminal.out(`${written} records.\n`);
    }),
};
