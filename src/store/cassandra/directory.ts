// Domains and aliases: one row each.
import type { Budget } from '../../base/budget.js';
import type { DomainName } from '../../mail/domain-name.js';
import type { Login } from '../../mail/login.js';
import type { DirectoryStore } from '../api/directory.js';
import type { Alias, Domain } from '../types.js';
import { optionalTextColumn, textColumn, textListColumn } from './columns.js';
import type { Outcome } from './conditional-write.js';
import type { Row } from './ring.js';
import { VersionedTable, type VersionedTableParts } from './versioned-table.js';

const DOMAINS = { area: 'domains', table: 'domains', key: 'name', columns: ['name', 'catch_all', 'version'] };
const ALIASES = {
  area: 'aliases',
  table: 'aliases',
  key: 'address',
  columns: ['address', 'targets', 'version'],
};

export class CassandraDirectory implements DirectoryStore {
  readonly #domains: VersionedTable;
  readonly #aliases: VersionedTable;

  constructor(parts: VersionedTableParts) {
    this.#domains = new VersionedTable(parts, DOMAINS);
    this.#aliases = new VersionedTable(parts, ALIASES);
  }

  async readDomain(name: DomainName, budget: Budget): Promise<Domain | undefined> {
    const [row] = await this.#domains.read(name, budget);
    return row === undefined ? undefined : domainOf(row);
  }

  async writeDomain(
    domain: Omit<Domain, 'version'> & { version?: string },
    budget: Budget,
  ): Promise<'written' | 'conflict'> {
    const columns = { catch_all: domain.catchAll };
    const change = { verb: 'write', key: domain.name, before: domain.version, columns };
    return written(await this.#domains.change(change, budget));
  }

  async removeDomain(domain: Domain, budget: Budget): Promise<'removed' | 'conflict'> {
    return removed(await this.#domains.remove(domain.name, domain.version, budget));
  }

  async *listDomains(budget: Budget): AsyncIterable<readonly Domain[]> {
    for await (const page of this.#domains.pages(budget)) yield page.map(domainOf);
  }

  async readAlias(address: Login, budget: Budget): Promise<Alias | undefined> {
    const [row] = await this.#aliases.read(address, budget);
    return row === undefined ? undefined : aliasOf(row);
  }

  async writeAlias(
    alias: Omit<Alias, 'version'> & { version?: string },
    budget: Budget,
  ): Promise<'written' | 'conflict'> {
    const columns = { targets: alias.targets };
    const change = { verb: 'write', key: alias.address, before: alias.version, columns };
    return written(await this.#aliases.change(change, budget));
  }

  async removeAlias(alias: Alias, budget: Budget): Promise<'removed' | 'conflict'> {
    return removed(await this.#aliases.remove(alias.address, alias.version, budget));
  }

  async *listAliases(budget: Budget): AsyncIterable<readonly Alias[]> {
    for await (const page of this.#aliases.pages(budget)) yield page.map(aliasOf);
  }
}

function written(outcome: Outcome): 'written' | 'conflict' {
  return outcome === 'applied' ? 'written' : 'conflict';
}

function removed(outcome: Outcome): 'removed' | 'conflict' {
  return outcome === 'applied' ? 'removed' : 'conflict';
}

function domainOf(row: Row): Domain {
  const catchAll = optionalTextColumn(row, 'catch_all');
  return {
    name: textColumn(row, 'name') as DomainName, // only parsed names are ever written
    ...(catchAll === undefined ? {} : { catchAll }),
    version: textColumn(row, 'version'),
  };
}

function aliasOf(row: Row): Alias {
  return {
    address: textColumn(row, 'address') as Login, // only parsed names are ever written
    targets: textListColumn(row, 'targets'),
    version: textColumn(row, 'version'),
  };
}
