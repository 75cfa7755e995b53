// What a store is opened with when it is measured: all that the product gives it, its measuring tap included, but no log.
import { systemClock, systemTimers } from '../../src/base/clock.js';
import type { Log } from '../../src/base/log.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import { MeasuringTap } from '../../src/app/measuring-tap.js';

const silent: Log = { write: () => undefined, with: () => silent };
const metrics = new Metrics();

export const surroundings = {
  clock: systemClock,
  timers: systemTimers,
  random: systemRandom,
  log: silent,
  metrics,
  tap: new MeasuringTap(systemClock, metrics),
  processName: 'bench',
};
