// Taking over the lease of a queue that its owner does not keep any more. The store decides, by what was seen of it. When
// it cannot say whether it did, the lease is ours only after a renewal of it was applied: what is read of the queue
// before that may be older than the last thing its former owner could still acknowledge.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { LeaseStore } from '../store/api/queue.js';
import type { Lease } from '../store/types.js';
import { ATTEMPT_MS } from './bounds.js';
import { Moment } from './moment.js';

export interface TakeOverParts {
  readonly leases: LeaseStore;
  readonly owner: string;
  readonly ownerUrl: string;
  readonly clock: Clock;
}

export interface Taken {
  readonly lease: Lease;
  /** From before the store was asked for what it has applied. */
  readonly confirmed: Moment;
}

export class TakeOver {
  readonly #parts: TakeOverParts;

  constructor(parts: TakeOverParts) {
    this.#parts = parts;
  }

  /** Fails when the store cannot be asked; then it may be ours without our knowing, and falls silent again. */
  async take(seen: Lease): Promise<Taken | 'lost'> {
    const { leases, owner, ownerUrl, clock } = this.#parts;
    const confirmed = new Moment(clock);
    try {
      const lease = await leases.takeOver(seen, owner, ownerUrl, this.#budget());
      return lease === 'lost' ? 'lost' : { lease, confirmed };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'uncertain') throw failure;
      return this.#makeSure(seen);
    }
  }

  async #makeSure(seen: Lease): Promise<Taken | 'lost'> {
    const { leases, owner, clock } = this.#parts;
    const found = await leases.current(seen.queue, this.#budget());
    if (found?.owner !== owner || found.epoch !== seen.epoch + 1) return 'lost';
    const confirmed = new Moment(clock);
    const renewed = await leases.renew(found, 0, this.#budget());
    return renewed === 'lost' ? 'lost' : { lease: renewed, confirmed };
  }

  #budget(): Budget {
    return Budget.of(this.#parts.clock, ATTEMPT_MS);
  }
}
