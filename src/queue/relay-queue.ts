// The live relay queue of one process, from its two sides: intake brings mail in, the relay takes it out. All of it is
// in memory, by destination; the store holds a backup that another gateway recovers it from. A process owns the queue it
// began with and those it adopted from gateways that died; who uses this sees one.
import type { Budget } from '../base/budget.js';
import type { TimeUuid } from '../base/time-uuid.js';
import type { MessageBody, RelayEnvelope, RelayState } from '../store/types.js';

/** An item in memory. */
export interface LiveItem {
  readonly id: TimeUuid;
  readonly envelope: RelayEnvelope;
  readonly state: RelayState;
  readonly sizeBytes: number;
}

/** The relay's side. Items of a destination come out in order of acceptance at first, then when they are due. */
export interface DeliveryQueue {
  /** Called when a destination that had nothing due may have something: after a release, an adoption, a time that came. */
  onDue(listener: (destination: string) => void): void;
  /** Destinations with anything in them. */
  destinations(): Iterable<string>;
  /** The next that is due, now in flight: it must be settled by exactly one of `done`, `defer` and `putBack`. */
  take(destination: string): LiveItem | undefined;
  /** Octets of a small body from memory or the store, or chunks. */
  content(item: LiveItem, budget: Budget): Promise<MessageBody>;
  /** Is its lease ours beyond doubt? Asked before each delivery begins and before its final dot. */
  mayDeliver(item: LiveItem): boolean;
  /** Gone for good: delivered, bounced, or dropped. */
  done(item: LiveItem): void;
  /** To be tried again as the state says. */
  defer(item: LiveItem, state: RelayState): void;
  /** Nothing was begun: it is due as before, in its old place. */
  putBack(item: LiveItem): void;
}
