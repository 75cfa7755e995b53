// What became of the items of one queue, on its way to the store: in groups, one write for each slice and fifty
// milliseconds, repeated for as long as the lease is ours. Of an item whose outcome changes before it was sent only the
// last is. What waits is bounded by the items in memory, and by the relay that begins nothing while too much does.
import type { Timers } from '../base/clock.js';
import type { Failure } from '../base/failure.js';
import type { TimeUuid } from '../base/time-uuid.js';
import type { QueueStore, Settlement } from '../store/api/queue.js';
import { ITEM_OVERHEAD_BYTES, type RelayState } from '../store/types.js';
import { SETTLE_BYTES, SETTLE_ITEMS, SETTLE_WITHIN_MS, SETTLES_IN_FLIGHT } from './bounds.js';
import { sizeOfState } from './group-size.js';
import type { LiveSlice } from './live-slice.js';
import type { StampCounter } from './stamp-counter.js';
import { writeInTheEnd, type WritingParts } from './stamped-write.js';

export type ItemOutcome = RelayState | 'done';

export interface SettlementsParts extends WritingParts {
  readonly store: Pick<QueueStore, 'settle'>;
  readonly timers: Timers;
  readonly stamps: StampCounter;
}

export interface SettlementEvents {
  isWanted(): boolean;
  onFailure(failure: Failure): void;
  /** The store knows. */
  onSettled(slice: LiveSlice, settlement: Settlement): void;
}

export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #events: SettlementEvents;
  readonly #waiting = new Map<LiveSlice, Map<TimeUuid, ItemOutcome>>();
  #waitingItems = 0;
  #sentItems = 0;
  #inFlight = 0;
  #isTimerSet = false;
  #isDue = false;
  readonly #wakeDrained: (() => void)[] = [];

  constructor(parts: SettlementsParts, events: SettlementEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  /** Outcomes that the store does not know yet. */
  get unsettled(): number {
    return this.#waitingItems + this.#sentItems;
  }

  add(slice: LiveSlice, id: TimeUuid, outcome: ItemOutcome): void {
    const outcomes = this.#waiting.get(slice) ?? new Map<TimeUuid, ItemOutcome>();
    this.#waiting.set(slice, outcomes);
    if (!outcomes.has(id)) this.#waitingItems += 1;
    outcomes.set(id, outcome);
    if (this.#waitingItems >= SETTLE_ITEMS) this.#sendWhatFits();
    this.#setTimer();
  }

  /** Resolves when nothing is waiting or on its way any more, or nobody wants it. */
  drained(): Promise<void> {
    if (this.unsettled === 0 || !this.#events.isWanted()) return Promise.resolve();
    return new Promise((resolve) => this.#wakeDrained.push(resolve));
  }

  /** The lease is lost: nothing of this would have effect. */
  forget(): void {
    this.#waiting.clear();
    this.#waitingItems = 0;
    this.#wakeIfDrained();
  }

  #setTimer(): void {
    if (this.#isTimerSet || this.#waitingItems === 0) return;
    this.#isTimerSet = true;
    this.#parts.timers.after(SETTLE_WITHIN_MS, () => {
      this.#isTimerSet = false;
      this.#isDue = true;
      this.#sendWhatFits();
      this.#setTimer();
    });
  }

  #sendWhatFits(): void {
    while (this.#inFlight < SETTLES_IN_FLIGHT && this.#waitingItems > 0) {
      if (!this.#isDue && this.#waitingItems < SETTLE_ITEMS) return;
      this.#sendOne();
    }
    if (this.#waitingItems === 0) this.#isDue = false;
  }

  #sendOne(): void {
    for (const [slice, outcomes] of this.#waiting) {
      const { settlement, count } = cut(outcomes);
      if (outcomes.size === 0) this.#waiting.delete(slice);
      this.#waitingItems -= count;
      void this.#send(slice, settlement, count);
      return;
    }
  }

  async #send(slice: LiveSlice, settlement: Settlement, count: number): Promise<void> {
    this.#sentItems += count;
    this.#inFlight += 1;
    await this.#write(slice, settlement);
    this.#sentItems -= count;
    this.#inFlight -= 1;
    this.#sendWhatFits();
    this.#wakeIfDrained();
  }

  async #write(slice: LiveSlice, settlement: Settlement): Promise<void> {
    const { store, stamps } = this.#parts;
    const stamp = stamps.next();
    const isKnown = await writeInTheEnd(
      this.#parts,
      (budget) => store.settle(slice.name, settlement, stamp, budget),
      this.#events,
    );
    if (isKnown) this.#events.onSettled(slice, settlement);
  }

  #wakeIfDrained(): void {
    if (this.unsettled > 0 && this.#events.isWanted()) return;
    for (const wake of this.#wakeDrained.splice(0)) wake();
  }
}

/** Takes as many out as go in one write. */
function cut(outcomes: Map<TimeUuid, ItemOutcome>): {
  readonly settlement: Settlement;
  readonly count: number;
} {
  const done: TimeUuid[] = [];
  const deferred: { id: TimeUuid; state: RelayState }[] = [];
  let bytes = 0;
  for (const [id, outcome] of outcomes) {
    bytes += ITEM_OVERHEAD_BYTES + (outcome === 'done' ? 0 : sizeOfState(outcome));
    const count = done.length + deferred.length;
    if (count > 0 && (count >= SETTLE_ITEMS || bytes > SETTLE_BYTES)) break;
    outcomes.delete(id);
    if (outcome === 'done') done.push(id);
    else deferred.push({ id, state: outcome });
  }
  return { settlement: { done, deferred }, count: done.length + deferred.length };
}
