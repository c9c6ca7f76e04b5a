import { z } from 'zod';
import type { Clock } from '../clock';
import { LANGUAGES, type Language } from '../config';
import { type Database, inTransaction } from '../database/database';
import { Conflict, NotFound } from '../errors';
import { validate } from '../validate';
import { hashPassword, hashSecret, markOf, newSecret, passwordMatches } from './secrets';
import { ROLES, type Role } from './visitor';

type AccountTables = {
  accounts: {
    id: number;
    email: string;
    name: string;
    role: Role;
    language: Language;
    password_hash: string | null;
    person_id: number | null;
    created_at: string;
    disabled_at: string | null;
  };
  sessions: { secret_hash: string; account_id: number; created_at: string; expires_at: string };
  tokens: {
    id: number;
    account_id: number;
    name: string;
    secret_hash: string;
    created_at: string;
    last_used_at: string | null;
  };
  one_time_links: {
    secret_hash: string;
    purpose: 'first-administrator' | 'set-password';
    account_id: number | null;
    created_at: string;
    expires_at: string;
  };
};

export interface Account {
  id: number;
  email: string;
  name: string;
  role: Role;
  language: Language;
  personId: number | null;
  hasPassword: boolean;
  disabled: boolean;
  createdAt: string;
}

export interface Token {
  id: number;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
}

export const PASSWORD_MIN = 10;

export const newAccountSchema = z.object({
  email: z.string('required').trim().toLowerCase().max(254, 'tooLong').pipe(z.email('badEmail')),
  name: z.string('required').trim().min(1, 'required').max(200, 'tooLong'),
  role: z.enum(ROLES, 'unknownValue'),
  language: z.enum(LANGUAGES, 'unknownValue').default('ky'),
});
export const passwordSchema = z.string('required').min(PASSWORD_MIN, 'passwordShort').max(1000, 'tooLong');

const SESSION_DAYS = 30;
const LINK_HOURS = 72;
const DAY_MS = 86_400_000;

