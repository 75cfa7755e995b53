// The lease of one queue that is ours: renewed while it is kept, lost when the store says so, and never silently. For
// eight seconds from before a renewal was sent that was applied, nobody else can have taken it: only then is it valid,
// and only then is a delivery begun. A jump of either clock ends that until the next renewal.
//
// Losing it is final. Not knowing is not losing: an owner that cannot reach the store goes on asking.
import { Budget } from '../base/budget.js';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { Failure, failureOf } from '../base/failure.js';
import type { LeaseStore } from '../store/api/queue.js';
import type { Lease } from '../store/types.js';
import { ATTEMPT_MS, LEASE_VALID_MS, RENEW_AGAIN_MS, RENEW_EVERY_MS } from './bounds.js';
import { LeaseCheck } from './lease-check.js';
import { Moment } from './moment.js';
import { NOBODY } from './nobody.js';

export interface LeaseKeeperParts {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly timers: Timers;
}

export interface LeaseEvents {
  /** Told to the store with each renewal. */
  lowestLiveSlice(): number;
  /** Once, at the first sign of another owner. */
  onLost(): void;
  onRenewed(wasValid: boolean): void;
  onNotRenewed(failure: Failure): void;
}

export class LeaseKeeper {
  readonly #parts: LeaseKeeperParts;
  readonly #events: LeaseEvents;
  readonly #check: LeaseCheck;
  #lease: Lease;
  #confirmed: Moment;
  #isLost = false;
  #isEnding = false;
  #cancelRenewal: Cancel = () => undefined;
  #renewing: Promise<boolean> = Promise.resolve(true);

  /** `confirmed`: from before the store was asked for it. */
  constructor(parts: LeaseKeeperParts, lease: Lease, confirmed: Moment, events: LeaseEvents) {
    this.#parts = parts;
    this.#events = events;
    this.#lease = lease;
    this.#confirmed = confirmed;
    this.#check = new LeaseCheck(parts, lease.queue);
    this.#renewIn(RENEW_EVERY_MS - confirmed.agesOn(parts.clock).ageMs);
  }

  get lease(): Lease {
    return this.#lease;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  isValid(): boolean {
    const { ageMs, isSure } = this.#confirmed.agesOn(this.#parts.clock);
    return !this.#isLost && !this.#isEnding && isSure && ageMs < LEASE_VALID_MS;
  }

  /** That nobody had taken it over before this call. Fails with *lease-lost*, or because the store cannot be asked. */
  async confirm(budget: Budget): Promise<void> {
    this.#assertOurs(await this.#check.read(budget));
  }

  /** At once; whether that was applied. */
  renewNow(): Promise<boolean> {
    this.#cancelRenewal();
    this.#renewing = this.#renewing.then(() => this.#renew());
    return this.#renewing;
  }

  /** For a queue that is empty. Fails when it could not be done, and the lease is kept. */
  end(budget: Budget): Promise<void> {
    return this.#give(budget, (lease) => this.#parts.leases.end(lease, budget));
  }

  /** To nobody, so that whoever sees it may take it at once; nothing that is stamped by us has effect any more. */
  handOver(budget: Budget): Promise<void> {
    return this.#give(budget, (lease) => this.#parts.leases.takeOver(lease, NOBODY, '', budget));
  }

  async #give(budget: Budget, write: (lease: Lease) => Promise<Lease | 'ended' | 'lost'>): Promise<void> {
    this.#isEnding = true;
    this.#cancelRenewal();
    await this.#renewing;
    this.#assertKept();
    try {
      if ((await write(this.#lease)) === 'lost') {
        await this.#lookAgain(budget);
        this.#assertKept();
        if ((await write(this.#lease)) === 'lost') this.#lose();
        this.#assertKept();
      }
      this.#isLost = true; // not ours any more, and nothing to be surprised at
    } catch (error) {
      this.#isEnding = false;
      this.#renewIn(RENEW_AGAIN_MS);
      throw error;
    }
  }

  #renewIn(ms: number): void {
    if (this.#isLost || this.#isEnding) return;
    this.#cancelRenewal = this.#parts.timers.after(Math.max(0, ms), () => void this.renewNow());
  }

  async #renew(): Promise<boolean> {
    if (this.#isLost || this.#isEnding) return false;
    const { clock, leases } = this.#parts;
    const sent = new Moment(clock);
    const budget = Budget.of(clock, ATTEMPT_MS);
    try {
      const renewed = await leases.renew(this.#lease, this.#events.lowestLiveSlice(), budget);
      if (renewed === 'lost') await this.#lookAgain(budget);
      else this.#renewed(renewed, sent);
      this.#renewIn(renewed === 'lost' ? 0 : RENEW_EVERY_MS - (clock.monotonicMs() - sent.monotonicMs));
      return renewed !== 'lost';
    } catch (error) {
      await this.#notRenewed(failureOf(error));
      this.#renewIn(RENEW_AGAIN_MS);
      return false;
    }
  }

  #renewed(lease: Lease, sent: Moment): void {
    const wasValid = this.isValid();
    this.#lease = lease;
    this.#confirmed = sent;
    this.#events.onRenewed(wasValid);
  }

  /** An earlier renewal whose outcome was unknown may have happened: then we know an older heartbeat than the store. */
  async #lookAgain(budget: Budget): Promise<void> {
    const found = await this.#parts.leases.current(this.#lease.queue, budget);
    if (this.#isOurs(found)) this.#lease = found;
    else this.#lose();
  }

  async #notRenewed(failure: Failure): Promise<void> {
    this.#events.onNotRenewed(failure);
    if (failure.kind !== 'uncertain') return;
    try {
      await this.#lookAgain(Budget.of(this.#parts.clock, ATTEMPT_MS));
    } catch (error) {
      failureOf(error); // the next renewal meets the same question
    }
  }

  #isOurs(found: Lease | undefined): found is Lease {
    return found?.epoch === this.#lease.epoch && found.owner === this.#lease.owner;
  }

  #assertOurs(found: Lease | undefined): void {
    if (!this.#isOurs(found)) this.#lose();
    if (!this.#isLost) return;
    const now = found === undefined ? 'has ended' : `is ${found.owner}'s, in epoch ${found.epoch}`;
    throw new Failure('lease-lost', `queue ${this.#lease.queue} ${now}`);
  }

  #assertKept(): void {
    if (this.#isLost) throw new Failure('lease-lost', `queue ${this.#lease.queue} has another owner`);
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#cancelRenewal();
    this.#events.onLost();
  }
}
