// A live relay queue in virtual time over a store in memory, and the mail that goes through it.
import { Budget } from '../../../src/base/budget.js';
import { Metrics } from '../../../src/base/metrics.js';
import type { Random } from '../../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../../src/base/time-uuid.js';
import { LiveRelayQueue } from '../../../src/queue/live-relay-queue.js';
import type { LiveItem, NewItem, StoredItems } from '../../../src/queue/relay-queue.js';
import type { HeldBody, RelayState } from '../../../src/store/types.js';
import { MemoryLog } from '../../memory-log.js';
import { randoms } from '../../randoms.js';
import { VirtualTime } from '../../virtual-time.js';
import { MemoryQueueStore } from './memory-queue-store.js';
import { SeenStore } from './seen-store.js';

const numbers = randoms(7);
const random: Random = {
  fraction: () => {
    const next = numbers.next();
    return next.done === true ? 0 : next.value; // they never end
  },
  bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random.fraction() * 256)),
};

export class QueueStage {
  readonly time: VirtualTime;
  readonly store: MemoryQueueStore;
  readonly log = new MemoryLog();
  readonly metrics = new Metrics();
  readonly queue: LiveRelayQueue;
  readonly due: string[] = [];
  readonly released: TimeUuid[] = [];
  readonly random = random;
  /** The store as this process sees it. */
  readonly seen: SeenStore;
  readonly #ids: TimeUuidSource;

  constructor({
    owner = 'one',
    time = new VirtualTime(),
    store = new MemoryQueueStore(),
  }: { readonly owner?: string; readonly time?: VirtualTime; readonly store?: MemoryQueueStore } = {}) {
    this.time = time;
    this.store = store;
    this.#ids = new TimeUuidSource(time, random);
    this.seen = new SeenStore(store);
    this.queue = new LiveRelayQueue({
      store: this.seen,
      bodies: {
        read: () => chunks(),
        release: (_body, holders) => {
          for (const holder of holders) if (holder.kind === 'queue') this.released.push(holder.item);
          return Promise.resolve();
        },
      },
      owner,
      ownerUrl: `http://${owner}`,
      clock: time,
      timers: time,
      random,
      log: this.log,
      metrics: this.metrics,
    });
    this.queue.onDue((destination) => this.due.push(destination));
  }

  budget(ms = 30_000): Budget {
    return Budget.of(this.time, ms);
  }

  item(destination = 'a.example', body?: HeldBody): NewItem {
    const id = this.#ids.next();
    return {
      id,
      envelope: {
        message: id,
        destination,
        sender: 'me@example.com',
        acceptedAtMs: this.time.wallMs(),
        parameters: {},
      },
      recipients: [{ address: `you@${destination}`, parameters: {} }],
      body: body ?? { kind: 'small', bytes: Buffer.from(`Subject: ${id}\r\n\r\n`) },
    };
  }

  /** Time passes until it is stored. */
  async stored(items: readonly NewItem[], ms = 20): Promise<StoredItems> {
    const storing = this.queue.store(items, this.budget());
    await this.time.advance(ms);
    return storing;
  }

  async accepted(items: readonly NewItem[]): Promise<void> {
    (await this.stored(items)).release();
  }

  take(destination = 'a.example'): LiveItem {
    const item = this.queue.take(destination);
    if (item === undefined) throw new Error(`nothing is due for ${destination}`);
    return item;
  }

  /** All that is due, in order; it stays in flight. */
  takeAll(destination = 'a.example'): readonly LiveItem[] {
    const items: LiveItem[] = [];
    for (let item = this.queue.take(destination); item !== undefined; item = this.queue.take(destination)) {
      items.push(item);
    }
    return items;
  }

  deferred(item: LiveItem, inMs: number): RelayState {
    return {
      ...item.state,
      attempts: item.state.attempts + 1,
      nextAttemptAtMs: this.time.wallMs() + inMs,
      lastReply: '451 later',
    };
  }
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('a large body'));
}

export function heldBody(ids: TimeUuid): HeldBody {
  return { kind: 'large', id: ids, sizeBytes: 100_000 } as HeldBody;
}
