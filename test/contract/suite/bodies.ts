// Large bodies: whole or not there, kept while anybody holds them, moved with no more than a few chunks in memory.
import { expect } from '@jest/globals';
import {
  CHUNK_BYTES,
  OLDEST_ID_MS,
  SMALL_BODY_BYTES,
  type HeldBody,
  type Holder,
  type MailboxAddress,
} from '../../../src/store/types.js';
import { systemClock } from '../../../src/base/clock.js';
import { systemRandom } from '../../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../../src/base/time-uuid.js';
import { cutOff, inPieces, patterned } from './bytes.js';
import { failureOfPromise } from '../../failure-from.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';
import { asHeld, bytesOf, entriesIn, idsIn, onlyBodyIn } from './reading.js';

/** Read ahead or written behind; beyond it a slow side would fill the memory. */
const AHEAD_BYTES = 4 * 1024 * 1024;

export const bodyCases: readonly Case[] = [
  {
    title: 'bodies of every size around a border come back as they were, through another process',
    run: async (ground) => {
      const sizes = [
        1,
        SMALL_BODY_BYTES + 1,
        CHUNK_BYTES - 1,
        CHUNK_BYTES,
        CHUNK_BYTES + 1,
        2 * CHUNK_BYTES,
        16 * CHUNK_BYTES + 1,
      ];
      for (const sizeBytes of sizes) {
        const bytes = patterned(sizeBytes);
        const body = await ground.store.bodies.write(ground.id(), inPieces(bytes), ground.budget());
        expect(body).toMatchObject({ kind: 'large', sizeBytes });
        const held = await ground.store.bodies.hold(body, [queueHolder(ground)], ground.budget());
        expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).equals(bytes)).toBe(true);
      }
    },
  },
  {
    title: 'a body of 5 MiB that arrives in pieces of any size comes back as it was',
    run: async (ground) => {
      const bytes = patterned(5 * 1024 * 1024);
      for (const pieceBytes of [4_093, CHUNK_BYTES, bytes.length]) {
        const held = await heldBody(ground, bytes, [queueHolder(ground)], pieceBytes);
        expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).equals(bytes)).toBe(true);
      }
    },
  },
  {
    title: 'a stream that brings nothing, or empty pieces, makes the body that it says',
    run: async (ground) => {
      const streams = { '': [], ab: ['', 'a', '', 'b', ''] };
      for (const [text, pieces] of Object.entries(streams)) {
        const body = await ground.store.bodies.write(ground.id(), streamOf(pieces), ground.budget());
        expect(body.sizeBytes).toBe(text.length);
        const held = await ground.store.bodies.hold(body, [queueHolder(ground)], ground.budget());
        expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).toString()).toBe(text);
      }
    },
  },
  {
    title: 'a large message in two mailboxes is listed with its size and read from both',
    run: async (ground) => {
      const bytes = patterned(300_000);
      const { to } = await deliverLarge(ground, bytes, 2);
      for (const address of to) {
        const [entry] = await entriesIn(ground.other, ground, address);
        expect(entry?.sizeBytes).toBe(bytes.length);
        expect(entry?.largeBody).toBeDefined();
        expect((await onlyBodyIn(ground.other, ground, address)).equals(bytes)).toBe(true);
      }
    },
  },
  {
    title: 'a shared body stays for the last holder, and goes with it',
    run: async (ground) => {
      const bytes = patterned(300_000);
      const { to, body } = await deliverLarge(ground, bytes, 3);
      for (const [at, address] of to.entries()) {
        const entries = await entriesIn(ground.store, ground, address);
        expect(await ground.store.mailboxes.remove(address, entries, ground.budget())).toEqual({ left: [] });
        for (const still of to.slice(at + 1)) {
          expect((await onlyBodyIn(ground.other, ground, still)).equals(bytes)).toBe(true);
        }
      }
      await expectGone(ground, body);
    },
  },
  {
    title: 'a body goes with its last holder, be it a mailbox or a queue item',
    run: async (ground) => {
      const bytes = patterned(200_000);
      const [one, two] = [queueHolder(ground), queueHolder(ground)];
      const held = await heldBody(ground, bytes, [one, two]);
      await ground.store.bodies.release(held, [one], ground.budget());
      await ground.store.bodies.release(held, [one], ground.budget());
      expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).equals(bytes)).toBe(true);
      await ground.other.bodies.release(held, [two], ground.budget());
      await expectGone(ground, held);
      await ground.other.bodies.release(held, [one, two], ground.budget());
    },
  },
  {
    title: 'a body is held for a thousand, and stays until the last of them lets go',
    run: async (ground) => {
      const bytes = patterned(CHUNK_BYTES + 1);
      const holders = Array.from({ length: 1_000 }, () => mailboxHolder(ground.address(), ground.id()));
      const held = await heldBody(ground, bytes, holders);
      await ground.store.bodies.release(held, holders.slice(1), ground.budget());
      expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).equals(bytes)).toBe(true);
      await ground.store.bodies.release(held, holders.slice(0, 1), ground.budget());
      await expectGone(ground, held);
    },
  },
  {
    title: 'a sweep leaves alone what is held, and what is too young for anybody to have held it yet',
    run: async (ground) => {
      const bytes = patterned(CHUNK_BYTES + 1);
      const held = await heldBody(ground, bytes, [queueHolder(ground)]);
      const young = await ground.store.bodies.write(ground.id(), inPieces(bytes), ground.budget());
      await ground.other.bodies.sweep(ground.budget());
      for (const body of [held, asHeld(young)]) {
        expect((await bytesOf(ground.other.bodies.read(body, ground.budget()))).equals(bytes)).toBe(true);
      }
    },
  },
  {
    title: 'holders that let go at the same time through two processes leave no body behind',
    run: async (ground) => {
      for (let times = 0; times < 5; times += 1) {
        const holders = Array.from({ length: 4 }, () => queueHolder(ground));
        const held = await heldBody(ground, patterned(150_000), holders);
        await Promise.all(
          holders.map((holder, at) =>
            (at % 2 === 0 ? ground.store : ground.other).bodies.release(held, [holder], ground.budget()),
          ),
        );
        await expectGone(ground, held);
      }
    },
  },
  {
    title:
      'taking back a large delivery removes it from the mailboxes and leaves the body to the other holders',
    run: async (ground) => {
      const bytes = patterned(200_000);
      const [address, holder] = [ground.address(), queueHolder(ground)];
      const message = ground.id();
      const held = await heldBody(ground, bytes, [mailboxHolder(address, message), holder]);
      const delivery = { id: message, body: held, to: [address] };
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      await ground.store.mailboxes.takeBack(delivery, ground.budget());
      expect(await idsIn(ground.other, ground, address)).toEqual([]);
      expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).equals(bytes)).toBe(true);
      await ground.store.bodies.release(held, [mailboxHolder(address, message), holder], ground.budget());
      await expectGone(ground, held);
    },
  },
  {
    title: 'a body that is discarded is gone',
    run: async (ground) => {
      const body = await ground.store.bodies.write(
        ground.id(),
        inPieces(patterned(300_000)),
        ground.budget(),
      );
      await ground.store.bodies.discard(body, ground.budget());
      await ground.store.bodies.discard(body, ground.budget());
      await expectGone(ground, asHeld(body));
    },
  },
  {
    title:
      'a stream that breaks off at any chunk fails the body as the sender\u{2019}s doing and leaves none of it',
    run: async (ground) => {
      const bytes = patterned(4 * CHUNK_BYTES);
      for (const afterBytes of [0, 10, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 4 * CHUNK_BYTES]) {
        const id = ground.id();
        const failure = await failureOfPromise(
          ground.store.bodies.write(id, cutOff(bytes, afterBytes), ground.budget()),
        );
        expect(failure.code).toBe('body-interrupted');
        await expectGone(ground, asHeld({ kind: 'large', id, sizeBytes: bytes.length }));
      }
    },
  },
  {
    title: 'a body whose id is over a day old is neither written nor held, since a sweep may have taken it',
    run: async (ground) => {
      const aged = { wallMs: () => systemClock.wallMs() - OLDEST_ID_MS - 60_000 };
      const id = new TimeUuidSource({ ...systemClock, ...aged }, systemRandom).next();
      const attempts = [
        ground.store.bodies.write(id, inPieces(patterned(300_000)), ground.budget()),
        ground.store.bodies.hold({ kind: 'large', id, sizeBytes: 1 }, [queueHolder(ground)], ground.budget()),
      ];
      for (const attempt of attempts) expect((await failureOfPromise(attempt)).code).toBe('id-too-old');
    },
  },
  {
    title: 'a body that nobody is to hold is not held: that is a bug of the caller',
    run: async (ground) => {
      const body = await ground.store.bodies.write(ground.id(), inPieces(patterned(10)), ground.budget());
      await expect(ground.store.bodies.hold(body, [], ground.budget())).rejects.toThrow(RangeError);
    },
  },
  {
    title: 'a reader that stops in the middle costs nothing, and the next one gets all of it',
    run: async (ground) => {
      const bytes = patterned(2 * 1024 * 1024);
      const held = await heldBody(ground, bytes, [queueHolder(ground)]);
      for (let chunks = 1; chunks <= 12; chunks += 1) {
        let seen = 0;
        for await (const chunk of ground.other.bodies.read(held, ground.budget())) {
          expect(chunk.length).toBeGreaterThan(0);
          seen += 1;
          if (seen === chunks) break;
        }
      }
      expect((await bytesOf(ground.other.bodies.read(held, ground.budget()))).equals(bytes)).toBe(true);
    },
  },
  {
    title: 'a store that is slow to write takes only a few chunks of the stream ahead',
    run: async (ground) => {
      let takenBytes = 0;
      const stream = (async function* () {
        for await (const piece of inPieces(patterned(12 * 1024 * 1024), CHUNK_BYTES)) {
          takenBytes += piece.length;
          yield piece;
        }
      })();
      const [held, release] = latch();
      ground.tap.beforeEach(() => held);
      const writing = ground.store.bodies.write(ground.id(), stream, ground.budget());
      await ground.atRest(() => takenBytes);
      expect(takenBytes).toBeLessThanOrEqual(AHEAD_BYTES);
      ground.tap.disarm();
      release();
      expect((await writing).sizeBytes).toBe(12 * 1024 * 1024);
    },
  },
  {
    title: 'a reader that is slow to take chunks is read ahead for by only a few',
    run: async (ground) => {
      const sizeBytes = 12 * 1024 * 1024;
      const held = await heldBody(ground, patterned(sizeBytes), [queueHolder(ground)]);
      ground.tap.reset();
      const chunks = ground.store.bodies.read(held, ground.budget())[Symbol.asyncIterator]();
      await chunks.next();
      await ground.atRest(() => ground.tap.statements.length);
      const early = ground.tap.statements.length;
      let restBytes = CHUNK_BYTES;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        restBytes += next.value.length;
      }
      expect(restBytes).toBe(sizeBytes);
      const all = ground.tap.statements.length;
      expect((early / all) * sizeBytes).toBeLessThanOrEqual(AHEAD_BYTES);
    },
  },
];

