// One queue whose lease is ours, on its store's side: its stamps, what is written into its slices, what became of its
// items, and its end when it is empty. What is in memory is elsewhere; this knows how much of it each slice still has.
//
// When the lease is lost, everything under way here is void, and what comes later is ignored.
import type { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure, failureOf } from '../base/failure.js';
import type { TimeUuid } from '../base/time-uuid.js';
import { waitWithin } from '../base/wait-within.js';
import type { QueueStore, Settlement } from '../store/api/queue.js';
import type { HeldBody, Lease, QueueId, RelayItem } from '../store/types.js';
import { IDLE_MS, REPEAT_AFTER_MS } from './bounds.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { LiveSlice } from './live-slice.js';
import type { Moment } from './moment.js';
import type { ItemOwner, QueuedItem } from './queued-item.js';
import { Settlements, type ItemOutcome } from './settlements.js';
import { SliceRoll } from './slice-roll.js';
import { StampCounter } from './stamp-counter.js';
import { writeInTheEnd, writeWithin } from './stamped-write.js';

export interface OwnedQueueParts {
  readonly store: QueueStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly events: OwnedQueueEvents;
}

/** What is tried again until it is done. */
export type Trouble = 'renew' | 'settle' | 'drop-slice' | 'end';

export interface OwnedQueueEvents {
  /** `unsettled`: outcomes that its next owner cannot know. */
  onLost(queue: OwnedQueue, unsettled: number): void;
  /** It was empty, and nobody will find it any more. */
  onEnded(queue: OwnedQueue): void;
  onRenewed(queue: OwnedQueue, wasValid: boolean): void;
  onTrouble(queue: OwnedQueue, doing: Trouble, failure: Failure): void;
  onSettled(settlement: Settlement): void;
  /** Nobody needs it for this item any more, and the store knows that. */
  onBodyFree(item: TimeUuid, body: HeldBody): void;
}

export class OwnedQueue implements ItemOwner {
  readonly isAdopted: boolean;
  readonly keeper: LeaseKeeper;
  readonly #parts: OwnedQueueParts;
  readonly #stamps: StampCounter;
  readonly #settlements: Settlements;
  readonly #roll: SliceRoll;
  /** Closed and not dropped yet. */
  readonly #slices = new Set<LiveSlice>();
  readonly #largeBodies = new Map<TimeUuid, HeldBody>();
  #dropping: Promise<void> = Promise.resolve();
  #lastUsedAtMs: number;
  #isRetired = false;
  #isEnding = false;

