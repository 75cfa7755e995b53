// What a ring needs from outside: time, chance, the environment, somebody to tell, and a signal that ends it all early.
import { systemClock, systemTimers, type Clock, type Timers } from '../../base/clock.js';
import { systemSurroundings, type Environment, type Surroundings } from '../../base/surroundings.js';
import { Failure } from '../../base/failure.js';
import { systemRandom, type Random } from '../../base/random.js';

export interface RingTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  /** A line about progress. */
  readonly note: (line: string) => void;
}

/** The real ones, telling nobody. */
export function systemRingTools({ environment }: Surroundings = systemSurroundings()): RingTools {
  return {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    environment,
    note: () => undefined,
  };
}

/** For what must be done although the rest was interrupted. */
export function uninterrupted(tools: RingTools): RingTools {
  return { ...tools, signal: undefined };
}

const POLL_MS = 150;

export interface Wait {
  /** Ends the sentence "… within 20 s: reason". */
  readonly what: string;
  readonly timeoutMs: number;
  /** Undefined when there is nothing left to wait for, else the reason. May throw to give up. */
  check(): Promise<string | undefined> | string | undefined;
}

/** Looks again and again until there is nothing left to wait for. */
export async function waitUntil(tools: RingTools, wait: Wait): Promise<void> {
  const endsAtMs = tools.clock.monotonicMs() + wait.timeoutMs;
  for (;;) {
    if (tools.signal?.aborted === true) throw new Failure('lab-ring-failed', 'interrupted');
    const reason = await wait.check();
    if (reason === undefined) return;
    if (tools.clock.monotonicMs() >= endsAtMs) {
      throw new Failure('lab-ring-failed', `${wait.what} within ${wait.timeoutMs / 1000} s: ${reason}`);
    }
    await tools.timers.sleep(POLL_MS, tools.signal);
  }
}

/** The reason why it failed, for one who tries again. */
export async function reasonOf<T>(
  task: () => Promise<T>,
  use: (value: T) => string | undefined,
): Promise<string | undefined> {
  try {
    return use(await task());
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
