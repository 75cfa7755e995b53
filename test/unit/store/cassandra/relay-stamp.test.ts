import { describe, expect, it } from '@jest/globals';
import { timestampOfStamp } from '../../../../src/store/cassandra/relay-stamp.js';
import { failureFrom } from '../../../failure-from.js';

const LARGEST_COUNT = 2 ** 40 - 1;
const LARGEST_EPOCH = 2 ** 23 - 1 - 4096;

describe('a relay stamp as a timestamp', () => {
  it('rises with every mutation of a lease', () => {
    expect(timestampOfStamp({ epoch: 1, n: 1 })).toBe(timestampOfStamp({ epoch: 1, n: 0 }) + 1n);
    expect(timestampOfStamp({ epoch: 1, n: 2 ** 32 })).toBe(
      timestampOfStamp({ epoch: 1, n: 2 ** 32 - 1 }) + 1n,
    );
  });

  it('of a higher epoch wins over the last one of the epoch before', () => {
    for (const epoch of [1, 2, 1000, LARGEST_EPOCH - 1]) {
      const last = timestampOfStamp({ epoch, n: LARGEST_COUNT });
      expect(timestampOfStamp({ epoch: epoch + 1, n: 0 })).toBe(last + 1n);
    }
  });

  it('lies beyond the microseconds of any clock until the year 2112', () => {
    expect(timestampOfStamp({ epoch: 0, n: 0 })).toBeGreaterThan(BigInt(Date.UTC(2112, 0, 1)) * 1000n);
  });

  it('fits the signed 64 bits that Cassandra has for it', () => {
    expect(timestampOfStamp({ epoch: LARGEST_EPOCH, n: LARGEST_COUNT })).toBe(2n ** 63n - 1n);
  });

  it.each([
    { epoch: 1, n: 2 ** 40 },
    { epoch: 1, n: -1 },
    { epoch: 1, n: 0.5 },
    { epoch: 1, n: Number.NaN },
    { epoch: LARGEST_EPOCH + 1, n: 0 },
    { epoch: -1, n: 0 },
  ])('refuses what does not fit: epoch $epoch, count $n', (stamp) => {
    expect(failureFrom(() => timestampOfStamp(stamp)).code).toBe('stamp-exhausted');
  });
});
