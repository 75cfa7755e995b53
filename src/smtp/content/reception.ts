// One message on its way from the socket to the intake. Octets are handed on as they come; when the message turns out to
// be one that we do not take, the rest is still read (its sender listens to no answer before its end) and dropped.
import { Failure } from '../../base/failure.js';
import type { Intake, IncomingMessage, Receipt } from '../../intake/intake.js';
import type { Budget } from '../../base/budget.js';
import type { ContentFilter } from '../smtp-parts.js';
import { ContentQueue } from './content-queue.js';

/** Room for what one read of a fast socket brings, twice. */
const QUEUE_BYTES = 128 * 1024;

export interface ReceptionOptions {
  readonly intake: Intake;
  readonly filter: ContentFilter;
  readonly message: Omit<IncomingMessage, 'content'>;
  readonly budget: () => Budget;
}

type Outcome = { readonly receipt: Receipt } | { readonly error: unknown };

export class Reception {
  readonly #queue = new ContentQueue(QUEUE_BYTES);
  readonly #filter: ContentFilter;
  readonly #outcome: Promise<Outcome>;
  #refusal: { readonly error: unknown } | undefined;
  #octets = 0;

  constructor({ intake, filter, message, budget }: ReceptionOptions) {
    this.#filter = filter;
    this.#outcome = intake.accept({ ...message, content: this.#queue }, budget).then(
      (receipt) => ({ receipt }),
      (error: unknown) => ({ error }),
    );
  }

  /** Octets that have come, dropped ones included. */
  get octets(): number {
    return this.#octets;
  }

  /** Why the message will not be taken, as far as is known. */
  get refusal(): { readonly error: unknown } | undefined {
    return this.#refusal;
  }

  /** When there is room for more; undefined: there is. */
  take(chunk: Buffer): Promise<void> | undefined {
    this.#octets += chunk.length;
    this.#attempt(() => this.#filter.feed(chunk));
    return this.#queue.room();
  }

  /** The last octet has come. Waits for the intake whatever happened: nothing of the message goes on after the answer. */
  async finish(): Promise<Receipt> {
    this.#attempt(() => this.#filter.end());
    this.#queue.end();
    const outcome = await this.#outcome;
    if (this.#refusal !== undefined) throw this.#refusal.error;
    if ('error' in outcome) throw outcome.error;
    return outcome.receipt;
  }

  /** The message will not come whole: its sender is gone, or wants it no more. */
  abandon(): void {
    this.#queue.fail(new Failure('body-interrupted', 'the client did not send the message to its end'));
  }

  #attempt(filtered: () => readonly Uint8Array[]): void {
    if (this.#refusal !== undefined) return;
    try {
      for (const piece of filtered()) this.#queue.push(piece);
    } catch (error) {
      this.#refusal = { error };
      this.#queue.fail(error);
    }
  }
}
