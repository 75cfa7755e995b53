// Where the cases of a suite run: two stores on the same data, a tap in front of the first, and fresh names, so that
// cases which share a ground never meet.
import { randomUUID } from 'node:crypto';
import { Budget } from '../../../src/base/budget.js';
import { systemClock, systemTimers } from '../../../src/base/clock.js';
import { systemRandom } from '../../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../../src/base/time-uuid.js';
import { parseLogin, type Login } from '../../../src/mail/login.js';
import { INBOX, type MailboxName } from '../../../src/mail/mailbox-name.js';
import type { StatementTap } from '../../../src/store/api/statement-tap.js';
import type { Store } from '../../../src/store/api/store.js';
import type { Delivery, MailboxAddress, QueueId } from '../../../src/store/types.js';
import type { Harness } from './harness.js';
import { ScriptedTap } from './scripted-tap.js';

const untapped: StatementTap = { around: (_statement, send) => send() };

/** Far more than any step takes; only cases about deadlines give less. */
const AMPLE_MS = 20_000;

export class Ground {
  readonly #harness: Harness;
  readonly #ids = new TimeUuidSource(systemClock, systemRandom);
  /** The store under test, as one process sees it. */
  readonly store: Store;
  /** In front of `store`, and of nothing else. */
  readonly tap: ScriptedTap;
  /** What another process sees. */
  readonly other: Store;

  private constructor(harness: Harness, tap: ScriptedTap, store: Store, other: Store) {
    this.#harness = harness;
    this.tap = tap;
    this.store = store;
    this.other = other;
  }

  static async on(harness: Harness): Promise<Ground> {
    const tap = new ScriptedTap();
    const store = await harness.open(tap);
    return new Ground(harness, tap, store, await harness.open(untapped));
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.other.close();
    await this.#harness.dispose();
  }

  /** One more process, started later than the two others; the case closes it. */
  another(): Promise<Store> {
    return this.#harness.open(untapped);
  }

  letPass(ms: number): Promise<void> {
    return this.#harness.letPass(ms);
  }

  budget(ms = AMPLE_MS): Budget {
    return Budget.of(systemClock, ms);
  }

  id(): TimeUuid {
    return this.#ids.next();
  }

  queue(): QueueId {
    return randomUUID() as QueueId;
  }

  /** A name nobody has used yet, for workers and owners. */
  name(stem: string): string {
    return `${stem}-${randomUUID()}`;
  }

  login(stem = 'user'): Login {
    return parseLogin(`${stem}-${randomUUID()}@example.com`);
  }

  address(mailbox: MailboxName = INBOX): MailboxAddress {
    return { login: this.login(), mailbox };
  }

  /** A small message of its own. */
  delivery(
    to: readonly MailboxAddress[],
    bytes: Uint8Array = Buffer.from('Subject: hello\r\n\r\n'),
  ): Delivery {
    return { id: this.id(), body: { kind: 'small', bytes }, to };
  }

  /** Resolves once what is watched has stopped moving. */
  async atRest(watched: () => number): Promise<void> {
    for (let seen = -1, times = 0; seen !== watched() && times < 50; times += 1) {
      seen = watched();
      await systemTimers.sleep(200);
    }
  }
}
