// Whether our clock can be trusted. What a message id means (storable or too old, which partition, closed or not) hangs
// on the time of day; a process whose clock went wrong after its start, by hand or with a machine that was paused,
// would acknowledge mail into partitions that nobody lists any more. So the clocks of the ring nodes are compared with
// ours again and again, and while they are minutes apart, whoever asks for the time is refused.
//
// Half of the nodes that answer decide: a single node that is wrong stops nothing, since our statements bring their own
// timestamps. While no node answers, the last comparison holds: nothing can be stored then anyway.
import type { Cancel, Clock, Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import { FUTURE_ID_MS } from '../types.js';
import { describeSkew, skewOf, type ClockReading } from './connection/ring-checks.js';

export interface TrustedClock {
  /** Our wall clock. Fails with *clock-untrusted* while that and the clocks of the ring are minutes apart. */
  nowMs(): number;
}

export interface ClockGuardParts {
  /** Of the ring nodes that answer. */
  readonly readClocks: () => Promise<readonly ClockReading[]>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const COMPARED_EVERY_MS = 60_000;

export class ClockGuard implements TrustedClock {
  readonly #parts: ClockGuardParts;
  /** The wall clock's lead over the monotonic one at the last comparison: it jumps when somebody sets the clock. */
  #leadMs: number;
  #doubt: string | undefined;
  #cancelNext: Cancel | undefined;
  #isStopped = false;

  /** For a clock that has just been found right. */
  constructor(parts: ClockGuardParts) {
    this.#parts = parts;
    this.#leadMs = this.#currentLeadMs();
    this.#planNext(COMPARED_EVERY_MS);
  }

  nowMs(): number {
    if (this.#doubt === undefined && this.#wasSet()) {
      this.#conclude("this machine's clock was set by minutes and has not been compared with the ring since");
      this.#planNext(0);
    }
    if (this.#doubt !== undefined) throw new Failure('clock-untrusted', this.#doubt);
    return this.#parts.clock.wallMs();
  }

  /** Nothing is compared or said any more; does not wait for an answer that is still to come. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelNext?.();
  }

  #planNext(ms: number): void {
    if (this.#isStopped) return;
    this.#cancelNext?.();
    this.#cancelNext = this.#parts.timers.after(ms, () => {
      void this.#compareOrSay().finally(() => this.#planNext(COMPARED_EVERY_MS));
    });
  }

  /** Nobody waits for this: a bug in it, too, is a line in the log and not the end of the process. */
  async #compareOrSay(): Promise<void> {
    try {
      await this.#compare();
    } catch (error) {
      if (!this.#isStopped) this.#parts.log.write('clock.not-compared', { reason: String(error) });
    }
  }

  async #compare(): Promise<void> {
    const leadMs = this.#currentLeadMs(); // before asking: a clock set meanwhile must not pass for compared
    const readings = await this.#parts.readClocks();
    if (readings.length === 0 || this.#isStopped) return;
    this.#leadMs = leadMs;
    const wrong = readings.filter((reading) => Math.abs(skewOf(reading)) > FUTURE_ID_MS);
    this.#conclude(wrong.length * 2 < readings.length ? undefined : wrong.map(describeSkew).join('; '));
  }

  #conclude(doubt: string | undefined): void {
    const before = this.#doubt;
    this.#doubt = doubt;
    if (before === undefined && doubt !== undefined)
      this.#parts.log.write('clock.untrusted', { says: doubt });
    if (before !== undefined && doubt === undefined) this.#parts.log.write('clock.trusted-again');
  }

  #wasSet(): boolean {
    return Math.abs(this.#currentLeadMs() - this.#leadMs) > FUTURE_ID_MS;
  }

  #currentLeadMs(): number {
    return this.#parts.clock.wallMs() - this.#parts.clock.monotonicMs();
  }
}
