// Domains and aliases: small, read on every recipient, written by administrators only and always conditionally.
// Writes with `version` undefined create; with the version that was read they replace that state or nothing.
import type { Budget } from '../../base/budget.js';
import type { DomainName } from '../../mail/domain-name.js';
import type { Login } from '../../mail/login.js';
import type { Alias, Domain } from '../types.js';

export interface DirectoryStore {
  readDomain(name: DomainName, budget: Budget): Promise<Domain | undefined>;
  writeDomain(
    domain: Omit<Domain, 'version'> & { version?: string },
    budget: Budget,
  ): Promise<'written' | 'conflict'>;
  removeDomain(domain: Domain, budget: Budget): Promise<'removed' | 'conflict'>;
  listDomains(budget: Budget): AsyncIterable<readonly Domain[]>;

  readAlias(address: Login, budget: Budget): Promise<Alias | undefined>;
  writeAlias(
    alias: Omit<Alias, 'version'> & { version?: string },
    budget: Budget,
  ): Promise<'written' | 'conflict'>;
  removeAlias(alias: Alias, budget: Budget): Promise<'removed' | 'conflict'>;
  listAliases(budget: Budget): AsyncIterable<readonly Alias[]>;
}
