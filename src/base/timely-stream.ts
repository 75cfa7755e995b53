// A stream that somebody else feeds, under our budget: when it stalls past the deadline we stop waiting for it, and an
// error of its own becomes *body-interrupted*, so that it is told from errors of the store.
import type { Budget } from './budget.js';
import type { Timers } from './clock.js';
import { Failure } from './failure.js';

export async function* timelyStream<T>(
  stream: AsyncIterable<T>,
  budget: Budget,
  timers: Timers,
): AsyncGenerator<T, void, undefined> {
  const source = stream[Symbol.asyncIterator]();
  let giveUp: (() => void) | undefined;
  const cancel = timers.after(budget.remainingMs(), () => giveUp?.());
  const next = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      budget.assertRemains('wait for more of a message body'); // the timer rings only once
      giveUp = () => reject(new Failure('deadline-passed', 'the stream of a message body stalled'));
      source.next().then(resolve, (error: unknown) => reject(interrupted(error)));
    });
  let isOver = false;
  try {
    for (let piece = await next(); piece.done !== true; piece = await next()) yield piece.value;
    isOver = true;
  } finally {
    cancel();
    if (!isOver) source.return?.().catch(() => undefined); // not awaited: a stalled source would not answer
  }
}

function interrupted(error: unknown): Failure {
  return new Failure('body-interrupted', 'the stream of a message body broke off', { cause: error });
}
