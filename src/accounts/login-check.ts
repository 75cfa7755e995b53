// Who somebody is that knows a password. One answer for an unknown user and a wrong password, in the same time;
// guessing is slowed by address and by account, over all workers of the node.
import type { Budget } from '../base/budget.js';
import type { Login } from '../mail/login.js';
import type { Account } from '../store/types.js';

export interface LoginAttempt {
  /** As typed: `anne` or `anne@example.com`; no mailbox part. */
  readonly user: string;
  readonly password: string;
  /** The client's IP address. */
  readonly client: string;
}

export type LoginOutcome =
  | { readonly kind: 'granted'; readonly account: Account }
  /** Unknown user or wrong password; the answer was delayed already. */
  | { readonly kind: 'refused' }
  /** The password was right, the account is disabled. */
  | { readonly kind: 'disabled' }
  /** Too many wrong ones lately, from this client or for this account: not even looked at. */
  | { readonly kind: 'slowed'; readonly retryAfterMs: number };

export interface LoginCheck {
  /** Fails, with a Failure of the store, when it cannot be told now. */
  check(attempt: LoginAttempt, budget: Budget): Promise<LoginOutcome>;
}

/** What a session keeps of who logged in. */
export type AccountAtLogin = Account;

/** Whether somebody who has logged in may stay. */
export interface Welcome {
  /**
   * No longer when the account is disabled or gone; nor, where the account is given as it was at the login, when the
   * password has been changed since.
   */
  isWelcome(login: Login, budget: Budget, atLogin?: AccountAtLogin): Promise<boolean>;
}
