// Accounts in the table `users`: one partition each, the account in static columns, a row per mailbox name. So a login
// is read in one statement, and the account changes together with its mailboxes or not at all.
import type { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import type { AccountStore } from '../api/accounts.js';
import type { Account, AccountSettings } from '../types.js';
import {
  booleanColumn,
  numberColumn,
  optionalNumberColumn,
  optionalTextColumn,
  textColumn,
} from './columns.js';
import type { Query, Row, Value } from './ring.js';
import { VersionedTable, type VersionedTableParts } from './versioned-table.js';

const SHAPE = {
  area: 'accounts',
  table: 'users',
  key: 'login',
  columns: [
    'login',
    'mailbox',
    'mailbox_removal_began_at_ms',
    'password_hash',
    'is_disabled',
    'quota_bytes',
    'quota_messages',
    'removal_began_at_ms',
    'created_at_ms',
    'version',
  ],
};

export class CassandraAccounts implements AccountStore {
  readonly #table: VersionedTable;
  readonly #clock: Clock;

  constructor(parts: VersionedTableParts & { readonly clock: Clock }) {
    this.#table = new VersionedTable(parts, SHAPE);
    this.#clock = parts.clock;
  }

  async create(
    login: Login,
    settings: AccountSettings,
    mailboxes: readonly MailboxName[],
    budget: Budget,
  ): Promise<'created' | 'exists'> {
    const nowMs = this.#nowMs();
    const columns = { ...settingsColumns(settings), created_at_ms: nowMs };
    const also = mailboxes.map((mailbox) => mailboxInsert(login, mailbox, nowMs));
    const outcome = await this.#table.change(
      { verb: 'create', key: login, before: undefined, columns, also },
      budget,
    );
    return outcome === 'applied' ? 'created' : 'exists';
  }

  async read(login: Login, budget: Budget): Promise<Account | undefined> {
    return accountOf(await this.#table.read(login, budget));
  }

  async change(account: Account, settings: AccountSettings, budget: Budget): Promise<'changed' | 'conflict'> {
    return this.#change(account, { verb: 'change', columns: settingsColumns(settings) }, budget);
  }

  async remove(account: Account, budget: Budget): Promise<'removed' | 'conflict'> {
    const outcome = await this.#table.remove(account.login, account.version, budget);
    return outcome === 'applied' ? 'removed' : 'conflict';
  }

  async addMailbox(account: Account, mailbox: MailboxName, budget: Budget): Promise<'changed' | 'conflict'> {
    const insert = mailboxInsert(account.login, mailbox, this.#nowMs());
    const also = account.leavingMailboxes.has(mailbox)
      ? [insert, removedMark(account.login, mailbox)]
      : [insert];
    return this.#change(account, { verb: 'add-mailbox', columns: {}, also }, budget);
  }

  async markMailbox(
    account: Account,
    mailbox: MailboxName,
    beganAtMs: number,
    budget: Budget,
  ): Promise<'changed' | 'conflict'> {
    const cql = 'INSERT INTO users (login, mailbox, mailbox_removal_began_at_ms) VALUES (?, ?, ?)';
    const also = [{ cql, values: [account.login, mailbox, beganAtMs] }];
    return this.#change(account, { verb: 'mark-mailbox', columns: {}, also }, budget);
  }

  async removeMailbox(
    account: Account,
    mailbox: MailboxName,
    budget: Budget,
  ): Promise<'changed' | 'conflict'> {
    const cql = 'DELETE FROM users WHERE login = ? AND mailbox = ?';
    const also = [{ cql, values: [account.login, mailbox] }];
    return this.#change(account, { verb: 'remove-mailbox', columns: {}, also }, budget);
  }

  async *list(budget: Budget): AsyncIterable<readonly Account[]> {
    let unfinished: readonly Row[] = []; // the last account of a page may go on in the next
    for await (const page of this.#table.pages(budget)) {
      const groups = groupByLogin([...unfinished, ...page]);
      unfinished = groups.pop() ?? [];
      if (groups.length > 0) yield groups.map(accountOf).filter(isPresent);
    }
    if (unfinished.length > 0) yield [accountOf(unfinished)].filter(isPresent);
  }

  async #change(
    account: Account,
    what: {
      readonly verb: string;
      readonly columns: Readonly<Record<string, Value | undefined>>;
      readonly also?: readonly Query[];
    },
    budget: Budget,
  ): Promise<'changed' | 'conflict'> {
    const outcome = await this.#table.change(
      { ...what, key: account.login, before: account.version },
      budget,
    );
    return outcome === 'applied' ? 'changed' : 'conflict';
  }

  #nowMs(): number {
    return Math.floor(this.#clock.wallMs());
  }
}

function settingsColumns(settings: AccountSettings): Readonly<Record<string, Value | undefined>> {
  return {
    password_hash: settings.passwordHash,
    is_disabled: settings.isDisabled,
    quota_bytes: settings.quotaBytes,
    quota_messages: settings.quotaMessages,
    removal_began_at_ms: settings.removalBeganAtMs,
  };
}

function mailboxInsert(login: Login, mailbox: MailboxName, nowMs: number): Query {
  const cql = 'INSERT INTO users (login, mailbox, mailbox_created_at_ms) VALUES (?, ?, ?)';
  return { cql, values: [login, mailbox, nowMs] };
}

function removedMark(login: Login, mailbox: MailboxName): Query {
  const cql = 'DELETE mailbox_removal_began_at_ms FROM users WHERE login = ? AND mailbox = ?';
  return { cql, values: [login, mailbox] };
}

function groupByLogin(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.[0]?.['login'] === row['login']) last?.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** The rows of one partition; an account without mailboxes has one row, whose mailbox is null. */
function accountOf(rows: readonly Row[]): Account | undefined {
  const [row] = rows;
  const version = row === undefined ? undefined : optionalTextColumn(row, 'version');
  if (row === undefined || version === undefined) return undefined;
  return {
    login: textColumn(row, 'login') as Login, // only parsed names are ever written
    settings: settingsOf(row),
    ...mailboxesOf(rows),
    createdAtMs: numberColumn(row, 'created_at_ms'),
    version,
  };
}

function mailboxesOf(rows: readonly Row[]): Pick<Account, 'mailboxes' | 'leavingMailboxes'> {
  const mailboxes: MailboxName[] = [];
  const leavingMailboxes = new Map<MailboxName, number>();
  for (const row of rows) {
    const name = optionalTextColumn(row, 'mailbox') as MailboxName | undefined; // only parsed names are ever written
    const beganAtMs = optionalNumberColumn(row, 'mailbox_removal_began_at_ms');
    if (name !== undefined && beganAtMs === undefined) mailboxes.push(name);
    if (name !== undefined && beganAtMs !== undefined) leavingMailboxes.set(name, beganAtMs);
  }
  return { mailboxes: mailboxes.toSorted(), leavingMailboxes };
}

function settingsOf(row: Row): AccountSettings {
  const quotaBytes = optionalNumberColumn(row, 'quota_bytes');
  const quotaMessages = optionalNumberColumn(row, 'quota_messages');
  const removalBeganAtMs = optionalNumberColumn(row, 'removal_began_at_ms');
  return {
    passwordHash: textColumn(row, 'password_hash'),
    isDisabled: booleanColumn(row, 'is_disabled'),
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
    ...(quotaMessages === undefined ? {} : { quotaMessages }),
    ...(removalBeganAtMs === undefined ? {} : { removalBeganAtMs }),
  };
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
