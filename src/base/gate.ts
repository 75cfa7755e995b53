// A semaphore whose waiting room has a size. At most `width` tasks run, at most `waiting` more wait their turn in
// order; the next one is told *too busy* at once, and one that waits past its budget leaves with *deadline passed*
// before it began. So a slow store is answered with a refusal, not with an ever longer queue.
import type { Budget } from './budget.js';
import type { Timers } from './clock.js';
import { Failure } from './failure.js';

export interface GateOptions {
  /** For the refusal: what there is too much of. */
  readonly name: string;
  readonly width: number;
  readonly waiting: number;
}

interface Waiter {
  readonly start: () => void;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #timers: Timers;
  readonly #waiters = new Set<Waiter>();
  #running = 0;

  constructor(options: GateOptions, timers: Timers) {
    this.#options = options;
    this.#timers = timers;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  async run<T>(budget: Budget, task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.width) this.#running += 1;
    else await this.#wait(budget);
    try {
      budget.assertRemains(`begin at ${this.#options.name}`); // a turn that came too late is no turn
      return await task();
    } finally {
      this.#leave();
    }
  }

  #wait(budget: Budget): Promise<void> {
    const { name, width, waiting } = this.#options;
    if (this.#waiters.size >= waiting) {
      throw new Failure('too-busy', `${name}: ${width} in flight and ${waiting} waiting already`);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: () => {
          cancel();
          resolve();
        },
      };
      const cancel = this.#timers.after(budget.remainingMs(), () => {
        this.#waiters.delete(waiter);
        reject(new Failure('deadline-passed', `${name}: no turn within the time allowed`));
      });
      this.#waiters.add(waiter);
    });
  }

  /** Hands the place on to the longest waiting, else gives it back. */
  #leave(): void {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.start();
      return;
    }
    this.#running -= 1;
  }
}
