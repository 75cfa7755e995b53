// Messages in mailboxes: what was acknowledged is there, once, whole and in order, until it is removed for good.
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/random.js';
import { compareTimeUuids, TimeUuidSource, type TimeUuid } from '../../../src/base/time-uuid.js';
import { systemClock, systemTimers } from '../../../src/base/clock.js';
import {
  FUTURE_ID_MS,
  OLDEST_ID_MS,
  SMALL_BODY_BYTES,
  type MailboxAddress,
  type MessageEntry,
} from '../../../src/store/types.js';
import { patterned } from './bytes.js';
import { failureOfPromise } from '../../failure-from.js';
import type { Case } from './case.js';
import { deliverAll, idAt } from './filling.js';
import type { Ground } from './ground.js';
import { demandingAddresses, twinAddresses } from './names.js';
import { bytesOfBody, entriesIn, gather, idsIn, onlyBodyIn, outcomeOf } from './reading.js';

export const mailboxCases: readonly Case[] = [
  {
    title: 'a message delivered through one process is listed and read by another, byte for byte',
    run: async (ground) => {
      const address = ground.address();
      const bytes = Buffer.from('Subject: \u{1f4e8}\r\n\r\n.dot\r\n\0\xff', 'latin1');
      const delivery = ground.delivery([address], bytes);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      const [entry] = await entriesIn(ground.other, ground, address);
      expect(entry).toMatchObject({ id: delivery.id, sizeBytes: bytes.length });
      expect(entry?.largeBody).toBeUndefined();
      expect(await onlyBodyIn(ground.other, ground, address)).toEqual(bytes);
    },
  },
  {
    title: 'small bodies of 0, 1 and 16 KiB bytes come back as they were',
    run: async (ground) => {
      for (const sizeBytes of [0, 1, SMALL_BODY_BYTES - 1, SMALL_BODY_BYTES]) {
        const address = ground.address();
        const bytes = patterned(sizeBytes);
        await ground.store.mailboxes.deliver(ground.delivery([address], bytes), ground.budget());
        const [entry] = await entriesIn(ground.other, ground, address);
        expect(entry?.sizeBytes).toBe(sizeBytes);
        expect((await onlyBodyIn(ground.other, ground, address)).equals(bytes)).toBe(true);
      }
    },
  },
  {
    title: 'a delivery to several mailboxes is in every one of them when it resolves',
    run: async (ground) => {
      const to = Array.from({ length: 12 }, () => ground.address());
      const delivery = ground.delivery(to);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      for (const address of to) expect(await idsIn(ground.other, ground, address)).toEqual([delivery.id]);
    },
  },
  {
    title: 'a message to a thousand recipients is in every mailbox',
    run: async (ground) => {
      const to = Array.from({ length: 1_000 }, () => ground.address());
      const delivery = ground.delivery(to);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      const found = await Promise.all(to.map((address) => idsIn(ground.other, ground, address)));
      expect(found).toEqual(to.map(() => [delivery.id]));
    },
  },
  {
    title: 'a mailbox that nobody ever wrote to lists as empty',
    run: async (ground) => {
      expect(await entriesIn(ground.store, ground, ground.address())).toEqual([]);
    },
  },
  {
    title: 'the same delivery again is the same message',
    run: async (ground) => {
      const to = [ground.address(), ground.address()];
      const delivery = ground.delivery(to);
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      for (const address of to) expect(await idsIn(ground.other, ground, address)).toEqual([delivery.id]);
    },
  },
  {
    title: 'the same delivery several times at once is one message',
    run: async (ground) => {
      const address = ground.address();
      const delivery = ground.delivery([address]);
      await Promise.all(
        Array.from({ length: 8 }, () => ground.store.mailboxes.deliver(delivery, ground.budget())),
      );
      expect(await idsIn(ground.other, ground, address)).toEqual([delivery.id]);
    },
  },
  {
    title: 'a delivery that is repeated after hundreds of others is still the same message',
    run: async (ground) => {
      const address = ground.address();
      const deliveries = Array.from({ length: 260 }, () => ground.delivery([address]));
      const repeated = [0, 99, 100, 101, 180, 259].map((at) => deliveries[at]).filter(isPresent);
      for (const delivery of [...deliveries, ...repeated]) {
        await ground.store.mailboxes.deliver(delivery, ground.budget());
      }
      expect(await idsIn(ground.other, ground, address)).toEqual(deliveries.map(({ id }) => id));
    },
  },
  {
    title: 'ids of several processes, even of the same 100 ns, list in the one order of all ids',
    run: async (ground) => {
      const frozen = { wallMs: () => Math.floor(frozenAtMs), monotonicMs: () => 0 };
      const frozenAtMs = systemClock.wallMs();
      const sources = Array.from({ length: 6 }, () => new TimeUuidSource(frozen, systemRandom));
      const ids = sources.flatMap((source) => Array.from({ length: 10 }, () => source.next()));
      const address = ground.address();
      await deliverAll(ground, address, shuffled(ids));
      expect(await idsIn(ground.other, ground, address)).toEqual(inOrder(ids));
    },
  },
  {
    title: 'a mailbox of 3,000 messages that two processes filled lists whole, once and in order, in pages',
    run: async (ground) => {
      const address = ground.address();
      const ids = Array.from({ length: 3_000 }, () => ground.id());
      await deliverAll(ground, address, shuffled(ids));
      const pages: (readonly { id: TimeUuid }[])[] = [];
      for await (const page of ground.other.mailboxes.list(address, ground.budget())) pages.push(page);
      expect(pages.flat().map(({ id }) => id)).toEqual(ids);
      expect(pages.length).toBeGreaterThan(1);
      const after = ids[1_499];
      const rest = after && (await gather(ground.other.mailboxes.list(address, ground.budget(), { after })));
      expect(rest?.map(({ id }) => id)).toEqual(ids.slice(1_500));
    },
  },
  {
    title: 'a list after a message begins with the next one, whether or not that message is there',
    run: async (ground) => {
      const address = ground.address();
      const [first, second, third, never] = [ground.id(), ground.id(), ground.id(), ground.id()];
      await deliverAll(ground, address, [first, second, third]);
      const listAfter = async (after: TimeUuid): Promise<TimeUuid[]> =>
        (await gather(ground.other.mailboxes.list(address, ground.budget(), { after }))).map(({ id }) => id);
      expect(await listAfter(first)).toEqual([second, third]);
      expect(await listAfter(third)).toEqual([]);
      expect(await listAfter(never)).toEqual([]);
      const entries = await entriesIn(ground.store, ground, address);
      await ground.store.mailboxes.remove(address, entries.slice(1, 2), ground.budget());
      expect(await listAfter(second)).toEqual([third]);
    },
  },
  {
    title: 'a reader that stops after the first page leaves nothing behind that would hinder the next',
    run: async (ground) => {
      const address = ground.address();
      await deliverAll(ground, address, [ground.id(), ground.id()]);
      for (let times = 0; times < 20; times += 1) {
        for await (const page of ground.store.mailboxes.list(address, ground.budget())) {
          expect(page.length).toBeGreaterThan(0);
          break;
        }
      }
      expect(await entriesIn(ground.store, ground, address)).toHaveLength(2);
    },
  },
  {
    title: 'many writers to one mailbox through two processes lose nothing',
    run: async (ground) => {
      const address = ground.address();
      const ids = Array.from({ length: 200 }, () => ground.id());
      await Promise.all(
        ids.map((id, at) =>
          (at % 2 === 0 ? ground.store : ground.other).mailboxes.deliver(
            { ...ground.delivery([address], Buffer.from(id)), id },
            ground.budget(),
          ),
        ),
      );
      const entries = await entriesIn(ground.other, ground, address);
      expect(entries.map(({ id }) => id)).toEqual(ids);
      for (const entry of entries.slice(0, 20)) {
        const body = await ground.store.mailboxes.read(address, entry, ground.budget());
        expect((await bytesOfBody(body)).toString()).toBe(entry.id);
      }
    },
  },
  {
    title: 'who reads while others write never sees a message with a part of its body',
    run: async (ground) => {
      const address = ground.address();
      const bytes = patterned(SMALL_BODY_BYTES);
      const state = { isWriting: true };
      const writing = Promise.all(
        Array.from({ length: 60 }, () =>
          ground.store.mailboxes.deliver(ground.delivery([address], bytes), ground.budget()),
        ),
      ).finally(() => (state.isWriting = false));
      while (state.isWriting) {
        for (const entry of (await entriesIn(ground.other, ground, address)).slice(-3)) {
          expect(entry.sizeBytes).toBe(bytes.length);
          expect(await wholeOrMissing(ground, address, entry, bytes)).toBe(true);
        }
        await systemTimers.sleep(1); // a store that answers from memory would never let the writers go on
      }
      await writing;
      expect(await entriesIn(ground.other, ground, address)).toHaveLength(60);
    },
  },
  {
    title: 'mailboxes, users and domains whose names begin alike or differ in case or form do not mix',
    run: async (ground) => {
      const twins = twinAddresses();
      const deliveries = twins.map((address) => ({ address, delivery: ground.delivery([address]) }));
      for (const { delivery } of deliveries) await ground.store.mailboxes.deliver(delivery, ground.budget());
      for (const { address, delivery } of deliveries) {
        expect(await idsIn(ground.other, ground, address)).toEqual([delivery.id]);
      }
      const [{ address: emptied } = { address: ground.address() }, ...others] = deliveries;
      await ground.store.mailboxes.remove(
        emptied,
        await entriesIn(ground.store, ground, emptied),
        ground.budget(),
      );
      for (const { address } of others) expect(await idsIn(ground.other, ground, address)).toHaveLength(1);
    },
  },
  {
    title: 'names in other scripts, with four-byte characters, and the longest allowed, hold mail',
    run: async (ground) => {
      for (const address of demandingAddresses()) {
        const delivery = ground.delivery([address], Buffer.from(address.mailbox));
        await ground.store.mailboxes.deliver(delivery, ground.budget());
        expect((await onlyBodyIn(ground.other, ground, address)).toString()).toBe(address.mailbox);
      }
    },
  },
  {
    title: 'an id over a day old, or minutes ahead, is refused and nothing is kept',
    run: async (ground) => {
      const refused = { 'id-too-old': -OLDEST_ID_MS - 5_000, 'id-from-future': FUTURE_ID_MS + 300_000 };
      for (const [code, offsetMs] of Object.entries(refused)) {
        const address = ground.address();
        const delivery = { ...ground.delivery([address]), id: idAt(offsetMs) };
        const failure = await failureOfPromise(ground.store.mailboxes.deliver(delivery, ground.budget()));
        expect(failure.code).toBe(code);
        expect(await entriesIn(ground.other, ground, address)).toEqual([]);
      }
    },
  },
  {
    title: 'an id of almost a day ago, or of seconds ahead, is stored',
    run: async (ground) => {
      const address = ground.address();
      const ids = [idAt(-OLDEST_ID_MS + 300_000), idAt(10_000)];
      await deliverAll(ground, address, ids);
      expect(await idsIn(ground.other, ground, address)).toEqual(ids);
    },
  },
];

/** A listed message may not be readable for a moment; when it is, it is whole. */
async function wholeOrMissing(
  ground: Ground,
  address: MailboxAddress,
  entry: MessageEntry,
  bytes: Buffer,
): Promise<boolean> {
  const outcome = await outcomeOf(ground.other.mailboxes.read(address, entry, ground.budget()));
  return outcome.kind === 'done'
    ? (await bytesOfBody(outcome.answer)).equals(bytes)
    : outcome.failure.code === 'body-missing';
}

function inOrder(ids: readonly TimeUuid[]): TimeUuid[] {
  return ids.toSorted(compareTimeUuids);
}

/** Every seventh, over and over: far from the order of ids, and the same in every run. */
function shuffled(ids: readonly TimeUuid[]): TimeUuid[] {
  return Array.from({ length: 7 }, (_, start) => ids.filter((_id, at) => at % 7 === start)).flat();
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
