// One replica of the relay tables, as Cassandra keeps them: every cell and every deletion has a timestamp, the highest
// wins, a deletion wins over a write of the same; what arrives in another order comes to the same. A mutation takes
// effect when it arrives, which may be long after its client has stopped waiting.
import type { TimeUuid } from '../../src/base/time-uuid.js';
import type { Lease, QueueId, RelayItem, RelayState, Slice } from '../../src/store/types.js';

interface Cell<T> {
  readonly at: number;
  readonly value: T;
}

/** Item, its changing state, and its body: a column each, of two tables. */
export interface Row {
  deletedAt: number;
  envelope?: Cell<RelayItem>;
  state?: Cell<RelayState>;
  bodyDeletedAt: number;
  body?: Cell<RelayItem>;
}

export interface Partition {
  deletedAt: number;
  readonly rows: Map<TimeUuid, Row>;
}

interface DirectoryRow {
  readonly slice: Slice;
  insertedAt: number;
  deletedAt: number;
}

/** By the ballot of its lightweight transaction. */
interface LeaseRow {
  readonly ballot: number;
  readonly lease: Lease | undefined;
}

interface Arrival {
  readonly atMs: number;
  readonly apply: (replica: Replica) => void;
}

export class Replica {
  readonly #partitions = new Map<string, Partition>();
  readonly #directory = new Map<string, DirectoryRow>();
  readonly #leases = new Map<QueueId, LeaseRow>();
  #arriving: Arrival[] = [];
  /** Unreachable until then. */
  downUntilMs = 0;

  arrives(atMs: number, apply: (replica: Replica) => void): void {
    if (Number.isFinite(atMs)) this.#arriving.push({ atMs, apply });
  }

  /** All that has arrived by now takes effect; to be called before anything is read. */
  catchUp(nowMs: number): void {
    const waiting: Arrival[] = [];
    for (const arrival of this.#arriving) {
      if (arrival.atMs <= nowMs) arrival.apply(this);
      else waiting.push(arrival);
    }
    this.#arriving = waiting;
  }

  partition(key: string): Partition {
    let partition = this.#partitions.get(key);
    if (partition === undefined) this.#partitions.set(key, (partition = { deletedAt: -1, rows: new Map() }));
    return partition;
  }

  row(key: string, id: TimeUuid): Row {
    const { rows } = this.partition(key);
    let row = rows.get(id);
    if (row === undefined) rows.set(id, (row = { deletedAt: -1, bodyDeletedAt: -1 }));
    return row;
  }

  directory(slice: Slice): DirectoryRow {
    const key = sliceKey(slice);
    let row = this.#directory.get(key);
    if (row === undefined) this.#directory.set(key, (row = { slice, insertedAt: -1, deletedAt: -1 }));
    return row;
  }

  directoryOf(queue: QueueId): readonly DirectoryRow[] {
    return [...this.#directory.values()].filter(({ slice }) => slice.queue === queue);
  }

  commitLease(queue: QueueId, row: LeaseRow): void {
    if (row.ballot > (this.#leases.get(queue)?.ballot ?? -1)) this.#leases.set(queue, row);
  }

  lease(queue: QueueId): LeaseRow | undefined {
    return this.#leases.get(queue);
  }

  get queues(): Iterable<QueueId> {
    return this.#leases.keys();
  }
}

export function sliceKey({ queue, epoch, number }: Slice): string {
  return `${queue}/${epoch}/${number}`;
}

/** The later of two cells. */
export function later<T>(one: Cell<T> | undefined, other: Cell<T> | undefined): Cell<T> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.at > one.at ? other : one;
}
