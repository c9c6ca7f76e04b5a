import type { Account, Accounts } from '../accounts/accounts';
import { ROLES, type Role } from '../accounts/visitor';
import { type Call, type Command, printJson, printRows, Refused, WrongUsage } from './command';
import { withStores } from './open';

const email = { email: { type: 'string' } } as const;
const shown = (account: Account) => ({
  id: account.id,
  email: account.email,
  name: account.name,
  role: account.role,
  disabled: account.disabled,
  hasPassword: account.hasPassword,
});

export const userAdd: Command = {
  usage: 'user add --email E [--name N] [--role R] [--password P]',
  about: `make an account (roles: ${ROLES.join(', ')}); without a password it prints a link to choose one; --password - reads it from the input`,
  takes: [0, 1],
  options: { ...email, name: { type: 'string' }, role: { type: 'string' }, password: { type: 'string' } },
  run: (call) =>
    withStores(call.config, async ({ accounts }) => {
      const address = emailOf(call, 0);
      const name = typeof call.options.name === 'string' ? call.options.name : address;
      const role = roleOf(call.options.role ?? 'depositor');
      const password = await passwordOf(call);
      const account = await accounts.create({ email: address, name, role }, password);
      const link = password === undefined ? await linkFor(call, accounts, account) : null;
      if (call.json) printJson(call, { ...shown(account), link });
      else call.terminal.out(link ? `${link}\n` : `${account.email} is ${account.role}.\n`);
    }),
};

export const userList: Command = {
  usage: 'user list',
  about: 'list the accounts',
  run: (call) =>
    withStores(call.config, async ({ accounts }) => {
      const all = (await accounts.list()).map(shown);
      printRows(call, all, ['id', 'email', 'role', 'name', 'disabled']);
    }),
};

export const userRole: Command = {
  usage: 'user role --email E --role R',
  about: 'change what an account may do',
  takes: [0, 2],
  options: { ...email, role: { type: 'string' } },
  run: (call) =>
    withStores(call.config, async ({ accounts }) => {
      const account = await accountOf(accounts, emailOf(call, 0));
      const role = roleOf(call.options.role ?? call.arguments[call.options.email === undefined ? 1 : 0]);
      const changed = await accounts.change(account.id, { role });
      if (call.json) printJson(call, shown(changed));
      else call.terminal.out(`${changed.email} is ${changed.role}.\n`);
    }),
};

export const userPassword: Command = {
  usage: 'user password --email E [--password P]',
  about: 'set a password, or print a link to choose one; all sessions of the account end',
  takes: [0, 1],
  options: { ...email, password: { type: 'string' } },
  run: (call) =>
    withStores(call.config, async ({ accounts }) => {
      const account = await accountOf(accounts, emailOf(call, 0));
      const password = await passwordOf(call);
      if (password === undefined) {
        const link = await linkFor(call, accounts, account);
        if (call.json) printJson(call, { link });
        else call.terminal.out(`${link}\n`);
      } else {
        await accounts.setPassword(account.id, password);
        if (call.json) printJson(call, shown(await accounts.get(account.id)));
        else call.terminal.out(`The password of ${account.email} is set.\n`);
      }
    }),
};

export const tokenCreate: Command = {
  usage: 'token create --email E [--name N]',
  about: 'print a new API token, which may do all that the account may; it is shown this once',
  takes: [0, 1],
  options: { ...email, name: { type: 'string' } },
  run: (call) =>
    withStores(call.config, async ({ accounts }) => {
      const account = await accountOf(accounts, emailOf(call, 0));
      const name = typeof call.options.name === 'string' ? call.options.name : 'command line';
      const { token, secret } = await accounts.createToken(account.id, name);
      if (call.json) printJson(call, { id: token.id, name: token.name, token: secret });
      else call.terminal.out(`${secret}\n`);
    }),
};

/** `--email E`, or the argument at `position`. */
function emailOf(call: Call, position: number): string {
  const address = call.options.email ?? call.arguments[position];
  if (typeof address !== 'string') throw new WrongUsage('say whose account: --email E');
  return address;
}

async function accountOf(accounts: Accounts, address: string): Promise<Account> {
  const account = await accounts.byEmail(address);
  if (!account) throw new Refused(`There is no account ${address}; "achyk user list" shows those there are.`);
  return account;
}

function roleOf(value: unknown): Role {
  const role = ROLES.find((known) => known === value);
  if (!role) throw new WrongUsage(`a role is one of ${ROLES.join(', ')}`);
  return role;
}

async function passwordOf(call: Call): Promise<string | undefined> {
  const { password } = call.options;
  if (password === '-') return (await call.terminal.read()).replace(/\r?\n$/, '');
  return typeof password === 'string' ? password : undefined;
}

const linkFor = async (call: Call, accounts: Accounts, account: Account): Promise<string> =>
  `${call.config.baseUrl}/welcome/${await accounts.createLink(account.id)}`;
