// An embedded store with the real clock, for tests that need nothing special of its surroundings.
import { Budget } from '../../src/base/budget.js';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import type { Log } from '../../src/base/log.js';
import type { LogEvent } from '../../src/base/log-events.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../src/base/time-uuid.js';
import { parseLogin } from '../../src/mail/login.js';
import { INBOX } from '../../src/mail/mailbox-name.js';
import {
  openEmbeddedStore,
  type EmbeddedStore,
  type EmbeddedStoreOptions,
} from '../../src/store/embedded/embedded-store.js';
import type { Delivery, MailboxAddress, MessageEntry } from '../../src/store/types.js';

export const ids = new TimeUuidSource(systemClock, systemRandom);

/** Remembers which events were written. */
export class EventLog implements Log {
  readonly events: LogEvent[] = [];

  write(event: LogEvent): void {
    this.events.push(event);
  }

  with(): Log {
    return this;
  }
}

type SomeOptions = Pick<EmbeddedStoreOptions, 'folder'> & Partial<EmbeddedStoreOptions>;

export function openTestStore(options: SomeOptions): Promise<EmbeddedStore> {
  return openEmbeddedStore(testOptions(options));
}

export function testOptions(options: SomeOptions): EmbeddedStoreOptions {
  return {
    role: 'node',
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: new EventLog(),
    tap: { around: (_statement, send) => send() },
    ...options,
  };
}

export function ample(): Budget {
  return Budget.of(systemClock, 30_000);
}

export function inboxOf(user: string): MailboxAddress {
  return { login: parseLogin(`${user}@example.com`), mailbox: INBOX };
}

/** A small message whose bytes say which one it is, as often as they fit in. */
export function messageTo(address: MailboxAddress, sizeBytes = 1024): Delivery {
  const id = ids.next();
  return { id, body: { kind: 'small', bytes: bytesOf(id, sizeBytes) }, to: [address] };
}

function bytesOf(id: TimeUuid, sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes, id);
}

export async function entriesIn(store: EmbeddedStore, address: MailboxAddress): Promise<MessageEntry[]> {
  const entries: MessageEntry[] = [];
  for await (const page of store.mailboxes.list(address, ample())) entries.push(...page);
  return entries;
}

/** Every message of the mailbox, after a look that each is whole. */
export async function wholeIdsIn(store: EmbeddedStore, address: MailboxAddress): Promise<TimeUuid[]> {
  const entries = await entriesIn(store, address);
  for (const entry of entries) {
    const body = await store.mailboxes.read(address, entry, ample());
    const isWhole = body.kind === 'small' && bytesOf(entry.id, entry.sizeBytes).equals(body.bytes);
    if (!isWhole) throw new Error(`message ${entry.id} is not what was delivered`);
  }
  return entries.map(({ id }) => id);
}
