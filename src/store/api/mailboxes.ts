// Messages in mailboxes. What is acknowledged here stays until `remove` is asked for; what was removed never comes
// back, however late a retry or a hint of its delivery arrives.
import type { Budget } from '../../base/budget.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { Delivery, MailboxAddress, MessageBody, MessageEntry } from '../types.js';

export interface ListOptions {
  /** Only messages after this one. */
  readonly after?: TimeUuid;
}

export interface Removal {
  /** Those that may still be there; empty when all are gone. */
  readonly left: readonly MessageEntry[];
  /** Why, when some are left: the first Failure met. */
  readonly cause?: unknown;
}

export interface MailboxStore {
  /**
   * Puts the message into every mailbox named; durable in all of them when it resolves. When it fails with any kind but
   * *uncertain* this attempt left it in none of them; with *uncertain* it may be in some, and the process that made the
   * delivery can repeat it or take it back.
   *
   * A repetition is the same message again. One that is refused undoes nothing of what an attempt before it, or one
   * under way at the same time, acknowledged or left uncertain; it says nothing of that attempt, unless it is
   * *uncertain* itself.
   */
  deliver(delivery: Delivery, budget: Budget): Promise<void>;

  /**
   * Undoes a delivery as far as it happened. Resolves only when the message is in none of its mailboxes, for good; when
   * it fails, with any kind, it may be in some and this can be repeated. These mailboxes let go of a large body.
   */
  takeBack(delivery: Delivery, budget: Budget): Promise<void>;

  /** Pages in ascending order of id over the whole mailbox. */
  list(
    address: MailboxAddress,
    budget: Budget,
    options?: ListOptions,
  ): AsyncIterable<readonly MessageEntry[]>;

  /** Fails with *body-missing* when the message is not there (any more, or yet). */
  read(address: MailboxAddress, entry: MessageEntry, budget: Budget): Promise<MessageBody>;

  /**
   * Removes these messages for good, each by its exact id, and lets go of their large bodies; goes on past one that
   * fails. May be repeated.
   */
  remove(address: MailboxAddress, entries: readonly MessageEntry[], budget: Budget): Promise<Removal>;
}
