// Accounts, aliases and domains as a recipient needs them: a few seconds old at most, since each RCPT would else read the
// store several times for what hardly ever changes. Logins don't look here.
import type { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import type { DomainName } from '../mail/domain-name.js';
import type { Login } from '../mail/login.js';
import type { AccountStore } from '../store/api/accounts.js';
import type { DirectoryStore } from '../store/api/directory.js';
import type { Account, Alias, Domain } from '../store/types.js';
import { BriefMemory } from './brief-memory.js';
import { FirstUser } from './first-user.js';

/** Of each kind; some 10 MB when all are full. */
const RECENT = { most: 10_000, knownMs: 3000, unknownMs: 1000 };

export interface LookupsParts {
  readonly accounts: Pick<AccountStore, 'read' | 'list'>;
  readonly directory: Pick<DirectoryStore, 'readAlias' | 'readDomain'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class Lookups {
  readonly #parts: LookupsParts;
  readonly #accounts: BriefMemory<Account>;
  readonly #aliases: BriefMemory<Alias>;
  readonly #domains: BriefMemory<Domain>;
  readonly #first: FirstUser;

  constructor(parts: LookupsParts) {
    this.#parts = parts;
    this.#accounts = new BriefMemory(RECENT, parts);
    this.#aliases = new BriefMemory(RECENT, parts);
    this.#domains = new BriefMemory(RECENT, parts);
    this.#first = new FirstUser(parts);
  }

  account(login: Login, budget: Budget): Promise<Account | undefined> {
    return this.#accounts.get(login, budget, () => this.#parts.accounts.read(login, budget));
  }

  /** Undefined: it takes a look to know whether there is one. */
  recalledAccount(login: Login): Account | undefined {
    return this.#accounts.recall(login);
  }

  alias(address: Login, budget: Budget): Promise<Alias | undefined> {
    return this.#aliases.get(address, budget, () => this.#parts.directory.readAlias(address, budget));
  }

  domain(name: DomainName, budget: Budget): Promise<Domain | undefined> {
    return this.#domains.get(name, budget, () => this.#parts.directory.readDomain(name, budget));
  }

  /** Of the enabled accounts the one made first. One that has gone since is noticed, and the next one found. */
  async firstUser(budget: Budget): Promise<Account | undefined> {
    for (let tries = 0; tries < 2; tries += 1) {
      const login = await this.#first.login(budget);
      const account = login && (await this.account(login, budget));
      if (account?.settings.isDisabled === false) return account;
      this.#first.forget();
    }
    return undefined;
  }

  /** We have just changed it ourselves. */
  forgetAccount(login: Login): void {
    this.#accounts.forget(login);
  }
}
