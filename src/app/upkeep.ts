// What a store needs done now and then and nobody waits for: once a day, large bodies that nobody holds any more are
// swept away. The first time is drawn at random within a day, so that the nodes of a ring do not all begin at once.
import { Budget } from '../base/budget.js';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { BodyStore } from '../store/api/bodies.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A sweep that takes longer ends there, and the next day's begins somewhere else: what is gone is gone. */
const SWEEP_MS = 60 * 60 * 1000;

export interface UpkeepParts {
  readonly bodies: BodyStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export class Upkeep {
  readonly #parts: UpkeepParts;
  #cancelNext: Cancel | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#planNext(this.#parts.random.fraction() * DAY_MS);
  }

  /** Waits for a sweep that is under way; closing the store makes it end soon. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelNext?.();
    await this.#underWay;
  }

  #planNext(ms: number): void {
    if (this.#isStopped) return;
    this.#cancelNext = this.#parts.timers.after(ms, () => {
      this.#underWay = this.#sweep().finally(() => this.#planNext(DAY_MS));
    });
  }

  async #sweep(): Promise<void> {
    const { bodies, clock, log } = this.#parts;
    try {
      log.write('body.swept', { ...(await bodies.sweep(Budget.of(clock, SWEEP_MS))) });
    } catch (error) {
      const { code, message } = failureOf(error);
      log.write('body.sweep-failed', { code, says: message });
    }
  }
}