  /** `confirmed`: from before the store was asked for the lease. */
  constructor(
    parts: OwnedQueueParts,
    lease: Lease,
    confirmed: Moment,
    { isAdopted }: { isAdopted: boolean },
  ) {
    this.isAdopted = isAdopted;
    this.#parts = parts;
    this.#lastUsedAtMs = parts.clock.monotonicMs();
    this.#stamps = new StampCounter(lease);
    const writing = { store: parts.store, clock: parts.clock, timers: parts.timers, stamps: this.#stamps };
    this.#settlements = new Settlements(writing, {
      isWanted: () => !this.isLost,
      onFailure: (failure) => this.#trouble('settle', failure),
      onSettled: (slice, settlement) => this.#settled(slice, settlement),
    });
    this.#roll = new SliceRoll({ ...writing, lease, onClosed: (slice) => this.#closed(slice) });
    const { leases } = parts.store;
    this.keeper = new LeaseKeeper({ leases, clock: parts.clock, timers: parts.timers }, lease, confirmed, {
      lowestLiveSlice: () => this.#lowestLiveSlice(),
      onLost: () => this.#lost(),
      onRenewed: (wasValid) => {
        this.#roll.closeOld();
        parts.events.onRenewed(this, wasValid);
      },
      onNotRenewed: (failure) => this.#trouble('renew', failure),
    });
  }

  get id(): QueueId {
    return this.keeper.lease.queue;
  }

  get isLost(): boolean {
    return this.keeper.isLost;
  }

  mayDeliver(): boolean {
    return this.keeper.isValid();
  }

  /** Outcomes that would be forgotten if this process died now. */
  get unsettled(): number {
    return this.#settlements.unsettled;
  }

  /** In the store and needed; those being stored included. */
  get live(): number {
    let live = this.#roll.live;
    for (const slice of this.#slices) live += slice.live;
    return live;
  }

  isIdle(): boolean {
    return this.live === 0 && this.#parts.clock.monotonicMs() - this.#lastUsedAtMs >= IDLE_MS;
  }

  /**
   * Durable, and nobody had taken the queue over when the store acknowledged it. When it fails, none of the items will
   * be delivered by us: what may be stored all the same is taken back.
   */
  async append(items: readonly RelayItem[], sizeBytes: number, budget: Budget): Promise<LiveSlice> {
    this.#lastUsedAtMs = this.#parts.clock.monotonicMs();
    const slice = await this.#roll.place(items.length, sizeBytes, budget);
    const stamp = this.#stamps.next();
    try {
      await writeWithin(this.#parts, budget, (rest) => {
        this.#assertKept();
        return this.#parts.store.append(slice.name, items, stamp, rest);
      });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'uncertain') this.takeBack(slice, items);
      else this.#less(slice, items.length);
      if (failure.code === 'lease-lost') void this.keeper.renewNow(); // the store knows; now hear it for certain
      throw failure;
    }
    try {
      await this.#confirm(budget);
    } catch (error) {
      this.takeBack(slice, items);
      throw storedAllTheSame(failureOf(error));
    }
    return slice;
  }

  /** Their message was not accepted. */
  takeBack(slice: LiveSlice, items: readonly { readonly id: TimeUuid }[]): void {
    if (this.isLost) return;
    for (const { id } of items) this.#settlements.add(slice, id, 'done');
  }

  /** As `takeBack`, of items whose bodies are ours to let go of. */
  withdraw(slice: LiveSlice, items: readonly RelayItem[]): void {
    for (const { id, body } of items) if (body.kind === 'large') this.#largeBodies.set(id, body);
    this.takeBack(slice, items);
  }

  settle(item: QueuedItem, outcome: ItemOutcome): void {
    if (this.isLost) return;
    if (outcome === 'done' && item.largeBody !== undefined) this.#largeBodies.set(item.id, item.largeBody);
    this.#settlements.add(item.slice, item.id, outcome);
  }

  /** Of a former owner: what it put in is being found, and nothing goes in any more. */
  adoptSlice(slice: LiveSlice): void {
    this.#slices.add(slice);
  }

  /** All that is in it has been found. */
  adopted(slice: LiveSlice): void {
    slice.isClosed = true;
    this.#dropIfOver(slice);
  }

  /** Nothing will be put in any more: it ends when it is empty. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    this.#roll.closeAll();
    this.#endIfOver();
  }

  /** A planned stop: the store knows all outcomes, and somebody else may go on at once. Fails when time is up. */
  async leave(budget: Budget): Promise<'ended' | 'handed-over'> {
    const { timers } = this.#parts;
    await waitWithin(budget, timers, this.#settlements.drained(), 'outcomes to become durable');
    this.#isEnding = true; // here, and not by what is dropped last
    if (this.live === 0) this.#roll.closeAll();
    await waitWithin(budget, timers, this.#dropping, 'slices to be dropped');
    const isOver = this.live === 0 && this.#slices.size === 0;
    await (isOver ? this.keeper.end(budget) : this.keeper.handOver(budget));
    return isOver ? 'ended' : 'handed-over';
  }

  /** Whether the store takes writes: makes ready what the next message needs. */
  async probe(budget: Budget): Promise<void> {
    await this.#roll.prepare(budget);
    if (!(await this.keeper.renewNow()))
      throw new Failure('store-unavailable', 'the lease could not be renewed');
  }

  async #confirm(budget: Budget): Promise<void> {
    for (;;) {
      try {
        await this.keeper.confirm(budget);
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.code === 'lease-lost' || budget.remainingMs() <= REPEAT_AFTER_MS) throw failure;
        await this.#parts.timers.sleep(REPEAT_AFTER_MS);
      }
    }
  }

  #assertKept(): void {
    if (this.isLost) throw new Failure('lease-lost', `queue ${this.id} has another owner`);
  }

  #settled(slice: LiveSlice, settlement: Settlement): void {
    this.#parts.events.onSettled(settlement);
    for (const id of settlement.done) {
      const body = this.#largeBodies.get(id);
      if (body === undefined) continue;
      this.#largeBodies.delete(id);
      this.#parts.events.onBodyFree(id, body);
    }
    this.#less(slice, settlement.done.length);
  }

  #less(slice: LiveSlice, items: number): void {
    slice.less(items);
    this.#dropIfOver(slice);
  }

  #closed(slice: LiveSlice): void {
    this.#slices.add(slice);
    this.#dropIfOver(slice);
  }

  /** One after the other: nobody waits for it. */
  #dropIfOver(slice: LiveSlice): void {
    if (!slice.isOver || slice.isBeingDropped) return;
    slice.isBeingDropped = true;
    this.#dropping = this.#drop(this.#dropping, slice);
  }

  async #drop(before: Promise<void>, slice: LiveSlice): Promise<void> {
    await before;
    const stamp = this.#stamps.next();
    const isDropped = await this.#inTheEnd('drop-slice', (budget) =>
      this.#parts.store.dropSlice(slice.name, stamp, budget),
    );
    if (!isDropped) return;
    this.#slices.delete(slice);
    this.#endIfOver();
  }

  #lowestLiveSlice(): number {
    let lowest = this.#roll.lowestOpen();
    for (const { name } of this.#slices) {
      if (name.epoch === this.keeper.lease.epoch) lowest = Math.min(lowest, name.number);
    }
    return lowest;
  }

  #endIfOver(): void {
    if (!this.#isRetired || this.#isEnding || this.isLost || this.#slices.size > 0) return;
    this.#isEnding = true;
    void this.#end();
  }

  async #end(): Promise<void> {
    const hasEnded = await this.#inTheEnd('end', (budget) => this.keeper.end(budget));
    if (hasEnded) this.#parts.events.onEnded(this);
  }

  #inTheEnd(doing: Trouble, attempt: (budget: Budget) => Promise<void>): Promise<boolean> {
    return writeInTheEnd(this.#parts, attempt, {
      isWanted: () => !this.isLost,
      onFailure: (failure) => this.#trouble(doing, failure),
    });
  }

  #trouble(doing: Trouble, failure: Failure): void {
    if (failure.code === 'lease-lost') void this.keeper.renewNow();
    this.#parts.events.onTrouble(this, doing, failure);
  }

  #lost(): void {
    const { unsettled } = this;
    this.#settlements.forget();
    this.#largeBodies.clear();
    this.#slices.clear();
    this.#parts.events.onLost(this, unsettled);
  }
}

/** Stored, and to be taken back: to its sender that is no certain refusal. */
function storedAllTheSame(failure: Failure): Failure {
  if (failure.code === 'lease-lost' || failure.kind === 'uncertain') return failure;
  return new Failure('store-write-uncertain', `the lease could not be read: ${failure.message}`, {
    cause: failure,
  });
}
