// The contract has teeth: each store that is broken on purpose fails at least one case of the suite it offends.
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { embeddedHarness } from './embedded-harness.js';
import { Ground } from './suite/ground.js';
import type { Harness } from './suite/harness.js';
import { suites } from './suite/suites.js';
import { sabotages, sound, type Sabotage } from './sabotage.js';

describe('a store that', () => {
  it('is wrapped in the same way and not broken fails none of them', async () => {
    for (const noticedBy of new Set(sabotages.map((sabotage) => sabotage.noticedBy))) {
      expect(await failedCases({ title: 'is sound', noticedBy, breakStore: sound })).toEqual([]);
    }
  }, 60_000);

  for (const sabotage of sabotages) {
    it(`${sabotage.title} fails the cases on ${sabotage.noticedBy}`, async () => {
      expect(await failedCases(sabotage)).not.toEqual([]);
    }, 60_000);
  }
});

/** Until the first failure: one is enough. */
async function failedCases({ noticedBy, breakStore }: Sabotage): Promise<readonly string[]> {
  const ground = await Ground.on(broken(await embeddedHarness(), breakStore));
  try {
    for (const { title, run } of suites[noticedBy]) {
      try {
        await run(ground);
      } catch {
        return [title]; // whatever it is that it stumbled over
      } finally {
        ground.tap.reset();
      }
    }
    return [];
  } finally {
    await ground.close();
  }
}

function broken(harness: Harness, breakStore: Sabotage['breakStore']): Harness {
  const ids = new TimeUuidSource(systemClock, systemRandom);
  return {
    open: async (tap) => breakStore(await harness.open(tap), () => ids.next()),
    letPass: (ms) => harness.letPass(ms),
    dispose: () => harness.dispose(),
  };
}
