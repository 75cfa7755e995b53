// Mailboxes, bodies and claims with the n-th statement failing.
import { expect } from '@jest/globals';
import {
  CHUNK_BYTES,
  type Delivery,
  type HeldBody,
  type Holder,
  type LargeBody,
  type MailboxAddress,
  type MessageEntry,
} from '../../../src/store/types.js';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import { mailboxHolder } from './bodies.js';
import { inPieces, patterned } from './bytes.js';
import type { Case } from './case.js';
import { casesOf, type Extent, type FaultyOperation } from './faulty-operation.js';
import type { Ground } from './ground.js';
import { asHeld, bytesOf, bytesOfBody, entriesIn, gather, outcomeOf } from './reading.js';

const largeBytes = patterned(2 * CHUNK_BYTES + 77);
const smallBytes = Buffer.from('Subject: small\r\n\r\n');

const deliverSmall: FaultyOperation<Delivery> = {
  name: 'delivering a small message to three mailboxes',
  prepare: async (ground) =>
    ground.delivery([ground.address(), ground.address(), ground.address()], smallBytes),
  perform: (ground, delivery, budget) => ground.store.mailboxes.deliver(delivery, budget),
  check: checkDelivered,
};

const deliverLarge: FaultyOperation<Delivery> = {
  name: 'delivering a large message to two mailboxes',
  prepare: largeDelivery,
  perform: (ground, delivery, budget) => ground.store.mailboxes.deliver(delivery, budget),
  check: checkDelivered,
};

const takeBackSmall: FaultyOperation<Delivery> = {
  name: 'taking back a small delivery to three mailboxes',
  isGradual: true,
  prepare: async (ground) => {
    const delivery = ground.delivery([ground.address(), ground.address(), ground.address()], smallBytes);
    await ground.store.mailboxes.deliver(delivery, ground.budget());
    return delivery;
  },
  perform: (ground, delivery, budget) => ground.store.mailboxes.takeBack(delivery, budget),
  check: async (ground, delivery, extent) => {
    if (extent === 'all') await ground.other.mailboxes.deliver(delivery, ground.budget()); // late: to no effect
    await checkDelivered(ground, delivery, extent === 'all' ? 'none' : 'either');
  },
};

const takeBackLarge: FaultyOperation<Delivery> = {
  name: 'taking back a large delivery to two mailboxes',
  isGradual: true,
  prepare: async (ground) => {
    const delivery = await largeDelivery(ground);
    await ground.store.mailboxes.deliver(delivery, ground.budget());
    return delivery;
  },
  perform: (ground, delivery, budget) => ground.store.mailboxes.takeBack(delivery, budget),
  check: (ground, delivery, extent) => checkDelivered(ground, delivery, extent === 'all' ? 'none' : 'either'),
};

interface Session {
  readonly address: MailboxAddress;
  readonly entries: readonly MessageEntry[];
  readonly kept: TimeUuid;
}

const remove: FaultyOperation<Session> = {
  name: 'removing three small messages and a large one',
  isGradual: true,
  prepare: async (ground) => {
    const address = ground.address();
    for (let count = 0; count < 3; count += 1) {
      await ground.store.mailboxes.deliver(ground.delivery([address], smallBytes), ground.budget());
    }
    const large = await largeDelivery(ground, [address]);
    await ground.store.mailboxes.deliver(large, ground.budget());
    const entries = await entriesIn(ground.other, ground, address);
    const later = ground.delivery([address], smallBytes);
    await ground.store.mailboxes.deliver(later, ground.budget());
    return { address, entries, kept: later.id };
  },
  perform: async (ground, { address, entries }, budget) => {
    const { left, cause } = await ground.store.mailboxes.remove(address, entries, budget);
    expect(left.length > 0).toBe(cause !== undefined);
    if (left.length > 0) throw cause;
    return left;
  },
  check: async (ground, { address, kept }, extent) => {
    const listed = await checkWhole(ground, address);
    expect(listed.map(({ id }) => id)).toContain(kept);
    if (extent === 'all') expect(listed.map(({ id }) => id)).toEqual([kept]);
  },
};

/** Written under a new id at each attempt, as intake does: a body whose writing failed is given up. */
const writeBody: FaultyOperation<{ body?: LargeBody }> = {
  name: 'writing a body of three chunks',
  prepare: async () => ({}),
  perform: async (ground, subject, budget) => {
    delete subject.body;
    subject.body = await ground.store.bodies.write(ground.id(), inPieces(largeBytes), budget);
  },
  check: async (ground, { body }, extent) => {
    expect(body !== undefined).toBe(extent === 'all');
    if (body === undefined) return;
    expect((await bytesOf(ground.other.bodies.read(asHeld(body), ground.budget()))).equals(largeBytes)).toBe(
      true,
    );
  },
};

