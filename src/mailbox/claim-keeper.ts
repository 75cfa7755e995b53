// The claims that this process holds on mailboxes, extended while they are held: each every twenty seconds, a few at a
// time. A claim is lost when the store says so, and also when the store could not be asked for as long as a claim lasts.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import { sideBySide } from '../base/side-by-side.js';
import { CLAIM_LASTS_MS, type ClaimStore } from '../store/api/claims.js';
import type { MailboxAddress } from '../store/types.js';

export interface ClaimKeeperParts {
  readonly claims: ClaimStore;
  /** Unique among all processes of all nodes. */
  readonly worker: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Three refreshes fit into the life of a claim. */
const REFRESHED_AFTER_MS = 20_000;
/** Often, so that claims made at different times don't all come at once. */
const LOOKS_EVERY_MS = 2_500;
const REFRESHES_AT_ONCE = 16;
const REFRESH_MS = 10_000;
const RELEASE_MS = 5_000;

export class HeldClaim {
  readonly address: MailboxAddress;
  /** The store confirmed it later than this. */
  confirmedAtMs: number;
  isLost = false;
  refreshing: Promise<unknown> = Promise.resolve();

  constructor(address: MailboxAddress, confirmedAtMs: number) {
    this.address = address;
    this.confirmedAtMs = confirmedAtMs;
  }
}

export class ClaimKeeper {
  readonly #parts: ClaimKeeperParts;
  readonly #held = new Set<HeldClaim>();
  #isWatching = false;

  constructor(parts: ClaimKeeperParts) {
    this.#parts = parts;
  }

  async claim(address: MailboxAddress, budget: Budget): Promise<HeldClaim | 'taken'> {
    const { claims, worker, clock } = this.#parts;
    const askedAtMs = clock.monotonicMs();
    if ((await claims.claim(address, worker, budget)) === 'taken') return 'taken';
    const claim = new HeldClaim(address, askedAtMs);
    this.#held.add(claim);
    this.#showHeld();
    this.#watch();
    return claim;
  }

  /** Asks the store, and extends the claim with that. */
  async isStillHeld(claim: HeldClaim, budget: Budget): Promise<boolean> {
    if (claim.isLost) return false;
    const refresh = this.#refresh(claim, budget);
    claim.refreshing = Promise.allSettled([claim.refreshing, refresh]);
    await refresh;
    return !claim.isLost;
  }

  /** Never fails: what cannot be released lapses. */
  async release(claim: HeldClaim): Promise<void> {
    const { claims, worker, clock } = this.#parts;
    this.#held.delete(claim);
    this.#showHeld();
    await claim.refreshing; // a refresh that arrives after the release would keep everybody out for a minute
    if (claim.isLost) return;
    try {
      await claims.release(claim.address, worker, Budget.of(clock, RELEASE_MS));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  async #refresh(claim: HeldClaim, budget: Budget): Promise<void> {
    const { claims, worker, clock } = this.#parts;
    const askedAtMs = clock.monotonicMs();
    if ((await claims.refresh(claim.address, worker, budget)) === 'lost') this.#lose(claim);
    else claim.confirmedAtMs = Math.max(claim.confirmedAtMs, askedAtMs);
  }

  #lose(claim: HeldClaim): void {
    if (claim.isLost) return;
    claim.isLost = true;
    this.#parts.metrics.count('cassmail_mailbox_claims_lost_total', {});
    this.#parts.log.write('mailbox.claim-lost', { ...claim.address });
  }

  /** Looks from time to time, as long as there is anything to look after. */
  #watch(): void {
    if (this.#isWatching || this.#held.size === 0) return;
    this.#isWatching = true;
    this.#parts.timers.after(LOOKS_EVERY_MS, () => {
      void this.#refreshDue().finally(() => {
        this.#isWatching = false;
        this.#watch();
      });
    });
  }

  async #refreshDue(): Promise<void> {
    const due = [...this.#held].filter((claim) => !claim.isLost && this.#ageMs(claim) >= REFRESHED_AFTER_MS);
    await sideBySide(due, REFRESHES_AT_ONCE, async (claim) => {
      if (!this.#held.has(claim)) return; // released meanwhile
      try {
        await this.isStillHeld(claim, Budget.of(this.#parts.clock, REFRESH_MS));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (this.#ageMs(claim) >= CLAIM_LASTS_MS) this.#lose(claim);
      }
    });
  }

  #ageMs(claim: HeldClaim): number {
    return this.#parts.clock.monotonicMs() - claim.confirmedAtMs;
  }

  #showHeld(): void {
    this.#parts.metrics.gauge('cassmail_mailboxes_open', {}, this.#held.size);
  }
}
