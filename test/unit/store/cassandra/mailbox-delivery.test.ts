import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import { MailboxDelivery } from '../../../../src/store/cassandra/mailbox-delivery.js';
import { MailboxParts } from '../../../../src/store/cassandra/mailbox-parts.js';
import { PartDirectory } from '../../../../src/store/cassandra/part-directory.js';
import type { WriteRequest } from '../../../../src/store/cassandra/ring.js';
import type { BodyStore } from '../../../../src/store/api/bodies.js';
import type { Delivery } from '../../../../src/store/types.js';
import { outcomeOf } from '../../../contract/suite/reading.js';
import { failureOfPromise } from '../../../failure-from.js';
import { ScriptedRing } from '../../../scripted-ring.js';
import { settled, VirtualTime } from '../../../virtual-time.js';

const levels = { deliver: 'QUORUM', remove: 'QUORUM', control: 'QUORUM', controlRead: 'QUORUM' } as const;
const unavailable = new Failure('store-unavailable', 'no replica of b');
const uncertain = new Failure('store-write-uncertain', 'no answer from b');

/** Two mailboxes, or one, on a ring that delivers to the one of b as the test says. */
function delivering(logins: readonly string[] = ['a', 'b']) {
  const time = new VirtualTime();
  const fate: { ofB: Error | Promise<void> | undefined } = { ofB: undefined };
  const ring = new ScriptedRing({
    reads: Array.from({ length: 10 }, () => []),
    onWrite: async (request) => {
      if (request.name !== 'mailboxes.deliver' || !request.queries[0].values.includes('b@example.com'))
        return;
      if (fate.ofB instanceof Error) throw fate.ofB;
      await fate.ofB;
    },
  });
  const to = logins.map((name) => ({ login: parseLogin(`${name}@example.com`), mailbox: INBOX }));
  const id = new TimeUuidSource(time, systemRandom).next();
  const message: Delivery = { id, body: { kind: 'small', bytes: Buffer.from('x') }, to };
  const trustedClock = { nowMs: () => time.wallMs() };
  const delivery = new MailboxDelivery({
    ring,
    levels,
    directory: new PartDirectory({ ring, levels, trustedClock, timers: time }),
    parts: new MailboxParts(systemRandom),
    bodies: noBodies,
    clock: time,
    trustedClock,
    timers: time,
  });
  const deliver = (ms = 1_000): Promise<void> => delivery.deliver(message, Budget.of(time, ms));
  const takeBack = (): Promise<void> => delivery.takeBack(message, Budget.of(time, 1_000));
  const undone = (): readonly WriteRequest[] =>
    ring.writes.filter(({ name }) => name === 'mailboxes.takeBack');
  return { fate, ring, time, deliver, takeBack, undone };
}

const noBodies: BodyStore = {
  write: unasked,
  hold: unasked,
  read: unasked,
  release: unasked,
  discard: unasked,
  sweep: unasked,
};

function unasked(): never {
  throw new TypeError('a small message asks nothing of the bodies');
}

describe('a delivery to several mailboxes on the ring', () => {
  it('that is refused by one of them is undone in the others', async () => {
    const { fate, deliver, undone } = delivering();
    fate.ofB = unavailable;
    expect(await failureOfPromise(deliver())).toBe(unavailable);
    expect(undone()).toHaveLength(1);
  });

  it('that was acknowledged is not undone when it is repeated and refused', async () => {
    const { fate, deliver, undone } = delivering();
    await deliver();
    fate.ofB = unavailable;
    expect(await failureOfPromise(deliver())).toMatchObject({ kind: 'uncertain', cause: unavailable });
    expect(undone()).toEqual([]);
  });

  it('that was uncertain stays uncertain when it is repeated and refused, until a repetition succeeds', async () => {
    const { fate, deliver, undone } = delivering();
    fate.ofB = uncertain;
    expect(await failureOfPromise(deliver())).toBe(uncertain);
    fate.ofB = unavailable;
    expect(await failureOfPromise(deliver())).toMatchObject({ kind: 'uncertain', cause: unavailable });
    fate.ofB = undefined;
    await deliver();
    expect(undone()).toEqual([]);
  });

  it('that was taken back is forgotten: being refused means being nowhere again', async () => {
    const { fate, deliver, takeBack } = delivering();
    fate.ofB = uncertain;
    await failureOfPromise(deliver());
    await takeBack();
    fate.ofB = unavailable;
    expect(await failureOfPromise(deliver())).toBe(unavailable);
  });

  it('that is asked for twice at once is one after the other, so that neither undoes what the other achieved', async () => {
    const { fate, deliver, undone, ring, time } = delivering();
    fate.ofB = time.sleep(50);
    const first = outcomeOf(deliver());
    const second = outcomeOf(deliver());
    await settled();
    expect(ring.names.filter((name) => name === 'mailboxes.deliver')).toHaveLength(2);
    fate.ofB = unavailable; // for the second
    await time.advance(50);
    expect(await first).toMatchObject({ kind: 'done' });
    expect(await second).toMatchObject({ kind: 'refused', failure: { kind: 'uncertain' } });
    expect(undone()).toEqual([]);
  });
});

describe('a delivery to one mailbox on the ring', () => {
  it('that was uncertain stays uncertain when it is repeated and refused', async () => {
    const { fate, deliver } = delivering(['b']);
    fate.ofB = uncertain;
    expect(await failureOfPromise(deliver())).toBe(uncertain);
    fate.ofB = unavailable;
    expect(await failureOfPromise(deliver())).toMatchObject({ kind: 'uncertain', cause: unavailable });
  });
});
