// A full disk, met with dignity: said once when it begins and once when it ends, and probed by one change at a time, so
// that a flood of mail does not become a flood of failing commits (the engine prints each to standard error).
import type { Clock } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';

/** Often enough that mail flows again at once to a person's eye. */
const PROBE_EVERY_MS = 100;

export class Fullness {
  readonly #clock: Clock;
  readonly #log: Log;
  #isFull = false;
  #probesFromMs = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  async attempt<T>(commit: () => Promise<T>): Promise<T> {
    this.#assertMayTry();
    try {
      const answer = await commit();
      this.#hasRoom();
      return answer;
    } catch (error) {
      if (error instanceof Failure && error.code === 'store-full') this.#ranOut(error);
      throw error;
    }
  }

  #assertMayTry(): void {
    if (!this.#isFull) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#probesFromMs) throw new Failure('store-full', 'the disk of the store is full');
    this.#probesFromMs = nowMs + PROBE_EVERY_MS;
  }

  #ranOut(failure: Failure): void {
    this.#probesFromMs = this.#clock.monotonicMs() + PROBE_EVERY_MS;
    if (this.#isFull) return;
    this.#isFull = true;
    this.#log.write('store.full', { reason: failure.message });
  }

  #hasRoom(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#log.write('store.room-again');
  }
}
