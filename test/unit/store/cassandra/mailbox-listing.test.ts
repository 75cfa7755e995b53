import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import type { Log } from '../../../../src/base/log.js';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { parseLogin } from '../../../../src/mail/login.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import { MailboxListing } from '../../../../src/store/cassandra/mailbox-listing.js';
import { periodOf } from '../../../../src/store/cassandra/mailbox-parts.js';
import { PartCloser } from '../../../../src/store/cassandra/part-closer.js';
import { PartDirectory } from '../../../../src/store/cassandra/part-directory.js';
import type { ReadRequest, Row } from '../../../../src/store/cassandra/ring.js';
import { gather } from '../../../contract/suite/reading.js';
import { ScriptedRing } from '../../../scripted-ring.js';
import { settled, VirtualTime } from '../../../virtual-time.js';

const PAST_WEEKS = 20;
const levels = { list: 'QUORUM', control: 'QUORUM', controlRead: 'QUORUM' } as const;
const address = { login: parseLogin('a@example.com'), mailbox: INBOX };
const silentLog: Log = { write: () => undefined, with: () => silentLog };

/** Whether a part is empty on all replicas is answered as the test says, everything else as on a healthy ring. */
class RingOfOldParts extends ScriptedRing {
  readonly #rows: readonly Row[];
  readonly #time: Row;
  readonly #confirmEmpty: () => Promise<readonly Row[]>;

  constructor(time: VirtualTime, confirmEmpty: () => Promise<readonly Row[]>) {
    super();
    const now = periodOf(time.wallMs() * 1000);
    this.#rows = Array.from({ length: PAST_WEEKS }, (_, ago) => ({
      period: now - 2 - ago,
      part: 0,
      from_ms: 0,
    }));
    this.#time = { id: new TimeUuidSource(time, systemRandom).next() };
    this.#confirmEmpty = confirmEmpty;
  }

  override async read({ name }: ReadRequest): Promise<readonly Row[]> {
    this.names.push(name);
    if (name === 'mailboxes.directory') return this.#rows;
    return name === 'mailboxes.confirmEmpty' ? this.#confirmEmpty() : [this.#time];
  }
}

function emptyMailbox(confirmEmpty: () => Promise<readonly Row[]>) {
  const time = new VirtualTime();
  const ring = new RingOfOldParts(time, confirmEmpty);
  const trustedClock = { nowMs: () => time.wallMs() };
  const directory = new PartDirectory({ ring, levels, trustedClock, timers: time });
  const closer = new PartCloser({ ring, directory, clock: time, log: silentLog });
  const listing = new MailboxListing({ ring, levels, directory, closer });
  const list = async (): Promise<void> => {
    ring.names.length = 0;
    expect(await gather(listing.list(address, undefined, Budget.of(time, 1_000)))).toEqual([]);
    await settled();
  };
  const sent = (name: string): number => ring.names.filter((sentName) => sentName === name).length;
  return { time, list, sent };
}

describe('listing a mailbox that was empty for many weeks', () => {
  it('does not wait until empty parts are closed', async () => {
    const { list, sent } = emptyMailbox(() => new Promise(() => undefined));
    await list();
    expect(sent('mailboxes.list')).toBe(PAST_WEEKS);
    expect(sent('mailboxes.confirmEmpty')).toBe(1);
  });

  it('closes no more than two parts per listing', async () => {
    const { list, sent } = emptyMailbox(async () => []);
    await list();
    expect(sent('mailboxes.closePart')).toBe(2);
  });

  it('costs one statement more while a ring node is down, and none for the next minute', async () => {
    const { time, list, sent } = emptyMailbox(async () => {
      throw new Failure('store-unavailable', 'not all replicas are up');
    });
    await list();
    expect(sent('mailboxes.confirmEmpty')).toBe(1);
    await list();
    expect(sent('mailboxes.confirmEmpty')).toBe(0);
    await time.advance(60_000);
    await list();
    expect(sent('mailboxes.confirmEmpty')).toBe(1);
  });

  it('has few closings under way, however many list at once', async () => {
    const { list, sent } = emptyMailbox(() => new Promise(() => undefined));
    await Promise.all(Array.from({ length: 50 }, list));
    expect(sent('mailboxes.confirmEmpty')).toBeLessThanOrEqual(4);
  });
});
