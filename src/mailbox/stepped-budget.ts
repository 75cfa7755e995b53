// A time budget that begins anew with each step of a stream: a reader may take as long as he likes between two chunks,
// the store may not for one.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';

export class SteppedBudget {
  readonly #clock: Clock;
  #beganAtMs: number | undefined;
  /** Stands still between two steps. */
  readonly budget: Budget;

  constructor(clock: Clock, stepMs: number) {
    this.#clock = clock;
    const stopwatch = { wallMs: () => clock.wallMs(), monotonicMs: () => this.#stepMs() };
    this.budget = Budget.of(stopwatch, stepMs);
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    this.#beganAtMs = this.#clock.monotonicMs();
    try {
      return await work();
    } finally {
      this.#beganAtMs = undefined;
    }
  }

  #stepMs(): number {
    return this.#beganAtMs === undefined ? 0 : this.#clock.monotonicMs() - this.#beganAtMs;
  }
}
