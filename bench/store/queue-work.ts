// The relay queue as both stores are measured by it: appends in groups, and reading everything back as a gateway does
// that takes a queue over.
import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/store/api/store.js';
import type { QueueId, DamagedItem, RecoveredItem, RelayItem, Slice, Stamp } from '../../src/store/types.js';
import { ratePerSecond } from '../rounds.js';
import { budget } from './deliveries.js';
import { ids } from './payload.js';

export const GROUP = 50;
const GROUPS_PER_SLICE = 200;
const EPOCH = 1;

export function queueItem(bytes: Buffer): RelayItem {
  return {
    id: ids.next(),
    envelope: {
      message: ids.next(),
      destination: 'example.org',
      sender: 'anne@example.com',
      acceptedAtMs: Date.now(),
      parameters: {},
    },
    state: {
      recipients: [{ address: 'bob@example.org', parameters: {} }],
      attempts: 0,
      nextAttemptAtMs: Date.now(),
    },
    body: { kind: 'small', bytes },
  };
}

/** One queue that is filled in groups, slice after slice, as its owner would. */
export class QueueFiller {
  readonly queue = randomUUID() as QueueId;
  readonly #store: Store;
  #stamps = 0;
  #groups = 0;
  #opening: Promise<Slice> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async start(): Promise<void> {
    await this.#store.queue.leases.create(this.queue, 'bench', 'http://127.0.0.1', budget());
  }

  /** Messages per second. */
  async fill(groups: number, inFlight: number, bytes: Buffer): Promise<number> {
    const groupsPerSecond = await ratePerSecond(groups, inFlight, async () => {
      const slice = await this.#slice();
      const items = Array.from({ length: GROUP }, () => queueItem(bytes));
      await this.#store.queue.append(slice, items, this.#stamp(), budget());
    });
    return groupsPerSecond * GROUP;
  }

  async recover(): Promise<{ readonly seconds: number; readonly items: number }> {
    const startedAt = performance.now();
    const slices = await this.#store.queue.slices(this.queue, budget());
    const items: (RecoveredItem | DamagedItem)[] = [];
    for await (const page of this.#store.queue.recover(slices, budget())) items.push(...page);
    return { seconds: (performance.now() - startedAt) / 1000, items: items.length };
  }

  #slice(): Promise<Slice> {
    if (this.#opening === undefined || this.#groups % GROUPS_PER_SLICE === 0) {
      const slice = { queue: this.queue, epoch: EPOCH, number: Math.floor(this.#groups / GROUPS_PER_SLICE) };
      this.#opening = this.#store.queue.openSlice(slice, this.#stamp(), budget()).then(() => slice);
    }
    this.#groups += 1;
    return this.#opening;
  }

  #stamp(): Stamp {
    this.#stamps += 1;
    return { epoch: EPOCH, n: this.#stamps };
  }
}
