// A write of the relay tables is made until it is known to have happened or certainly has not, each time with the same
// stamp, so that it counts once. Within a budget for what somebody waits for; for as long as the lease is ours for what
// has to happen in the end.
import { Budget } from '../base/budget.js';
import type { Clock, Timers } from '../base/clock.js';
import { failureOf, type Failure } from '../base/failure.js';
import { ATTEMPT_MS, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, REPEAT_AFTER_MS } from './bounds.js';

export interface WritingParts {
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Fails with the store's refusal, which changed nothing, or as *uncertain* when none of the attempts was decided. */
export async function writeWithin(
  { timers }: WritingParts,
  budget: Budget,
  attempt: (budget: Budget) => Promise<void>,
): Promise<void> {
  let first: Failure | undefined;
  for (;;) {
    try {
      await attempt(budget.atMost(ATTEMPT_MS));
      return;
    } catch (error) {
      const failure = failureOf(error);
      // A refusal of the repetition says nothing of the attempt before.
      if (first === undefined && failure.kind !== 'uncertain') throw failure;
      first ??= failure;
      if (failure.code === 'lease-lost') throw failure;
    }
    if (budget.remainingMs() <= REPEAT_AFTER_MS) throw first;
    await timers.sleep(REPEAT_AFTER_MS);
  }
}

/** False when it was given up, because `isWanted` became false. */
export async function writeInTheEnd(
  { clock, timers }: WritingParts,
  attempt: (budget: Budget) => Promise<void>,
  hooks: { readonly isWanted: () => boolean; readonly onFailure: (failure: Failure) => void },
): Promise<boolean> {
  for (let pauseMs = FIRST_PAUSE_MS; hooks.isWanted(); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      await attempt(Budget.of(clock, ATTEMPT_MS));
      return true;
    } catch (error) {
      hooks.onFailure(failureOf(error));
      await timers.sleep(pauseMs);
    }
  }
  return false;
}
