// What the operations of an administrator are built on.
import type { Budget } from '../../base/budget.js';
import type { Clock, Timers } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import type { AccountStore } from '../../store/api/accounts.js';
import type { ClaimStore } from '../../store/api/claims.js';
import type { DirectoryStore } from '../../store/api/directory.js';
import type { MailboxStore } from '../../store/api/mailboxes.js';
import type { HomeDomain } from '../home-domain.js';

export interface AdministrationParts {
  readonly accounts: AccountStore;
  readonly directory: DirectoryStore;
  readonly mailboxes: MailboxStore;
  readonly claims: ClaimStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Of an address that is typed without one. */
  readonly homeDomain: Pick<HomeDomain, 'find'>;
  /** As the account's record keeps it. Fails with *password-invalid* for what cannot be one. */
  readonly hashPassword: (password: string, budget: Budget) => Promise<string>;
  /** Asked anew for each operation: they may change while the node runs. */
  readonly settings: () => AdministrationSettings;
}

export interface AdministrationSettings {
  /** Local domains that the configuration names, as parsed. */
  readonly domains: readonly string[];
  /** Anne@… and anne@… are one. */
  readonly isLocalPartFolded: boolean;
}
