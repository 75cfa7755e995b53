// The live relay queue: what is accepted goes into a queue of this process, made with the first message and ended when
// it has been empty for a minute; what a gateway that died left behind is adopted; both are delivered from one set of
// destinations. A queue whose lease is lost vanishes from memory, and the next message begins a fresh one.
import { BoundedLog } from '../base/bounded-log.js';
import type { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure, failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { BodyStore } from '../store/api/bodies.js';
import type { QueueStore, Settlement } from '../store/api/queue.js';
import type { MessageBody, QueueId, RelayItem, RelayState } from '../store/types.js';
import type { Acceptance, Placed } from './acceptance.js';
import { BODY_MEMORY_BYTES, UNSETTLED_MOST } from './bounds.js';
import { BodyMemory } from './body-memory.js';
import { Destinations } from './destinations.js';
import { LargeBodies } from './large-bodies.js';
import type { OwnedQueue } from './owned-queue.js';
import { OwnedQueues } from './owned-queues.js';
import { QueuedItem } from './queued-item.js';
import { Recovery } from './recovery.js';
import { RelayClosure } from './relay-closure.js';
import type { Taken } from './take-over.js';
import type { DeliveryQueue, LiveItem, NewItem, RelayDoor, StoredItems } from './relay-queue.js';

export interface LiveRelayQueueParts {
  readonly store: QueueStore;
  readonly bodies: Pick<BodyStore, 'read' | 'release'>;
  /** New with each process. */
  readonly owner: string;
  /** Where its node answers HTTP. */
  readonly ownerUrl: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Of one event, since an outage makes a line of everything that is tried again. */
const LOG_BOUND = { lines: 5, perMs: 10_000 };
/** Smaller than a millisecond by as much as fits: items of one moment keep their order. */
const ORDER_STEP = 1 / 1024;

export class LiveRelayQueue implements RelayDoor, DeliveryQueue {
  readonly #parts: LiveRelayQueueParts;
  readonly #queues: OwnedQueues;
  readonly #destinations: Destinations;
  readonly #smallBodies: BodyMemory;
  readonly #largeBodies: LargeBodies;
  readonly #closure: RelayClosure;
  #lastOrder = 0;
  #items = 0;
  /** Too much is not settled: nothing is taken until it is. */
  #isHeldUp = false;

  constructor(parts: LiveRelayQueueParts) {
    const log = new BoundedLog(parts.log, parts.clock, LOG_BOUND);
    this.#parts = { ...parts, log };
    this.#destinations = new Destinations(parts);
    this.#smallBodies = new BodyMemory(parts.clock, BODY_MEMORY_BYTES);
    this.#largeBodies = new LargeBodies({ ...parts, log });
    this.#closure = new RelayClosure({ ...parts, log, probe: () => this.#queues.probe() });
    this.#queues = new OwnedQueues({
      ...this.#parts,
      events: {
        onLost: (queue) => this.#lost(queue),
        onValidAgain: () => this.#destinations.tellAll(),
        onSettled: (settlement) => this.#settled(settlement),
        onBodyFree: (item, body) => this.#largeBodies.letGo(item, body),
        onStoreFailure: (failure) => this.#closure.failed(failure),
      },
    });
  }

  // --- intake's side ------------------------------------------------------------------------------------------------

  assertOpen(): void {
    this.#closure.assertOpen();
  }

  async store(items: readonly NewItem[], budget: Budget): Promise<StoredItems> {
    this.assertOpen();
    const acceptance = await this.#queues.acceptance(budget);
    const beganAtMs = this.#parts.clock.monotonicMs();
    const placed = await acceptance.store(items.map(untried), budget).catch((error: unknown) => {
      this.#notStored(failureOf(error), items.length);
      throw error;
    });
    const seconds = (this.#parts.clock.monotonicMs() - beganAtMs) / 1000;
    this.#parts.metrics.observe('cassmail_relay_store_seconds', {}, seconds);
    return this.#stored(acceptance, placed);
  }

  #stored({ queue }: Acceptance, placed: readonly Placed[]): StoredItems {
    let isDecided = false;
    const once = (decision: () => void): void => {
      if (isDecided) throw new Error('stored items were released or withdrawn before');
      isDecided = true;
      decision();
    };
    return {
      release: () => once(() => this.#release(queue, placed)),
      withdraw: () =>
        once(() => {
          for (const { slice, items } of placed) queue.withdraw(slice, items);
        }),
    };
  }

  #release(owner: OwnedQueue, placed: readonly Placed[]): void {
    if (owner.isLost) return; // whoever has the lease now has found them
    for (const { slice, items } of placed) {
      for (const { id, envelope, state, body } of items) {
        const [sizeBytes, largeBody] =
          body.kind === 'small'
            ? ([body.bytes.length, undefined] as const)
            : ([body.sizeBytes, body] as const);
        const item = new QueuedItem({ id, envelope, state, sizeBytes, largeBody, slice, owner });
        this.#lastOrder = Math.max(this.#lastOrder + ORDER_STEP, envelope.acceptedAtMs);
        item.order = this.#lastOrder;
        if (body.kind === 'small') this.#smallBodies.keep(item, body.bytes);
        this.#add(item);
      }
    }
  }

  #notStored(failure: Failure, items: number): void {
    if (failure.kind !== 'uncertain' && failure.code !== 'lease-lost') return;
    this.#parts.metrics.count('cassmail_relay_possible_duplicates_total', { cause: 'store' }, items);
  }

  // --- the queues of others ----------------------------------------------------------------------------------------

  owns(queue: QueueId): boolean {
    return this.#queues.owns(queue);
  }

  /** Items in memory. */
  get size(): number {
    return this.#items;
  }

  adopt(taken: Taken): Promise<void> {
    const queue = this.#queues.adopt(taken);
    const onItem = (item: QueuedItem): void => this.#add(item);
    return new Recovery({ ...this.#parts, onItem }, queue).run();
  }

  /**
   * Takes nothing in, gives nothing out, and hands all queues over, so that another gateway goes on at once. To be called
   * when nothing waits for `release` or is in flight any more; what is may be delivered twice.
   */
  async stop(budget: Budget): Promise<void> {
    this.#closure.stop();
    this.#destinations.stop();
    await this.#queues.handOverAll(budget);
  }

  // --- the relay's side ---------------------------------------------------------------------------------------------

  onDue(listener: (destination: string) => void): void {
    this.#destinations.onDue(listener);
  }

  destinations(): Iterable<string> {
    return this.#destinations.names();
  }

  take(destination: string): LiveItem | undefined {
    if (this.#queues.unsettled >= UNSETTLED_MOST) {
      this.#isHeldUp = true;
      return undefined;
    }
    return this.#destinations.take(destination);
  }

  async content(item: LiveItem, budget: Budget): Promise<MessageBody> {
    const queued = asQueued(item);
    if (queued.largeBody !== undefined) {
      return { kind: 'large', chunks: this.#largeBodies.read(queued.largeBody, budget) };
    }
    const bytes = this.#smallBodies.get(queued);
    if (bytes !== undefined) return { kind: 'small', bytes };
    try {
      return await this.#parts.store.readBody(queued.slice.name, queued.id, budget);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== 'body-missing' || !queued.owner.isAdopted) throw failure;
      this.#finishedBefore(queued);
      throw new Failure('item-finished', `its former owner had done with ${queued.id}`, { cause: failure });
    }
  }

  mayDeliver(item: LiveItem): boolean {
    const queued = asQueued(item);
    return queued.stage === 'in-flight' && queued.owner.mayDeliver();
  }

  done(item: LiveItem): void {
    const queued = this.#landed(item);
    if (queued === undefined) return;
    queued.owner.settle(queued, 'done');
    this.#leave(queued);
    if (!queued.owner.isLost) return;
    this.#parts.metrics.count('cassmail_relay_possible_duplicates_total', { cause: 'lease' });
  }

  defer(item: LiveItem, state: RelayState): void {
    const queued = this.#landed(item);
    if (queued === undefined) return;
    this.#smallBodies.drop(queued);
    if (queued.owner.isLost) {
      this.#leave(queued);
      return;
    }
    queued.state = state;
    queued.owner.settle(queued, state);
    this.#destinations.again(queued);
  }

  putBack(item: LiveItem): void {
    const queued = this.#landed(item);
    if (queued === undefined) return;
    if (queued.owner.isLost) this.#leave(queued);
    else this.#destinations.putBack(queued);
  }

  /** Nothing if somebody has said before what became of it. */
  #landed(item: LiveItem): QueuedItem | undefined {
    const queued = asQueued(item);
    return queued.stage === 'in-flight' ? queued : undefined;
  }

  #finishedBefore(queued: QueuedItem): void {
    this.#parts.log.write('queue.item-finished', { ...queued.slice.name, item: queued.id });
    this.#parts.metrics.count('cassmail_relay_items_recovered_total', { outcome: 'finished' });
    this.done(queued);
  }

  #add(item: QueuedItem): void {
    this.#items += 1;
    this.#showItems();
    this.#destinations.add(item);
  }

  #leave(item: QueuedItem): void {
    item.stage = 'settled';
    this.#items -= 1;
    this.#showItems();
    this.#smallBodies.drop(item);
    this.#destinations.leave(item);
  }

  #showItems(): void {
    this.#parts.metrics.gauge('cassmail_relay_items', {}, this.#items);
  }

  #settled({ done, deferred }: Settlement): void {
    const { metrics } = this.#parts;
    metrics.count('cassmail_relay_items_settled_total', { outcome: 'done' }, done.length);
    metrics.count('cassmail_relay_items_settled_total', { outcome: 'deferred' }, deferred.length);
    if (!this.#isHeldUp || this.#queues.unsettled > UNSETTLED_MOST / 2) return;
    this.#isHeldUp = false;
    this.#destinations.tellAll();
  }

  #lost(queue: OwnedQueue): void {
    let inMemory = 0;
    this.#destinations.keepOnly((item) => {
      if (item.owner !== queue) return true;
      inMemory += 1;
      item.stage = 'settled';
      this.#smallBodies.drop(item);
      return false;
    });
    this.#items -= inMemory;
    this.#showItems();
  }
}

function untried({ id, envelope, recipients, body }: NewItem): RelayItem {
  return {
    id,
    envelope,
    state: { recipients, attempts: 0, nextAttemptAtMs: envelope.acceptedAtMs },
    body,
  };
}

function asQueued(item: LiveItem): QueuedItem {
  if (item instanceof QueuedItem) return item;
  throw new Error('an item that is not of this queue');
}
