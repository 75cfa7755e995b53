// Mailboxes and large bodies on the one-node ring of the test run, as one process has them: with a clock that may be
// wrong, and the names of the statements it sends.
import { systemClock, systemTimers, type Clock } from '../../src/base/clock.js';
import { Budget } from '../../src/base/budget.js';
import type { Log } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { parseLogin } from '../../src/mail/login.js';
import { INBOX } from '../../src/mail/mailbox-name.js';
import { CassandraBodies } from '../../src/store/cassandra/bodies.js';
import { openRing } from '../../src/store/cassandra/open-ring.js';
import type { MailboxPartLimits } from '../../src/store/cassandra/mailbox-parts.js';
import { CassandraMailboxes } from '../../src/store/cassandra/mailboxes.js';
import type { MailboxAddress } from '../../src/store/types.js';
import { oneNodeRing } from '../ring-addresses.js';

export interface MailOnRing {
  readonly mailboxes: CassandraMailboxes;
  readonly bodies: CassandraBodies;
  readonly ids: TimeUuidSource;
  /** Of the statements sent; a test empties it. */
  readonly statements: string[];
  close(): Promise<void>;
}

export interface MailOnRingOptions {
  readonly keyspace: string;
  readonly clock?: Clock;
  /** The process notices when its clock is wrong, as a real one does; it has to be right at the start. */
  readonly isClockCompared?: boolean;
  readonly partLimits?: MailboxPartLimits;
}

const silentLog: Log = { write: () => undefined, with: () => silentLog };

export async function mailOnRing(options: MailOnRingOptions): Promise<MailOnRing> {
  const statements: string[] = [];
  const { clock = systemClock, isClockCompared = false } = options;
  const surroundings = { timers: systemTimers, random: systemRandom, log: silentLog };
  const opened = await openRing(
    {
      ...oneNodeRing(),
      keyspace: options.keyspace,
      replicationFactor: 1,
      consistency: { write: 'QUORUM', read: 'QUORUM', overrides: {} },
      inFlight: 256,
      waiting: 4096,
      requestTimeoutMs: 10_000,
    },
    {
      ...surroundings,
      clock: isClockCompared ? clock : systemClock, // the ring would refuse a process whose clock is wrong
      processName: 'mail-on-ring',
      metrics: new Metrics(),
      tap: {
        around: (statement, send) => {
          statements.push(statement);
          return send();
        },
      },
    },
  );
  const { ring, levels } = opened;
  const trustedClock = isClockCompared ? opened.trustedClock : { nowMs: () => clock.wallMs() };
  const parts = { ring, levels, clock, trustedClock, ...surroundings };
  const bodies = new CassandraBodies(parts);
  const mailboxes = new CassandraMailboxes({ ...options, ...parts, bodies });
  return { mailboxes, bodies, ids: spacedIds(clock), statements, close: () => opened.close() };
}

/** No two within a millisecond, as on a machine that is not in a hurry. */
function spacedIds(clock: Clock): TimeUuidSource {
  let lastMs = 0;
  const wallMs = (): number => (lastMs = Math.max(lastMs + 1, clock.wallMs()));
  return new TimeUuidSource({ ...clock, wallMs }, systemRandom);
}

/** A wall clock that is so far off. */
export function clockOff(byMs: number): Clock {
  return { wallMs: () => systemClock.wallMs() + byMs, monotonicMs: () => systemClock.monotonicMs() };
}

/** Right until a test sets it. */
export class SettableClock implements Clock {
  byMs = 0;

  wallMs(): number {
    return systemClock.wallMs() + this.byMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }
}

export function ample(): Budget {
  return Budget.of(systemClock, 30_000);
}

export function inboxOf(name: string): MailboxAddress {
  return { login: parseLogin(`${name}@example.org`), mailbox: INBOX };
}
