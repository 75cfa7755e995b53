// Large bodies: kept once however many mailboxes and queue items share them. The order of things is what keeps them
// safe: chunks first, then all holders in one write, only then whatever lists the body; holders only become fewer, and
// the body goes when the last has let go. Streams both ways with back-pressure; a few chunks are in memory, no more.
import type { Budget } from '../../base/budget.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { HeldBody, Holder, LargeBody } from '../types.js';

export interface SweepReport {
  /** Bodies that nobody held. */
  readonly removed: number;
  /** What could not be looked at or removed now; another sweep may. */
  readonly skipped: number;
  /** The time was enough to pass all bodies. */
  readonly isComplete: boolean;
}

export interface BodyStore {
  /**
   * Stores what the stream brings. When the stream or the store fails, what was written is taken back (as far as that
   * is possible within seconds, which the call may take beyond its budget; the sweep does the rest) and the call fails,
   * with *body-interrupted* if it was the stream. That id is used up: the next try needs a new one. *id-too-old* or
   * *id-from-future* for an id that is not of today.
   */
  write(id: TimeUuid, stream: AsyncIterable<Uint8Array>, budget: Budget): Promise<LargeBody>;

  /**
   * Makes all holders durable in one write. Once per body: holders are never added later. There must be one. *id-too-old*
   * for a body over a day old: it may be swept already.
   */
  hold(body: LargeBody, holders: readonly Holder[], budget: Budget): Promise<HeldBody>;

  /** The chunks in order. Fails with *body-missing* when one is not there. */
  read(body: HeldBody, budget: Budget): AsyncIterable<Uint8Array>;

  /** These holders need it no more; with the last one the body goes. May be repeated. */
  release(body: HeldBody, holders: readonly Holder[], budget: Budget): Promise<void>;

  /** For a body that was written and is not to be held after all, or whose `hold` failed. May be repeated. */
  discard(body: LargeBody, budget: Budget): Promise<void>;

  /** Removes bodies over a day old that nobody holds: as many as there is time for, beginning somewhere at random. */
  sweep(budget: Budget): Promise<SweepReport>;
}
