// Says once per change which ring nodes answer, and whether any does: a ring that is down for an hour makes two lines.
import type { Log } from '../../../base/log.js';
import type { Metrics } from '../../../base/metrics.js';
import type { RingHost } from './driver-client.js';

export class RingWatch {
  readonly #log: Log;
  readonly #metrics: Metrics;
  #up: ReadonlySet<string>;

  /** `up`: the nodes that answered when the ring was opened. */
  constructor(log: Log, metrics: Metrics, up: readonly RingHost[]) {
    this.#log = log;
    this.#metrics = metrics;
    this.#up = addressesOf(up);
    this.#count();
  }

  /** The nodes that answer now. */
  look(up: readonly RingHost[]): void {
    const before = this.#up;
    this.#up = addressesOf(up);
    for (const node of before) if (!this.#up.has(node)) this.#log.write('ring.node-down', { node });
    for (const node of this.#up) if (!before.has(node)) this.#log.write('ring.node-up', { node });
    if (before.size > 0 && this.#up.size === 0) this.#log.write('ring.lost');
    if (before.size === 0 && this.#up.size > 0) this.#log.write('ring.connected', { nodes: [...this.#up] });
    this.#count();
  }

  #count(): void {
    this.#metrics.gauge('cassmail_ring_nodes_up', {}, this.#up.size);
  }
}

function addressesOf(hosts: readonly RingHost[]): ReadonlySet<string> {
  return new Set(hosts.map((host) => host.address));
}
