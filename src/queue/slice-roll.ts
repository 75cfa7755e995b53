// The slices that a queue of our own puts its items in, one after the other. A slice is in the directory, durably, before
// anything goes into it, and the next one is there before the current one is over, so that no message waits for it.
import { Budget } from '../base/budget.js';
import { failureOf } from '../base/failure.js';
import type { QueueStore } from '../store/api/queue.js';
import type { Lease, Stamp } from '../store/types.js';
import { ATTEMPT_MS } from './bounds.js';
import { LiveSlice } from './live-slice.js';
import type { StampCounter } from './stamp-counter.js';
import { writeWithin, type WritingParts } from './stamped-write.js';

export interface SliceRollParts extends WritingParts {
  readonly store: Pick<QueueStore, 'openSlice'>;
  readonly lease: Lease;
  readonly stamps: StampCounter;
  /** Called with one that is closed. */
  readonly onClosed: (slice: LiveSlice) => void;
}

/** In the directory, or perhaps. */
interface Opening {
  readonly slice: LiveSlice;
  readonly stamp: Stamp;
}

export class SliceRoll {
  readonly #parts: SliceRollParts;
  #number = 0;
  #current: LiveSlice | undefined;
  #next: LiveSlice | undefined;
  /** Tried and not known to be durable: tried again under its stamp before any other. */
  #unopened: Opening | undefined;
  #opening: Promise<void> | undefined;

  constructor(parts: SliceRollParts) {
    this.#parts = parts;
  }

  /** Room for these in an open slice; they count as live there from now on. */
  async place(items: number, bytes: number, budget: Budget): Promise<LiveSlice> {
    for (;;) {
      const slice = this.#takeCurrent(items, bytes);
      if (slice !== undefined) return slice;
      await this.#openNext(budget);
    }
  }

  /** Whether there is a slice to put something in, made now if need be. */
  async prepare(budget: Budget): Promise<void> {
    if (this.#current === undefined && this.#next === undefined) await this.#openNext(budget);
  }

  closeOld(): void {
    if (this.#current?.isOld(this.#parts.clock.monotonicMs()) === true) this.#closeCurrent();
  }

  get live(): number {
    return this.#current?.live ?? 0;
  }

  /** Nothing will be placed any more. */
  closeAll(): void {
    this.#closeCurrent();
    for (const slice of [this.#next, this.#unopened?.slice]) if (slice !== undefined) this.#close(slice);
    this.#next = undefined;
    this.#unopened = undefined;
  }

  /** All below it are gone, for whoever knows which of those that were closed are. */
  lowestOpen(): number {
    return (
      this.#current?.name.number ??
      this.#next?.name.number ??
      this.#unopened?.slice.name.number ??
      this.#number
    );
  }

  #takeCurrent(items: number, bytes: number): LiveSlice | undefined {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#current?.takes(items, bytes, nowMs) === false) this.#closeCurrent();
    if (this.#current === undefined) {
      this.#current = this.#next;
      this.#next = undefined;
    }
    this.#current?.put(items, bytes, nowMs);
    if (this.#current?.isHalfOver(nowMs) === true) this.#openAhead();
    return this.#current;
  }

  #openAhead(): void {
    if (this.#next !== undefined || this.#opening !== undefined) return;
    // Whoever needs it and does not find it opens it then, and hears why it cannot be.
    this.#openNext(Budget.of(this.#parts.clock, ATTEMPT_MS)).catch(failureOf);
  }

  #openNext(budget: Budget): Promise<void> {
    this.#opening ??= this.#open(budget).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(budget: Budget): Promise<void> {
    const opening = (this.#unopened ??= this.#newOpening());
    const { slice, stamp } = opening;
    await writeWithin(this.#parts, budget, (rest) => this.#parts.store.openSlice(slice.name, stamp, rest));
    if (this.#unopened !== opening) return; // closed meanwhile
    this.#unopened = undefined;
    this.#next = slice;
  }

  #newOpening(): Opening {
    const { queue, epoch } = this.#parts.lease;
    const slice = new LiveSlice({ queue, epoch, number: this.#number });
    this.#number += 1;
    return { slice, stamp: this.#parts.stamps.next() };
  }

  #closeCurrent(): void {
    if (this.#current !== undefined) this.#close(this.#current);
    this.#current = undefined;
  }

  #close(slice: LiveSlice): void {
    slice.isClosed = true;
    this.#parts.onClosed(slice);
  }
}
