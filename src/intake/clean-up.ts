// Undoing, in the background, what a message left in the store whose sender was told to try again: repeated until it
// succeeds, for an hour at most. How much of it is waiting says how ill the store is; with too much of it no further
// mail should be begun.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import { Gate } from '../base/gate.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { TimeUuid } from '../base/time-uuid.js';

export interface CleanUpParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface CleanUpTask {
  readonly what: 'take-back' | 'discard';
  readonly message: TimeUuid;
  /** May be repeated. */
  readonly attempt: (budget: Budget) => Promise<void>;
}

/** A kilobyte or so each. */
const MOST_TASKS = 10_000;
const AT_ONCE = 16;
const ATTEMPT_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const PAUSE_AT_THE_END_MS = 250;
const GIVES_UP_AFTER_MS = 60 * 60 * 1000;

export class CleanUp {
  readonly #parts: CleanUpParts;
  readonly #gate: Gate;
  readonly #underWay = new Map<Promise<void>, CleanUpTask>();
  readonly #lastCall = new AbortController();

  constructor(parts: CleanUpParts) {
    this.#parts = parts;
    this.#gate = new Gate(
      { name: 'clean-up', width: AT_ONCE, waiting: Number.POSITIVE_INFINITY },
      parts.timers,
    );
  }

  get pending(): number {
    return this.#underWay.size;
  }

  isFull(): boolean {
    return this.pending >= MOST_TASKS;
  }

  /** Begins at once; nobody needs to wait for it. */
  begin(task: CleanUpTask): void {
    const work = this.#repeat(task).finally(() => {
      this.#underWay.delete(work);
      this.#showPending();
    });
    this.#underWay.set(work, task);
    this.#showPending();
  }

  /** Before the process ends: tries everything at once and often, and resolves with how much is left when `ms` have passed, and logs what. */
  async settle(ms: number): Promise<number> {
    this.#lastCall.abort();
    const isDone = new AbortController();
    const budget = Budget.of(this.#parts.clock, ms);
    while (this.pending > 0 && !budget.isSpent()) {
      const timeIsUp = this.#parts.timers.sleep(budget.remainingMs(), isDone.signal);
      await Promise.race([Promise.allSettled(this.#underWay.keys()), timeIsUp]);
    }
    isDone.abort();
    for (const { message: id, what } of this.#underWay.values()) {
      this.#parts.log.write('message.left-behind', { id, what, reason: 'the node ends' });
    }
    return this.pending;
  }

  async #repeat({ what, message, attempt }: CleanUpTask): Promise<void> {
    const { clock, timers, log, metrics } = this.#parts;
    const whole = Budget.of(clock, GIVES_UP_AFTER_MS);
    for (let count = 0; ; count += 1) {
      try {
        await this.#gate.run(whole, () => attempt(whole.atMost(ATTEMPT_MS)));
        metrics.count('cassmail_clean_ups_total', { what, outcome: 'done' });
        return;
      } catch (error) {
        const pauseMs = this.#pauseMs(count);
        if (error instanceof Failure && whole.remainingMs() > pauseMs) {
          await timers.sleep(pauseMs, this.#lastCall.signal.aborted ? undefined : this.#lastCall.signal);
          continue;
        }
        metrics.count('cassmail_clean_ups_total', { what, outcome: 'given-up' });
        log.write('message.left-behind', { id: message, what, error });
        return;
      }
    }
  }

  #pauseMs(count: number): number {
    if (this.#lastCall.signal.aborted) return PAUSE_AT_THE_END_MS;
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** count) * (0.5 + this.#parts.random.fraction());
  }

  #showPending(): void {
    this.#parts.metrics.gauge('cassmail_clean_ups_pending', {}, this.pending);
  }
}
