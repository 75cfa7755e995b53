// Answers for commits that take longer than whoever asked can wait: *uncertain*, since a transaction that was handed to
// the engine cannot be called back. One timer looks after all of them; the work itself goes on and keeps its place.
import type { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';

const LOOK_EVERY_MS = 20;

interface Watched {
  readonly budget: Budget;
  readonly giveUp: () => void;
}

export class DeadlineWatch {
  readonly #timers: Timers;
  readonly #watched = new Set<Watched>();
  readonly #working = new Set<Promise<unknown>>();
  #isLooking = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** `work` calls `begun` when there is no way back; before that its own deadline is the work's affair. */
  guard<T>(statement: string, budget: Budget, work: (begun: () => void) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const watched: Watched = {
        budget,
        giveUp: () =>
          reject(new Failure('store-write-uncertain', `${statement}: not committed within the time allowed`)),
      };
      const working = work(() => this.#watch(watched))
        .then(resolve, reject)
        .finally(() => {
          this.#watched.delete(watched);
          this.#working.delete(working);
        });
      this.#working.add(working);
    });
  }

  /** Resolves when no work is left. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  #watch(watched: Watched): void {
    this.#watched.add(watched);
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#timers.after(LOOK_EVERY_MS, () => this.#look());
  }

  #look(): void {
    for (const watched of this.#watched) {
      if (!watched.budget.isSpent()) continue;
      this.#watched.delete(watched);
      watched.giveUp();
    }
    this.#isLooking = this.#watched.size > 0;
    if (this.#isLooking) this.#timers.after(LOOK_EVERY_MS, () => this.#look());
  }
}
