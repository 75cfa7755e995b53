// How wide a destination is open to us: a few attempts at once at first, one more with each that reached it, up to its
// limit. When it is dead, nobody tries for a while that grows with every further failure; then one attempt tries it for
// all, and if that reaches it the destination opens up again gradually.
import type { Random } from '../../base/random.js';
import type { Diagnosis } from '../attempt.js';

export interface DeadEnd {
  readonly reason: Diagnosis;
  readonly beganAtMs: number;
  readonly nowMs: number;
  /** The longest that a dead destination is left alone. */
  readonly longestPauseMs: number;
}

const AT_FIRST = 5;
const FIRST_PAUSE_MS = 30_000;
const JITTER = 0.2;

export class Opening {
  readonly #random: Random;
  #width = AT_FIRST;
  #failures = 0;
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #reason: Diagnosis | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Attempts that may be under way now, of `limit`. */
  width(limit: number): number {
    return Math.min(limit, Math.floor(this.#width));
  }

  /** Why it is closed, and until when; undefined: it is open. */
  closure(nowMs: number): { readonly reason: Diagnosis; readonly untilMs: number } | undefined {
    if (nowMs >= this.#closedUntilMs || this.#reason === undefined) return undefined;
    return { reason: this.#reason, untilMs: this.#closedUntilMs };
  }

  /** An attempt reached it, whatever became of the message. Tells whether that is news. */
  reached(limit: number): boolean {
    const isNews = this.#failures > 0;
    this.#failures = 0;
    this.#reason = undefined;
    this.#closedUntilMs = Number.NEGATIVE_INFINITY;
    this.#width = Math.min(limit, this.#width + 1);
    return isNews;
  }

  /** An attempt found nobody there. Those that were under way together count once. Tells whether it did. */
  dead({ reason, beganAtMs, nowMs, longestPauseMs }: DeadEnd): boolean {
    if (beganAtMs < this.#closedUntilMs) return false;
    const plainMs = Math.min(longestPauseMs, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#reason = reason;
    this.#closedUntilMs = nowMs + plainMs * (1 - JITTER / 2 + JITTER * this.#random.fraction());
    this.#width = 1;
    return true;
  }

  /** Until when it matters that it was dead: a message that is tried again comes back within that time. */
  remembersUntilMs(longestPauseMs: number): number {
    return this.#failures === 0 ? Number.NEGATIVE_INFINITY : this.#closedUntilMs + 2 * longestPauseMs;
  }

  /** An operator knows better: the next attempt may begin now. */
  reopen(): void {
    this.#closedUntilMs = Number.NEGATIVE_INFINITY;
  }
}
