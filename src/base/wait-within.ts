// Waiting for something that somebody else has begun, no longer than our own budget lasts: theirs may be far longer.
import type { Budget } from './budget.js';
import type { Timers } from './clock.js';
import { Failure } from './failure.js';

/** Resolves when `work` has ended; whether it failed is for whoever began it. Fails with *deadline-passed*. */
export function waitWithin(
  budget: Budget,
  timers: Timers,
  work: Promise<unknown>,
  purpose: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(budget.remainingMs(), () =>
      reject(new Failure('deadline-passed', `no time left to wait for ${purpose}`)),
    );
    const finish = (): void => {
      cancel();
      resolve();
    };
    work.then(finish, finish);
  });
}
