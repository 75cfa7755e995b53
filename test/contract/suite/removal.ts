// Removing messages and taking deliveries back: exactly what was asked for, and for good.
import { expect } from '@jest/globals';
import { failureOfPromise } from '../../failure-from.js';
import { FUTURE_ID_MS } from '../../../src/store/types.js';
import type { Case } from './case.js';
import { deliverAll, idAt } from './filling.js';
import { entriesIn, idsIn } from './reading.js';

export const removalCases: readonly Case[] = [
  {
    title: 'removal takes exactly what was asked for and leaves what arrived later',
    run: async (ground) => {
      const address = ground.address();
      const [kept, gone, alsoGone, late] = [ground.id(), ground.id(), ground.id(), ground.id()];
      await deliverAll(ground, address, [kept, gone, alsoGone]);
      const entries = (await entriesIn(ground.store, ground, address)).slice(1);
      const between = idAt(-60_000); // older than all of them: it arrives after the session has listed
      await deliverAll(ground, address, [late, between]);
      expect(await ground.store.mailboxes.remove(address, entries, ground.budget())).toEqual({ left: [] });
      expect(await idsIn(ground.other, ground, address)).toEqual([between, kept, late]);
    },
  },
  {
    title: 'a removed message cannot be read any more',
    run: async (ground) => {
      const address = ground.address();
      await ground.store.mailboxes.deliver(ground.delivery([address]), ground.budget());
      const entries = await entriesIn(ground.other, ground, address);
      await ground.store.mailboxes.remove(address, entries, ground.budget());
      for (const entry of entries) {
        const failure = await failureOfPromise(ground.other.mailboxes.read(address, entry, ground.budget()));
        expect(failure.code).toBe('body-missing');
      }
    },
  },
  {
    title: 'removal may be repeated, and of nothing is nothing',
    run: async (ground) => {
      const address = ground.address();
      await ground.store.mailboxes.deliver(ground.delivery([address]), ground.budget());
      const entries = await entriesIn(ground.store, ground, address);
      for (const store of [ground.store, ground.store, ground.other]) {
        expect(await store.mailboxes.remove(address, entries, ground.budget())).toEqual({ left: [] });
      }
      expect(await ground.store.mailboxes.remove(address, [], ground.budget())).toEqual({ left: [] });
    },
  },
  {
    title: 'a retry of a delivery does not bring back a message that was removed meanwhile',
    run: async (ground) => {
      const address = ground.address();
      const delivery = ground.delivery([address]);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      const entries = await entriesIn(ground.other, ground, address);
      await ground.other.mailboxes.remove(address, entries, ground.budget());
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      expect(await entriesIn(ground.other, ground, address)).toEqual([]);
      expect(await entriesIn(ground.store, ground, address)).toEqual([]);
    },
  },
  {
    title: 'a removed message stays away however many came after it, and may its id be minutes ahead',
    run: async (ground) => {
      const address = ground.address();
      const early = ground.delivery([address]);
      const ahead = { ...ground.delivery([address]), id: idAt(FUTURE_ID_MS - 60_000) };
      await ground.store.mailboxes.deliver(early, ground.budget());
      await ground.store.mailboxes.deliver(ahead, ground.budget());
      const entries = await entriesIn(ground.other, ground, address);
      const others = Array.from({ length: 150 }, () => ground.id());
      await deliverAll(ground, address, others);
      expect(await ground.other.mailboxes.remove(address, entries, ground.budget())).toEqual({ left: [] });
      for (const delivery of [early, ahead]) {
        await ground.store.mailboxes.deliver(delivery, ground.budget());
      }
      expect(await idsIn(ground.other, ground, address)).toEqual(others);
    },
  },
  {
    title: 'a delivery can be taken back after hundreds of others, which stay',
    run: async (ground) => {
      const address = ground.address();
      const undone = ground.delivery([address]);
      await ground.store.mailboxes.deliver(undone, ground.budget());
      const others = Array.from({ length: 250 }, () => ground.id());
      await deliverAll(ground, address, others);
      await ground.store.mailboxes.takeBack(undone, ground.budget());
      await ground.store.mailboxes.deliver(undone, ground.budget());
      expect(await idsIn(ground.other, ground, address)).toEqual(others);
    },
  },
  {
    title: 'a delivery that is taken back is in no mailbox, and what arrives of it late stays out',
    run: async (ground) => {
      const to = [ground.address(), ground.address()];
      const delivery = ground.delivery(to);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      await ground.store.mailboxes.takeBack(delivery, ground.budget());
      for (const address of to) expect(await entriesIn(ground.other, ground, address)).toEqual([]);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      for (const address of to) expect(await entriesIn(ground.other, ground, address)).toEqual([]);
    },
  },
  {
    title: 'a delivery can be taken back before any of it has arrived',
    run: async (ground) => {
      const address = ground.address();
      const delivery = ground.delivery([address]);
      await ground.store.mailboxes.takeBack(delivery, ground.budget());
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      expect(await entriesIn(ground.other, ground, address)).toEqual([]);
    },
  },
  {
    title: 'taking back one delivery leaves the others of the mailbox alone, and may be repeated',
    run: async (ground) => {
      const address = ground.address();
      const [kept, undone] = [ground.delivery([address]), ground.delivery([address])];
      await ground.store.mailboxes.deliver(kept, ground.budget());
      await ground.store.mailboxes.deliver(undone, ground.budget());
      await ground.store.mailboxes.takeBack(undone, ground.budget());
      await ground.store.mailboxes.takeBack(undone, ground.budget());
      expect(await idsIn(ground.other, ground, address)).toEqual([kept.id]);
    },
  },
  {
    title: 'while a session removes, deliveries to the same mailbox all arrive',
    run: async (ground) => {
      const address = ground.address();
      const old = Array.from({ length: 40 }, () => ground.id());
      await deliverAll(ground, address, old);
      const entries = await entriesIn(ground.other, ground, address);
      const late = Array.from({ length: 40 }, () => ground.id());
      const [removal] = await Promise.all([
        ground.other.mailboxes.remove(address, entries, ground.budget()),
        deliverAll(ground, address, late),
      ]);
      expect(removal).toEqual({ left: [] });
      expect(await idsIn(ground.other, ground, address)).toEqual(late);
    },
  },
];
