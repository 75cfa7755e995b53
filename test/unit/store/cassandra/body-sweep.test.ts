import { beforeEach, describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../../../src/base/time-uuid.js';
import type { SweepReport } from '../../../../src/store/api/bodies.js';
import type { Segment } from '../../../../src/store/cassandra/body-chunks.js';
import { BodySweep } from '../../../../src/store/cassandra/body-sweep.js';
import type { TrustedClock } from '../../../../src/store/cassandra/clock-guard.js';
import type { TokenRange } from '../../../../src/store/cassandra/token-ranges.js';
import { failureOfPromise } from '../../../failure-from.js';
import { VirtualTime } from '../../../virtual-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const RANGES = 65; // the one that the sweep begins in comes twice

const unavailable = (): Failure => new Failure('store-unavailable', 'a replica is down');

describe('a sweep over the large bodies of a ring', () => {
  let time: VirtualTime;
  let old: TimeUuidSource;
  /** By the number of the range in which the sweep meets them. */
  let segments: Map<number, readonly Segment[]>;
  let held: Set<TimeUuid>;
  let ranges: TokenRange[];
  let looks: TimeUuid[];
  let dropped: Segment[];
  let rangeFailing: number | undefined;
  let bodyFailing: TimeUuid | undefined;
  let lookMs: number;
  let trustedClock: TrustedClock;

  beforeEach(() => {
    time = new VirtualTime();
    old = new TimeUuidSource(new VirtualTime(time.wallMs() - 2 * DAY_MS), systemRandom);
    segments = new Map();
    held = new Set();
    [ranges, looks, dropped] = [[], [], []];
    [rangeFailing, bodyFailing, lookMs] = [undefined, undefined, 0];
    trustedClock = { nowMs: () => time.wallMs() };
  });

  function sweep(): Promise<SweepReport> {
    const chunks = {
      segmentsIn: async function* (range: TokenRange) {
        ranges.push(range);
        const number = ranges.length - 1;
        if (number === rangeFailing) throw unavailable();
        yield* segments.get(number) ?? [];
      },
      dropSegment: async (segment: Segment) => void dropped.push(segment),
    };
    const holders = {
      isHeld: async (body: TimeUuid) => {
        looks.push(body);
        if (lookMs > 0) await time.sleep(lookMs);
        if (body === bodyFailing) throw unavailable();
        return held.has(body);
      },
    };
    const parts = { chunks, holders, trustedClock, random: systemRandom };
    return new BodySweep(parts, Budget.of(time, HOUR_MS)).run();
  }

  it('begins somewhere else each time and goes round', async () => {
    await sweep();
    await sweep();
    expect(ranges).toHaveLength(2 * RANGES);
    expect(ranges[0]?.after).not.toBe(ranges[RANGES]?.after);
    expect(ranges[RANGES - 1]?.upTo).toBe(ranges[0]?.after);
  });

  it('asks once for a body of many segments, held or not, and removes all of those that nobody holds', async () => {
    const [kept, forgotten] = [old.next(), old.next()];
    held.add(kept);
    for (const number of [3, 20, 64]) {
      segments.set(
        number,
        [kept, forgotten].map((body) => ({ body, segment: number })),
      );
    }
    expect(await sweep()).toEqual({ removed: 1, skipped: 0, isComplete: true });
    expect(looks).toEqual([kept, forgotten]);
    expect(dropped).toEqual([3, 20, 64].map((segment) => ({ body: forgotten, segment })));
  });

  it('goes on after a range that cannot be read and a body that cannot be asked about, and counts them', async () => {
    const [doubtful, forgotten] = [old.next(), old.next()];
    segments.set(1, [{ body: doubtful, segment: 0 }]);
    segments.set(30, [{ body: forgotten, segment: 0 }]);
    rangeFailing = 10;
    bodyFailing = doubtful;
    expect(await sweep()).toEqual({ removed: 1, skipped: 2, isComplete: true });
    expect(dropped).toEqual([{ body: forgotten, segment: 0 }]);
  });

  it('says so when its time was not enough', async () => {
    for (let number = 0; number < RANGES; number += 1) {
      segments.set(number, [{ body: old.next(), segment: 0 }]);
    }
    lookMs = HOUR_MS / 4;
    const sweeping = sweep();
    await time.advance(2 * HOUR_MS);
    expect(await sweeping).toMatchObject({ skipped: 0, isComplete: false });
    expect(dropped.length).toBeLessThan(RANGES);
  });

  it('does not touch a body that may still be accepted', async () => {
    segments.set(5, [{ body: new TimeUuidSource(time, systemRandom).next(), segment: 0 }]);
    expect(await sweep()).toEqual({ removed: 0, skipped: 0, isComplete: true });
    expect(looks).toEqual([]);
  });

  it('is refused while our clock, perhaps a day ahead, cannot be trusted', async () => {
    trustedClock = {
      nowMs: () => {
        throw new Failure('clock-untrusted', 'a day apart');
      },
    };
    expect((await failureOfPromise(sweep())).code).toBe('clock-untrusted');
    expect(ranges).toEqual([]);
  });
});
