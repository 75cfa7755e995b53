// Wakes destinations when a retry of theirs is due: one timer for all of them. Due times are times of day, which may
// jump; so the timer looks again at least twice a minute.
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { LONGEST_ALARM_MS } from './bounds.js';
import { Heap } from './heap.js';

interface Alarm {
  readonly destination: string;
  readonly atMs: number;
}

export interface DueAlarmParts {
  readonly clock: Clock;
  readonly timers: Timers;
}

export class DueAlarm {
  readonly #parts: DueAlarmParts;
  readonly #onDue: (destination: string) => void;
  readonly #alarms = new Heap<Alarm>(({ atMs }) => atMs);
  /** The earliest of each destination; later ones in the heap are set again when that has rung. */
  readonly #earliest = new Map<string, number>();
  #timer: { readonly atMs: number; readonly cancel: Cancel } | undefined;

  constructor(parts: DueAlarmParts, onDue: (destination: string) => void) {
    this.#parts = parts;
    this.#onDue = onDue;
  }

  set(destination: string, atMs: number): void {
    const earliest = this.#earliest.get(destination);
    if (earliest !== undefined && earliest <= atMs) return;
    this.#earliest.set(destination, atMs);
    this.#alarms.push({ destination, atMs });
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#earliest.clear();
    this.#alarms.keepOnly(() => false);
  }

  #arm(): void {
    const { first } = this.#alarms;
    if (first === undefined || (this.#timer !== undefined && this.#timer.atMs <= first.atMs)) return;
    this.#timer?.cancel();
    const inMs = Math.min(LONGEST_ALARM_MS, Math.max(0, first.atMs - this.#parts.clock.wallMs()));
    this.#timer = { atMs: first.atMs, cancel: this.#parts.timers.after(inMs, () => this.#ring()) };
  }

  #ring(): void {
    this.#timer = undefined;
    const nowMs = this.#parts.clock.wallMs();
    const due: string[] = [];
    for (let { first } = this.#alarms; first !== undefined && first.atMs <= nowMs; { first } = this.#alarms) {
      this.#alarms.pop();
      if (this.#earliest.get(first.destination) !== first.atMs) continue; // an earlier one has rung
      this.#earliest.delete(first.destination);
      due.push(first.destination);
    }
    this.#arm();
    for (const destination of due) this.#onDue(destination);
  }
}
