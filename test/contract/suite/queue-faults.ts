// Leases, the queue and nodes with the n-th statement failing.
import { expect } from '@jest/globals';
import type { Lease, NodeRecord, QueueId, RelayItem, Slice, Stamp } from '../../../src/store/types.js';
import type { Case } from './case.js';
import { casesOf, expectExtent, type FaultyOperation } from './faulty-operation.js';
import { deferredState, Gateway, recovered, relayItems } from './gateway.js';
import type { Ground } from './ground.js';
import { newLease } from './leases.js';
import { gather, outcomeOf } from './reading.js';

const createLease: FaultyOperation<QueueId> = {
  name: 'creating a lease',
  prepare: async (ground) => ground.queue(),
  perform: async (ground, queue, budget) => {
    const creating = ground.store.queue.leases.create(queue, 'mx1/1', 'http://127.0.0.1:1', budget);
    const outcome = await outcomeOf(creating);
    if (outcome.kind === 'refused' && outcome.failure.code !== 'lease-lost') throw outcome.failure;
  },
  check: async (ground, queue, extent) => {
    const lease = await ground.other.queue.leases.current(queue, ground.budget());
    expectExtent(extent, lease);
    if (lease !== undefined) expect(lease).toMatchObject({ owner: 'mx1/1', epoch: 1, heartbeat: 0 });
  },
};

const renewLease = leaseChange(
  'renewing a lease',
  (ground, lease, budget) => ground.store.queue.leases.renew(lease, 5, budget),
  { epoch: 1, heartbeat: 1, lowestLiveSlice: 5 },
);

const takeOver = leaseChange(
  'taking a lease over',
  (ground, lease, budget) => ground.store.queue.leases.takeOver(lease, 'mx2/1', 'http://127.0.0.2:1', budget),
  { epoch: 2, owner: 'mx2/1', ownerUrl: 'http://127.0.0.2:1' },
);

const endLease: FaultyOperation<Lease> = {
  name: 'ending a lease',
  prepare: newLease,
  perform: (ground, lease, budget) => ground.store.queue.leases.end(lease, budget),
  check: async (ground, before, extent) => {
    const lease = await ground.other.queue.leases.current(before.queue, ground.budget());
    expectExtent(extent, lease === undefined ? 'gone' : undefined);
    if (lease !== undefined) expect(lease).toEqual(before);
  },
};

interface QueueWrite {
  readonly gateway: Gateway;
  readonly slice: Slice;
  readonly items: readonly RelayItem[];
  readonly stamp: Stamp;
}

const openSlice: FaultyOperation<QueueWrite> = {
  name: 'opening a slice',
  prepare: async (ground) => {
    const gateway = await Gateway.start(ground);
    return { gateway, slice: gateway.slice(), items: [], stamp: gateway.stamp() };
  },
  perform: (ground, { slice, stamp }, budget) => ground.store.queue.openSlice(slice, stamp, budget),
  check: async (ground, { slice }, extent) => {
    const [found] = await ground.other.queue.slices(slice.queue, ground.budget());
    expectExtent(extent, found);
    if (found !== undefined) expect(found).toEqual(slice);
  },
};

