// Brings what a former owner left into memory: in pages, each of which is delivered from at once. Begun anew for as long
// as the lease is ours when the store fails, without bringing an item twice. What cannot be understood is left where it
// is, with its slice.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { failureOf, type Failure } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import { compareTimeUuids, timeOfIdMicros, type TimeUuid } from '../base/time-uuid.js';
import type { QueueStore } from '../store/api/queue.js';
import type { DamagedItem, RecoveredItem, Slice } from '../store/types.js';
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, RECOVER_MS } from './bounds.js';
import { LikeParts } from './like-parts.js';
import { LiveSlice } from './live-slice.js';
import type { OwnedQueue } from './owned-queue.js';
import { QueuedItem } from './queued-item.js';

export interface RecoveryParts {
  readonly store: Pick<QueueStore, 'slices' | 'recover'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onItem: (item: QueuedItem) => void;
}

/** A slice being read, and how far. */
interface Reading {
  readonly slice: LiveSlice;
  last: TimeUuid | undefined;
}

export class Recovery {
  readonly #parts: RecoveryParts;
  readonly #queue: OwnedQueue;
  readonly #alike = new LikeParts();
  readonly #readings = new Map<string, Reading>();
  #items = 0;
  #damaged = 0;

  constructor(parts: RecoveryParts, queue: OwnedQueue) {
    this.#parts = parts;
    this.#queue = queue;
  }

  /** Resolves when all is in memory, or the lease is lost. */
  async run(): Promise<void> {
    const { clock, log } = this.#parts;
    const beganAtMs = clock.monotonicMs();
    await this.#untilDone(() => this.#readDirectory());
    await this.#untilDone(() => this.#readItems());
    if (this.#queue.isLost) return;
    for (const { slice } of this.#readings.values()) this.#queue.adopted(slice);
    this.#queue.retire();
    const tookMs = Math.round(clock.monotonicMs() - beganAtMs);
    const [items, damaged] = [this.#items, this.#damaged];
    log.write('queue.recovered', { queue: this.#queue.id, items, damaged, tookMs });
  }

  async #untilDone(read: () => Promise<void>): Promise<void> {
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.#queue.isLost;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      try {
        await read();
        return;
      } catch (error) {
        this.#trouble(failureOf(error));
        await this.#parts.timers.sleep(pauseMs);
      }
    }
  }

  async #readDirectory(): Promise<void> {
    const { store, clock } = this.#parts;
    for (const name of await store.slices(this.#queue.id, Budget.of(clock, RECOVER_MS))) {
      const slice = new LiveSlice(name);
      this.#readings.set(keyOf(name), { slice, last: undefined });
      this.#queue.adoptSlice(slice);
    }
  }

  async #readItems(): Promise<void> {
    const { store, clock } = this.#parts;
    const slices = [...this.#readings.values()].map(({ slice }) => slice.name);
    for await (const page of store.recover(slices, Budget.of(clock, RECOVER_MS))) {
      if (this.#queue.isLost) return;
      for (const found of page) this.#found(found);
    }
  }

  #found(found: RecoveredItem | DamagedItem): void {
    const reading = this.#readings.get(keyOf(found.slice));
    // In order of id within a slice: an item up to the last one was met in an attempt before.
    if (reading === undefined) return;
    if (reading.last !== undefined && compareTimeUuids(found.id, reading.last) <= 0) return;
    reading.last = found.id;
    if ('damage' in found) this.#keepDamaged(reading.slice);
    else this.#bring(found, reading.slice);
  }

  #bring({ id, envelope, state, body }: RecoveredItem, slice: LiveSlice): void {
    const largeBody = body.kind === 'large' ? body : undefined;
    const { sizeBytes } = body;
    slice.found(1);
    this.#items += 1;
    const item = new QueuedItem({
      id,
      envelope: this.#alike.envelope(envelope),
      state: this.#alike.state(state),
      sizeBytes,
      largeBody,
      slice,
      owner: this.#queue,
    });
    item.order = timeOfIdMicros(id) / 1000;
    this.#parts.metrics.count('cassmail_relay_items_recovered_total', { outcome: 'live' });
    this.#parts.onItem(item);
  }

  #keepDamaged(slice: LiveSlice): void {
    slice.mustStay = true;
    this.#damaged += 1;
    this.#parts.metrics.count('cassmail_relay_items_recovered_total', { outcome: 'damaged' });
  }

  #trouble(failure: Failure): void {
    this.#parts.log.write('queue.trouble', { queue: this.#queue.id, doing: 'recover', error: failure });
  }
}

function keyOf({ epoch, number }: Slice): string {
  return `${epoch}/${number}`;
}
