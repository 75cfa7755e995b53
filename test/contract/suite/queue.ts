// The relay queue's backup: a successor finds everything that was acknowledged and not settled, as it was last left,
// and nothing that a former owner writes late changes what it found.
import { expect } from '@jest/globals';
import {
  APPEND_BYTES,
  CHUNK_BYTES,
  ITEM_OVERHEAD_BYTES,
  SMALL_BODY_BYTES,
  type RelayItem,
} from '../../../src/store/types.js';
import { inPieces, patterned } from './bytes.js';
import { failureOfPromise } from '../../failure-from.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';
import { deferredState, Gateway, recovered, recoveredIds, relayItem, relayItems } from './gateway.js';
import { bytesOf, gather } from './reading.js';

export const queueCases: readonly Case[] = [
  {
    title: 'items are recovered by another process as they were appended, in order of id within a slice',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = relayItems(ground, 30);
      await gateway.append(slice, items.slice(10).toReversed());
      await gateway.append(slice, items.slice(0, 10));
      const found = await recovered(ground, gateway);
      expect(found).toEqual(
        items.map(({ id, envelope, state, body }) => ({
          id,
          slice,
          envelope,
          state,
          body: { kind: 'small', sizeBytes: body.kind === 'small' ? body.bytes.length : -1 },
        })),
      );
    },
  },
  {
    title: 'small bodies of queued items, from empty to 16 KiB, are read back byte for byte',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const bodies = [0, 1, 1_000, SMALL_BODY_BYTES].map((size) => patterned(size));
      const items = bodies.map((bytes) => relayItem(ground, bytes));
      await gateway.append(slice, items);
      for (const [at, item] of items.entries()) {
        const body = await ground.other.queue.readBody(slice, item.id, ground.budget());
        expect(Buffer.from(body.bytes).equals(bodies[at] ?? Buffer.of(0))).toBe(true);
      }
      expect((await recovered(ground, gateway)).map(({ body }) => body)).toEqual(
        bodies.map(({ length }) => ({ kind: 'small', sizeBytes: length })),
      );
    },
  },
  {
    title: 'an item with a large body is recovered with it, and the body is read from where it stays',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const bytes = patterned(3 * CHUNK_BYTES + 5);
      const body = await ground.store.bodies.write(ground.id(), inPieces(bytes), ground.budget());
      const draft = relayItem(ground);
      const held = await ground.store.bodies.hold(body, [{ kind: 'queue', item: draft.id }], ground.budget());
      await gateway.append(slice, [{ ...draft, body: held }]);
      const [found] = await recovered(ground, gateway);
      expect(found?.body).toMatchObject({ kind: 'large', id: body.id, sizeBytes: bytes.length });
      if (found?.body.kind !== 'large') throw new Error('the body is not a large one');
      expect((await bytesOf(ground.other.bodies.read(found.body, ground.budget()))).equals(bytes)).toBe(true);
    },
  },
  {
    title: 'a group that is too large for one write is refused, and nothing of it is kept',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const count = APPEND_BYTES / SMALL_BODY_BYTES + 1;
      const items = Array.from({ length: count }, () => relayItem(ground, patterned(SMALL_BODY_BYTES)));
      const failure = await failureOfPromise(gateway.append(slice, items));
      expect(failure.code).toBe('group-too-large');
      expect(await recovered(ground, gateway)).toEqual([]);
      await gateway.append(slice, items.slice(0, 200));
      expect(await recovered(ground, gateway)).toHaveLength(200);
    },
  },
  {
    title: 'a group as large as is promised to fit is taken, and settled at once',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = largestGroup(ground);
      await gateway.append(slice, items);
      expect(await recovered(ground, gateway)).toHaveLength(items.length);
      await gateway.done(slice, items);
      expect(await recovered(ground, gateway)).toEqual([]);
    },
  },
  {
    title: 'a queue without slices, and a slice without items, recover as nothing',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      expect(await ground.other.queue.slices(gateway.lease.queue, ground.budget())).toEqual([]);
      const slice = await gateway.openSlice();
      expect(await ground.other.queue.slices(gateway.lease.queue, ground.budget())).toEqual([slice]);
      expect(await recovered(ground, gateway)).toEqual([]);
    },
  },
  {
    title: 'a body that nobody appended is missing',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const failure = await failureOfPromise(
        ground.store.queue.readBody(slice, ground.id(), ground.budget()),
      );
      expect(failure.code).toBe('body-missing');
    },
  },
  {
    title: 'appending, settling and opening may be repeated with their stamp, and happen once',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const [slice, budget] = [gateway.slice(), ground.budget()];
      const { queue } = ground.store;
      const items = relayItems(ground, 4);
      const [first, second] = items;
      if (first === undefined || second === undefined) throw new Error('there are four');
      const settlement = { done: [first.id], deferred: [{ id: second.id, state: deferredState(1) }] };
      const [opening, appending, settling] = [gateway.stamp(), gateway.stamp(), gateway.stamp()];
      for (let times = 0; times < 2; times += 1) await queue.openSlice(slice, opening, budget);
      for (let times = 0; times < 2; times += 1) await queue.append(slice, items, appending, budget);
      for (let times = 0; times < 2; times += 1) await queue.settle(slice, settlement, settling, budget);
      expect(await queue.slices(slice.queue, budget)).toEqual([slice]);
      const found = await recovered(ground, gateway);
      expect(found.map(({ id }) => id)).toEqual(items.slice(1).map(({ id }) => id));
      expect(found[0]?.state).toEqual(settlement.deferred[0]?.state);
    },
  },
  {
    title: 'an append that arrives again after its items were settled brings none of them back',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = relayItems(ground, 3);
      const [gone, deferred] = items;
      if (gone === undefined || deferred === undefined) throw new Error('there are three');
      const appending = gateway.stamp();
      await ground.store.queue.append(slice, items, appending, ground.budget());
      await gateway.done(slice, [gone]);
      await gateway.defer(slice, [deferred], deferredState(1));
      await ground.store.queue.append(slice, items, appending, ground.budget());
      const found = await recovered(ground, gateway);
      expect(found.map(({ id }) => id)).toEqual(items.slice(1).map(({ id }) => id));
      expect(found[0]?.state.attempts).toBe(1);
    },
  },
  {
    title: 'a deferral replaces the state as a whole and leaves envelope and body',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const item = relayItem(ground, patterned(5_000));
      await gateway.append(slice, [item]);
      await gateway.defer(slice, [item], deferredState(1));
      const { lastReply: _, ...without } = deferredState(2, 'only@example.net');
      await gateway.defer(slice, [item], without);
      const [found] = await recovered(ground, gateway);
      expect(found?.state).toEqual(without);
      expect(found?.envelope).toEqual(item.envelope);
      const body = await ground.other.queue.readBody(slice, item.id, ground.budget());
      expect(Buffer.from(body.bytes).equals(patterned(5_000))).toBe(true);
    },
  },
  {
    title: 'what is done is gone with its body, and what is not stays',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = relayItems(ground, 50);
      await gateway.append(slice, items);
      const [done, left] = [items.filter((_, at) => at % 2 === 0), items.filter((_, at) => at % 2 === 1)];
      await gateway.done(slice, done);
      expect(await recoveredIds(ground, gateway)).toEqual(left.map(({ id }) => id));
      const [first] = done;
      const reading = ground.other.queue.readBody(slice, first?.id ?? ground.id(), ground.budget());
      expect((await failureOfPromise(reading)).code).toBe('body-missing');
    },
  },
  {
    title: 'a dropped slice is gone with all that was in it, and its neighbours stay',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const [kept, dropped] = [await gateway.openSlice(0), await gateway.openSlice(1)];
      const [stays, goes] = [relayItem(ground), relayItem(ground)];
      await gateway.append(kept, [stays]);
      await gateway.append(dropped, [goes]);
      await gateway.drop(dropped);
      await gateway.drop(dropped);
      expect(await ground.other.queue.slices(kept.queue, ground.budget())).toEqual([kept]);
      expect(await recoveredIds(ground, gateway)).toEqual([stays.id]);
      expect(await gather(ground.other.queue.recover([dropped], ground.budget()))).toEqual([]);
    },
  },
  {
    title:
      'an append that arrives again after its slice was dropped, and forgotten by the lease, brings nothing back',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = relayItems(ground, 2);
      const appending = gateway.stamp();
      const append = (): Promise<void> => ground.store.queue.append(slice, items, appending, ground.budget());
      await append();
      await gateway.drop(slice);
      await append();
      expect(await recovered(ground, gateway)).toEqual([]);
      await ground.store.queue.leases.renew(gateway.lease, slice.number + 1, ground.budget());
      await append();
      expect(await recovered(ground, gateway)).toEqual([]);
      expect(await gather(ground.other.queue.recover([slice], ground.budget()))).toEqual([]);
    },
  },
  {
    title: 'queues do not see each other\u{2019}s slices, items or drops',
    run: async (ground) => {
      const [one, two] = [await Gateway.start(ground), await Gateway.start(ground)];
      const slices = [await one.openSlice(), await two.openSlice()] as const;
      const items = [relayItem(ground), relayItem(ground)] as const;
      await one.append(slices[0], [items[0]]);
      await two.append(slices[1], [items[1]]);
      await one.drop(slices[0]);
      expect(await recoveredIds(ground, one)).toEqual([]);
      expect(await recoveredIds(ground, two)).toEqual([items[1].id]);
    },
  },
  {
    title: 'appends and settlements to one slice at the same time all happen',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const old = relayItems(ground, 20);
      await gateway.append(slice, old);
      const fresh = Array.from({ length: 20 }, () => relayItems(ground, 5));
      await Promise.all([
        ...fresh.map((items) => gateway.append(slice, items)),
        ...old.map((item) => gateway.done(slice, [item])),
      ]);
      expect(await recoveredIds(ground, gateway)).toEqual(fresh.flat().map(({ id }) => id));
    },
  },
  {
    title: 'several thousand items over many slices are recovered, each once, in order within their slice',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      const expected = new Map<number, string[]>();
      for (let number = 0; number < 25; number += 1) {
        const slice = await gateway.openSlice(number);
        const items = relayItems(ground, number === 7 ? 2_400 : 50);
        for (let at = 0; at < items.length; at += 200) await gateway.append(slice, items.slice(at, at + 200));
        expected.set(
          number,
          items.map(({ id }) => id),
        );
      }
      const found = new Map<number, string[]>();
      for (const { id, slice } of await recovered(ground, gateway)) {
        found.set(slice.number, [...(found.get(slice.number) ?? []), id]);
      }
      expect(new Map([...found].toSorted(([a], [b]) => a - b))).toEqual(expected);
    },
  },
  {
    title: 'a recovery that is broken off after the first page leaves nothing that hinders the next',
    run: async (ground) => {
      const gateway = await Gateway.start(ground);
      for (let number = 0; number < 6; number += 1) {
        await gateway.append(await gateway.openSlice(number), relayItems(ground, 30));
      }
      const slices = await ground.store.queue.slices(gateway.lease.queue, ground.budget());
      for (let times = 0; times < 10; times += 1) {
        for await (const page of ground.store.queue.recover(slices, ground.budget())) {
          expect(page.length).toBeGreaterThan(0);
          break;
        }
      }
      expect(await recoveredIds(ground, gateway)).toHaveLength(180);
    },
  },
];

/** By the rule that the interface states. */
function largestGroup(ground: Ground): RelayItem[] {
  const items: RelayItem[] = [];
  for (let left = APPEND_BYTES; ;) {
    const item = relayItem(ground, patterned(1_000));
    left -= Buffer.byteLength(JSON.stringify(item.envelope) + JSON.stringify(item.state)) + 1_000;
    left -= ITEM_OVERHEAD_BYTES;
    if (left < 0) return items;
    items.push(item);
  }
}
