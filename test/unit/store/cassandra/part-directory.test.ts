import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import type { TrustedClock } from '../../../../src/store/cassandra/clock-guard.js';
import {
  MailboxPart,
  MailboxParts,
  periodOf,
  PERIOD_MS,
  SHARED_PART,
} from '../../../../src/store/cassandra/mailbox-parts.js';
import { PartDirectory } from '../../../../src/store/cassandra/part-directory.js';
import { outcomeOf } from '../../../contract/suite/reading.js';
import { ScriptedRing } from '../../../scripted-ring.js';
import { VirtualTime } from '../../../virtual-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const address = { login: parseLogin('a@example.org'), mailbox: INBOX };
const ringTime = new VirtualTime();
const thisWeek = { period: periodOf(ringTime.wallMs() * 1000), part: 0 };
const twoDaysAfterIt = (thisWeek.period + 1) * PERIOD_MS + 2 * DAY_MS;
const budget = Budget.of(ringTime, 1_000);
const levels = { control: 'QUORUM', controlRead: 'QUORUM' } as const;

/** With our clock, and a ring whose clock says this. */
function directoryAt(trustedClock: TrustedClock, ringMs: number) {
  const id = new TimeUuidSource(new VirtualTime(ringMs), systemRandom).next();
  const ring = new ScriptedRing({ reads: [[{ id }]] });
  return {
    ring,
    directory: new PartDirectory({ ring, levels, trustedClock, timers: ringTime }),
  };
}

describe('the directory of a mailbox', () => {
  it('keeps the partition of a week that is over by our clock and not by that of the ring', async () => {
    const { directory, ring } = directoryAt({ nowMs: () => twoDaysAfterIt + 1 }, twoDaysAfterIt - 1);
    await directory.close(address, thisWeek, budget);
    expect(ring.names).toEqual(['ring.time']);
  });

  it('closes the partition of a week that is over by both clocks', async () => {
    const { directory, ring } = directoryAt({ nowMs: () => twoDaysAfterIt + 1 }, twoDaysAfterIt + 1);
    await directory.close(address, thisWeek, budget);
    expect(ring.names).toEqual(['ring.time', 'mailboxes.closePart']);
  });

  it('neither opens nor closes while our clock cannot be trusted', async () => {
    const untrusted: TrustedClock = {
      nowMs: () => {
        throw new Failure('clock-untrusted', 'days apart');
      },
    };
    const { directory, ring } = directoryAt(untrusted, twoDaysAfterIt + 1);
    const part = new MailboxParts(systemRandom).choose(address, ringTime.wallMs() * 1000, 0);
    const refused = { code: 'clock-untrusted' };
    await expect(directory.close(address, thisWeek, budget)).rejects.toMatchObject(refused);
    await expect(directory.open(address, part, budget)).rejects.toMatchObject(refused);
    expect(ring.names).toEqual([]);
  });
});

describe('opening a mailbox part', () => {
  it('is not waited for beyond the own budget when somebody with a longer one began it', async () => {
    const time = new VirtualTime();
    const ring = new ScriptedRing({ onWrite: () => time.sleep(60_000) });
    const trustedClock = { nowMs: () => time.wallMs() };
    const directory = new PartDirectory({ ring, levels, trustedClock, timers: time });
    const part = new MailboxPart(2_900, SHARED_PART, 0, { messages: 1, bytes: 1 });
    const patient = directory.open(address, part, Budget.of(time, 100_000));
    const hurried = outcomeOf(directory.open(address, part, Budget.of(time, 2_000)));
    await time.advance(2_000);
    expect(await hurried).toMatchObject({ kind: 'refused', failure: { code: 'deadline-passed' } });
    await time.advance(58_000);
    await patient;
    expect(part.isOpen).toBe(true);
    expect(ring.names).toEqual(['mailboxes.openPart']);
  });
});
