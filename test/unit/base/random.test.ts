import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../src/base/random.js';

describe('real randomness', () => {
  it('gives as many bytes as asked for, and others the next time', () => {
    const [one, other] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    expect(one).toHaveLength(32);
    expect(Buffer.from(one).equals(other)).toBe(false);
  });

  it('gives fractions from 0 up to but not including 1, spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let round = 0; round < 10_000; round += 1) {
      const tenth = Math.floor(systemRandom.fraction() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(tenths).toHaveLength(10);
    expect(Math.min(...tenths)).toBeGreaterThan(800); // seven standard deviations below 1000
  });
});
