import { z } from 'zod';
import type { Account, Accounts } from '../accounts/accounts';
import type { Visitor } from '../accounts/visitor';
import type { Database } from '../database/database';
import { NotFound } from '../errors';
import { translator } from '../i18n';
import type { Params } from '../i18n/messages';
import { GiveUp, type Job, type JobQueue } from '../jobs/jobs';
import type { Letter, Mail } from '../mail/mail';
import { titleIn, type Work } from '../works/work';
import type { DepositAct } from './deposit';

/**
 * What a job `send-mail` carries. No secret is among it: a link that sets a password is made when its letter is
 * sent, so that who reads the database can sign in as nobody.
 */
const orderSchema = z.discriminatedUnion('letter', [
  z.object({
    letter: z.literal('work'),
    act: z.enum(['submit', 'accept', 'return', 'reject', 'withdraw']),
    accountId: z.number(),
    workId: z.number(),
    titles: z.array(z.object({ value: z.string(), lang: z.string() })),
    by: z.string(),
    comment: z.string(),
  }),
  z.object({ letter: z.enum(['invitation', 'password']), accountId: z.number() }),
]);
type Order = z.infer<typeof orderSchema>;

/** Letters to those whom an act concerns, each in its reader's language; promised in the act's own transaction. */
export class Letters {
  constructor(
    private readonly parts: {
      accounts: Accounts;
      jobs: JobQueue;
      mail: Mail;
      library: { name: string; address: string };
    },
  ) {}

  get areSent(): boolean {
    return this.parts.mail.isConfigured;
  }

  /** What was submitted is told to the librarians, what became of it to its depositor; nobody is told of his own act. */
  async notify(
    tx: Database,
    act: DepositAct,
    work: Pick<Work, 'id' | 'ownerId' | 'metadata' | 'version'>,
    by: Visitor,
    comment: string | null,
  ): Promise<void> {
    if (!this.areSent) return;
    const accounts = this.parts.accounts.in(tx);
    const concerned = act === 'submit' ? await accounts.staff() : await ownerOf(accounts, work.ownerId);
    for (const account of concerned) {
      if (account.id === by.accountId) continue;
      await this.order(tx, `${act} ${work.id} ${work.version} ${account.id}`, {
        letter: 'work',
        act,
        accountId: account.id,
        workId: work.id,
        titles: work.metadata.titles,
        by: by.name ?? this.parts.library.name,
        comment: comment ?? '',
      });
    }
  }

  /** A link to set the first password. */
  invitation(accountId: number): Promise<void> {
    return this.order(null, `invitation ${accountId}`, { letter: 'invitation', accountId });
  }

  /** A link to set another password. */
  passwordLink(accountId: number): Promise<void> {
    return this.order(null, `password ${accountId}`, { letter: 'password', accountId });
  }

  /** The handler of `send-mail`. */
  async send(job: Pick<Job, 'payload'>): Promise<void> {
    const order = orderSchema.safeParse(job.payload);
    if (!order.success) throw new GiveUp('not an order for a letter');
    const account = await this.parts.accounts.get(order.data.accountId).catch((error: unknown) => {
      throw error instanceof NotFound ? new GiveUp('the account is gone') : error;
    });
    if (!account.disabled) await this.parts.mail.send(await this.compose(order.data, account));
  }

  private async order(tx: Database | null, key: string, payload: Order): Promise<void> {
    if (!this.areSent) return;
    await (tx ? this.parts.jobs.in(tx) : this.parts.jobs).add('send-mail', key, { payload, priority: 1 });
  }

  private async compose(order: Order, account: Account): Promise<Letter> {
    const { library } = this.parts;
    const t = translator(account.language);
    const kind = order.letter === 'work' ? order.act : order.letter;
    const params: Params =
      order.letter === 'work'
        ? {
            title: titleIn(order, account.language) || t('letter.untitled'),
            by: order.by,
            comment: order.comment,
            link: library.address + addressAfter[order.act](order.workId),
          }
        : { link: `${library.address}/welcome/${await this.parts.accounts.createLink(account.id)}` };
    const say = (key: string) =>
      t.tell(key, { ...params, name: account.name, library: library.name, address: library.address });
    return {
      to: { name: account.name, address: account.email },
      subject: oneLine(say(`letter.${kind}.subject`)),
      text: `${say('letter.greeting')}\n\n${say(`letter.${kind}.body`)}\n\n-- \n${say('letter.signature')}\n`,
    };
  }
}

const addressAfter: Record<DepositAct, (workId: number) => string> = {
  submit: (id) => `/review/${id}`,
  accept: (id) => `/works/${id}`,
  return: (id) => `/deposit/${id}`,
  reject: (id) => `/deposit/${id}`,
  withdraw: (id) => `/works/${id}`,
};

async function ownerOf(accounts: Accounts, ownerId: number | null): Promise<Account[]> {
  if (ownerId === null) return [];
  const owner = await accounts.get(ownerId);
  return owner.disabled ? [] : [owner];
}

/** A subject of one line that a mail program shows whole. */
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
};
