// Opening a mailbox as RFC 1939 wants it opened: by one session at a time over all nodes, with the messages numbered as
// they were found at that moment. Built for 100,000 messages: what is kept for each is a few dozen bytes.
import type { Budget } from '../base/budget.js';
import type { MailboxAddress } from '../store/types.js';

export interface MailboxDoor {
  /** *in-use*: another session, here or on another node, has it, and kept it for as long as it was worth waiting. */
  open(address: MailboxAddress, budget: Budget): Promise<OpenMailbox | 'in-use'>;
}

/** Messages are numbered from 1. */
export interface OpenMailbox {
  readonly count: number;
  sizeBytes(number: number): number;
  /** Unique for ever and unchanging: 1 to 70 octets of 0x21 to 0x7E. */
  uidl(number: number): string;

  /**
   * The message from its first octet to its last, as it is sent before dot-stuffing; `sizeBytes` octets in all. Fails
   * with *body-missing* and the store's other failures, possibly after some chunks. What remains of the budget when it is
   * called is how long each chunk may take: the whole lasts as long as its reader wants. May be called many times at once.
   */
  read(number: number, budget: Budget): AsyncIterable<Uint8Array>;

  /**
   * Removes these for good, if the lock is still ours; what could not be removed is `left`, with the first cause. *lost*:
   * the lock had lapsed and nothing was removed.
   */
  remove(numbers: readonly number[], budget: Budget): Promise<RemovalOutcome>;

  /** Lets go of the lock. Never fails; may be repeated. */
  close(): Promise<void>;
}

export type RemovalOutcome =
  | { readonly kind: 'removed' }
  | { readonly kind: 'partly'; readonly left: number; readonly cause?: unknown }
  | { readonly kind: 'lost' };