interface Held {
  readonly body: LargeBody;
  readonly holders: readonly Holder[];
}

const hold: FaultyOperation<Held> = {
  name: 'holding a body for three',
  prepare: async (ground) => ({ body: await writtenBody(ground), holders: newHolders(ground, 3) }),
  perform: (ground, { body, holders }, budget) => ground.store.bodies.hold(body, holders, budget),
  check: async (ground, { body }) => {
    expect((await bytesOf(ground.other.bodies.read(asHeld(body), ground.budget()))).equals(largeBytes)).toBe(
      true,
    );
  },
};

const releaseSome: FaultyOperation<Held> = {
  name: 'releasing two of three holders',
  isGradual: true,
  prepare: heldByThree,
  perform: (ground, { body, holders }, budget) =>
    ground.store.bodies.release(asHeld(body), holders.slice(0, 2), budget),
  check: hold.check,
};

const releaseAll: FaultyOperation<Held> = {
  name: 'releasing all holders',
  isGradual: true,
  prepare: heldByThree,
  perform: (ground, { body, holders }, budget) => ground.store.bodies.release(asHeld(body), holders, budget),
  check: async (ground, { body, holders }, extent) => {
    if (extent !== 'all') return; // nobody lists it any more: it may be there, in part, or not at all
    await ground.other.bodies.release(asHeld(body), holders, ground.budget()); // what was left to the sweep
    await expectMissing(ground, body);
  },
};

const discard: FaultyOperation<Held> = {
  name: 'discarding a body whose hold may have happened',
  isGradual: true,
  prepare: heldByThree,
  perform: (ground, { body }, budget) => ground.store.bodies.discard(body, budget),
  check: async (ground, { body, holders }, extent) => {
    if (extent !== 'all') return;
    await ground.other.bodies.release(asHeld(body), holders.slice(0, 1), ground.budget()); // nobody else holds it
    await expectMissing(ground, body);
  },
};

interface Claiming {
  readonly address: MailboxAddress;
  readonly worker: string;
}

const claim: FaultyOperation<Claiming> = {
  name: 'claiming a mailbox',
  prepare: async (ground) => ({ address: ground.address(), worker: ground.name('worker') }),
  perform: async (ground, { address, worker }, budget) =>
    expect(await ground.store.claims.claim(address, worker, budget)).toBe('granted'),
  check: (ground, { address }, extent) => checkClaimed(ground, address, extent),
};

const refreshClaim: FaultyOperation<Claiming> = {
  name: 'refreshing a claim',
  prepare: claimed,
  perform: async (ground, { address, worker }, budget) =>
    expect(await ground.store.claims.refresh(address, worker, budget)).toBe('held'),
  check: (ground, { address }) => checkClaimed(ground, address, 'all'),
};

const releaseClaim: FaultyOperation<Claiming> = {
  name: 'releasing a claim',
  prepare: claimed,
  perform: (ground, { address, worker }, budget) => ground.store.claims.release(address, worker, budget),
  check: (ground, { address }, extent) => checkClaimed(ground, address, oppositeOf(extent)),
};

const listMailbox: FaultyOperation<MailboxAddress> = {
  name: 'listing a mailbox',
  prepare: async (ground) => {
    const address = ground.address();
    for (const { mailboxes } of [ground.store, ground.other, ground.store]) {
      await mailboxes.deliver(ground.delivery([address], smallBytes), ground.budget());
    }
    return address;
  },
  perform: (ground, address, budget) => gather(ground.store.mailboxes.list(address, budget)),
  check: async (_ground, _address, extent, answer) => {
    if (extent === 'all') expect(answer).toHaveLength(3);
  },
};

const readLarge: FaultyOperation<HeldBody> = {
  name: 'reading a large body',
  prepare: async (ground) => asHeld((await heldByThree(ground)).body),
  perform: (ground, body, budget) => bytesOf(ground.store.bodies.read(body, budget)),
  check: async (_ground, _body, extent, answer) => {
    if (extent === 'all') expect(largeBytes.equals(Buffer.from(answer as Buffer))).toBe(true);
  },
};

const REPEATED_BUDGET_MS = 350;
/** Enough for the statements of two deliveries to three mailboxes whose parts are not open yet. */
const MOST_FAULTS = 12;

