// The nodes there are: on the embedded store at most one, and its predecessors until their records run out.
import type { Budget } from '../../base/budget.js';
import { NODE_RECORD_LASTS_MS, type NodeStore } from '../api/nodes.js';
import type { NodeRecord } from '../types.js';
import type { Environment } from './environment.js';
import { everything, nameKey } from './keys.js';
import { encodeRecord, StoredRecord } from './record.js';
import type { Table } from './table.js';

/** Far more starts of one machine than a day has. */
const MOST = 10_000;

export class EmbeddedNodes implements NodeStore {
  readonly #environment: Environment;
  readonly #table: Table;

  constructor(environment: Environment, table: Table) {
    this.#environment = environment;
    this.#table = table;
  }

  announce(node: NodeRecord, budget: Budget): Promise<void> {
    return this.#environment.write('nodes.announce', budget, () => {
      this.#removeOutdated();
      this.#table.put(nameKey(node.name), encodeRecord({ ...node, announcedAtMs: this.#nowMs() }));
    });
  }

  withdraw(name: string, budget: Budget): Promise<void> {
    return this.#environment.write('nodes.withdraw', budget, () => this.#table.remove(nameKey(name)));
  }

  list(budget: Budget): Promise<readonly NodeRecord[]> {
    return this.#environment.read('nodes.list', budget, () =>
      this.#records()
        .filter((record) => !this.#isOutdated(record))
        .map(decode),
    );
  }

  #removeOutdated(): void {
    for (const record of this.#records()) {
      if (this.#isOutdated(record)) this.#table.remove(nameKey(record.text('name')));
    }
  }

  #records(): readonly StoredRecord[] {
    return this.#table.entries(everything, MOST).map(({ value }) => new StoredRecord('a node', value));
  }

  #isOutdated(record: StoredRecord): boolean {
    return this.#nowMs() - record.number('announcedAtMs') > NODE_RECORD_LASTS_MS;
  }

  #nowMs(): number {
    return this.#environment.clock.wallMs();
  }
}

function decode(record: StoredRecord): NodeRecord {
  return {
    name: record.text('name'),
    url: record.text('url'),
    roles: record.texts('roles'),
    version: record.text('version'),
    startedAtMs: record.number('startedAtMs'),
    heartbeatAtMs: record.number('heartbeatAtMs'),
  };
}
