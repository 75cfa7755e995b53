// A log for what strangers cause: so many lines in a while and no more, whatever they do. The first line after a silence
// tells how many were left out.
import type { Clock } from './clock.js';
import type { LogEvent } from './log-events.js';
import type { Log, LogFields } from './log.js';

export interface LogBound {
  readonly lines: number;
  readonly perMs: number;
}

export class BoundedLog implements Log {
  readonly #log: Log;
  readonly #quota: Quota;

  /** Logs made of this one by `with` share its bound. */
  constructor(log: Log, clock: Clock, bound: LogBound) {
    this.#log = log;
    this.#quota = new Quota(clock, bound);
  }

  write(event: LogEvent, fields: LogFields = {}): void {
    const leftOut = this.#quota.take();
    if (leftOut === undefined) return;
    this.#log.write(event, leftOut === 0 ? fields : { ...fields, linesLeftOut: leftOut });
  }

  with(fields: LogFields): Log {
    const quota = this.#quota;
    const log = this.#log.with(fields);
    return {
      write: (event, more = {}) => {
        const leftOut = quota.take();
        if (leftOut !== undefined)
          log.write(event, leftOut === 0 ? more : { ...more, linesLeftOut: leftOut });
      },
      with: (more) => this.with({ ...fields, ...more }),
    };
  }
}

class Quota {
  readonly #clock: Clock;
  readonly #bound: LogBound;
  #beganAtMs = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #leftOut = 0;

  constructor(clock: Clock, bound: LogBound) {
    this.#clock = clock;
    this.#bound = bound;
  }

  /** How many lines were left out before this one; undefined when this one is left out too. */
  take(): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#beganAtMs >= this.#bound.perMs) {
      this.#beganAtMs = nowMs;
      this.#lines = 0;
    }
    if (this.#lines >= this.#bound.lines) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#lines += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
