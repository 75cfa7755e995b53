// Take-overs of relay queues: the successor goes on where the former owner stood, and is not disturbed by what that one
// still writes because it doesn't know. (That the store refuses such a write is as good as its having no effect.)
import { expect } from '@jest/globals';
import type { Case } from './case.js';
import { deferredState, Gateway, recovered, recoveredIds, relayItem, relayItems } from './gateway.js';
import { gather, outcomeOf } from './reading.js';

export const successionCases: readonly Case[] = [
  {
    title: 'a successor finds what was appended and not settled, as it was last left',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      const slice = await former.openSlice();
      const items = relayItems(ground, 6);
      await former.append(slice, items);
      await former.done(slice, items.slice(0, 2));
      await former.defer(slice, items.slice(2, 3), deferredState(3));
      const successor = await former.successor();
      const found = await recovered(ground, successor);
      expect(found.map(({ id }) => id)).toEqual(items.slice(2).map(({ id }) => id));
      expect(found.map(({ state }) => state.attempts)).toEqual([3, 0, 0, 0]);
    },
  },
  {
    title:
      'a late deferral by the former owner does not replace the successor\u{2019}s, however many it made',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      const slice = await former.openSlice();
      const item = relayItem(ground);
      await former.append(slice, [item]);
      for (let times = 0; times < 50; times += 1) former.stamp(); // its count is far ahead of the successor's
      const successor = await former.successor();
      await successor.defer(slice, [item], deferredState(7, 'successor@example.net'));
      await late(former.defer(slice, [item], deferredState(1, 'former@example.net')));
      const [found] = await recovered(ground, successor);
      expect(found?.state).toMatchObject({ attempts: 7, recipients: [{ address: 'successor@example.net' }] });
      expect(found?.envelope).toEqual(item.envelope);
    },
  },
  {
    title: 'a late append by the former owner does not bring back what the successor finished',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      const slice = await former.openSlice();
      const items = relayItems(ground, 2);
      await former.append(slice, items);
      const successor = await former.successor();
      await successor.done(slice, items);
      await late(former.append(slice, items));
      await late(former.defer(slice, items, deferredState(1)));
      expect(await recoveredIds(ground, successor)).toEqual([]);
    },
  },
  {
    title: 'a late append by the former owner does not undo what the successor deferred',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      const slice = await former.openSlice();
      const item = relayItem(ground);
      const successor = await afterAppend(former, slice, item);
      await successor.defer(slice, [item], deferredState(2));
      await late(former.append(slice, [item]));
      expect((await recovered(ground, successor))[0]?.state.attempts).toBe(2);
    },
  },
  {
    title: 'a late settlement by the former owner makes an item finished or leaves it, never another one',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      const slice = await former.openSlice();
      const items = relayItems(ground, 2);
      await former.append(slice, items);
      const successor = await former.successor();
      await successor.defer(slice, items, deferredState(4));
      await late(former.done(slice, items.slice(0, 1)));
      const found = await recovered(ground, successor);
      expect(found.map(({ id }) => id)).toContain(items[1]?.id);
      for (const { id, state, envelope } of found) {
        expect(state.attempts).toBe(4);
        expect(envelope).toEqual(items.find((item) => item.id === id)?.envelope);
      }
    },
  },
  {
    title: 'after the successor dropped a slice, whatever the former owner writes to it stays away',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      const slice = await former.openSlice();
      const items = relayItems(ground, 3);
      await former.append(slice, items.slice(0, 2));
      const successor = await former.successor();
      await successor.drop(slice);
      await late(former.append(slice, items));
      await late(former.defer(slice, items, deferredState(1)));
      await late(former.store.queue.openSlice(slice, former.stamp(), ground.budget()));
      expect(await ground.other.queue.slices(slice.queue, ground.budget())).toEqual([]);
      expect(await gather(ground.other.queue.recover([slice], ground.budget()))).toEqual([]);
    },
  },
  {
    title: 'the former owner can touch nothing in a slice that the successor opened',
    run: async (ground) => {
      const former = await Gateway.start(ground);
      for (let times = 0; times < 20; times += 1) former.stamp();
      const successor = await former.successor();
      const slice = await successor.openSlice();
      const items = relayItems(ground, 3);
      await successor.append(slice, items);
      const before = await recovered(ground, successor);
      await late(former.defer(slice, items, deferredState(9)));
      await late(former.done(slice, items));
      await late(former.drop(slice));
      expect(await recovered(ground, successor)).toEqual(before);
      expect(await ground.other.queue.slices(slice.queue, ground.budget())).toEqual([slice]);
      for (const { id } of items) await ground.other.queue.readBody(slice, id, ground.budget());
    },
  },
  {
    title: 'each take-over outdoes all earlier owners',
    run: async (ground) => {
      const first = await Gateway.start(ground);
      const slice = await first.openSlice();
      const item = relayItem(ground);
      const second = await afterAppend(first, slice, item);
      const third = await second.store.queue.leases.takeOver(
        second.lease,
        'third',
        'http://127.0.0.3:8080',
        ground.budget(),
      );
      expect(third).toMatchObject({ epoch: 3 });
      const settlement = { done: [], deferred: [{ id: item.id, state: deferredState(33) }] };
      await ground.store.queue.settle(slice, settlement, { epoch: 3, n: 0 }, ground.budget());
      await late(second.defer(slice, [item], deferredState(22)));
      await late(first.defer(slice, [item], deferredState(11)));
      expect((await recovered(ground, first))[0]?.state.attempts).toBe(33);
    },
  },
];

async function afterAppend(
  former: Gateway,
  slice: ReturnType<Gateway['slice']>,
  item: ReturnType<typeof relayItem>,
): Promise<Gateway> {
  await former.append(slice, [item]);
  return former.successor();
}

async function late(write: Promise<void>): Promise<void> {
  const outcome = await outcomeOf(write);
  if (outcome.kind === 'refused') expect(outcome.failure.code).toBe('lease-lost');
}
