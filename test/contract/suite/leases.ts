// Leases: one owner per queue and epoch; who read an older state changes nothing.
import { expect } from '@jest/globals';
import type { Lease } from '../../../src/store/types.js';
import { processOf } from './accounts.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';

const URL = 'http://127.0.0.1:8080';

export const leaseCases: readonly Case[] = [
  {
    title: 'a new lease is of epoch 1 and heartbeat 0, and every process reads it',
    run: async (ground) => {
      const queue = ground.queue();
      const lease = await ground.store.queue.leases.create(queue, 'mx1/1', URL, ground.budget());
      expect(lease).toEqual({
        queue,
        owner: 'mx1/1',
        ownerUrl: URL,
        epoch: 1,
        heartbeat: 0,
        lowestLiveSlice: 0,
      });
      expect(await currentLease(ground, lease)).toEqual(lease);
    },
  },
  {
    title: 'a queue that nobody made, or that was ended, has no lease',
    run: async (ground) => {
      const { leases } = ground.store.queue;
      expect(await leases.current(ground.queue(), ground.budget())).toBeUndefined();
      const lease = await newLease(ground);
      expect(await leases.end(lease, ground.budget())).toBe('ended');
      expect(await currentLease(ground, lease)).toBeUndefined();
      expect(await listed(ground, lease)).toEqual([]);
      expect(await leases.renew(lease, 0, ground.budget())).toBe('lost');
      expect(await ground.other.queue.leases.takeOver(lease, 'mx2/1', URL, ground.budget())).toBe('lost');
      expect(await leases.end(lease, ground.budget())).toBe('lost');
      expect(await currentLease(ground, lease)).toBeUndefined();
    },
  },
  {
    title: 'each renewal raises the heartbeat by one and keeps the lowest live slice it was told',
    run: async (ground) => {
      let lease = await newLease(ground);
      for (let heartbeat = 1; heartbeat <= 3; heartbeat += 1) {
        const renewed = await ground.store.queue.leases.renew(lease, heartbeat * 10, ground.budget());
        expect(renewed).toEqual({ ...lease, heartbeat, lowestLiveSlice: heartbeat * 10 });
        lease = leaseOf(renewed);
        expect(await currentLease(ground, lease)).toEqual(lease);
      }
    },
  },
  {
    title: 'a renewal of an older heartbeat is lost and changes nothing',
    run: async (ground) => {
      const older = await newLease(ground);
      const renewed = await ground.store.queue.leases.renew(older, 0, ground.budget());
      expect(await ground.other.queue.leases.renew(older, 7, ground.budget())).toBe('lost');
      expect(await currentLease(ground, older)).toEqual(renewed);
    },
  },
  {
    title: 'a take-over raises the epoch, names the new owner, and the former can neither renew nor end',
    run: async (ground) => {
      const former = leaseOf(
        await ground.store.queue.leases.renew(await newLease(ground), 4, ground.budget()),
      );
      const taken = await ground.other.queue.leases.takeOver(
        former,
        'mx2/1',
        'http://10.0.0.2:8080',
        ground.budget(),
      );
      expect(taken).toMatchObject({
        queue: former.queue,
        owner: 'mx2/1',
        ownerUrl: 'http://10.0.0.2:8080',
        epoch: 2,
        lowestLiveSlice: 0,
      });
      expect(await ground.store.queue.leases.renew(former, 0, ground.budget())).toBe('lost');
      expect(await ground.store.queue.leases.end(former, ground.budget())).toBe('lost');
      expect(await currentLease(ground, former)).toEqual(taken);
      const renewed = await ground.other.queue.leases.renew(leaseOf(taken), 0, ground.budget());
      expect(renewed).toMatchObject({ epoch: 2, heartbeat: leaseOf(taken).heartbeat + 1 });
    },
  },
  {
    title:
      'a queue that its owner gives to nobody can be taken by whoever sees that, and not by its former self',
    run: async (ground) => {
      const former = await newLease(ground);
      const given = leaseOf(await ground.store.queue.leases.takeOver(former, '', '', ground.budget()));
      expect(given).toMatchObject({ owner: '', ownerUrl: '', epoch: 2 });
      expect(await listed(ground, given)).toEqual([given]);
      expect(await ground.store.queue.leases.renew(former, 0, ground.budget())).toBe('lost');
      const taken = await ground.other.queue.leases.takeOver(given, 'mx2/1', URL, ground.budget());
      expect(taken).toMatchObject({ owner: 'mx2/1', epoch: 3 });
    },
  },
  {
    title: 'a take-over of a lease that was renewed since it was seen is lost',
    run: async (ground) => {
      const seen = await newLease(ground);
      const renewed = await ground.store.queue.leases.renew(seen, 0, ground.budget());
      expect(await ground.other.queue.leases.takeOver(seen, 'mx2/1', URL, ground.budget())).toBe('lost');
      expect(await currentLease(ground, seen)).toEqual(renewed);
    },
  },
  {
    title: 'of several who take over at once exactly one does, again and again',
    run: async (ground) => {
      let seen = await newLease(ground);
      for (let times = 0; times < 4; times += 1) {
        const outcomes = await Promise.all(
          [0, 1, 2, 3].map((at) =>
            processOf(ground, at).queue.leases.takeOver(seen, `mx${at}/${times}`, URL, ground.budget()),
          ),
        );
        const winners = outcomes.filter((outcome) => outcome !== 'lost');
        expect(winners).toHaveLength(1);
        expect(winners[0]?.epoch).toBe(seen.epoch + 1);
        expect(await currentLease(ground, seen)).toEqual(winners[0]);
        seen = leaseOf(winners[0]);
      }
    },
  },
  {
    title: 'of a renewal and a take-over at once exactly one happens',
    run: async (ground) => {
      for (let times = 0; times < 5; times += 1) {
        const lease = await newLease(ground);
        const outcomes = await Promise.all([
          ground.store.queue.leases.renew(lease, 0, ground.budget()),
          ground.other.queue.leases.takeOver(lease, 'mx2/1', URL, ground.budget()),
        ]);
        const applied = outcomes.filter((outcome) => outcome !== 'lost');
        expect(applied).toHaveLength(1);
        expect(await currentLease(ground, lease)).toEqual(applied[0]);
      }
    },
  },
  {
    title: 'who reads the lease after a take-over was answered sees the new owner, whoever it was',
    run: async (ground) => {
      let lease = await newLease(ground);
      for (let times = 0; times < 10; times += 1) {
        const [taker, reader] = [processOf(ground, times), processOf(ground, times + 1)];
        const taken = await taker.queue.leases.takeOver(lease, `mx${times}/1`, URL, ground.budget());
        expect(await reader.queue.leases.current(lease.queue, ground.budget())).toEqual(taken);
        lease = leaseOf(taken);
      }
    },
  },
  {
    title: 'all leases are listed as they stand',
    run: async (ground) => {
      const leases = [await newLease(ground), await newLease(ground), await newLease(ground)];
      const renewed = await ground.store.queue.leases.renew(leaseOf(leases[0]), 3, ground.budget());
      for (const lease of [leaseOf(renewed), ...leases.slice(1)]) {
        expect(await listed(ground, lease)).toEqual([lease]);
      }
    },
  },
];

export function newLease(ground: Ground): Promise<Lease> {
  return ground.store.queue.leases.create(ground.queue(), ground.name('mx1'), URL, ground.budget());
}

/** The lease of an outcome that cannot be `lost` here. */
export function leaseOf(outcome: Lease | 'lost' | undefined): Lease {
  if (outcome === undefined || outcome === 'lost') throw new Error('there was to be a lease');
  return outcome;
}

function currentLease(ground: Ground, { queue }: Lease): Promise<Lease | undefined> {
  return ground.other.queue.leases.current(queue, ground.budget());
}

async function listed(ground: Ground, { queue }: Lease): Promise<readonly Lease[]> {
  return (await ground.other.queue.leases.list(ground.budget())).filter((lease) => lease.queue === queue);
}
