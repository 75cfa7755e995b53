// The end of a store: what is under way is finished, and what comes after is refused.
import { expect } from '@jest/globals';
import { failureOfPromise } from '../../failure-from.js';
import type { Case } from './case.js';
import { idsIn, outcomeOf } from './reading.js';

export const closingCases: readonly Case[] = [
  {
    title: 'a store says in a sentence what its acknowledgement survives',
    run: async (ground) => {
      expect(ground.store.promise).toMatch(/\ba 250 .*\bsurvive/i);
    },
  },
  {
    title: 'closing lets deliveries that are under way end, and what was acknowledged is there',
    run: async (ground) => {
      const store = await ground.another();
      const address = ground.address();
      await store.mailboxes.deliver(ground.delivery([address]), ground.budget());
      const deliveries = Array.from({ length: 50 }, () => ground.delivery([address]));
      const delivering = deliveries.map((delivery) =>
        outcomeOf(store.mailboxes.deliver(delivery, ground.budget())),
      );
      await store.close();
      const outcomes = await Promise.all(delivering);
      const acknowledged = deliveries.filter((_, at) => outcomes[at]?.kind === 'done').map(({ id }) => id);
      expect(acknowledged).not.toEqual([]);
      expect(await idsIn(ground.other, ground, address)).toEqual(expect.arrayContaining(acknowledged));
      for (const outcome of outcomes) {
        if (outcome.kind === 'refused') expect(outcome.failure.code).toBe('store-closed');
      }
    },
  },
  {
    title: 'a closed store refuses what it is asked, and closing it again is no harm',
    run: async (ground) => {
      const store = await ground.another();
      await store.close();
      await store.close();
      const address = ground.address();
      const calls = [
        store.mailboxes.deliver(ground.delivery([address]), ground.budget()),
        store.accounts.read(address.login, ground.budget()),
        store.queue.leases.list(ground.budget()),
      ];
      for (const call of calls) expect((await failureOfPromise(call)).code).toBe('store-closed');
    },
  },
];
