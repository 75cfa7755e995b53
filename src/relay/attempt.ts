// One attempt to deliver an item of the queue: what is ordered, and what became of each of its recipients. Whoever
// attempts knows hosts and protocols; whoever orders knows the queue, the retries and the reports.
import type { Budget } from '../base/budget.js';
import type { RelayEnvelope, RelayRecipient, MessageBody } from '../store/types.js';

/** How an outcome is told: to the log, to the operator, in reports (RFC 3464 section 2.3). */
export interface Diagnosis {
  /** RFC 3463, as `5.1.1`. */
  readonly status: string;
  /** One line: the remote host's reply, or what went wrong in our words. */
  readonly says: string;
  /** Who said so; undefined where no host was reached. */
  readonly host?: string;
}

export type RecipientOutcome =
  | (Diagnosis & {
      readonly kind: 'delivered';
      /** The host knows DSN and took the recipient's parameters over: what was asked of us is its matter now. */
      readonly isReportHandedOn: boolean;
      /** The version of TLS and its cipher; undefined: it went in clear text. */
      readonly tls?: string;
    })
  | (Diagnosis & { readonly kind: 'deferred' })
  | (Diagnosis & { readonly kind: 'failed' });

export interface DeliveryOrder {
  readonly envelope: RelayEnvelope;
  readonly recipients: readonly RelayRecipient[];
  readonly sizeBytes: number;
  /** May be asked for again: for the next host. */
  readonly content: (budget: Budget) => Promise<MessageBody>;
  /** Asked before the final dot: whether the delivery is still ours to make. */
  readonly mayFinish: () => boolean;
}

export type AttemptResult =
  | {
      readonly kind: 'attempted';
      /** One for each recipient, in their order. */
      readonly outcomes: readonly RecipientOutcome[];
      /** Some host of the destination spoke SMTP with us; false: it is dead, for now, for all messages alike. */
      readonly isDestinationAlive: boolean;
    }
  /** Given up before the final dot, since the delivery was no longer ours to make. Nobody has it from us. */
  | { readonly kind: 'not-ours' };

export interface Deliverer {
  /** Never fails: whatever goes wrong is an outcome. Bounded in time by the limits of RFC 5321 section 4.5.3.2. */
  attempt(order: DeliveryOrder): Promise<AttemptResult>;
}