/** Accounts, and every way to prove that one is yours: password, session, API token, a link that works once. */
export class Accounts {
  private readonly db;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.db = database.withTables<AccountTables>();
  }

  in(tx: Database): Accounts {
    return new Accounts(tx, this.clock);
  }

  /** @throws Invalid, or Conflict when the address has an account already. */
  async create(input: z.input<typeof newAccountSchema>, password?: string): Promise<Account> {
    const account = validate(newAccountSchema, input);
    const passwordHash =
      password === undefined ? null : await hashPassword(validate(passwordSchema, password, 'password'));
    const row = await this.db
      .insertInto('accounts')
      .values({
        ...account,
        password_hash: passwordHash,
        created_at: this.clock.now().toISOString(),
      } as AccountTables['accounts'])
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new Conflict('error.emailTaken', { email: account.email });
    return toAccount(row);
  }

  /** Puts an account back under its own number, without a password: it waits for an administrator to give it one. */
  async restore(account: { id: number; name: string; email: string }): Promise<void> {
    const insert = (email: string) =>
      this.db
        .insertInto('accounts')
        .values({
          ...account,
          email,
          role: 'depositor',
          created_at: this.clock.now().toISOString(),
        } as AccountTables['accounts'])
        .onConflict((conflict) => conflict.column('email').doNothing())
        .returning('id')
        .executeTakeFirst();
    // An address may have passed from one account to another over the years.
    if (!(await insert(account.email))) await insert(`account-${account.id}@restored.invalid`);
  }

  async get(id: number): Promise<Account> {
    const row = await this.db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound();
    return toAccount(row);
  }

  async byEmail(email: string): Promise<Account | null> {
    const row = await this.db
      .selectFrom('accounts')
      .selectAll()
      .where('email', '=', email.trim().toLowerCase())
      .executeTakeFirst();
    return row ? toAccount(row) : null;
  }

  async list(): Promise<Account[]> {
    return (await this.db.selectFrom('accounts').selectAll().orderBy('email').execute()).map(toAccount);
  }

  /** Whom to tell that a work waits for review. */
  async staff(): Promise<Account[]> {
    return (await this.list()).filter((a) => !a.disabled && (a.role === 'reviewer' || a.role === 'administrator'));
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.db.selectFrom('accounts').select('id').limit(1).executeTakeFirst());
  }

  /** @throws Conflict when it would leave the library without an administrator. */
  async change(
    id: number,
    change: Partial<Pick<Account, 'name' | 'role' | 'language' | 'personId' | 'disabled'>>,
  ): Promise<Account> {
    return inTransaction(this.database, async (tx) => {
      const accounts = this.in(tx);
      await accounts.get(id);
      const values: Partial<AccountTables['accounts']> = {};
      if (change.name !== undefined) values.name = validate(newAccountSchema.shape.name, change.name, 'name');
      if (change.role !== undefined) values.role = validate(newAccountSchema.shape.role, change.role, 'role');
      if (change.language !== undefined) values.language = change.language;
      if (change.personId !== undefined) values.person_id = change.personId;
      if (change.disabled !== undefined) values.disabled_at = change.disabled ? this.clock.now().toISOString() : null;
      if (Object.keys(values).length > 0) {
        await accounts.db.updateTable('accounts').set(values).where('id', '=', id).execute();
      }
      if (change.disabled) await accounts.db.deleteFrom('sessions').where('account_id', '=', id).execute();
      if (change.role !== undefined || change.disabled !== undefined) {
        const left = (await accounts.list()).some((a) => a.role === 'administrator' && !a.disabled);
        if (!left) throw new Conflict('error.lastAdministrator');
      }
      return accounts.get(id);
    });
  }

  /** Sets the password and ends every session: whoever knew the old one is out. */
  async setPassword(id: number, password: string): Promise<void> {
    const hash = await hashPassword(validate(passwordSchema, password, 'password'));
    await inTransaction(this.database, async (tx) => {
      const { db } = this.in(tx);
      await db.updateTable('accounts').set({ password_hash: hash }).where('id', '=', id).execute();
      await db.deleteFrom('sessions').where('account_id', '=', id).execute();
    });
  }

  /** The account whose password this is, or null: wrong address, wrong password and disabled look alike. */
  async signIn(email: string, password: string): Promise<Account | null> {
    const row = await this.db
      .selectFrom('accounts')
      .selectAll()
      .where('email', '=', email.trim().toLowerCase())
      .executeTakeFirst();
    const right = password.length <= 1000 && (await passwordMatches(password, row?.password_hash ?? null));
    return row && right && !row.disabled_at ? toAccount(row) : null;
  }

  /**
   * What a browser may keep after a sign-in, to be known as one of the account's own from then on, until the password
   * is another. It opens nothing. Null for an account without a password.
   */
  async browserMark(email: string): Promise<string | null> {
    const row = await this.db
      .selectFrom('accounts')
      .select(['id', 'password_hash'])
      .where('email', '=', email.trim().toLowerCase())
      .executeTakeFirst();
    return row?.password_hash ? markOf(row.id, row.password_hash) : null;
  }

  /** Is this the account's present password? */
  async knowsPassword(id: number, password: string): Promise<boolean> {
    const row = await this.db.selectFrom('accounts').select('password_hash').where('id', '=', id).executeTakeFirst();
    return passwordMatches(password, row?.password_hash ?? null);
  }

  // Sessions

  /** The secret of a new session, for the cookie. */
  async openSession(accountId: number): Promise<{ secret: string; expiresAt: Date }> {
    const { secret, hash } = newSecret();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + SESSION_DAYS * DAY_MS);
    await this.db.deleteFrom('sessions').where('expires_at', '<', now.toISOString()).execute();
    await this.db
      .insertInto('sessions')
      .values({
        secret_hash: hash,
        account_id: accountId,
        created_at: now.toISOString(),
        expires_at: expiresAt.toISOString(),
      })
      .execute();
    return { secret, expiresAt };
  }

  async bySession(secret: string): Promise<Account | null> {
    const row = await this.db
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
      .selectAll('accounts')
      .where('sessions.secret_hash', '=', hashSecret(secret))
      .where('sessions.expires_at', '>', this.clock.now().toISOString())
      .where('accounts.disabled_at', 'is', null)
      .executeTakeFirst();
    return row ? toAccount(row) : null;
  }

  async closeSession(secret: string): Promise<void> {
    await this.db.deleteFrom('sessions').where('secret_hash', '=', hashSecret(secret)).execute();
  }

  // API tokens

  /** A token that may do all its account may. The secret is returned once and kept nowhere. */
  async createToken(accountId: number, name: string): Promise<{ token: Token; secret: string }> {
    const { secret, hash } = newSecret('achyk_');
    const row = await this.db
      .insertInto('tokens')
      .values({
        account_id: accountId,
        name: validate(z.string().trim().min(1, 'required').max(200, 'tooLong'), name, 'name'),
        secret_hash: hash,
        created_at: this.clock.now().toISOString(),
        last_used_at: null,
      } as AccountTables['tokens'])
      .returningAll()
      .executeTakeFirstOrThrow();
    return { token: toToken(row), secret };
  }

  async tokens(accountId: number): Promise<Token[]> {
    const rows = await this.db.selectFrom('tokens').selectAll().where('account_id', '=', accountId).execute();
    return rows.map(toToken);
  }

  async revokeToken(accountId: number, id: number): Promise<void> {
    await this.db.deleteFrom('tokens').where('id', '=', id).where('account_id', '=', accountId).execute();
  }

  async byToken(secret: string): Promise<Account | null> {
    const row = await this.db
      .selectFrom('tokens')
      .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
      .selectAll('accounts')
      .select(['tokens.id as token_id', 'tokens.last_used_at'])
      .where('tokens.secret_hash', '=', hashSecret(secret))
      .where('accounts.disabled_at', 'is', null)
      .executeTakeFirst();
    if (!row) return null;
    const now = this.clock.now();
    // To the hour is enough for a person, and spares a write with every request.
    if (!row.last_used_at || now.getTime() - Date.parse(row.last_used_at) > 3_600_000) {
      await this.db
        .updateTable('tokens')
        .set({ last_used_at: now.toISOString() })
        .where('id', '=', row.token_id)
        .execute();
    }
    return toAccount(row);
  }

  // Links that work once

  /** The secret of a link with which a person sets a password: for an account, or for the first administrator's. */
  async createLink(accountId: number | null): Promise<string> {
    const { secret, hash } = newSecret();
    const now = this.clock.now();
    if (accountId === null) await this.db.deleteFrom('one_time_links').where('account_id', 'is', null).execute();
    await this.db
      .insertInto('one_time_links')
      .values({
        secret_hash: hash,
        purpose: accountId === null ? 'first-administrator' : 'set-password',
        account_id: accountId,
        created_at: now.toISOString(),
        expires_at: new Date(now.getTime() + LINK_HOURS * 3_600_000).toISOString(),
      })
      .execute();
    return secret;
  }

  /** What the link is for. @throws NotFound when it was used, is too old or never was. */
  async link(secret: string): Promise<{ purpose: 'first-administrator' | 'set-password'; accountId: number | null }> {
    const row = await this.db
      .selectFrom('one_time_links')
      .selectAll()
      .where('secret_hash', '=', hashSecret(secret))
      .where('expires_at', '>', this.clock.now().toISOString())
      .executeTakeFirst();
    if (!row) throw new NotFound('error.linkUsed');
    return { purpose: row.purpose, accountId: row.account_id };
  }

  /** Sets the password and uses the link up. For the first administrator the account is made; only while there is none. */
  async useLink(secret: string, password: string, newAccount?: { email: string; name: string }): Promise<Account> {
    const { purpose, accountId } = await this.link(secret);
    const hash = await hashPassword(validate(passwordSchema, password, 'password'));
    return inTransaction(this.database, async (tx) => {
      const accounts = this.in(tx);
      await accounts.link(secret);
      if (purpose === 'first-administrator' && !(await accounts.isEmpty())) throw new NotFound('error.linkUsed');
      const id =
        accountId ??
        (await accounts.create({ email: newAccount?.email ?? '', name: newAccount?.name ?? '', role: 'administrator' }))
          .id;
      await accounts.db.updateTable('accounts').set({ password_hash: hash }).where('id', '=', id).execute();
      await accounts.db.deleteFrom('sessions').where('account_id', '=', id).execute();
      await accounts.db.deleteFrom('one_time_links').where('secret_hash', '=', hashSecret(secret)).execute();
      return accounts.get(id);
    });
  }
}

const toAccount = (row: AccountTables['accounts']): Account => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  language: row.language,
  personId: row.person_id,
  hasPassword: row.password_hash !== null,
  disabled: row.disabled_at !== null,
  createdAt: row.created_at,
});

const toToken = (row: AccountTables['tokens']): Token => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});
