// When an item that could not be delivered yet is tried again, and when its sender is told (RFC 5321 section 4.5.4.1).
import type { Random } from '../../base/random.js';

export interface RetrySettings {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  readonly warnAfterMs: number;
  readonly giveUpAfterMs: number;
}

/** Messages that failed together shall not all come back in the same second. */
const JITTER = 0.2;

/** The wait after the attempt that was the `attempts`-th: growing, up to a limit, and never the same for two. */
export function retryWaitMs(attempts: number, settings: RetrySettings, random: Random): number {
  const { firstMs, factor, maxMs } = settings;
  const plainMs = Math.min(maxMs, firstMs * factor ** Math.max(0, attempts - 1));
  return Math.round(plainMs * (1 - JITTER / 2 + JITTER * random.fraction()));
}
