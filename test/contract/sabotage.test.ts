// The contract has teeth: each store that is broken on purpose fails at least one case of the suite it offends.
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { embeddedHarness } from './embedded-harness.js';
import { firstFailure } from './first-failure.js';
import { sabotages, sound, type Sabotage } from './sabotage.js';
import type { Harness } from './suite/harness.js';

describe('a store that', () => {
  it('is wrapped in the same way and not broken fails none of them', async () => {
    for (const suite of new Set(sabotages.map(({ noticedBy }) => noticedBy))) {
      expect(await firstFailure(await harnessOf(sound), suite)).toBeUndefined();
    }
  }, 60_000);

  for (const { title, noticedBy, breakStore } of sabotages) {
    it(`${title} fails the cases on ${noticedBy}`, async () => {
      expect(await firstFailure(await harnessOf(breakStore), noticedBy)).toBeDefined();
    }, 60_000);
  }
});

async function harnessOf(breakStore: Sabotage['breakStore']): Promise<Harness> {
  const real = await embeddedHarness();
  const ids = new TimeUuidSource(systemClock, systemRandom);
  return {
    ...real,
    open: async (tap) => breakStore(await real.open(tap), () => ids.next()),
  };
}
