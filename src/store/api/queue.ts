// The durable side of the relay queue: the live queue is in its owner's memory, this is what another gateway recovers
// it from. Only the owner of the lease writes, with stamps; whatever a former owner writes late changes nothing that
// its successor sees (and may be refused as *lease-lost*). Nothing here is polled: slices are written by exact id and
// read at recovery only.
import type { Budget } from '../../base/budget.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type {
  Lease,
  QueueId,
  RecoveredItem,
  RelayItem,
  RelayState,
  Slice,
  SmallBody,
  Stamp,
} from '../types.js';

export interface LeaseStore {
  /** A new queue of our own, at epoch 1 and heartbeat 0. *lease-lost*: there is one of that id already. */
  create(queue: QueueId, owner: string, ownerUrl: string, budget: Budget): Promise<Lease>;

  /** Heartbeat up by one, if the lease is as we know it. After *uncertain*, `current` says what we should know. */
  renew(lease: Lease, lowestLiveSlice: number, budget: Budget): Promise<Lease | 'lost'>;

  /** Epoch up by one with a new owner and no slice yet, if nothing changed since `seen` was read. */
  takeOver(seen: Lease, owner: string, ownerUrl: string, budget: Budget): Promise<Lease | 'lost'>;

  /** Ends a queue that is empty. */
  end(lease: Lease, budget: Budget): Promise<'ended' | 'lost'>;

  /**
   * The lease as it stands: whoever took it over before this call began is seen. An owner reads it between the store's
   * acknowledgement and its own 250 (the rule that makes a 250 safe).
   */
  current(queue: QueueId, budget: Budget): Promise<Lease | undefined>;

  list(budget: Budget): Promise<readonly Lease[]>;
}

export interface Settlement {
  /** Gone for good: delivered, bounced or dropped. */
  readonly done: readonly TimeUuid[];
  /** To be tried again: the new state replaces the old one as a whole. */
  readonly deferred: readonly { readonly id: TimeUuid; readonly state: RelayState }[];
}

export interface QueueStore {
  readonly leases: LeaseStore;

  /** Durable before the first item goes into the slice. */
  openSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void>;

  /** All items or none, in one write; durable when it resolves. *group-too-large* beyond `APPEND_BYTES`. */
  append(slice: Slice, items: readonly RelayItem[], stamp: Stamp, budget: Budget): Promise<void>;

  /** All of it in one write. */
  settle(slice: Slice, settlement: Settlement, stamp: Stamp, budget: Budget): Promise<void>;

  /** Removes the slice with all that may be left in it, and what a former owner may still write to it. */
  dropSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void>;

  slices(queue: QueueId, budget: Budget): Promise<readonly Slice[]>;

  /** Pages of items of these slices, several slices at once; in order of id within a slice. */
  recover(slices: readonly Slice[], budget: Budget): AsyncIterable<readonly RecoveredItem[]>;

  /** The body of an item whose body is small. Fails with *body-missing*. */
  readBody(slice: Slice, item: TimeUuid, budget: Budget): Promise<SmallBody>;
}
