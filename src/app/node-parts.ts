// What everything in the primary process is built on.
import type { Clock, Timers } from '../base/clock.js';
import type { ProcessLog } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { Store } from '../store/api/store.js';

export interface NodeParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: ProcessLog;
  readonly metrics: Metrics;
  readonly store: Store;
}
