// Delivering until it is certain what happened, as far as time allows. An uncertain delivery is repeated with the same
// id, which is harmless: the same message again. Only an attempt that was refused with none uncertain before it proves
// that the message is nowhere.
import type { Budget } from '../base/budget.js';
import type { Timers } from '../base/clock.js';
import { failureOf, type Failure } from '../base/failure.js';
import type { Random } from '../base/random.js';
import type { MailboxStore } from '../store/api/mailboxes.js';
import type { Delivery } from '../store/types.js';

export type DeliveryEnd =
  | { readonly kind: 'delivered' }
  /** In none of its mailboxes. */
  | { readonly kind: 'nowhere'; readonly failure: Failure }
  /** Perhaps in some. */
  | { readonly kind: 'uncertain'; readonly failure: Failure };

export interface DeliveryAttemptsParts {
  readonly mailboxes: Pick<MailboxStore, 'deliver'>;
  readonly timers: Timers;
  readonly random: Random;
}

/** The store tries each statement several times itself; more is for an outage that ends just now. */
const MOST_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 200;

export async function deliverUntilCertain(
  delivery: Delivery,
  budget: Budget,
  { mailboxes, timers, random }: DeliveryAttemptsParts,
): Promise<DeliveryEnd> {
  let uncertain: Failure | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await mailboxes.deliver(delivery, budget);
      return { kind: 'delivered' };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'uncertain') uncertain = failure;
      if (uncertain === undefined) return { kind: 'nowhere', failure };
    }
    const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random.fraction());
    if (attempt === MOST_ATTEMPTS || budget.remainingMs() <= pauseMs) {
      return { kind: 'uncertain', failure: uncertain };
    }
    await timers.sleep(pauseMs);
  }
}
