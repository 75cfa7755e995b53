// What was looked up a moment ago. An answer is used for a few seconds from when it was asked for, one that there is
// nothing for less; whoever asks for what is being looked up waits for that, within his own budget, and asks himself where
// it failed. Holds so many answers and no more.
import type { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Lru } from '../base/lru.js';
import { waitWithin } from '../base/wait-within.js';

export interface BriefMemoryOptions {
  readonly most: number;
  readonly knownMs: number;
  readonly unknownMs: number;
}

export interface BriefMemoryParts {
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Answer<Value> {
  readonly value: Value | undefined;
  readonly untilMs: number;
}

export class BriefMemory<Value> {
  readonly #options: BriefMemoryOptions;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #answers: Lru<string, Answer<Value>>;
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(options: BriefMemoryOptions, { clock, timers }: BriefMemoryParts) {
    this.#options = options;
    this.#clock = clock;
    this.#timers = timers;
    this.#answers = new Lru(options.most);
  }

  /** Without a look, and without waiting for one. */
  recall(key: string): Value | undefined {
    const answer = this.#answers.get(key);
    return answer !== undefined && this.#clock.monotonicMs() < answer.untilMs ? answer.value : undefined;
  }

  async get(key: string, budget: Budget, look: () => Promise<Value | undefined>): Promise<Value | undefined> {
    for (;;) {
      const answer = this.#answers.get(key);
      if (answer !== undefined && this.#clock.monotonicMs() < answer.untilMs) return answer.value;
      const other = this.#underWay.get(key);
      if (other === undefined) return this.#look(key, look);
      await waitWithin(budget, this.#timers, other, `another look for ${key}`);
    }
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }

  async #look(key: string, look: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const askedAtMs = this.#clock.monotonicMs();
    const looking = look();
    this.#underWay.set(key, looking);
    try {
      const value = await looking;
      const { knownMs, unknownMs } = this.#options;
      this.#answers.set(key, { value, untilMs: askedAtMs + (value === undefined ? unknownMs : knownMs) });
      return value;
    } finally {
      this.#underWay.delete(key);
    }
  }
}
