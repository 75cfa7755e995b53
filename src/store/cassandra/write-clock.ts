// Write timestamps for rows that have no time of their own: microseconds of the wall clock, strictly increasing within
// the process even when the clock stands still or is set back. So of two writes of one process the later one wins, and
// a release followed at once by a new claim leaves the claim standing.
import type { Clock } from '../../base/clock.js';

export class WriteClock {
  readonly #clock: Clock;
  #lastMicros = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nextMicros(): number {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.floor(this.#clock.wallMs()) * 1000);
    return this.#lastMicros;
  }
}
