// All queues whose lease this process has: the one it accepts into, made when a message needs it, and those it adopted.
// One that is lost is forgotten here before anybody else hears of it; one of our own that stays empty is ended.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure, failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import { randomUuid, type Random } from '../base/random.js';
import { waitWithin } from '../base/wait-within.js';
import type { QueueStore, Settlement } from '../store/api/queue.js';
import type { HeldBody, Lease, QueueId } from '../store/types.js';
import type { TimeUuid } from '../base/time-uuid.js';
import { Acceptance } from './acceptance.js';
import { ATTEMPT_MS } from './bounds.js';
import { Moment } from './moment.js';
import { OwnedQueue, type OwnedQueueEvents } from './owned-queue.js';
import type { Taken } from './take-over.js';

export interface OwnedQueuesParts {
  readonly store: QueueStore;
  readonly owner: string;
  readonly ownerUrl: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly events: OwnedQueuesEvents;
}

export interface OwnedQueuesEvents {
  onLost(queue: OwnedQueue): void;
  /** After a while in which it was not: what waited for that may go on. */
  onValidAgain(): void;
  onSettled(settlement: Settlement): void;
  onBodyFree(item: TimeUuid, body: HeldBody): void;
  /** Mail could not be stored, or the lease of what it goes into not be kept. */
  onStoreFailure(failure: Failure): void;
}

export class OwnedQueues {
  readonly #parts: OwnedQueuesParts;
  readonly #all = new Set<OwnedQueue>();
  #own: Acceptance | undefined;
  #beginning: Promise<Acceptance> | undefined;

  constructor(parts: OwnedQueuesParts) {
    this.#parts = parts;
  }

  [Symbol.iterator](): Iterator<OwnedQueue> {
    return this.#all[Symbol.iterator]();
  }

  get unsettled(): number {
    let unsettled = 0;
    for (const queue of this.#all) unsettled += queue.unsettled;
    return unsettled;
  }

  owns(queue: QueueId): boolean {
    for (const { id } of this.#all) if (id === queue) return true;
    return false;
  }

  /** The way in, made if there is none. */
  async acceptance(budget: Budget): Promise<Acceptance> {
    if (this.#own !== undefined) return this.#own;
    const beginning = (this.#beginning ??= this.#begin().finally(() => (this.#beginning = undefined)));
    await waitWithin(budget, this.#parts.timers, beginning, 'a relay queue to begin');
    return beginning;
  }

  /** Whether mail could be stored now. */
  async probe(): Promise<void> {
    const budget = Budget.of(this.#parts.clock, ATTEMPT_MS);
    const { queue } = await this.acceptance(budget);
    await queue.probe(budget);
  }

  adopt({ lease, confirmed }: Taken): OwnedQueue {
    return this.#add(lease, confirmed, { isAdopted: true });
  }

  /** A planned stop. What cannot be handed over in time falls silent, and is taken over after that. */
  async handOverAll(budget: Budget): Promise<void> {
    await waitWithin(budget, this.#parts.timers, this.#storesEnded(), 'mail to be stored').catch(failureOf);
    await Promise.all([...this.#all].map((queue) => this.#handOver(queue, budget)));
  }

  /** What is being stored has its answer. */
  async #storesEnded(): Promise<void> {
    await Promise.allSettled([this.#beginning]);
    await this.#own?.ended();
  }

  async #handOver(queue: OwnedQueue, budget: Budget): Promise<void> {
    const { log, events } = this.#parts;
    try {
      const outcome = await queue.leave(budget);
      this.#forget(queue);
      log.write(outcome === 'ended' ? 'queue.ended' : 'queue.handed-over', { queue: queue.id });
      events.onLost(queue);
    } catch (error) {
      log.write('queue.trouble', { queue: queue.id, doing: 'hand-over', error: failureOf(error) });
    }
  }

  /** Tries a fresh id each time: of one whose making is uncertain nobody knows how old it is. */
  async #begin(): Promise<Acceptance> {
    const { store, owner, ownerUrl, clock, random, timers, events, metrics } = this.#parts;
    const id = randomUuid(random) as QueueId;
    const confirmed = new Moment(clock);
    try {
      const lease = await store.leases.create(id, owner, ownerUrl, Budget.of(clock, ATTEMPT_MS));
      const queue = this.#add(lease, confirmed, { isAdopted: false });
      const onGroup = (items: number): void => {
        metrics.count('cassmail_relay_groups_total', {});
        metrics.count('cassmail_relay_items_stored_total', {}, items);
      };
      this.#own = new Acceptance(
        { timers, onGroup, onFailure: (failure) => events.onStoreFailure(failure) },
        queue,
      );
      return this.#own;
    } catch (error) {
      events.onStoreFailure(failureOf(error));
      throw error;
    }
  }

  #add(lease: Lease, confirmed: Moment, options: { readonly isAdopted: boolean }): OwnedQueue {
    const { store, clock, timers, log } = this.#parts;
    const queue = new OwnedQueue({ store, clock, timers, events: this.#events() }, lease, confirmed, options);
    this.#all.add(queue);
    this.#show();
    log.write('queue.begun', { queue: lease.queue, epoch: lease.epoch, ...options });
    return queue;
  }

  #events(): OwnedQueueEvents {
    const { events, log } = this.#parts;
    return {
      onLost: (queue, unsettled) => this.#lost(queue, unsettled),
      onEnded: (queue) => {
        this.#forget(queue);
        log.write('queue.ended', { queue: queue.id });
      },
      onRenewed: (queue, wasValid) => {
        if (!wasValid) events.onValidAgain();
        this.#endIfIdle(queue);
      },
      onTrouble: (queue, doing, failure) => {
        log.write('queue.trouble', { queue: queue.id, doing, error: failure });
        if (this.#own?.queue === queue && !queue.mayDeliver()) events.onStoreFailure(failure);
      },
      onSettled: (settlement) => events.onSettled(settlement),
      onBodyFree: (item, body) => events.onBodyFree(item, body),
    };
  }

  #lost(queue: OwnedQueue, unsettled: number): void {
    const { log, metrics, events } = this.#parts;
    this.#forget(queue);
    metrics.count('cassmail_relay_leases_lost_total', {});
    metrics.count('cassmail_relay_possible_duplicates_total', { cause: 'lease' }, unsettled);
    log.write('queue.lease-lost', { queue: queue.id, epoch: queue.keeper.lease.epoch, unsettled });
    if (this.#own?.queue === queue) {
      const own = this.#own;
      this.#own = undefined;
      own.refuseAll(new Failure('lease-lost', `queue ${queue.id} has another owner`));
    }
    events.onLost(queue);
  }

  #endIfIdle(queue: OwnedQueue): void {
    if (this.#own?.queue !== queue || !this.#own.isIdle || !queue.isIdle()) return;
    this.#own = undefined;
    queue.retire();
  }

  #forget(queue: OwnedQueue): void {
    this.#all.delete(queue);
    this.#show();
  }

  #show(): void {
    const adopted = [...this.#all].filter(({ isAdopted }) => isAdopted).length;
    this.#parts.metrics.gauge('cassmail_relay_queues', { kind: 'adopted' }, adopted);
    this.#parts.metrics.gauge('cassmail_relay_queues', { kind: 'own' }, this.#all.size - adopted);
  }
}
