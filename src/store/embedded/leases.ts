// Who owns which relay queue: one record per queue, every change conditional on (epoch, heartbeat) in the transaction
// that writes it. A queue that ends takes the marks of its dropped slices with it.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import type { LeaseStore } from '../api/queue.js';
import type { Lease, QueueId } from '../types.js';
import type { Environment } from './environment.js';
import { everything, queueKey } from './keys.js';
import { encodeRecord, StoredRecord } from './record.js';
import type { SliceTable } from './slices.js';
import type { Table } from './table.js';

/** Far more gateway processes than one machine runs between two clean-ups. */
const MOST = 100_000;

export class EmbeddedLeases implements LeaseStore {
  readonly #environment: Environment;
  readonly #table: Table;
  readonly #slices: SliceTable;

  constructor(environment: Environment, table: Table, slices: SliceTable) {
    this.#environment = environment;
    this.#table = table;
    this.#slices = slices;
  }

  create(queue: QueueId, owner: string, ownerUrl: string, budget: Budget): Promise<Lease> {
    const lease = { queue, owner, ownerUrl, epoch: 1, heartbeat: 0, lowestLiveSlice: 0 };
    return this.#environment.write('leases.create', budget, () => {
      const found = this.find(queue);
      if (found !== undefined && !(isSame(found, lease) && found.owner === owner)) {
        throw new Failure('lease-lost', `queue ${queue} exists already and belongs to ${found.owner}`);
      }
      return this.#put(lease);
    });
  }

  renew(lease: Lease, lowestLiveSlice: number, budget: Budget): Promise<Lease | 'lost'> {
    return this.#environment.write('leases.renew', budget, () => {
      if (!this.#stands(lease)) return 'lost';
      this.#slices.forgetBelow({ queue: lease.queue, epoch: lease.epoch, number: lowestLiveSlice });
      return this.#put({ ...lease, heartbeat: lease.heartbeat + 1, lowestLiveSlice });
    });
  }

  takeOver(seen: Lease, owner: string, ownerUrl: string, budget: Budget): Promise<Lease | 'lost'> {
    return this.#environment.write('leases.take-over', budget, () => {
      if (!this.#stands(seen)) return 'lost';
      return this.#put({ ...seen, owner, ownerUrl, epoch: seen.epoch + 1, lowestLiveSlice: 0 });
    });
  }

  end(lease: Lease, budget: Budget): Promise<'ended' | 'lost'> {
    return this.#environment.write('leases.end', budget, () => {
      if (!this.#stands(lease)) return 'lost';
      this.#slices.forgetQueue(lease.queue);
      this.#table.remove(queueKey(lease.queue));
      return 'ended';
    });
  }

  current(queue: QueueId, budget: Budget): Promise<Lease | undefined> {
    return this.#environment.read('leases.current', budget, () => this.find(queue));
  }

  list(budget: Budget): Promise<readonly Lease[]> {
    return this.#environment.read('leases.list', budget, () =>
      this.#table.entries(everything, MOST).map(({ value }) => decode(value)),
    );
  }

  /** Also part of transactions: a write to a queue is made only under the lease that stands. */
  find(queue: QueueId): Lease | undefined {
    const bytes = this.#table.get(queueKey(queue));
    return bytes && decode(bytes);
  }

  #stands(lease: Lease): boolean {
    const found = this.find(lease.queue);
    return found !== undefined && isSame(found, lease);
  }

  #put(lease: Lease): Lease {
    this.#table.put(queueKey(lease.queue), encodeRecord({ ...lease }));
    return lease;
  }
}

function isSame(one: Lease, other: Lease): boolean {
  return one.epoch === other.epoch && one.heartbeat === other.heartbeat;
}

function decode(bytes: Uint8Array): Lease {
  const record = new StoredRecord('a lease', bytes);
  return {
    queue: record.text('queue') as QueueId, // written from a QueueId
    owner: record.text('owner'),
    ownerUrl: record.text('ownerUrl'),
    epoch: record.number('epoch'),
    heartbeat: record.number('heartbeat'),
    lowestLiveSlice: record.number('lowestLiveSlice'),
  };
}
