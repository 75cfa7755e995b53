// Lines about what anybody on the network can cause as often as they like: so many of each event in so much time, then
// none until that time is over. The next line says how many were left out.
import type { Clock } from '../base/clock.js';
import type { Log, LogFields } from '../base/log.js';
import type { LogEvent } from '../base/log-events.js';

const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 5;

interface Window {
  readonly endsAtMs: number;
  lines: number;
}

export class SparingLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #windows = new Map<LogEvent, Window>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  write(event: LogEvent, fields: LogFields): void {
    const nowMs = this.#clock.monotonicMs();
    const window = this.#windows.get(event);
    if (window !== undefined && nowMs < window.endsAtMs) {
      window.lines += 1;
      if (window.lines <= LINES_PER_WINDOW) this.#log.write(event, fields);
      return;
    }
    const unsaid = Math.max(0, (window?.lines ?? 0) - LINES_PER_WINDOW);
    this.#windows.set(event, { endsAtMs: nowMs + WINDOW_MS, lines: 1 });
    this.#log.write(event, unsaid > 0 ? { ...fields, unsaid } : fields);
  }
}
