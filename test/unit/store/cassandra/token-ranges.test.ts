import { describe, expect, it } from '@jest/globals';
import { tokenRangesFrom } from '../../../../src/store/cassandra/token-ranges.js';

const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;

describe('the ranges of a walk round the tokens', () => {
  it.each([FIRST, FIRST + 1n, -1n, 0n, 12_345_678_901_234_567n, LAST])(
    'cover all of them once, from %p on',
    (start) => {
      const ranges = [...tokenRangesFrom(start)];
      const inOrder = ranges.toSorted((a, b) => (a.after < b.after ? -1 : 1));
      expect(inOrder[0]?.after).toBe(FIRST);
      expect(inOrder.at(-1)?.upTo).toBe(LAST);
      expect(inOrder.every(({ after, upTo }) => after < upTo)).toBe(true);
      expect(inOrder.slice(1).map(({ after }) => after)).toEqual(
        inOrder.slice(0, -1).map(({ upTo }) => upTo),
      );
      expect(ranges[0]?.after).toBe(start === LAST ? FIRST : start);
      expect(ranges.length).toBeLessThanOrEqual(65);
    },
  );
});
