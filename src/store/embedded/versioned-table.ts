// A table of named records that are only ever changed from the state that was read: the version it had is compared
// with the one that is there, in the transaction that writes. Versions are random rather than counted, since a record
// that is removed and made again must not come to bear the version of a state that somebody still remembers.
import type { Budget } from '../../base/budget.js';
import type { Random } from '../../base/random.js';
import type { Environment } from './environment.js';
import { everything, nameKey } from './keys.js';
import { pages } from './paging.js';
import { encodeRecord } from './record.js';
import type { Table } from './table.js';

const PAGE = 200;
const VERSION_BYTES = 12;

export interface VersionedTableOptions<T> {
  readonly environment: Environment;
  readonly table: Table;
  readonly random: Random;
  readonly decode: (bytes: Uint8Array) => T;
}

/** `version` undefined: there must be no such record yet. */
export interface Expectation {
  readonly name: string;
  readonly version: string | undefined;
}

export interface Change extends Expectation {
  /** The record as it shall be; its version is added here. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export class VersionedTable<T extends { readonly version: string }> {
  readonly #environment: Environment;
  readonly #table: Table;
  readonly #random: Random;
  readonly #decode: (bytes: Uint8Array) => T;

  constructor({ environment, table, random, decode }: VersionedTableOptions<T>) {
    this.#environment = environment;
    this.#table = table;
    this.#random = random;
    this.#decode = decode;
  }

  read(statement: string, name: string, budget: Budget): Promise<T | undefined> {
    return this.#environment.read(statement, budget, () => this.#find(name));
  }

  write(statement: string, change: Change, budget: Budget): Promise<'written' | 'conflict'> {
    const version = Buffer.from(this.#random.bytes(VERSION_BYTES)).toString('hex');
    return this.#environment.write(statement, budget, () => {
      if (this.#find(change.name)?.version !== change.version) return 'conflict';
      this.#table.put(nameKey(change.name), encodeRecord({ ...change.fields, version }));
      return 'written';
    });
  }

  remove(statement: string, { name, version }: Expectation, budget: Budget): Promise<'removed' | 'conflict'> {
    return this.#environment.write(statement, budget, () => {
      if (this.#find(name)?.version !== version) return 'conflict';
      this.#table.remove(nameKey(name));
      return 'removed';
    });
  }

  list(statement: string, budget: Budget): AsyncIterable<readonly T[]> {
    const read = ({ value }: { value: Uint8Array }): T => this.#decode(value);
    const walk = { statement, table: this.#table, range: everything, pageSize: PAGE, read };
    return pages(this.#environment, walk, budget);
  }

  #find(name: string): T | undefined {
    const bytes = this.#table.get(nameKey(name));
    return bytes && this.#decode(bytes);
  }
}
