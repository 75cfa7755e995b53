import { describe, expect, it } from '@jest/globals';
import { evenTokens, tokenInLargestRange } from '../../../../src/lab/ring/tokens.js';

describe('tokens of a ring', () => {
  it('start at the lowest one, so that a ring of one node has that', () => {
    expect(evenTokens(1)).toEqual([-9223372036854775808n]);
  });

  it('divide the ring evenly', () => {
    expect(evenTokens(4)).toEqual([-9223372036854775808n, -4611686018427387904n, 0n, 4611686018427387904n]);
  });

  it('give three nodes shares that differ by one at most', () => {
    const [a = 0n, b = 0n, c = 0n] = evenTokens(3);
    const shares = [b - a, c - b, a + 2n ** 64n - c];
    expect(shares.every((share) => share === 2n ** 64n / 3n || share === 2n ** 64n / 3n + 1n)).toBe(true);
  });
});

describe('the token of a node that joins', () => {
  it('halves the largest range, whatever the order of the others', () => {
    expect(tokenInLargestRange([4611686018427387904n, -9223372036854775808n, 0n])).toBe(
      -4611686018427387904n,
    );
  });

  it('lies opposite of a single node', () => {
    expect(tokenInLargestRange([-9223372036854775808n])).toBe(0n);
  });

  it('halves the range that runs over the end of the ring, and stays in it', () => {
    expect(tokenInLargestRange([0n, 1000n])).toBe(-9223372036854775308n);
    expect(tokenInLargestRange([-9223372036854775808n, -9223372036854775800n])).toBe(4n);
  });
});
