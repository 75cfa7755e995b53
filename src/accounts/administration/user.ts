// A user as an administrator sees him: everything of his account but the password's hash.
import { Failure } from '../../base/failure.js';
import type { Budget } from '../../base/budget.js';
import type { Login } from '../../mail/login.js';
import type { MailboxName } from '../../mail/mailbox-name.js';
import type { AccountStore } from '../../store/api/accounts.js';
import type { Account } from '../../store/types.js';

export interface User {
  readonly address: Login;
  readonly isDisabled: boolean;
  /** Disabled, and his mail is going, or was when a node ended: removing him again goes on. */
  readonly isBeingRemoved: boolean;
  readonly createdAtMs: number;
  readonly mailboxes: readonly MailboxName[];
  /** Undefined: as the configuration says for all. */
  readonly quotaBytes: number | undefined;
  readonly quotaMessages: number | undefined;
}

export function userOf({ login, settings, mailboxes, createdAtMs }: Account): User {
  const { isDisabled, removalBeganAtMs, quotaBytes, quotaMessages } = settings;
  const isBeingRemoved = removalBeganAtMs !== undefined;
  return { address: login, isDisabled, isBeingRemoved, createdAtMs, mailboxes, quotaBytes, quotaMessages };
}

/** Fails with *user-unknown*. */
export async function knownAccount(accounts: AccountStore, login: Login, budget: Budget): Promise<Account> {
  const account = await accounts.read(login, budget);
  if (account === undefined) throw new Failure('user-unknown', `there is no user ${login}`);
  return account;
}
