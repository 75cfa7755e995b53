// Accounts and the names of their mailboxes. Every write is conditional on the state it was decided on, so two
// administrators on two nodes cannot undo each other silently; a read never misses an acknowledged write.
import type { Budget } from '../../base/budget.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import type { Account, AccountSettings } from '../types.js';

export interface AccountStore {
  /** *exists*: there is one of that login, and it was left as it is. */
  create(
    login: Login,
    settings: AccountSettings,
    mailboxes: readonly MailboxName[],
    budget: Budget,
  ): Promise<'created' | 'exists'>;

  read(login: Login, budget: Budget): Promise<Account | undefined>;

  /** Replaces all settings of the account as it was read. *conflict*: somebody changed it since; read again. */
  change(account: Account, settings: AccountSettings, budget: Budget): Promise<'changed' | 'conflict'>;

  /** Removes the account as it was read, not the mail in its mailboxes. */
  remove(account: Account, budget: Budget): Promise<'removed' | 'conflict'>;

  /** *changed* also when the name was there already. One that was leaving is a mailbox again. */
  addMailbox(account: Account, mailbox: MailboxName, budget: Budget): Promise<'changed' | 'conflict'>;

  /** A mailbox no longer, and remembered as leaving, with the moment that names this removal: whatever interrupts it, it is seen. */
  markMailbox(
    account: Account,
    mailbox: MailboxName,
    beganAtMs: number,
    budget: Budget,
  ): Promise<'changed' | 'conflict'>;

  /** Removes the name, if it is there or leaving; the mail in it is the caller's to remove first. */
  removeMailbox(account: Account, mailbox: MailboxName, budget: Budget): Promise<'changed' | 'conflict'>;

  /** All accounts, a page at a time, in no promised order. */
  list(budget: Budget): AsyncIterable<readonly Account[]>;
}
