// Adding and removing domains while the service runs. Those that the configuration names can be given a catch-all here,
// and not be removed.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import type { DomainName } from '../../mail/domain-name.js';
import { domainOf } from '../../mail/login.js';
import { decided } from './decided.js';
import type { DirectoryParts } from './directory-parts.js';
import type { LocalDomain } from './local-domains.js';

export interface NewDomain {
  readonly name: DomainName;
  /** An address as typed. */
  readonly catchAll: string | undefined;
  /** One that is there already gets this catch-all (or none) in place of its own. */
  readonly replace: boolean;
}

/** A refusal names so many of the users that stand in the way. */
const SHOWN_USERS = 3;

export class DomainAdministration {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  list(budget: Budget): Promise<readonly LocalDomain[]> {
    return this.#parts.domains.list(budget);
  }

  /** *domain-exists* for one that is there already, unless it is to be replaced. */
  async add({ name, catchAll, replace }: NewDomain, budget: Budget): Promise<LocalDomain> {
    const target = catchAll === undefined ? undefined : await this.#parts.targets.checked(catchAll, budget);
    const { directory } = this.#parts;
    return decided(`domain ${name}`, async () => {
      const before = await directory.readDomain(name, budget);
      if (!replace && (before !== undefined || this.#parts.domains.isConfigured(name))) {
        throw new Failure('domain-exists', `${name} is a domain of this service already`);
      }
      const domain = {
        name,
        ...(target === undefined ? {} : { catchAll: target }),
        ...(before === undefined ? {} : { version: before.version }),
      };
      const outcome = await directory.writeDomain(domain, budget);
      return outcome === 'conflict' ? outcome : this.#parts.domains.asLocal(domain);
    });
  }

  /** *domain-in-use* while users have addresses in it, unless forced; *domain-configured* for one of the configuration. */
  async remove(name: DomainName, options: { readonly force: boolean }, budget: Budget): Promise<void> {
    if (this.#parts.domains.isConfigured(name)) {
      throw new Failure(
        'domain-configured',
        `${name} is named in the configuration (domains): remove it there`,
      );
    }
    const { directory } = this.#parts;
    await decided(`domain ${name}`, async () => {
      const domain = await directory.readDomain(name, budget);
      if (domain === undefined) throw new Failure('domain-unknown', `${name} is no domain of this service`);
      if (!options.force) await this.#assertUnused(name, budget);
      return directory.removeDomain(domain, budget);
    });
  }

  async #assertUnused(name: DomainName, budget: Budget): Promise<void> {
    const users: string[] = [];
    for await (const page of this.#parts.accounts.list(budget)) {
      users.push(...page.map(({ login }) => login).filter((login) => domainOf(login) === name));
      if (users.length > SHOWN_USERS) break;
    }
    if (users.length === 0) return;
    const shown = `${users.slice(0, SHOWN_USERS).join(', ')}${users.length > SHOWN_USERS ? ' and more' : ''}`;
    throw new Failure(
      'domain-in-use',
      `users have addresses in ${name} (${shown}): remove them first, or force it`,
    );
  }
}