const repetitionCases: readonly Case[] = [
  {
    title: 'a repeated delivery that is refused undoes nothing of what was acknowledged',
    run: async (ground) => {
      for (let at = 1; at <= MOST_FAULTS; at += 1) {
        const delivery = await deliverSmall.prepare(ground);
        await ground.store.mailboxes.deliver(delivery, ground.budget());
        ground.tap.arm({ at, when: 'before', lasting: 'always' });
        await outcomeOf(ground.store.mailboxes.deliver(delivery, ground.budget(REPEATED_BUDGET_MS)));
        if (!ground.tap.disarm()) return;
        await checkDelivered(ground, delivery, 'all');
      }
    },
  },
  {
    title: 'of two deliveries of one message at once, none undoes what the other acknowledged',
    run: async (ground) => {
      for (let at = 1; at <= MOST_FAULTS; at += 1) {
        const delivery = await deliverSmall.prepare(ground);
        ground.tap.arm({ at, when: 'before', lasting: 'always' });
        const outcomes = await Promise.all(
          [1, 2].map(() =>
            outcomeOf(ground.store.mailboxes.deliver(delivery, ground.budget(REPEATED_BUDGET_MS))),
          ),
        );
        if (!ground.tap.disarm()) return;
        const isAcknowledged = outcomes.some(({ kind }) => kind === 'done');
        await checkDelivered(ground, delivery, isAcknowledged ? 'all' : 'either');
      }
    },
  },
];

export const mailFaultCases: readonly Case[] = [
  ...casesOf(deliverSmall),
  ...casesOf(deliverLarge),
  ...repetitionCases,
  ...casesOf(takeBackSmall),
  ...casesOf(takeBackLarge),
  ...casesOf(remove),
  ...casesOf(writeBody),
  ...casesOf(hold),
  ...casesOf(releaseSome),
  ...casesOf(releaseAll),
  ...casesOf(discard),
  ...casesOf(claim),
  ...casesOf(refreshClaim),
  ...casesOf(releaseClaim),
  ...casesOf(listMailbox),
  ...casesOf(readLarge),
];

/** A mailbox has the message once and whole, or not at all. */
async function checkDelivered(ground: Ground, { id, to }: Delivery, extent: Extent): Promise<void> {
  for (const address of to) {
    const listed = (await checkWhole(ground, address)).map((entry) => entry.id);
    if (extent === 'either') expect([[], [id]]).toContainEqual(listed);
    else expect(listed).toEqual(extent === 'all' ? [id] : []);
  }
}

/** Whatever is listed can be read to the end. */
async function checkWhole(ground: Ground, address: MailboxAddress): Promise<readonly MessageEntry[]> {
  const entries = await entriesIn(ground.other, ground, address);
  for (const entry of entries) {
    const bytes = await bytesOfBody(await ground.other.mailboxes.read(address, entry, ground.budget()));
    expect(bytes.equals(entry.largeBody === undefined ? smallBytes : largeBytes)).toBe(true);
  }
  return entries;
}

async function expectMissing(ground: Ground, body: LargeBody): Promise<void> {
  const outcome = await outcomeOf(bytesOf(ground.other.bodies.read(asHeld(body), ground.budget())));
  expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'body-missing' } });
}

function oppositeOf(extent: Extent): Extent {
  if (extent === 'either') return extent;
  return extent === 'all' ? 'none' : 'all';
}

async function checkClaimed(ground: Ground, address: MailboxAddress, extent: Extent): Promise<void> {
  const rival = ground.name('rival');
  const outcome = await ground.other.claims.claim(address, rival, ground.budget());
  await ground.other.claims.release(address, rival, ground.budget());
  if (extent !== 'either') expect(outcome).toBe(extent === 'all' ? 'taken' : 'granted');
}

async function claimed(ground: Ground): Promise<Claiming> {
  const subject = { address: ground.address(), worker: ground.name('worker') };
  await ground.store.claims.claim(subject.address, subject.worker, ground.budget());
  return subject;
}

async function largeDelivery(
  ground: Ground,
  to: readonly MailboxAddress[] = [ground.address(), ground.address()],
): Promise<Delivery> {
  const id = ground.id();
  const holders = to.map((address) => mailboxHolder(address, id));
  return {
    id,
    body: await ground.store.bodies.hold(await writtenBody(ground), holders, ground.budget()),
    to,
  };
}

function writtenBody(ground: Ground): Promise<LargeBody> {
  return ground.store.bodies.write(ground.id(), inPieces(largeBytes), ground.budget());
}

async function heldByThree(ground: Ground): Promise<Held> {
  const [body, holders] = [await writtenBody(ground), newHolders(ground, 3)];
  await ground.store.bodies.hold(body, holders, ground.budget());
  return { body, holders };
}

function newHolders(ground: Ground, count: number): Holder[] {
  return Array.from({ length: count }, () => ({ kind: 'queue', item: ground.id() }));
}
