// Where a message goes, all of it or none: into its mailboxes and into the relay queue, side by side. What one of the
// two has taken is taken back when the other has not; what may have happened and cannot be told is undone in the
// background.
import type { Budget } from '../base/budget.js';
import type { Timers } from '../base/clock.js';
import { failureOf, type Failure } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { TimeUuid } from '../base/time-uuid.js';
import type { NewItem, RelayDoor, StoredItems } from '../queue/relay-queue.js';
import type { BodyStore } from '../store/api/bodies.js';
import type { MailboxStore } from '../store/api/mailboxes.js';
import type { HeldBody, Holder, LargeBody, MailboxAddress, SmallBody } from '../store/types.js';
import type { CleanUp } from './clean-up.js';
import { deliverUntilCertain, type DeliveryEnd } from './delivery-attempts.js';

export interface PlacementParts {
  readonly mailboxes: Pick<MailboxStore, 'deliver' | 'takeBack'>;
  readonly bodies: Pick<BodyStore, 'release' | 'discard'>;
  readonly relay: Pick<RelayDoor, 'store'>;
  readonly cleanUp: CleanUp;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface PlacedMessage {
  readonly id: TimeUuid;
  readonly body: SmallBody | HeldBody;
  readonly to: readonly MailboxAddress[];
  readonly items: readonly NewItem[];
}

type QueueEnd =
  | { readonly kind: 'stored'; readonly stored: StoredItems }
  | { readonly kind: 'not-stored'; readonly failure: Failure };

const NOTHING_QUEUED: QueueEnd = {
  kind: 'stored',
  stored: { release: () => undefined, withdraw: () => undefined },
};
const NO_BYTES = Buffer.alloc(0);

export class Placement {
  readonly #parts: PlacementParts;

  constructor(parts: PlacementParts) {
    this.#parts = parts;
  }

  /** Fails when it is nowhere, or will be. */
  async place(message: PlacedMessage, budget: Budget): Promise<void> {
    const [mailboxes, queue] = await Promise.all([
      this.#deliver(message, budget),
      this.#queue(message, budget),
    ]);
    if (mailboxes.kind === 'delivered') {
      if (queue.kind === 'stored') {
        queue.stored.release();
        return;
      }
      this.#undo(message, mailboxes, queue);
      throw queue.failure;
    }
    if (queue.kind === 'stored') queue.stored.withdraw();
    this.#undo(message, mailboxes, queue);
    throw mailboxes.failure;
  }

  async #deliver({ id, body, to }: PlacedMessage, budget: Budget): Promise<DeliveryEnd> {
    return to.length === 0
      ? { kind: 'delivered' }
      : deliverUntilCertain({ id, body, to }, budget, this.#parts);
  }

  async #queue({ items }: PlacedMessage, budget: Budget): Promise<QueueEnd> {
    if (items.length === 0) return NOTHING_QUEUED;
    try {
      return { kind: 'stored', stored: await this.#parts.relay.store(items, budget) };
    } catch (error) {
      return { kind: 'not-stored', failure: failureOf(error) };
    }
  }

  #undo(message: PlacedMessage, mailboxes: DeliveryEnd, queue: QueueEnd): void {
    const { id, body, to, items } = message;
    if (mailboxes.kind === 'uncertain')
      this.#parts.log.write('message.in-doubt', { id, error: mailboxes.failure });
    const isInMailboxes = mailboxes.kind !== 'nowhere' && to.length > 0;
    if (isInMailboxes) this.#takeBack(message);
    if (body.kind === 'small') return;
    const unused = [
      ...(isInMailboxes ? [] : mailboxHolders(id, to)),
      ...(queue.kind === 'stored' ? [] : queueHolders(items.map((item) => item.id))), // the queue lets go by itself
    ];
    if (unused.length === to.length + items.length) this.#discard(id, body);
    else if (unused.length > 0) this.#letGo(id, body, unused);
  }

  #takeBack({ id, body, to }: PlacedMessage): void {
    const { cleanUp, mailboxes } = this.#parts;
    const forgotten = { id, to, body: body.kind === 'small' ? { ...body, bytes: NO_BYTES } : body }; // not needed
    cleanUp.begin({ what: 'take-back', message: id, attempt: (time) => mailboxes.takeBack(forgotten, time) });
  }

  #discard(message: TimeUuid, body: LargeBody): void {
    const { cleanUp, bodies } = this.#parts;
    cleanUp.begin({ what: 'discard', message, attempt: (time) => bodies.discard(body, time) });
  }

  #letGo(message: TimeUuid, body: HeldBody, holders: readonly Holder[]): void {
    const { cleanUp, bodies } = this.#parts;
    cleanUp.begin({ what: 'discard', message, attempt: (time) => bodies.release(body, holders, time) });
  }
}

export function mailboxHolders(message: TimeUuid, to: readonly MailboxAddress[]): readonly Holder[] {
  return to.map((address) => ({ kind: 'mailbox', address, message }));
}

export function queueHolders(items: readonly TimeUuid[]): readonly Holder[] {
  return items.map((item) => ({ kind: 'queue', item }));
}
