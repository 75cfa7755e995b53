// Accounts: one record each under the login, with the names of its mailboxes.
import type { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import type { AccountStore } from '../api/accounts.js';
import type { Account, AccountSettings } from '../types.js';
import { StoredRecord } from './record.js';
import { VersionedTable, type VersionedTableOptions } from './versioned-table.js';

type Content = Pick<Account, 'settings' | 'mailboxes' | 'leavingMailboxes' | 'createdAtMs'>;

export class EmbeddedAccounts implements AccountStore {
  readonly #table: VersionedTable<Account>;
  readonly #clock: Clock;

  constructor(parts: Omit<VersionedTableOptions<Account>, 'decode'>, clock: Clock) {
    this.#table = new VersionedTable({ ...parts, decode });
    this.#clock = clock;
  }

  async create(
    login: Login,
    settings: AccountSettings,
    mailboxes: readonly MailboxName[],
    budget: Budget,
  ): Promise<'created' | 'exists'> {
    const content = {
      settings,
      mailboxes: [...new Set(mailboxes)],
      leavingMailboxes: new Map<MailboxName, number>(),
      createdAtMs: this.#clock.wallMs(),
    };
    const change = { name: login, version: undefined, fields: fieldsOf(login, content) };
    const outcome = await this.#table.write('accounts.create', change, budget);
    return outcome === 'written' ? 'created' : 'exists';
  }

  read(login: Login, budget: Budget): Promise<Account | undefined> {
    return this.#table.read('accounts.read', login, budget);
  }

  change(account: Account, settings: AccountSettings, budget: Budget): Promise<'changed' | 'conflict'> {
    return this.#replace('accounts.change', account, { ...account, settings }, budget);
  }

  remove({ login, version }: Account, budget: Budget): Promise<'removed' | 'conflict'> {
    return this.#table.remove('accounts.remove', { name: login, version }, budget);
  }

  addMailbox(account: Account, mailbox: MailboxName, budget: Budget): Promise<'changed' | 'conflict'> {
    const content = {
      ...without(account, mailbox),
      mailboxes: [...new Set([...account.mailboxes, mailbox])],
    };
    return this.#replace('accounts.add-mailbox', account, content, budget);
  }

  markMailbox(
    account: Account,
    mailbox: MailboxName,
    beganAtMs: number,
    budget: Budget,
  ): Promise<'changed' | 'conflict'> {
    const leavingMailboxes = new Map([...account.leavingMailboxes, [mailbox, beganAtMs]]);
    const content = { ...without(account, mailbox), leavingMailboxes };
    return this.#replace('accounts.mark-mailbox', account, content, budget);
  }

  removeMailbox(account: Account, mailbox: MailboxName, budget: Budget): Promise<'changed' | 'conflict'> {
    return this.#replace('accounts.remove-mailbox', account, without(account, mailbox), budget);
  }

  list(budget: Budget): AsyncIterable<readonly Account[]> {
    return this.#table.list('accounts.list', budget);
  }

  /** The version stands for all that was read, so the content may be built from it. */
  async #replace(
    statement: string,
    { login, version }: Account,
    content: Content,
    budget: Budget,
  ): Promise<'changed' | 'conflict'> {
    const change = { name: login, version, fields: fieldsOf(login, content) };
    return (await this.#table.write(statement, change, budget)) === 'written' ? 'changed' : 'conflict';
  }
}

/** With the name neither there nor leaving. */
function without(account: Account, mailbox: MailboxName): Account {
  return {
    ...account,
    mailboxes: account.mailboxes.filter((name) => name !== mailbox),
    leavingMailboxes: new Map([...account.leavingMailboxes].filter(([name]) => name !== mailbox)),
  };
}

function fieldsOf(login: Login, content: Content): Record<string, unknown> {
  const { settings, mailboxes, leavingMailboxes, createdAtMs } = content;
  const leaving = leavingMailboxes.size === 0 ? {} : { leaving: Object.fromEntries(leavingMailboxes) };
  return { login, ...settings, mailboxes, ...leaving, createdAtMs };
}

function decode(bytes: Uint8Array): Account {
  const record = new StoredRecord('an account', bytes);
  const quotaBytes = record.optionalNumber('quotaBytes');
  const quotaMessages = record.optionalNumber('quotaMessages');
  const removalBeganAtMs = record.optionalNumber('removalBeganAtMs');
  return {
    login: record.text('login') as Login, // written from a Login
    settings: {
      passwordHash: record.text('passwordHash'),
      isDisabled: record.boolean('isDisabled'),
      ...(quotaBytes === undefined ? {} : { quotaBytes }),
      ...(quotaMessages === undefined ? {} : { quotaMessages }),
      ...(removalBeganAtMs === undefined ? {} : { removalBeganAtMs }),
    },
    mailboxes: record.texts('mailboxes').toSorted() as MailboxName[], // written from MailboxNames
    leavingMailboxes: record.optionalNumbers('leaving') as ReadonlyMap<MailboxName, number>, // and so are these
    createdAtMs: record.number('createdAtMs'),
    version: record.text('version'),
  };
}
