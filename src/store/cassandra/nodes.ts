// Heartbeats of running nodes: one row each, which its TTL removes when nobody announces it any more.
import type { Budget } from '../../base/budget.js';
import { NODE_RECORD_LASTS_MS, type NodeStore } from '../api/nodes.js';
import type { NodeRecord } from '../types.js';
import { numberColumn, textColumn, textListColumn } from './columns.js';
import type { ControlLevels } from './consistency.js';
import type { Query, Ring, Row } from './ring.js';
import type { WriteClock } from './write-clock.js';

export interface NodeParts {
  readonly ring: Ring;
  readonly levels: ControlLevels;
  readonly writeClock: WriteClock;
}

export class CassandraNodes implements NodeStore {
  readonly #ring: Ring;
  readonly #levels: ControlLevels;
  readonly #writeClock: WriteClock;

  constructor({ ring, levels, writeClock }: NodeParts) {
    this.#ring = ring;
    this.#levels = levels;
    this.#writeClock = writeClock;
  }

  async announce(node: NodeRecord, budget: Budget): Promise<void> {
    const cql =
      'INSERT INTO nodes (name, url, roles, version, started_at_ms, heartbeat_at_ms) VALUES (?, ?, ?, ?, ?, ?)' +
      ` USING TTL ${NODE_RECORD_LASTS_MS / 1000} AND TIMESTAMP ?`;
    const { name, url, roles, version, startedAtMs, heartbeatAtMs } = node;
    const values = [name, url, roles, version, startedAtMs, heartbeatAtMs, this.#writeClock.nextMicros()];
    await this.#write('nodes.announce', { cql, values }, budget);
  }

  async withdraw(name: string, budget: Budget): Promise<void> {
    const cql = 'DELETE FROM nodes USING TIMESTAMP ? WHERE name = ?';
    await this.#write('nodes.withdraw', { cql, values: [this.#writeClock.nextMicros(), name] }, budget);
  }

  async list(budget: Budget): Promise<readonly NodeRecord[]> {
    const cql = 'SELECT name, url, roles, version, started_at_ms, heartbeat_at_ms FROM nodes';
    const request = { name: 'nodes.list', query: { cql, values: [] }, consistency: this.#levels.controlRead };
    return (await this.#ring.read(request, budget)).map(nodeOf);
  }

  #write(name: string, query: Query, budget: Budget): Promise<void> {
    return this.#ring.write(
      { name, queries: [query], consistency: this.#levels.control, isIdempotent: true },
      budget,
    );
  }
}

function nodeOf(row: Row): NodeRecord {
  return {
    name: textColumn(row, 'name'),
    url: textColumn(row, 'url'),
    roles: textListColumn(row, 'roles'),
    version: textColumn(row, 'version'),
    startedAtMs: numberColumn(row, 'started_at_ms'),
    heartbeatAtMs: numberColumn(row, 'heartbeat_at_ms'),
  };
}