const append: FaultyOperation<QueueWrite> = {
  name: 'appending a group of items',
  prepare: async (ground) => {
    const gateway = await Gateway.start(ground);
    return {
      gateway,
      slice: await gateway.openSlice(),
      items: relayItems(ground, 20),
      stamp: gateway.stamp(),
    };
  },
  perform: (ground, { slice, items, stamp }, budget) =>
    ground.store.queue.append(slice, items, stamp, budget),
  check: async (ground, { gateway, slice, items }, extent) => {
    const found = await recovered(ground, gateway);
    expectExtent(extent, found[0]);
    if (found.length === 0) return;
    expect(found.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    for (const { id } of found.slice(0, 3)) await ground.other.queue.readBody(slice, id, ground.budget());
  },
};

const settle: FaultyOperation<QueueWrite> = {
  name: 'settling a group of items',
  prepare: appended,
  perform: (ground, { slice, items, stamp }, budget) => {
    const done = items.slice(0, 5).map(({ id }) => id);
    const deferred = items.slice(5, 8).map(({ id }) => ({ id, state: deferredState(1) }));
    return ground.store.queue.settle(slice, { done, deferred }, stamp, budget);
  },
  check: async (ground, { gateway, slice, items }, extent) => {
    const found = await recovered(ground, gateway);
    expectExtent(extent, found.length === 5 ? 'settled' : undefined);
    expect(found.map(({ id }) => id)).toEqual(items.slice(found.length === 5 ? 5 : 0).map(({ id }) => id));
    const attempts = found.slice(-5, -2).map(({ state }) => state.attempts);
    expect(attempts).toEqual(found.length === 5 ? [1, 1, 1] : [0, 0, 0]);
    for (const { id } of found) await ground.other.queue.readBody(slice, id, ground.budget());
  },
};

const dropSlice: FaultyOperation<QueueWrite> = {
  name: 'dropping a slice',
  isGradual: true,
  prepare: appended,
  perform: (ground, { slice, stamp }, budget) => ground.store.queue.dropSlice(slice, stamp, budget),
  check: async (ground, { slice }, extent) => {
    if (extent !== 'all') return; // its owner has nothing in it any more: how much is left matters to nobody
    expect(await ground.other.queue.slices(slice.queue, ground.budget())).toEqual([]);
    expect(await gather(ground.other.queue.recover([slice], ground.budget()))).toEqual([]);
  },
};

const recover: FaultyOperation<readonly Slice[]> = {
  name: 'recovering three slices',
  prepare: async (ground) => {
    const gateway = await Gateway.start(ground);
    for (const number of [0, 1, 2])
      await gateway.append(await gateway.openSlice(number), relayItems(ground, 4));
    return [gateway.slice(0), gateway.slice(1), gateway.slice(2)];
  },
  perform: (ground, slices, budget) => gather(ground.store.queue.recover(slices, budget)),
  check: async (_ground, _slices, extent, answer) => {
    if (extent === 'all') expect(answer).toHaveLength(12);
  },
};

const announce: FaultyOperation<NodeRecord> = {
  name: 'announcing a node',
  prepare: async (ground) => ({
    name: ground.name('node'),
    url: 'http://127.0.0.1:8080',
    roles: ['smtp'],
    version: '0.1.0',
    startedAtMs: Date.now(),
    heartbeatAtMs: Date.now(),
  }),
  perform: (ground, node, budget) => ground.store.nodes.announce(node, budget),
  check: async (ground, node, extent) => {
    const found = (await ground.other.nodes.list(ground.budget())).find(({ name }) => name === node.name);
    expectExtent(extent, found);
    if (found !== undefined) expect(found).toEqual(node);
  },
};

export const queueFaultCases: readonly Case[] = [
  ...casesOf(createLease),
  ...casesOf(renewLease),
  ...casesOf(takeOver),
  ...casesOf(endLease),
  ...casesOf(openSlice),
  ...casesOf(append),
  ...casesOf(settle),
  ...casesOf(dropSlice),
  ...casesOf(recover),
  ...casesOf(announce),
];

function leaseChange(
  name: string,
  perform: FaultyOperation<Lease>['perform'],
  after: Partial<Lease>,
): FaultyOperation<Lease> {
  return {
    name,
    prepare: newLease,
    perform,
    check: async (ground, before, extent) => {
      const lease = await ground.other.queue.leases.current(before.queue, ground.budget());
      const isUnchanged = lease?.epoch === before.epoch && lease.heartbeat === before.heartbeat;
      expectExtent(extent, isUnchanged ? undefined : 'changed');
      expect(lease).toMatchObject(isUnchanged ? before : after);
    },
  };
}

async function appended(ground: Ground): Promise<QueueWrite> {
  const gateway = await Gateway.start(ground);
  const [slice, items] = [await gateway.openSlice(), relayItems(ground, 10)];
  await gateway.append(slice, items);
  return { gateway, slice, items, stamp: gateway.stamp() };
}
