// Deliveries on the ring: one mutation per recipient, index row and small body together, written with the time of the
// message's id, into the partition that follows from the id (mailbox-parts). With several recipients it is all of them
// or none: what happened is undone when one fails, and where that cannot be done now the outcome is *uncertain*. Undoing
// takes a turn: calls for the same message wait for each other, and what an earlier one achieved is left alone.
import type { Budget } from '../../base/budget.js';
import type { Clock, Timers } from '../../base/clock.js';
import { Failure, failureOf } from '../../base/failure.js';
import { sideBySide } from '../../base/side-by-side.js';
import { timeOfIdMicros, timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import { Turns } from '../../base/turns.js';
import type { BodyStore } from '../api/bodies.js';
import { assertStorable } from '../api/id-age.js';
import type { Delivery, MailboxAddress, MessageEntry } from '../types.js';
import type { TrustedClock } from './clock-guard.js';
import type { Levels } from './consistency.js';
import { periodOf, type MailboxParts } from './mailbox-parts.js';
import type { Place } from './mailbox-place.js';
import { deletion, insertion } from './mailbox-rows.js';
import type { PartDirectory } from './part-directory.js';
import { PastDeliveries } from './past-deliveries.js';
import type { Ring } from './ring.js';
import { removalMicros, WriteStamps } from './write-stamps.js';

export interface MailboxDeliveryOptions {
  readonly ring: Ring;
  readonly levels: Pick<Levels, 'deliver' | 'remove'>;
  readonly directory: PartDirectory;
  readonly parts: MailboxParts;
  readonly bodies: BodyStore;
  readonly clock: Clock;
  readonly trustedClock: TrustedClock;
  readonly timers: Timers;
}

/** Of one message: enough to hide the way to the ring, few enough to leave room for other messages. */
const RECIPIENTS_AT_ONCE = 32;

export class MailboxDelivery {
  readonly #options: MailboxDeliveryOptions;
  readonly #stamps = new WriteStamps();
  readonly #past = new PastDeliveries();
  readonly #turns: Turns<TimeUuid>;

  constructor(options: MailboxDeliveryOptions) {
    this.#options = options;
    this.#turns = new Turns(options.timers);
  }

  async deliver(delivery: Delivery, budget: Budget): Promise<void> {
    const { id, to } = delivery;
    const [first] = to;
    try {
      assertStorable(id, this.#options.trustedClock.nowMs());
      if (first !== undefined && to.length === 1) {
        await this.#put(delivery, first, this.#stamps.writeMicros(id), budget);
      } else await this.#turns.run(id, budget, () => this.#putIntoAll(delivery, budget));
    } catch (error) {
      throw this.#past.refusalOf(id, failureOf(error));
    }
  }

  async takeBack(delivery: Delivery, budget: Budget): Promise<void> {
    const { id } = delivery;
    await this.#turns.run(id, budget, () => this.#eraseEverywhere(delivery, budget));
    this.#past.forget(id);
  }

  async #put(delivery: Delivery, address: MailboxAddress, micros: number, budget: Budget): Promise<void> {
    const { ring, levels, parts, directory } = this.#options;
    const { id, body } = delivery;
    const bytesHere = body.kind === 'small' ? body.bytes.length : 0;
    const part = parts.choose(address, timeOfIdMicros(id), bytesHere);
    if (!part.isOpen) await directory.open(address, part, budget);
    await ring.write(
      {
        name: 'mailboxes.deliver',
        queries: insertion(delivery, address, part, micros),
        consistency: levels.deliver,
        isIdempotent: true,
      },
      budget,
    );
  }

  async #putIntoAll(delivery: Delivery, budget: Budget): Promise<void> {
    const delivered: MailboxAddress[] = [];
    try {
      await this.#putIntoEach(delivery, delivered, budget);
    } catch (error) {
      if (failureOf(error).kind === 'uncertain') throw error; // the caller repeats it or takes it back
      const isOurs = !this.#past.mayStand(delivery.id);
      if (isOurs && delivered.length > 0) await this.#undo(delivery, delivered, budget);
      throw error;
    }
    this.#past.acknowledge(delivery.id);
  }

  /** Adds to `delivered` as it goes. Where one outcome is uncertain, that is what it fails with. */
  async #putIntoEach(delivery: Delivery, delivered: MailboxAddress[], budget: Budget): Promise<void> {
    const micros = this.#stamps.writeMicros(delivery.id);
    let doubt: Failure | undefined;
    try {
      await sideBySide(delivery.to, RECIPIENTS_AT_ONCE, async (address) => {
        try {
          await this.#put(delivery, address, micros, budget);
          delivered.push(address);
        } catch (error) {
          const failure = failureOf(error);
          if (failure.kind === 'uncertain') doubt ??= failure;
          throw failure;
        }
      });
    } catch (error) {
      throw doubt ?? error;
    }
  }

  async #undo(delivery: Delivery, delivered: readonly MailboxAddress[], budget: Budget): Promise<void> {
    const { parts } = this.#options;
    const idMicros = timeOfIdMicros(delivery.id);
    const erasure = erasureOf(delivery, this.#stamps.undoMicros(delivery.id));
    try {
      await sideBySide(delivered, RECIPIENTS_AT_ONCE, (address) =>
        this.#erase(erasure, address, parts.find(address, idMicros), budget),
      );
    } catch (error) {
      const many = `${delivered.length} of ${delivery.to.length} mailboxes`;
      throw new Failure('store-write-uncertain', `${delivery.id} may be left in ${many}`, { cause: error });
    }
  }

  async #eraseEverywhere({ id, body, to }: Delivery, budget: Budget): Promise<void> {
    const erasure = erasureOf({ id, body }, removalMicros(id, this.#options.clock.wallMs()));
    await sideBySide(to, RECIPIENTS_AT_ONCE, async (address) => {
      for (const place of await this.#possiblePlaces(address, id, budget)) {
        await this.#erase(erasure, address, place, budget);
      }
    });
    if (body.kind === 'small') return;
    const holders = to.map((address) => ({ kind: 'mailbox' as const, address, message: id }));
    await this.#options.bodies.release(body, holders, budget);
  }

  /** Every partition that this or another process may have put the message into, or would put it when asked again. */
  async #possiblePlaces(address: MailboxAddress, id: TimeUuid, budget: Budget): Promise<readonly Place[]> {
    const { parts, directory } = this.#options;
    const micros = timeOfIdMicros(id);
    const ours = parts.find(address, micros);
    const rows = await directory.read(address, budget);
    const others = rows.filter(
      (row) => row.period === periodOf(micros) && row.part !== ours.part && row.fromMs <= timeOfIdMs(id),
    );
    return [ours, ...others];
  }

  #erase(erasure: Erasure, address: MailboxAddress, place: Place, budget: Budget): Promise<void> {
    return this.#options.ring.write(
      {
        name: 'mailboxes.takeBack',
        queries: deletion(address, place, [erasure.message], erasure.micros),
        consistency: this.#options.levels.remove,
        isIdempotent: true,
      },
      budget,
    );
  }
}

interface Erasure {
  readonly message: Pick<MessageEntry, 'id' | 'largeBody'>;
  readonly micros: number;
}

function erasureOf({ id, body }: Pick<Delivery, 'id' | 'body'>, micros: number): Erasure {
  return { message: body.kind === 'large' ? { id, largeBody: body.id } : { id }, micros };
}
