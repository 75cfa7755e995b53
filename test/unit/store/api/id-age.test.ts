import { describe, expect, it } from '@jest/globals';
import { TimeUuidSource, type TimeUuid } from '../../../../src/base/time-uuid.js';
import { systemRandom } from '../../../../src/base/random.js';
import { assertStorable } from '../../../../src/store/api/id-age.js';
import { FUTURE_ID_MS, OLDEST_ID_MS } from '../../../../src/store/types.js';
import { failureFrom } from '../../../failure-from.js';

const NOW_MS = Date.UTC(2026, 5, 1);

function idAt(ms: number): TimeUuid {
  return new TimeUuidSource({ wallMs: () => ms, monotonicMs: () => 0 }, systemRandom).next();
}

describe('assertStorable', () => {
  it.each([0, -OLDEST_ID_MS, FUTURE_ID_MS])('takes an id that is %p ms from now', (ms) => {
    expect(() => assertStorable(idAt(NOW_MS + ms), NOW_MS)).not.toThrow();
  });

  it('refuses an id that is over a day old', () => {
    const id = idAt(NOW_MS - OLDEST_ID_MS - 1);
    expect(failureFrom(() => assertStorable(id, NOW_MS)).code).toBe('id-too-old');
  });

  it('refuses an id from a clock that is minutes ahead', () => {
    const id = idAt(NOW_MS + FUTURE_ID_MS + 1);
    expect(failureFrom(() => assertStorable(id, NOW_MS)).code).toBe('id-from-future');
  });
});
