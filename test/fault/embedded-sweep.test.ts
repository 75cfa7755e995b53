// The sweep of the embedded store over bodies of several days, with a clock that moves as the test says.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Budget } from '../../src/base/budget.js';
import { failureOf } from '../../src/base/failure.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import type { EmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import type { LargeBody } from '../../src/store/types.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { VirtualTime } from '../virtual-time.js';
import { openTestStore } from './embedded-test-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

describe('a sweep of the embedded store', () => {
  const time = new VirtualTime();
  const ids = new TimeUuidSource(time, systemRandom);
  let folder: TemporaryFolder;
  let store: EmbeddedStore;
  let fraction: number;
  let afterSweptMs: number;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    [fraction, afterSweptMs] = [0, 0];
    store = await openTestStore({
      folder: folder.path,
      clock: time,
      random: { ...systemRandom, fraction: () => fraction },
      tap: {
        around: async (name, send) => {
          const result = await send();
          if (name === 'bodies.sweep') await time.advance(afterSweptMs);
          return result;
        },
      },
    });
  });

  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const budget = (): Budget => Budget.of(time, HOUR_MS);

  /** One a day that nobody holds; the youngest is of today. */
  async function bodiesOfDays(count: number): Promise<LargeBody[]> {
    const bodies: LargeBody[] = [];
    for (let day = 0; day < count; day += 1) {
      await time.advance(DAY_MS);
      const stream = (async function* () {
        yield Buffer.alloc(1_000);
      })();
      bodies.push(await store.bodies.write(ids.next(), stream, budget()));
    }
    return bodies;
  }

  async function isThere(body: LargeBody): Promise<boolean> {
    try {
      for await (const chunk of store.bodies.read(body, budget())) void chunk;
      return true;
    } catch (error) {
      if (failureOf(error).code !== 'body-missing') throw error;
      return false;
    }
  }

  it('begins at a random day and goes round to the first ones', async () => {
    const bodies = await bodiesOfDays(6);
    fraction = 0.6;
    expect(await store.bodies.sweep(budget())).toEqual({ removed: 4, skipped: 0, isComplete: true });
    expect(await Promise.all(bodies.map(isThere))).toEqual([false, false, false, false, true, true]);
  });

  it('that has time for one body does not begin with the oldest each day', async () => {
    const bodies = await bodiesOfDays(6);
    fraction = 0.6;
    afterSweptMs = HOUR_MS;
    expect(await store.bodies.sweep(budget())).toEqual({ removed: 1, skipped: 0, isComplete: false });
    expect(await Promise.all(bodies.map(isThere))).toEqual([true, true, true, false, true, true]);
  });
});
