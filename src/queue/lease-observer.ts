// Looks at all leases of the ring once a second and takes over the queues that nobody keeps: at once those that were
// handed over, the others when epoch and heartbeat have been the same for ten seconds since this process first heard of
// them. One at a time, and the later the more is queued here already: so several gateways share what one leaves.
import { Budget } from '../base/budget.js';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { LeaseStore } from '../store/api/queue.js';
import type { Lease, QueueId } from '../store/types.js';
import {
  ADOPT_JITTER_MS,
  ADOPT_LATER_MS,
  ATTEMPT_MS,
  LEASE_SILENT_MS,
  LOOK_EVERY_MS,
  LOT_OF_ITEMS,
} from './bounds.js';
import { NOBODY } from './nobody.js';
import type { Taken } from './take-over.js';

export interface LeaseObserverParts {
  readonly leases: Pick<LeaseStore, 'list'>;
  readonly takeOver: { take(seen: Lease): Promise<Taken | 'lost'> };
  readonly adopter: Adopter;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Adopter {
  owns(queue: QueueId): boolean;
  /** Items in memory. */
  readonly size: number;
  /** Resolves when all of it is in memory, or it was lost. */
  adopt(taken: Taken): Promise<void>;
}

/** As it was when it was first seen so. */
interface Sight {
  readonly lease: Lease;
  readonly sinceMs: number;
}

export class LeaseObserver {
  readonly #parts: LeaseObserverParts;
  #sights = new Map<QueueId, Sight>();
  #cancelLook: Cancel = () => undefined;
  #isRunning = false;
  #isAdopting = false;

  constructor(parts: LeaseObserverParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isRunning = true;
    this.#lookIn(0);
  }

  /** Adopts nothing more. What it is taking at this moment falls silent; what it has begun to adopt is its adopter's. */
  stop(): void {
    this.#isRunning = false;
    this.#cancelLook();
  }

  #lookIn(ms: number): void {
    if (this.#isRunning) this.#cancelLook = this.#parts.timers.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { leases, clock } = this.#parts;
    const sentAtMs = clock.monotonicMs();
    try {
      this.#saw(await leases.list(Budget.of(clock, ATTEMPT_MS)));
      void this.#adoptAll();
    } catch (error) {
      failureOf(error); // there is another look in a second, and what was seen stays seen
    }
    this.#lookIn(Math.max(0, LOOK_EVERY_MS - (clock.monotonicMs() - sentAtMs)));
  }

  #saw(leases: readonly Lease[]): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const sights = new Map<QueueId, Sight>();
    for (const lease of leases) {
      const before = this.#sights.get(lease.queue);
      const isNews = before === undefined || isLater(lease, before.lease);
      sights.set(lease.queue, isNews ? { lease, sinceMs: nowMs } : before);
    }
    this.#sights = sights;
  }

  async #adoptAll(): Promise<void> {
    if (this.#isAdopting) return;
    this.#isAdopting = true;
    for (
      let orphan = this.#anyOrphan();
      orphan !== undefined && this.#isRunning;
      orphan = this.#anyOrphan()
    ) {
      await this.#parts.timers.sleep(this.#delayMs());
      await this.#adopt(orphan);
    }
    this.#isAdopting = false;
  }

  /** Any, so that several observers do not go for the same one after the other. */
  #anyOrphan(): Lease | undefined {
    const orphans = [...this.#sights.values()].filter((sight) => this.#isOrphan(sight));
    return orphans[Math.floor(this.#parts.random.fraction() * orphans.length)]?.lease;
  }

  #isOrphan({ lease, sinceMs }: Sight): boolean {
    if (this.#parts.adopter.owns(lease.queue)) return false;
    return lease.owner === NOBODY || this.#parts.clock.monotonicMs() - sinceMs >= LEASE_SILENT_MS;
  }

  #delayMs(): number {
    const { random, adopter } = this.#parts;
    const share = adopter.size / (adopter.size + LOT_OF_ITEMS);
    return random.fraction() * ADOPT_JITTER_MS + share * ADOPT_LATER_MS;
  }

  async #adopt(orphan: Lease): Promise<void> {
    const { takeOver, adopter, log, metrics } = this.#parts;
    const reason = orphan.owner === NOBODY ? 'handed-over' : 'silent';
    // Whatever comes of it, what was seen is old: it has to be seen anew, and for as long.
    this.#sights.delete(orphan.queue);
    try {
      const taken = await takeOver.take(orphan);
      if (taken === 'lost' || !this.#isRunning) return;
      metrics.count('cassmail_relay_takeovers_total', { reason });
      log.write('queue.taken-over', { queue: orphan.queue, from: orphan.owner, reason });
      await adopter.adopt(taken);
    } catch (error) {
      log.write('queue.not-taken-over', { queue: orphan.queue, error: failureOf(error) });
    }
  }
}

/** What a renewal that was cut off has left on one replica may be seen by one look and not by the next. */
function isLater(one: Lease, other: Lease): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.heartbeat > other.heartbeat);
}
