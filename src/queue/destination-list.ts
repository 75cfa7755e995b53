// What waits for one destination: first attempts in order of acceptance, and the others by when they are due. Between
// the two goes first what has been due for longer, so that neither starves the other.
import { Heap } from './heap.js';
import type { QueuedItem } from './queued-item.js';

export class DestinationList {
  readonly #firsts = new Heap<QueuedItem>(({ order }) => order);
  readonly #retries = new Heap<QueuedItem>(({ state }) => state.nextAttemptAtMs);
  #inFlight = 0;

  get isEmpty(): boolean {
    return this.#inFlight === 0 && this.#firsts.size === 0 && this.#retries.size === 0;
  }

  add(item: QueuedItem): void {
    item.stage = 'waiting';
    (isFirstAttempt(item) ? this.#firsts : this.#retries).push(item);
  }

  /** What would be taken now. */
  next(nowMs: number): QueuedItem | undefined {
    return this.#heapOfNext(nowMs)?.first;
  }

  take(nowMs: number): QueuedItem | undefined {
    const item = this.#heapOfNext(nowMs)?.pop();
    if (item === undefined) return undefined;
    item.stage = 'in-flight';
    this.#inFlight += 1;
    return item;
  }

  /** One that was taken is not in flight any more; it may be added again. */
  landed(): void {
    this.#inFlight -= 1;
  }

  /** When the next retry is due, be it past or to come. */
  get nextRetryAtMs(): number | undefined {
    return this.#retries.first?.state.nextAttemptAtMs;
  }

  keepOnly(isKept: (item: QueuedItem) => boolean): void {
    this.#firsts.keepOnly(isKept);
    this.#retries.keepOnly(isKept);
  }

  #heapOfNext(nowMs: number): Heap<QueuedItem> | undefined {
    const [first, retryAtMs] = [this.#firsts.first, this.nextRetryAtMs];
    const isRetryDue = retryAtMs !== undefined && retryAtMs <= nowMs;
    if (first === undefined) return isRetryDue ? this.#retries : undefined;
    return isRetryDue && retryAtMs < first.order ? this.#retries : this.#firsts;
  }
}

function isFirstAttempt({ state, envelope }: QueuedItem): boolean {
  return state.attempts === 0 && state.nextAttemptAtMs <= envelope.acceptedAtMs;
}
