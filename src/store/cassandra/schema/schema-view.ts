// What the ring nodes say about a keyspace. Each has its own view, and hears of a change later than the node that made
// it: one that was down meanwhile, much later. So all that are up are asked, a table is there when any of them knows
// it, and gone when none does.
import type { Clock } from '../../../base/clock.js';
import type { DriverClient } from '../connection/driver-client.js';
import type { Replication } from '../replicas.js';
import type { Row } from '../ring.js';
import { isSameReplication, replicationFrom } from './replication-state.js';
import { groupByTable, type Column, type Columns } from './schema-columns.js';
import type { SchemaPause } from './schema-pause.js';

export interface SchemaViewParts {
  readonly client: Pick<DriverClient, 'runOnEach' | 'agreesOnSchema'>;
  readonly clock: Clock;
  readonly pause: SchemaPause;
  readonly keyspace: string;
  readonly localDataCenter: string;
}

/** For what another process creates just now; in a ring that is being upgraded nodes may disagree for hours. */
const OTHERS_AGREE_MS = 10_000;

export class SchemaView {
  readonly #parts: SchemaViewParts;

  constructor(parts: SchemaViewParts) {
    this.#parts = parts;
  }

  /** Undefined: there is no such keyspace. Waits a little for nodes that say different things. */
  async replication(stop: AbortSignal | undefined): Promise<Replication | undefined> {
    const { clock, pause } = this.#parts;
    const endsAtMs = clock.monotonicMs() + OTHERS_AGREE_MS;
    for (;;) {
      const [first, ...others] = await this.#replications();
      if (first === undefined || others.every((other) => isSameReplication(first, other))) return first;
      if (clock.monotonicMs() >= endsAtMs) return first;
      await pause.once(stop);
    }
  }

  async columns(): Promise<Columns> {
    const rows = await this.#askAll('table_name, column_name, type, kind', 'columns');
    return groupByTable(rows.map(columnIn));
  }

  /** Returns also when the nodes do not agree by then. */
  async settled(stop: AbortSignal | undefined): Promise<void> {
    await this.agreedWithin(OTHERS_AGREE_MS, stop);
  }

  /** Whether every node that is up knows what the others know. */
  async agreedWithin(ms: number, stop: AbortSignal | undefined): Promise<boolean> {
    const { client, clock, pause } = this.#parts;
    const endsAtMs = clock.monotonicMs() + ms;
    while (!(await client.agreesOnSchema())) {
      if (clock.monotonicMs() >= endsAtMs) return false;
      await pause.once(stop);
    }
    return true;
  }

  /** As each node that knows the keyspace says it. */
  async #replications(): Promise<readonly Replication[]> {
    const rows = await this.#askAll('replication', 'keyspaces');
    return rows.map((row) => replicationFrom(textMap(row), this.#parts.localDataCenter));
  }

  async #askAll(columns: string, table: string): Promise<readonly Row[]> {
    const { client, keyspace } = this.#parts;
    const answers = await client.runOnEach(
      `SELECT ${columns} FROM system_schema.${table} WHERE keyspace_name = '${keyspace}'`,
    );
    return answers.flat();
  }
}

/** A row of `system_schema.columns`. */
function columnIn(row: Row): Column {
  const type = String(row['type']);
  return {
    table: String(row['table_name']),
    name: String(row['column_name']),
    type: row['kind'] === 'static' ? `${type} static` : type,
  };
}

function textMap({ replication }: Row): Record<string, string> {
  const entries = Object.entries(replication ?? {}).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return Object.fromEntries(entries);
}