function queueHolder(ground: Ground): Holder {
  return { kind: 'queue', item: ground.id() };
}

export function mailboxHolder(address: MailboxAddress, message: TimeUuid): Holder {
  return { kind: 'mailbox', address, message };
}

async function heldBody(
  ground: Ground,
  bytes: Uint8Array,
  holders: readonly Holder[],
  pieceBytes?: number,
): Promise<HeldBody> {
  const body = await ground.store.bodies.write(ground.id(), inPieces(bytes, pieceBytes), ground.budget());
  return ground.store.bodies.hold(body, holders, ground.budget());
}

/** As intake does it: chunks, then holders, then the rows that list it. */
async function deliverLarge(
  ground: Ground,
  bytes: Uint8Array,
  mailboxes: number,
): Promise<{ readonly to: readonly MailboxAddress[]; readonly body: HeldBody }> {
  const to = Array.from({ length: mailboxes }, () => ground.address());
  const id = ground.id();
  const holders = to.map((address) => mailboxHolder(address, id));
  const body = await heldBody(ground, bytes, holders);
  await ground.store.mailboxes.deliver({ id, body, to }, ground.budget());
  return { to, body };
}

async function expectGone(ground: Ground, body: HeldBody): Promise<void> {
  const failure = await failureOfPromise(bytesOf(ground.other.bodies.read(body, ground.budget())));
  expect(failure.code).toBe('body-missing');
}

async function* streamOf(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Something to wait for, and what ends the waiting. */
function latch(): readonly [Promise<void>, () => void] {
  let open: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return [opened, () => open?.()];
}
