// Stores over one folder of LMDB files: the first to open is the node, the others are its workers. Their clock can be
// moved on, so that no test waits for a claim to lapse.
import { systemClock, systemTimers, type Clock } from '../../src/base/clock.js';
import { createLog } from '../../src/base/log.js';
import { systemRandom } from '../../src/base/random.js';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import { TemporaryFolder } from '../temporary-folder.js';
import type { Harness } from './suite/harness.js';

export async function embeddedHarness(): Promise<Harness> {
  const folder = new TemporaryFolder();
  let aheadMs = 0;
  let role: 'node' | 'worker' = 'node';
  const clock: Clock = {
    wallMs: () => systemClock.wallMs() + aheadMs,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
  };
  return {
    open: async (tap) => {
      const store = await openEmbeddedStore({
        folder: folder.path,
        role,
        clock,
        timers: systemTimers,
        random: systemRandom,
        log: createLog({ level: 'error', format: 'json' }),
        tap,
      });
      role = 'worker';
      return store;
    },
    letPass: async (ms) => {
      aheadMs += ms;
    },
    dispose: async () => folder.remove(),
  };
}
