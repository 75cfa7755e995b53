// Waiting for a ring that cannot be reached, or not well enough yet: attempt after attempt with growing pauses, and a
// line in the log only when the reason changes. What waiting does not mend ends it at once.
import type { Clock, Timers } from '../../../base/clock.js';
import { Failure, type FailureKind } from '../../../base/failure.js';
import type { Log } from '../../../base/log.js';
import type { Random } from '../../../base/random.js';

export interface WaitOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** After this long the last reason is thrown; a node waits for ever. */
  readonly patienceMs?: number | undefined;
  /** Ends the waiting: the process is to stop. */
  readonly stop?: AbortSignal | undefined;
}

const worthWaiting: ReadonlySet<FailureKind> = new Set<FailureKind>(['temporary', 'overloaded', 'uncertain']);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** What may be otherwise in a moment. */
export function isWorthWaiting(error: unknown): error is Failure {
  return error instanceof Failure && worthWaiting.has(error.kind);
}

export async function waitForRing<T>(attempt: () => Promise<T>, options: WaitOptions): Promise<T> {
  const { clock, timers, random, log, patienceMs = Infinity, stop } = options;
  const endsAtMs = clock.monotonicMs() + patienceMs;
  let pauseMs = FIRST_PAUSE_MS;
  let reason = '';
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthWaiting(error)) throw error;
      if (stop?.aborted === true || clock.monotonicMs() + pauseMs > endsAtMs) throw error;
      if (error.message !== reason) log.write('ring.waiting', { code: error.code, says: error.message });
      reason = error.message;
    }
    await timers.sleep(pauseMs * (0.5 + random.fraction()), stop);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
