// One at a time for each key: who comes while another works under the same key waits for that one, within his budget.
// Takes room only for keys that are being worked on.
import type { Budget } from './budget.js';
import type { Timers } from './clock.js';
import { waitWithin } from './wait-within.js';

export class Turns<Key> {
  readonly #timers: Timers;
  readonly #underWay = new Map<Key, Promise<unknown>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  async run<T>(key: Key, budget: Budget, task: () => Promise<T>): Promise<T> {
    for (let other = this.#underWay.get(key); other !== undefined; other = this.#underWay.get(key)) {
      await waitWithin(budget, this.#timers, other, `another call about ${String(key)}`);
    }
    const work = task();
    this.#underWay.set(key, work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(key);
    }
  }
}
