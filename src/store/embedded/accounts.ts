// Accounts: one record each under the login, with the names of its mailboxes.
import type { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import type { AccountStore } from '../api/accounts.js';
import type { Account, AccountSettings } from '../types.js';
import { StoredRecord } from './record.js';
import { VersionedTable, type VersionedTableOptions } from './versioned-table.js';

type Content = Pick<Account, 'settings' | 'mailboxes' | 'createdAtMs'>;

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
    const content = { settings, mailboxes: [...new Set(mailboxes)], createdAtMs: this.#clock.wallMs() };
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
    const mailboxes = [...new Set([...account.mailboxes, mailbox])];
    return this.#replace('accounts.add-mailbox', account, { ...account, mailboxes }, budget);
  }

  removeMailbox(account: Account, mailbox: MailboxName, budget: Budget): Promise<'changed' | 'conflict'> {
    const mailboxes = account.mailboxes.filter((name) => name !== mailbox);
    return this.#replace('accounts.remove-mailbox', account, { ...account, mailboxes }, budget);
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

function fieldsOf(login: Login, { settings, mailboxes, createdAtMs }: Content): Record<string, unknown> {
  return { login, ...settings, mailboxes, createdAtMs };
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
    createdAtMs: record.number('createdAtMs'),
    version: record.text('version'),
  };
}
