// Domains and aliases, each a table of records under their names.
import type { Budget } from '../../base/budget.js';
import type { Random } from '../../base/random.js';
import type { DomainName } from '../../mail/domain-name.js';
import type { Login } from '../../mail/login.js';
import type { DirectoryStore } from '../api/directory.js';
import type { Alias, Domain } from '../types.js';
import type { Environment } from './environment.js';
import { StoredRecord } from './record.js';
import type { Table } from './table.js';
import { VersionedTable } from './versioned-table.js';

export interface DirectoryTables {
  readonly domains: Table;
  readonly aliases: Table;
}

export class EmbeddedDirectory implements DirectoryStore {
  readonly #domains: VersionedTable<Domain>;
  readonly #aliases: VersionedTable<Alias>;

  constructor(environment: Environment, tables: DirectoryTables, random: Random) {
    const parts = { environment, random };
    this.#domains = new VersionedTable({ ...parts, table: tables.domains, decode: decodeDomain });
    this.#aliases = new VersionedTable({ ...parts, table: tables.aliases, decode: decodeAlias });
  }

  readDomain(name: DomainName, budget: Budget): Promise<Domain | undefined> {
    return this.#domains.read('domains.read', name, budget);
  }

  writeDomain(
    { name, catchAll, version }: Omit<Domain, 'version'> & { version?: string },
    budget: Budget,
  ): Promise<'written' | 'conflict'> {
    return this.#domains.write('domains.write', { name, fields: { name, catchAll }, version }, budget);
  }

  removeDomain({ name, version }: Domain, budget: Budget): Promise<'removed' | 'conflict'> {
    return this.#domains.remove('domains.remove', { name, version }, budget);
  }

  listDomains(budget: Budget): AsyncIterable<readonly Domain[]> {
    return this.#domains.list('domains.list', budget);
  }

  readAlias(address: Login, budget: Budget): Promise<Alias | undefined> {
    return this.#aliases.read('aliases.read', address, budget);
  }

  writeAlias(
    { address, targets, version }: Omit<Alias, 'version'> & { version?: string },
    budget: Budget,
  ): Promise<'written' | 'conflict'> {
    return this.#aliases.write(
      'aliases.write',
      { name: address, fields: { address, targets }, version },
      budget,
    );
  }

  removeAlias({ address, version }: Alias, budget: Budget): Promise<'removed' | 'conflict'> {
    return this.#aliases.remove('aliases.remove', { name: address, version }, budget);
  }

  listAliases(budget: Budget): AsyncIterable<readonly Alias[]> {
    return this.#aliases.list('aliases.list', budget);
  }
}

function decodeDomain(bytes: Uint8Array): Domain {
  const record = new StoredRecord('a domain', bytes);
  const catchAll = record.optionalText('catchAll');
  return {
    name: record.text('name') as DomainName, // written from a DomainName
    ...(catchAll === undefined ? {} : { catchAll }),
    version: record.text('version'),
  };
}

function decodeAlias(bytes: Uint8Array): Alias {
  const record = new StoredRecord('an alias', bytes);
  return {
    address: record.text('address') as Login, // written from a Login
    targets: record.texts('targets'),
    version: record.text('version'),
  };
}
