// The user who came first: who receives what is for postmaster, and whose domain is that of a name without one, where
// nobody said otherwise.
import type { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import type { Login } from '../mail/login.js';
import type { AccountStore } from '../store/api/accounts.js';
import type { Account } from '../store/types.js';
import { BriefMemory } from './brief-memory.js';

/** Finding the first user reads all of them. */
const REMEMBERED = { most: 1, knownMs: 10 * 60 * 1000, unknownMs: 5000 };

export interface FirstUserParts {
  readonly accounts: Pick<AccountStore, 'list'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class FirstUser {
  readonly #accounts: Pick<AccountStore, 'list'>;
  readonly #memory: BriefMemory<Login>;

  constructor(parts: FirstUserParts) {
    this.#accounts = parts.accounts;
    this.#memory = new BriefMemory(REMEMBERED, parts);
  }

  /** Of the enabled accounts the one made first, as it was some minutes ago at most. */
  login(budget: Budget): Promise<Login | undefined> {
    return this.#memory.get('', budget, () => this.#oldest(budget));
  }

  /** That one has gone. */
  forget(): void {
    this.#memory.forget('');
  }

  async #oldest(budget: Budget): Promise<Login | undefined> {
    let oldest: Account | undefined;
    for await (const page of this.#accounts.list(budget)) {
      for (const account of page) {
        if (!account.settings.isDisabled && isBefore(account, oldest)) oldest = account;
      }
    }
    return oldest?.login;
  }
}

function isBefore(account: Account, other: Account | undefined): boolean {
  if (other === undefined || account.createdAtMs !== other.createdAtMs) {
    return account.createdAtMs < (other?.createdAtMs ?? Number.POSITIVE_INFINITY);
  }
  return account.login < other.login;
}
