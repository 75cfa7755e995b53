// A log for what strangers cause as often as they like: of each event so many lines in a while and no more. The first
// line after a silence tells how many were left out.
import type { Clock } from './clock.js';
import type { LogEvent } from './log-events.js';
import type { Log, LogFields } from './log.js';

export interface LogBound {
  readonly lines: number;
  readonly perMs: number;
}

/** Of one event. */
interface Window {
  readonly beganAtMs: number;
  lines: number;
  leftOut: number;
}

export class BoundedLog implements Log {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #bound: LogBound;
  readonly #windows: Map<LogEvent, Window>;

  /** Logs made of this one by `with` share its bound. */
  constructor(log: Log, clock: Clock, bound: LogBound, windows = new Map<LogEvent, Window>()) {
    this.#log = log;
    this.#clock = clock;
    this.#bound = bound;
    this.#windows = windows;
  }

  write(event: LogEvent, fields: LogFields = {}): void {
    const window = this.#windowOf(event);
    window.lines += 1;
    if (window.lines > this.#bound.lines) {
      window.leftOut += 1;
      return;
    }
    const { leftOut } = window;
    window.leftOut = 0;
    this.#log.write(event, leftOut === 0 ? fields : { ...fields, linesLeftOut: leftOut });
  }

  with(fields: LogFields): Log {
    return new BoundedLog(this.#log.with(fields), this.#clock, this.#bound, this.#windows);
  }

  #windowOf(event: LogEvent): Window {
    const nowMs = this.#clock.monotonicMs();
    const current = this.#windows.get(event);
    if (current !== undefined && nowMs - current.beganAtMs < this.#bound.perMs) return current;
    const next = { beganAtMs: nowMs, lines: 0, leftOut: current?.leftOut ?? 0 };
    this.#windows.set(event, next);
    return next;
  }
}
