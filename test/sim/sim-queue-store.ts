// The queue store as one simulated process has it: statements as the Cassandra store makes them of each call, with its
// stamps as timestamps. What is sent is on its way whatever becomes of the process; replies wait while it is stopped.
import type { Budget } from '../../src/base/budget.js';
import { Failure } from '../../src/base/failure.js';
import { compareTimeUuids, type TimeUuid } from '../../src/base/time-uuid.js';
import type { LeaseStore, QueueStore, Settlement } from '../../src/store/api/queue.js';
import type {
  Lease,
  QueueId,
  RecoveredItem,
  RelayItem,
  RelayState,
  Slice,
  SmallBody,
  Stamp,
} from '../../src/store/types.js';
import { later, sliceKey, type Replica, type Row } from './replica.js';
import type { SimProcess } from './sim-process.js';
import { short, type SimRing } from './sim-ring.js';
import type { World } from './world.js';

/** Small, so that a recovery of a few items has several. */
const PAGE_ROWS = 3;

export interface StoreWatch {
  /** The process has heard that these are done. */
  onSettled(ids: readonly TimeUuid[], slice: Slice, owner: string): void;
}

export class SimQueueStore implements QueueStore {
  readonly leases: LeaseStore;
  readonly #world: World;
  readonly #ring: SimRing;
  readonly #process: SimProcess;
  readonly #watch: StoreWatch;

  constructor(parts: {
    readonly world: World;
    readonly ring: SimRing;
    readonly process: SimProcess;
    readonly watch: StoreWatch;
  }) {
    this.#world = parts.world;
    this.#ring = parts.ring;
    this.#process = parts.process;
    this.#watch = parts.watch;
    this.leases = this.#leaseStore();
  }

  openSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void> {
    const at = timestampOf(stamp);
    return this.#call(`open slice ${slice.number}`, budget, () =>
      this.#ring.write([
        (replica) => {
          const row = replica.directory(slice);
          row.insertedAt = Math.max(row.insertedAt, at);
        },
      ]),
    );
  }

  append(slice: Slice, items: readonly RelayItem[], stamp: Stamp, budget: Budget): Promise<void> {
    const [at, key] = [timestampOf(stamp), sliceKey(slice)];
    return this.#call(`append ${idsOf(items)} n=${stamp.n}`, budget, () =>
      this.#ring.write([
        (replica) => {
          for (const item of items) writeItem(replica.row(key, item.id), item, at);
        },
        (replica) => {
          for (const item of items) {
            const row = replica.row(key, item.id);
            const body = later(row.body, { at, value: item });
            if (body !== undefined) row.body = body;
          }
        },
      ]),
    );
  }

  async settle(slice: Slice, settlement: Settlement, stamp: Stamp, budget: Budget): Promise<void> {
    const [at, key] = [timestampOf(stamp), sliceKey(slice)];
    const { done, deferred } = settlement;
    const said = `settle done ${done.map(short).join(',')} deferred ${idsOf(deferred)} n=${stamp.n}`;
    await this.#call(said, budget, () =>
      this.#ring.write([
        (replica) => {
          for (const id of done) {
            const row = replica.row(key, id);
            row.deletedAt = Math.max(row.deletedAt, at);
          }
          for (const { id, state } of deferred) writeState(replica.row(key, id), state, at);
        },
        (replica) => {
          for (const id of done) {
            const row = replica.row(key, id);
            row.bodyDeletedAt = Math.max(row.bodyDeletedAt, at);
          }
        },
      ]),
    );
    this.#watch.onSettled(done, slice, this.#process.name);
  }

  async dropSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void> {
    const [at, key] = [timestampOf(stamp), sliceKey(slice)];
    await this.#call(`drop slice ${slice.epoch}/${slice.number} n=${stamp.n}`, budget, async () => {
      await this.#ring.write([
        (replica) => {
          const partition = replica.partition(key);
          partition.deletedAt = Math.max(partition.deletedAt, at);
        },
      ]);
      await this.#ring.write([
        (replica) => {
          const row = replica.directory(slice);
          row.deletedAt = Math.max(row.deletedAt, at);
        },
      ]);
    });
  }

  slices(queue: QueueId, budget: Budget): Promise<readonly Slice[]> {
    return this.#call('slices', budget, async () => {
      const answers = await this.#ring.read((replica) =>
        replica
          .directoryOf(queue)
          .map((row) => ({ slice: row.slice, insertedAt: row.insertedAt, deletedAt: row.deletedAt })),
      );
      const merged = new Map<string, { slice: Slice; insertedAt: number; deletedAt: number }>();
      for (const row of answers.flat()) {
        const before = merged.get(sliceKey(row.slice)) ?? row;
        merged.set(sliceKey(row.slice), {
          slice: row.slice,
          insertedAt: Math.max(before.insertedAt, row.insertedAt),
          deletedAt: Math.max(before.deletedAt, row.deletedAt),
        });
      }
      return [...merged.values()].filter((row) => row.insertedAt > row.deletedAt).map(({ slice }) => slice);
    });
  }

  async *recover(slices: readonly Slice[], budget: Budget): AsyncGenerator<readonly RecoveredItem[]> {
    for (const slice of slices) {
      let last: TimeUuid | undefined;
      for (;;) {
        const rows = await this.#call('recover', budget, () => this.#page(slice, last));
        const items = rows.flatMap(({ item }) => item ?? []);
        if (items.length > 0) yield items;
        last = rows.at(-1)?.id;
        if (rows.length < PAGE_ROWS) break;
      }
    }
  }

  readBody(slice: Slice, item: TimeUuid, budget: Budget): Promise<SmallBody> {
    return this.#call('read body', budget, async () => {
      const answers = await this.#ring.read((replica) => rowIn(replica, slice, item));
      const merged = merge(answers);
      const body = merged.body;
      if (body === undefined || body.at <= Math.max(merged.bodyDeletedAt, merged.partitionDeletedAt)) {
        throw new Failure('body-missing', `item ${item} has no body`);
      }
      if (body.value.body.kind !== 'small') throw new Error('the simulation has small bodies only');
      return body.value.body;
    });
  }

  /** The next rows of a slice that two replicas show, those included that are remnants. */
  async #page(
    slice: Slice,
    after: TimeUuid | undefined,
  ): Promise<readonly { readonly id: TimeUuid; readonly item: RecoveredItem | undefined }[]> {
    const answers = await this.#ring.read((replica) => {
      const { rows } = replica.partition(sliceKey(slice));
      return new Map([...rows.keys()].map((id) => [id, rowIn(replica, slice, id)]));
    });
    const ids = new Set(answers.flatMap((answer) => Array.from(answer.keys())));
    return [...ids]
      .toSorted(compareTimeUuids)
      .filter((id) => after === undefined || compareTimeUuids(id, after) > 0)
      .flatMap((id) => {
        const merged = merge(answers.map((answer) => answer.get(id) ?? NOTHING));
        return isVisible(merged) ? [{ id, item: recovered(id, slice, merged) }] : [];
      })
      .slice(0, PAGE_ROWS);
  }

  #leaseStore(): LeaseStore {
    const change = (
      seen: Lease,
      what: { readonly name: string; readonly next: Lease | undefined },
      budget: Budget,
    ): Promise<boolean> =>
      this.#call(`${what.name} ${short(seen.queue)} (${seen.epoch}, ${seen.heartbeat})`, budget, () =>
        this.#ring.change(seen.queue, (found) => (isSame(found, seen) ? what.next : 'refused')),
      );
    return {
      create: async (queue, owner, ownerUrl, budget) => {
        const lease = { queue, owner, ownerUrl, epoch: 1, heartbeat: 0, lowestLiveSlice: 0 };
        const isMade = await this.#call(`create ${short(queue)}`, budget, () =>
          this.#ring.change(queue, (found) => (found === undefined ? lease : 'refused')),
        );
        if (!isMade) throw new Failure('lease-lost', 'there is one');
        return lease;
      },
      renew: async (lease, lowestLiveSlice, budget) => {
        const next = { ...lease, lowestLiveSlice, heartbeat: lease.heartbeat + 1 };
        return (await change(lease, { name: 'renew', next }, budget)) ? next : 'lost';
      },
      takeOver: async (seen, owner, ownerUrl, budget) => {
        const next = { ...seen, owner, ownerUrl, epoch: seen.epoch + 1, lowestLiveSlice: 0 };
        return (await change(seen, { name: 'take over', next }, budget)) ? next : 'lost';
      },
      end: async (lease, budget) =>
        (await change(lease, { name: 'end', next: undefined }, budget)) ? 'ended' : 'lost',
      current: (queue, budget) =>
        this.#call(`current ${short(queue)}`, budget, async () =>
          latest(await this.#ring.read((replica) => replica.lease(queue))),
        ),
      list: (budget) =>
        this.#call('list', budget, async () => {
          const answers = await this.#ring.read((replica) => {
            const rows = Array.from(replica.queues, (queue) => [queue, replica.lease(queue)] as const);
            return new Map(rows);
          });
          const queues = new Set(answers.flatMap((answer) => Array.from(answer.keys())));
          return [...queues].flatMap((queue) => latest(answers.map((answer) => answer.get(queue))) ?? []);
        }),
    };
  }

  /** A reply that comes while the process is stopped waits for it, and is lost with it. */
  async #call<T>(what: string, budget: Budget, statement: () => Promise<T>): Promise<T> {
    budget.assertRemains(what);
    const outcome = statement().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    return new Promise<T>((resolve, reject) => {
      void outcome.then((result) =>
        this.#process.run(() => {
          try {
            const value = result();
            this.#tell(what, 'done');
            resolve(value);
          } catch (error) {
            this.#tell(what, String(error));
            reject(error);
          }
        }),
      );
    });
  }

  #tell(what: string, outcome: string): void {
    if (what === 'list') return; // every second, and of no interest
    this.#world.tell(() => `${this.#process.name}  ${what}: ${outcome}`);
  }
}

