import { describe, expect, it } from '@jest/globals';
import { WriteClock } from '../../../../src/store/cassandra/write-clock.js';

function clockAt(...wallMs: number[]) {
  return {
    monotonicMs: () => 0,
    wallMs: () => (wallMs.length > 1 ? (wallMs.shift() ?? 0) : (wallMs[0] ?? 0)),
  };
}

describe('a write clock', () => {
  it('gives the microseconds of the wall clock', () => {
    expect(new WriteClock(clockAt(1_700_000_000_000.7)).nextMicros()).toBe(1_700_000_000_000_000);
  });

  it('never gives the same time twice, so that a claim after a release in the same microsecond stands', () => {
    const clock = new WriteClock(clockAt(5));
    expect([clock.nextMicros(), clock.nextMicros(), clock.nextMicros()]).toEqual([5000, 5001, 5002]);
  });

  it('never goes back when the wall clock does', () => {
    const clock = new WriteClock(clockAt(1000, 10, 1001));
    expect([clock.nextMicros(), clock.nextMicros(), clock.nextMicros()]).toEqual([
      1_000_000, 1_000_001, 1_001_000,
    ]);
  });
});
