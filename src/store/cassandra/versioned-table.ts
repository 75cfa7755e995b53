// Rows that only administrators change, each with a version: a UUID written anew by every change. A change is made to
// the version that was read or not at all, and knows its own version again when its answer got lost. Every write is a
// lightweight transaction, creation included: mixed with plain writes, a slower clock's change would be lost silently.
import type { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import { randomUuid, type Random } from '../../base/random.js';
import { optionalTextColumn } from './columns.js';
import { ConditionalWriter, type Outcome, type Standing } from './conditional-write.js';
import type { ControlLevels } from './consistency.js';
import type { Query, Ring, Row, Value } from './ring.js';

export interface VersionedTableParts {
  readonly ring: Ring;
  readonly levels: ControlLevels;
  readonly timers: Timers;
  readonly random: Random;
}

export interface TableShape {
  /** First part of the names of its statements. */
  readonly area: string;
  readonly table: string;
  /** The partition key; one row has one version, static where there are several rows to it. */
  readonly key: string;
  readonly columns: readonly string[];
}

export interface VersionedChange {
  /** What is done, for the statement's name. */
  readonly verb: string;
  readonly key: string;
  /** The version it replaces; undefined: there is to be no such row yet. */
  readonly before: string | undefined;
  /** Undefined removes the column's value: no null is ever written. */
  readonly columns: Readonly<Record<string, Value | undefined>>;
  /** More of the same partition, in the same mutation. */
  readonly also?: readonly Query[];
}

const PAGE_ROWS = 500;

export class VersionedTable {
  readonly #ring: Ring;
  readonly #levels: ControlLevels;
  readonly #random: Random;
  readonly #writer: ConditionalWriter;
  readonly #shape: TableShape;

  constructor(parts: VersionedTableParts, shape: TableShape) {
    this.#ring = parts.ring;
    this.#levels = parts.levels;
    this.#random = parts.random;
    this.#writer = new ConditionalWriter(parts);
    this.#shape = shape;
  }

  /** At QUORUM, where every acknowledged write has been committed. */
  async read(key: string, budget: Budget): Promise<readonly Row[]> {
    const cql = `${this.#selection()} WHERE ${this.#shape.key} = ?`;
    const name = `${this.#shape.area}.read`;
    return this.#ring.read(
      { name, query: { cql, values: [key] }, consistency: this.#levels.controlRead },
      budget,
    );
  }

  /** All rows; those of one key follow each other, maybe over the end of a page. */
  pages(budget: Budget): AsyncIterable<readonly Row[]> {
    const query = { cql: this.#selection(), values: [] };
    const name = `${this.#shape.area}.list`;
    return this.#ring.pages(
      { name, query, consistency: this.#levels.controlRead, pageSize: PAGE_ROWS },
      budget,
    );
  }

  async change(change: VersionedChange, budget: Budget): Promise<Outcome> {
    const after = randomUuid(this.#random);
    const assigned = Object.entries(change.columns).filter(isAssigned);
    const columns = ['version', ...assigned.map(([column]) => column)];
    const { table, key } = this.#shape;
    const condition = change.before === undefined ? 'IF version = null' : 'IF version = ?';
    const update = {
      cql: `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE ${key} = ? ${condition}`,
      values: [
        after,
        ...assigned.map(([, value]) => value),
        change.key,
        ...(change.before === undefined ? [] : [change.before]),
      ],
    };
    return this.#write(change, after, [update, ...this.#clearing(change), ...(change.also ?? [])], budget);
  }

  /**
   * Removes the whole partition. Cassandra takes no condition on deleting a partition, but it does on one column of it,
   * and the batch around both happens as a whole.
   */
  async remove(key: string, before: string, budget: Budget): Promise<Outcome> {
    const { table, key: column } = this.#shape;
    const queries = [
      { cql: `DELETE version FROM ${table} WHERE ${column} = ? IF version = ?`, values: [key, before] },
      { cql: `DELETE FROM ${table} WHERE ${column} = ?`, values: [key] },
    ] as const;
    return this.#write({ verb: 'remove', key, before }, undefined, queries, budget);
  }

  async #write(
    { verb, key, before }: Pick<VersionedChange, 'verb' | 'key' | 'before'>,
    after: string | undefined,
    queries: readonly [Query, ...Query[]],
    budget: Budget,
  ): Promise<Outcome> {
    const { area, table, key: column } = this.#shape;
    const look = { cql: `SELECT version FROM ${table} WHERE ${column} = ? LIMIT 1`, values: [key] };
    const write = {
      request: { name: `${area}.${verb}`, queries },
      look: { name: `${area}.look`, query: look },
      judge: (row: Row | undefined) => judgeVersion(row, before, after),
    };
    return this.#writer.write(write, budget);
  }

  /** A new row has nothing to clear. */
  #clearing(change: VersionedChange): readonly Query[] {
    const columns = Object.keys(change.columns).filter((column) => change.columns[column] === undefined);
    if (change.before === undefined || columns.length === 0) return [];
    const { table, key } = this.#shape;
    return [{ cql: `DELETE ${columns.join(', ')} FROM ${table} WHERE ${key} = ?`, values: [change.key] }];
  }

  #selection(): string {
    return `SELECT ${this.#shape.columns.join(', ')} FROM ${this.#shape.table}`;
  }
}

function isAssigned(entry: [string, Value | undefined]): entry is [string, Value] {
  return entry[1] !== undefined;
}

/** `after` is undefined for a removal: then no version at all is what we wanted. */
function judgeVersion(row: Row | undefined, before: string | undefined, after: string | undefined): Standing {
  const found = row === undefined ? undefined : optionalTextColumn(row, 'version');
  if (found === after) return 'ours';
  return found === before ? 'before' : 'other';
}
