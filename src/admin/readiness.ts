// Whether a load balancer should send mail here: every worker serves, the store answers, and the node is not stopping.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import { waitWithin } from '../base/wait-within.js';
import type { NodeView } from './node-view.js';

/** Load balancers give up after a few seconds. */
const STORE_MS = 2000;
/** Many may ask; the store is asked once in this time. */
const REMEMBERED_MS = 1000;

type Parts = { readonly node: NodeView; readonly clock: Clock; readonly timers: Timers };

export class Readiness {
  readonly #parts: Parts;
  #asked: { readonly atMs: number; readonly answer: Promise<string | undefined> } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What is missing; empty when the node is ready. */
  async missing(): Promise<readonly string[]> {
    const { node } = this.#parts;
    if (node.isStopping()) return ['the node is stopping'];
    const { configured, listening } = node.workers();
    const workers = listening < configured ? `${listening} of ${configured} workers are serving` : undefined;
    const store = await this.#storeTrouble();
    return [workers, store].filter((reason) => reason !== undefined);
  }

  #storeTrouble(): Promise<string | undefined> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#asked === undefined || nowMs - this.#asked.atMs >= REMEMBERED_MS) {
      this.#asked = { atMs: nowMs, answer: this.#askStore() };
    }
    return this.#asked.answer;
  }

  async #askStore(): Promise<string | undefined> {
    const { node, clock, timers } = this.#parts;
    const budget = Budget.of(clock, STORE_MS);
    const asking = node.askStore(budget);
    try {
      await waitWithin(budget, timers, asking, 'the store');
      await asking;
      return undefined;
    } catch (error) {
      return `the store does not answer: ${failureOf(error).code}`; // anybody may ask: no addresses, no paths
    }
  }
}
