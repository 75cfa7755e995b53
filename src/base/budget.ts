// A time budget: made once where a request comes in, handed down to everything done for it, so that no layer waits
// longer than whoever asked will.
import type { Clock } from './clock.js';
import { Failure } from './failure.js';

export class Budget {
  readonly #clock: Clock;
  readonly #endsAtMs: number;

  private constructor(clock: Clock, endsAtMs: number) {
    this.#clock = clock;
    this.#endsAtMs = endsAtMs;
  }

  static of(clock: Clock, ms: number): Budget {
    return new Budget(clock, clock.monotonicMs() + ms);
  }

  /** Never negative. */
  remainingMs(): number {
    return Math.max(0, this.#endsAtMs - this.#clock.monotonicMs());
  }

  isSpent(): boolean {
    return this.remainingMs() === 0;
  }

  /** The same end, or `ms` from now where that is sooner: for one step of several. */
  atMost(ms: number): Budget {
    return new Budget(this.#clock, Math.min(this.#endsAtMs, this.#clock.monotonicMs() + ms));
  }

  /** Call before sending anything: past the deadline nothing new is begun. */
  assertRemains(purpose: string): void {
    if (this.isSpent()) throw new Failure('deadline-passed', `no time left to ${purpose}`);
  }
}
