// Claims: never two at a time, none left behind, and they lapse by themselves.
import { expect } from '@jest/globals';
import { CLAIM_LASTS_MS } from '../../../src/store/api/claims.js';
import { processOf } from './accounts.js';
import type { Case } from './case.js';
import { twinAddresses } from './names.js';

export const claimCases: readonly Case[] = [
  {
    title: 'a mailbox is granted to one worker and refused to others until he releases it',
    run: async (ground) => {
      const address = ground.address();
      const [mine, theirs] = [ground.name('worker'), ground.name('worker')];
      expect(await ground.store.claims.claim(address, mine, ground.budget())).toBe('granted');
      expect(await ground.other.claims.claim(address, theirs, ground.budget())).toBe('taken');
      expect(await ground.store.claims.refresh(address, mine, ground.budget())).toBe('held');
      expect(await ground.other.claims.claim(address, theirs, ground.budget())).toBe('taken');
      await ground.store.claims.release(address, mine, ground.budget());
      expect(await ground.other.claims.claim(address, theirs, ground.budget())).toBe('granted');
    },
  },
  {
    title: 'all claims of a worker that is no more are released at once, and nobody else’s',
    run: async (ground) => {
      const [dead, living] = [ground.name('dead'), ground.name('living')];
      const left = [ground.address(), ground.address(), ground.address()];
      const kept = ground.address();
      for (const address of left) await ground.store.claims.claim(address, dead, ground.budget());
      await ground.store.claims.claim(kept, living, ground.budget());
      await ground.other.claims.releaseAll(dead, ground.budget());
      for (const address of left) {
        expect(await ground.other.claims.claim(address, living, ground.budget())).toBe('granted');
      }
      expect(await ground.other.claims.claim(kept, dead, ground.budget())).toBe('taken');
      await ground.other.claims.releaseAll(dead, ground.budget()); // who held nothing
      expect(await ground.other.claims.refresh(kept, living, ground.budget())).toBe('held');
    },
  },
  {
    title: 'a worker is granted again what he holds already',
    run: async (ground) => {
      const [address, worker] = [ground.address(), ground.name('worker')];
      for (let times = 0; times < 3; times += 1) {
        expect(await ground.store.claims.claim(address, worker, ground.budget())).toBe('granted');
      }
    },
  },
  {
    title: 'who was refused leaves no claim behind that would keep the next one out',
    run: async (ground) => {
      const address = ground.address();
      const [holder, refused, next] = [ground.name('a'), ground.name('b'), ground.name('c')];
      await ground.store.claims.claim(address, holder, ground.budget());
      await ground.other.claims.claim(address, refused, ground.budget());
      await ground.store.claims.release(address, holder, ground.budget());
      expect(await ground.other.claims.claim(address, next, ground.budget())).toBe('granted');
    },
  },
  {
    title: 'a claim that was refused, released or never made is lost when refreshed, and is not made by it',
    run: async (ground) => {
      const address = ground.address();
      const [holder, refused] = [ground.name('a'), ground.name('b')];
      expect(await ground.store.claims.refresh(address, holder, ground.budget())).toBe('lost');
      await ground.store.claims.claim(address, holder, ground.budget());
      await ground.other.claims.claim(address, refused, ground.budget());
      expect(await ground.other.claims.refresh(address, refused, ground.budget())).toBe('lost');
      await ground.store.claims.release(address, holder, ground.budget());
      expect(await ground.store.claims.refresh(address, holder, ground.budget())).toBe('lost');
      expect(await ground.other.claims.claim(address, refused, ground.budget())).toBe('granted');
    },
  },
  {
    title: 'releasing may be repeated, and does not release another worker\u{2019}s claim',
    run: async (ground) => {
      const address = ground.address();
      const [holder, another] = [ground.name('a'), ground.name('b')];
      await ground.store.claims.claim(address, holder, ground.budget());
      await ground.other.claims.release(address, another, ground.budget());
      expect(await ground.other.claims.claim(address, another, ground.budget())).toBe('taken');
      await ground.store.claims.release(address, holder, ground.budget());
      await ground.store.claims.release(address, holder, ground.budget());
      expect(await ground.other.claims.claim(address, another, ground.budget())).toBe('granted');
    },
  },
  {
    title: 'of many who claim at once never two are granted, and trying again grants each in turn',
    run: async (ground) => {
      const address = ground.address();
      for (let times = 0; times < 8; times += 1) {
        const workers = Array.from({ length: 6 }, () => ground.name('worker'));
        const outcomes = await Promise.all(
          workers.map((worker, at) => processOf(ground, at).claims.claim(address, worker, ground.budget())),
        );
        const granted = workers.filter((_, at) => outcomes[at] === 'granted');
        expect(granted.length).toBeLessThanOrEqual(1);
        for (const worker of granted) await ground.store.claims.release(address, worker, ground.budget());
      }
      for (let times = 0; times < 3; times += 1) {
        const worker = ground.name('worker');
        expect(await ground.store.claims.claim(address, worker, ground.budget())).toBe('granted');
        await ground.store.claims.release(address, worker, ground.budget());
      }
    },
  },
  {
    title: 'a claim to one mailbox keeps nobody out of another, however alike the names are',
    run: async (ground) => {
      for (const address of twinAddresses()) {
        const outcome = await ground.store.claims.claim(address, ground.name('worker'), ground.budget());
        expect(outcome).toBe('granted');
      }
    },
  },
  {
    title: 'a claim that is not refreshed lapses, one that is stays, and the lapsed one cannot be refreshed',
    isLong: true,
    run: async (ground) => {
      const { claims } = ground.other;
      const [left, kept] = [ground.address(), ground.address()];
      const [worker, next] = [ground.name('worker'), ground.name('next')];
      await claims.claim(left, worker, ground.budget());
      await claims.claim(kept, worker, ground.budget());
      await ground.letPass(CLAIM_LASTS_MS / 2);
      expect(await claims.refresh(kept, worker, ground.budget())).toBe('held');
      await ground.letPass(CLAIM_LASTS_MS / 2 + 2_000);
      expect(await claims.claim(left, next, ground.budget())).toBe('granted');
      expect(await claims.refresh(left, worker, ground.budget())).toBe('lost');
      expect(await claims.claim(kept, next, ground.budget())).toBe('taken');
      expect(await claims.refresh(kept, worker, ground.budget())).toBe('held');
    },
  },
];
