// Autologout (RFC 1939 section 3): a client that is silent for too long, or whose session has lasted too long, is sent
// away, but only while it is waited for: never in the middle of a command. Only whole commands count as a sign of life.
import type { Cancel, Clock, Timers } from '../base/clock.js';

export interface SessionWatchOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly idleMs: number;
  readonly sessionMs: number;
  readonly onExpired: (why: 'idle' | 'expired') => void;
}

export class SessionWatch {
  readonly #options: SessionWatchOptions;
  readonly #startedMs: number;
  #idleMs: number;
  #waitingSinceMs: number | undefined;
  #cancel: Cancel = () => undefined;

  constructor(options: SessionWatchOptions) {
    this.#options = options;
    this.#startedMs = options.clock.monotonicMs();
    this.#idleMs = options.idleMs;
    this.#arm(Math.min(options.idleMs, options.sessionMs));
  }

  /** The next command is the client's to send. */
  waiting(): void {
    if (this.#waitingSinceMs !== undefined) return;
    this.#waitingSinceMs = this.#options.clock.monotonicMs();
    if (this.#sessionLeftMs() <= 0) this.#options.onExpired('expired');
  }

  /** A command has come. */
  working(): void {
    this.#waitingSinceMs = undefined;
  }

  /** From now on silence may last no longer than this. */
  hurry(idleMs: number): void {
    this.#idleMs = Math.min(this.#idleMs, idleMs);
    this.#cancel();
    this.#look();
  }

  stop(): void {
    this.#cancel();
  }

  #sessionLeftMs(): number {
    return this.#options.sessionMs - (this.#options.clock.monotonicMs() - this.#startedMs);
  }

  #look(): void {
    if (this.#waitingSinceMs === undefined) {
      this.#arm(this.#idleMs);
      return;
    }
    const idleLeftMs = this.#idleMs - (this.#options.clock.monotonicMs() - this.#waitingSinceMs);
    const sessionLeftMs = this.#sessionLeftMs();
    if (idleLeftMs <= 0) this.#options.onExpired('idle');
    else if (sessionLeftMs <= 0) this.#options.onExpired('expired');
    else this.#arm(Math.min(idleLeftMs, sessionLeftMs));
  }

  #arm(ms: number): void {
    this.#cancel = this.#options.timers.after(ms, () => this.#look());
  }
}
