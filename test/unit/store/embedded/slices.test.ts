import { describe, expect, it } from '@jest/globals';
import { SliceTable } from '../../../../src/store/embedded/slices.js';
import type { QueueId } from '../../../../src/store/types.js';
import { failureFrom } from '../../../failure-from.js';
import { MemoryTable } from './memory-table.js';

const queue = 'f47ac10b-58cc-4372-a567-0e02b2c3d479' as QueueId;
const slice = { queue, epoch: 1, number: 0 };
const lease = { queue, owner: 'o', ownerUrl: 'u', epoch: 1, heartbeat: 0, lowestLiveSlice: 0 };

describe('a slice that was dropped', () => {
  const slices = new SliceTable(new MemoryTable());
  slices.open(slice, lease, { epoch: 1, n: 1 });
  slices.drop(slice, { epoch: 1, n: 5 });

  it('keeps nothing of a write that was made before and comes late, and lets that pass', () => {
    expect(slices.open(slice, lease, { epoch: 1, n: 4 })).toBe(false);
    expect(slices.list(queue)).toEqual([]);
  });

  it('refuses a write that is made after, which was acknowledged and lost', () => {
    for (const stamp of [
      { epoch: 1, n: 6 },
      { epoch: 2, n: 0 },
    ]) {
      expect(failureFrom(() => slices.open(slice, lease, stamp)).code).toBe('slice-dropped');
    }
  });
});
