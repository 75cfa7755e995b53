// The read of a lease between the store's acknowledgement and our own. It must be sent after the acknowledgement, and one
// read serves everybody who asked before it was sent: so one is under way at most, and one waits to be sent.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { waitWithin } from '../base/wait-within.js';
import type { LeaseStore } from '../store/api/queue.js';
import type { Lease, QueueId } from '../store/types.js';
import { ATTEMPT_MS } from './bounds.js';

export interface LeaseCheckParts {
  readonly leases: Pick<LeaseStore, 'current'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class LeaseCheck {
  readonly #parts: LeaseCheckParts;
  readonly #queue: QueueId;
  #underWay: Promise<unknown> = Promise.resolve();
  #unsent: Promise<Lease | undefined> | undefined;

  constructor(parts: LeaseCheckParts, queue: QueueId) {
    this.#parts = parts;
    this.#queue = queue;
  }

  /** The lease as it stood at some moment after this call. */
  async read(budget: Budget): Promise<Lease | undefined> {
    const read = (this.#unsent ??= this.#send());
    await waitWithin(budget, this.#parts.timers, read, 'the lease to be read');
    return read;
  }

  async #send(): Promise<Lease | undefined> {
    await Promise.allSettled([this.#underWay]);
    this.#unsent = undefined; // who comes from now on may have been acknowledged after this read began
    const read = this.#parts.leases.current(this.#queue, Budget.of(this.#parts.clock, ATTEMPT_MS));
    this.#underWay = read;
    return read;
  }
}
