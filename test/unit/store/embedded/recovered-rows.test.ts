import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { doneRow, encodeItem } from '../../../../src/store/embedded/item-row.js';
import { itemKey, sliceKey } from '../../../../src/store/embedded/keys.js';
import { RecoveredRows } from '../../../../src/store/embedded/recovered-rows.js';
import type { QueueId } from '../../../../src/store/types.js';
import { EventLog } from '../../../fault/embedded-test-store.js';
import { VirtualTime } from '../../../virtual-time.js';

const slice = { queue: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' as QueueId, epoch: 1, number: 0 };
const stamp = { epoch: 1, n: 1 };

describe('a queue that is recovered', () => {
  it('comes back in spite of a damaged row, which is handed out as that and logged', () => {
    const log = new EventLog();
    const ids = new TimeUuidSource(new VirtualTime(), systemRandom);
    const rows = new RecoveredRows(slice, log);
    const whole = item();
    const damaged = encodeItem(item(), stamp).subarray(0, 50);
    const read = [
      { id: whole.id, value: encodeItem(whole, stamp) },
      { id: ids.next(), value: damaged },
      { id: ids.next(), value: doneRow(stamp) },
    ].map(({ id, value }) => rows.read({ key: itemKey(sliceKey(slice), id), value }));
    expect(read[0]).toMatchObject({ id: whole.id, envelope: whole.envelope });
    expect(read[1]).toMatchObject({ slice, damage: { code: 'record-damaged' } });
    expect(read[2]).toBeUndefined();
    expect(log.events).toEqual(['queue.item-damaged']);

    function item() {
      const id = ids.next();
      const envelope = { message: id, destination: 'd', sender: 's', acceptedAtMs: 1, parameters: {} };
      const state = { recipients: [], attempts: 0, nextAttemptAtMs: 1 };
      return { id, envelope, state, body: { kind: 'small', bytes: Buffer.from('x') } } as const;
    }
  });
});
