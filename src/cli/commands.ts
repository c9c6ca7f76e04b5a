import type * as Serve from '../serve';
import type * as ServeDemo from '../serve-demo';
import { tokenCreate, userAdd, userList, userPassword, userRole } from './accounts';
import { type Command, NotYet } from './command';
import { exportCommand } from './export';
import { jobs } from './jobs';
import { backup, doctor, fixity, migrateCommand, rebuild, reindex, restore } from './keeping';
import { oaiCheck } from './oai';

/** The whole program, read from disk only by the commands that run it. */
const server = () => require('../serve') as typeof Serve;

const serve: Command = {
  usage: 'serve',
  about: 'serve until SIGTERM or SIGINT, as "npm start" does',
  run: ({ config }) => server().serveUntilStopped(config),
};

const demo: Command = {
  usage: 'demo',
  about: 'serve a sample library from a data folder of its own, as "npm run demo" does',
  run: ({ config }) => (require('../serve-demo') as typeof ServeDemo).serveDemo(config),
};

const work: Command = {
  usage: 'work',
  about: 'run jobs in a process of their own, beside a server',
  run: ({ config }) => server().workUntilStopped(config),
};

const later = (usage: string, about: string): Command => ({
  usage,
  about,
  takes: [0, 10],
  run: async () => {
    throw new NotYet(
      `"achyk ${usage.split(' ')[0]}" is not there yet; the JSON API under /api/v1 can do it meanwhile.`,
    );
  },
});

/** Every command, by the words it begins with. */
export const commands: Readonly<Record<string, Command>> = {
  serve,
  demo,
  work,
  migrate: migrateCommand,
  'user add': userAdd,
  'user list': userList,
  'user role': userRole,
  'user password': userPassword,
  'token create': tokenCreate,
  import: later('import FILE', 'take a library in (not yet)'),
  export: exportCommand,
  reindex,
  jobs,
  'oai check': oaiCheck,
  fixity,
  doctor,
  backup,
  restore,
  rebuild,
};