interface MergedRow extends Row {
  partitionDeletedAt: number;
}

const NOTHING: MergedRow = { deletedAt: -1, bodyDeletedAt: -1, partitionDeletedAt: -1 };

function rowIn(replica: Replica, slice: Slice, id: TimeUuid): MergedRow {
  const partition = replica.partition(sliceKey(slice));
  const row = partition.rows.get(id);
  return row === undefined
    ? { ...NOTHING, partitionDeletedAt: partition.deletedAt }
    : { ...row, partitionDeletedAt: partition.deletedAt };
}

function merge(rows: readonly MergedRow[]): MergedRow {
  return rows.reduce((one, other) => {
    const envelope = later(one.envelope, other.envelope);
    const state = later(one.state, other.state);
    const body = later(one.body, other.body);
    return {
      deletedAt: Math.max(one.deletedAt, other.deletedAt),
      bodyDeletedAt: Math.max(one.bodyDeletedAt, other.bodyDeletedAt),
      partitionDeletedAt: Math.max(one.partitionDeletedAt, other.partitionDeletedAt),
      ...(envelope === undefined ? {} : { envelope }),
      ...(state === undefined ? {} : { state }),
      ...(body === undefined ? {} : { body }),
    };
  }, NOTHING);
}

function deletedAt(row: MergedRow): number {
  return Math.max(row.deletedAt, row.partitionDeletedAt);
}

function isVisible(row: MergedRow): boolean {
  return (row.envelope?.at ?? -2) > deletedAt(row) || (row.state?.at ?? -2) > deletedAt(row);
}

/** Nothing for a remnant: a late write of an item that was deleted. */
function recovered(id: TimeUuid, slice: Slice, row: MergedRow): RecoveredItem | undefined {
  const { envelope, state } = row;
  if (envelope === undefined || envelope.at <= deletedAt(row)) return undefined;
  if (state === undefined || state.at <= deletedAt(row)) return undefined;
  const { body } = envelope.value;
  if (body.kind !== 'small') throw new Error('the simulation has small bodies only');
  return {
    id,
    slice,
    envelope: envelope.value.envelope,
    state: state.value,
    body: { kind: 'small', sizeBytes: body.bytes.length },
  };
}

function writeItem(row: Row, item: RelayItem, at: number): void {
  const envelope = later(row.envelope, { at, value: item });
  if (envelope !== undefined) row.envelope = envelope;
  writeState(row, item.state, at);
}

function writeState(row: Row, value: RelayState, at: number): void {
  const state = later(row.state, { at, value });
  if (state !== undefined) row.state = state;
}

function isSame(found: Lease | undefined, seen: Lease): boolean {
  return found?.owner === seen.owner && found.epoch === seen.epoch && found.heartbeat === seen.heartbeat;
}

function latest(
  rows: readonly ({ readonly ballot: number; readonly lease: Lease | undefined } | undefined)[],
): Lease | undefined {
  let last: { readonly ballot: number; readonly lease: Lease | undefined } | undefined;
  for (const row of rows) if (row !== undefined && row.ballot > (last?.ballot ?? -1)) last = row;
  return last?.lease;
}

/** Exact: epochs are small here. */
function timestampOf({ epoch, n }: Stamp): number {
  return epoch * 2 ** 40 + n;
}

function idsOf(items: readonly { readonly id: TimeUuid }[]): string {
  return items.map(({ id }) => short(id)).join(',');
}
