// The protocol with one of its rules taken out, by something between the product and its store: what shows that the
// simulation would notice.
import type { LeaseStore, QueueStore } from '../../src/store/api/queue.js';
import type { Lease, QueueId, Stamp } from '../../src/store/types.js';

export interface Sabotage {
  readonly rule: string;
  readonly wrap: (store: QueueStore) => QueueStore;
}

export const sabotages: readonly Sabotage[] = [
  { rule: 'the lease is read between the store\u{2019}s acknowledgement and the 250', wrap: unread },
  { rule: 'a stamp has the epoch of its lease', wrap: withoutEpoch },
  { rule: 'an owner hears of it when its renewal was refused', wrap: alwaysRenewed },
  { rule: 'a slice is dropped only when nothing in it is needed', wrap: droppedEarly },
];

/** The lease is taken to be as it was last heard of; a look after a renewal that failed is a real one. */
function unread(store: QueueStore): QueueStore {
  const known = new Map<QueueId, Lease>();
  const doubted = new Set<QueueId>();
  const remember = <T extends Lease | 'lost'>(lease: T): T => {
    if (lease !== 'lost') known.set(lease.queue, lease);
    return lease;
  };
  return withLeases(store, {
    create: async (...given) => remember(await store.leases.create(...given)),
    takeOver: async (...given) => remember(await store.leases.takeOver(...given)),
    renew: async (lease, ...given) => {
      doubted.add(lease.queue);
      const renewed = remember(await store.leases.renew(lease, ...given));
      if (renewed !== 'lost') doubted.delete(lease.queue);
      return renewed;
    },
    current: async (queue, budget) => {
      const lease = known.get(queue);
      return lease === undefined || doubted.has(queue) ? store.leases.current(queue, budget) : lease;
    },
  });
}

/** As if every owner counted on from the first one's stamps. */
function withoutEpoch(store: QueueStore): QueueStore {
  return {
    ...forwarded(store),
    openSlice: (slice, stamp, budget) => store.openSlice(slice, plain(stamp), budget),
    append: (slice, items, stamp, budget) => store.append(slice, items, plain(stamp), budget),
    settle: (slice, settlement, stamp, budget) => store.settle(slice, settlement, plain(stamp), budget),
    dropSlice: (slice, stamp, budget) => store.dropSlice(slice, plain(stamp), budget),
  };
}

function alwaysRenewed(store: QueueStore): QueueStore {
  return withLeases(store, {
    renew: async (lease, lowestLiveSlice, budget) => {
      const renewed = await store.leases.renew(lease, lowestLiveSlice, budget);
      return renewed === 'lost' ? { ...lease, lowestLiveSlice, heartbeat: lease.heartbeat + 1 } : renewed;
    },
  });
}

/** With the first item of it that is done. */
function droppedEarly(store: QueueStore): QueueStore {
  return {
    ...forwarded(store),
    settle: (slice, settlement, stamp, budget) =>
      settlement.done.length > 0
        ? store.dropSlice(slice, stamp, budget)
        : store.settle(slice, settlement, stamp, budget),
  };
}

function withLeases(store: QueueStore, changed: Partial<LeaseStore>): QueueStore {
  const { leases } = store;
  const forwardedLeases: LeaseStore = {
    create: (...given) => leases.create(...given),
    renew: (...given) => leases.renew(...given),
    takeOver: (...given) => leases.takeOver(...given),
    end: (...given) => leases.end(...given),
    current: (...given) => leases.current(...given),
    list: (...given) => leases.list(...given),
  };
  return { ...forwarded(store), leases: { ...forwardedLeases, ...changed } };
}

function forwarded(store: QueueStore): QueueStore {
  return {
    leases: store.leases,
    openSlice: (...given) => store.openSlice(...given),
    append: (...given) => store.append(...given),
    settle: (...given) => store.settle(...given),
    dropSlice: (...given) => store.dropSlice(...given),
    slices: (...given) => store.slices(...given),
    recover: (...given) => store.recover(...given),
    readBody: (...given) => store.readBody(...given),
  };
}

function plain({ n }: Stamp): Stamp {
  return { epoch: 1, n };
}
