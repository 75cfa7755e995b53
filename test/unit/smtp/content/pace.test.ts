import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../../../src/smtp/content/pace.js';

describe('the pace of a message', () => {
  it('is nobody’s business for the first minute', () => {
    expect(new Pace(0).isTooSlow(60_000, 100)).toBe(false);
  });

  it('is too slow below the rate, on average, after it', () => {
    const pace = new Pace(0);
    pace.count(9_999);
    expect(pace.isTooSlow(100_000, 100)).toBe(true);
    pace.count(1);
    expect(pace.isTooSlow(100_000, 100)).toBe(false);
  });

  it('does not count the time in which we were not ready', () => {
    const pace = new Pace(0);
    pace.stalled(41_000);
    expect(pace.isTooSlow(100_000, 100)).toBe(false);
  });
});
