// The live relay queue of one process, from its two sides: intake brings mail in, the relay takes it out. All of it is
// in memory, by destination; the store holds a backup that another gateway recovers it from. A process owns the queue it
// began with and those it adopted from gateways that died; who uses this sees one.
import type { Budget } from '../base/budget.js';
import type { TimeUuid } from '../base/time-uuid.js';
import type {
  HeldBody,
  MessageBody,
  RelayEnvelope,
  RelayRecipient,
  RelayState,
  SmallBody,
} from '../store/types.js';

/** The share of one message that goes to one destination. */
export interface NewItem {
  /** Of today, from the one source of the process; a held body names it as its holder. */
  readonly id: TimeUuid;
  readonly envelope: RelayEnvelope;
  readonly recipients: readonly RelayRecipient[];
  readonly body: SmallBody | HeldBody;
}

/** Items that are durable; the message they belong to has no reply yet. Exactly one of the two is to be called. */
export interface StoredItems {
  /** The reply is 250: their delivery may begin. */
  release(): void;
  /**
   * The reply is not 250: nobody gets them. Done in the background, and as durable as their acceptance was; a held body
   * is let go of too.
   */
  withdraw(): void;
}

/** Intake's side. */
export interface RelayDoor {
  /** Why nothing can be taken at the moment (*relay-closed*: no backup, no service), so that a client hears it at once. */
  assertOpen(): void;

  /**
   * All of them durable at QUORUM or better, in as few writes as they fit with whatever else arrives now, and the lease
   * still ours after the store had acknowledged; or a Failure, and none of them will be delivered. (After *uncertain*
   * and *lease-lost* they may be stored and are being taken back; should this process lose its lease before that is
   * done, a successor delivers them.) A held body stays the caller's to discard when this fails.
   */
  store(items: readonly NewItem[], budget: Budget): Promise<StoredItems>;
}

/** An item in memory. */
export interface LiveItem {
  readonly id: TimeUuid;
  readonly envelope: RelayEnvelope;
  /** As the store knows it, or is about to. */
  readonly state: RelayState;
  readonly sizeBytes: number;
}

/**
 * The relay's side. Items of a destination come out in order of acceptance at first, then when they are due. What is
 * said of an item whose lease was lost meanwhile has no effect: it is its new owner's.
 */
export interface DeliveryQueue {
  /**
   * Called when a destination that had nothing due may have something: after a release, an adoption, a time that came,
   * a lease that is valid again. Not for what `putBack` returns: who put it back knows.
   */
  onDue(listener: (destination: string) => void): void;
  /** Destinations with anything in them, in flight included. */
  destinations(): Iterable<string>;
  /** The next that is due, now in flight: it must be settled by exactly one of `done`, `defer` and `putBack`. */
  take(destination: string): LiveItem | undefined;
  /**
   * Octets of a small body from memory or the store, or chunks. *item-finished*: its former owner had done with it and
   * could not say so; it is dropped already, and needs no settling (which would have no effect).
   */
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
