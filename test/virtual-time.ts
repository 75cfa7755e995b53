// Time that stands still until a test moves it: a Clock and Timers in one. Moving it fires what falls due in order, each
// at its own moment, and lets everything that was waiting for it run before the next.
import type { Cancel, Clock, Timers } from '../src/base/clock.js';

interface Alarm {
  readonly atMs: number;
  readonly action: () => void;
}

export class VirtualTime implements Clock, Timers {
  readonly #alarms = new Set<Alarm>();
  #nowMs = 0;
  #wallOffsetMs: number;

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallOffsetMs = wallMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  /** Somebody sets the wall clock, forward or back; monotonic time does not notice. */
  setWall(wallMs: number): void {
    this.#wallOffsetMs = wallMs - this.#nowMs;
  }

  after(ms: number, action: () => void): Cancel {
    const alarm = { atMs: this.#nowMs + Math.max(0, ms), action };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = (): void => {
        cancel();
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = this.after(ms, finish);
      signal?.addEventListener('abort', finish);
    });
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#alarms.size;
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (let alarm = this.#firstDue(untilMs); alarm !== undefined; alarm = this.#firstDue(untilMs)) {
      this.#alarms.delete(alarm);
      this.#nowMs = alarm.atMs;
      alarm.action();
      await settled();
    }
    this.#nowMs = untilMs;
  }

  #firstDue(untilMs: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.atMs <= untilMs && (first === undefined || alarm.atMs < first.atMs)) first = alarm;
    }
    return first;
  }
}

/** When every promise that can go on without time passing has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
