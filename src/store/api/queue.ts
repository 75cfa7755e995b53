// The durable side of the relay queue: the live queue is in its owner's memory, this is what another gateway recovers
// it from. Only the owner of the lease writes, with stamps. What a former owner writes late never wins over what its
// successor has written, and may be refused as *lease-lost*; where it is not, it still happens to items that the
// successor has not changed yet (a late *done* finishes such an item). So a successor goes by what it has recovered.
// Nothing here is polled: slices are written by exact id and read at recovery only.
import type { Budget } from '../../base/budget.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type {
  DamagedItem,
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

  /**
   * Epoch up by one with a new owner and no slice yet, if nothing changed since `seen` was read. An owner that stops gives
   * its queue to nobody by this, an owner without a name, so that nobody needs to wait for its silence.
   */
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

  /**
   * All items or none, in one write; durable when it resolves. A repetition with its stamp brings nothing back that was
   * settled or dropped since. The caller begins no append to a slice that it has begun to drop: such a one may be
   * refused (*slice-dropped*), or resolve and keep nothing.
   *
   * A group is taken when the JSON of its envelopes and states, its small bodies and `ITEM_OVERHEAD_BYTES` for each
   * item come to no more than `APPEND_BYTES`. A larger one may be *group-too-large*; then nothing was sent.
   */
  append(slice: Slice, items: readonly RelayItem[], stamp: Stamp, budget: Budget): Promise<void>;

  /** All of it in one write, as large as a group may be that is appended: each item counts with its state, if any. */
  settle(slice: Slice, settlement: Settlement, stamp: Stamp, budget: Budget): Promise<void>;

  /**
   * Removes the slice with all that may be left in it, and what a former owner may still write to it. When it fails,
   * with any kind, some of that may be gone and it can be repeated. Not for a slice in which recovery met a damaged
   * item: the item would be lost with it.
   */
  dropSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void>;

  slices(queue: QueueId, budget: Budget): Promise<readonly Slice[]>;

  /**
   * Pages of items of these slices, several slices at once; in order of id within a slice. Damaged ones come in their
   * place and are logged (`queue.item-damaged`); the slice of such a one must not be dropped.
   */
  recover(slices: readonly Slice[], budget: Budget): AsyncIterable<readonly (RecoveredItem | DamagedItem)[]>;

  /** The body of an item whose body is small. Fails with *body-missing*. */
  readBody(slice: Slice, item: TimeUuid, budget: Budget): Promise<SmallBody>;
}
