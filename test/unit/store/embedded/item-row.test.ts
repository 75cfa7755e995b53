import { describe, expect, it } from '@jest/globals';
import { failureFrom } from '../../../failure-from.js';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import {
  decodeItem,
  doneRow,
  encodeItem,
  isDone,
  withState,
} from '../../../../src/store/embedded/item-row.js';
import { readStamp } from '../../../../src/store/embedded/stamps.js';
import type { HeldBody, QueueId, RelayItem } from '../../../../src/store/types.js';

const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8' as TimeUuid;
const slice = { queue: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' as QueueId, epoch: 1, number: 0 };
const small: RelayItem = {
  id,
  envelope: {
    message: id,
    destination: 'example.net',
    sender: 'p\u{f6}st@example.com',
    acceptedAtMs: 1_700_000_000_000,
    parameters: { ret: 'HDRS' },
  },
  state: {
    recipients: [{ address: '\u{1f4ec}@example.net', parameters: {} }],
    attempts: 0,
    nextAttemptAtMs: 1_700_000_000_000,
  },
  body: { kind: 'small', bytes: Buffer.alloc(1000) },
};
const held = { kind: 'large', id, sizeBytes: 5_000_000_000 } as HeldBody;

describe('the row of a queued item', () => {
  it('reads back as the item, with the size of its small body', () => {
    const row = encodeItem(small, { epoch: 1, n: 7 });
    const { envelope, state } = small;
    expect(decodeItem(slice, id, row)).toEqual({
      id,
      slice,
      envelope,
      state,
      body: { kind: 'small', sizeBytes: 1000 },
    });
    expect(readStamp(row)).toEqual({ epoch: 1, n: 7 });
    expect(isDone(row)).toBe(false);
  });

  it('names the large body where there is one', () => {
    const row = encodeItem({ ...small, body: held }, { epoch: 1, n: 7 });
    expect(decodeItem(slice, id, row).body).toEqual(held);
  });

  it('takes a new state and stamp and keeps the rest', () => {
    const state = { ...small.state, attempts: 3, lastReply: '451 4.7.1 sp\u{e4}ter' };
    const row = withState(encodeItem(small, { epoch: 1, n: 7 }), state, { epoch: 2, n: 0 });
    expect(decodeItem(slice, id, row)).toMatchObject({ envelope: small.envelope, state });
    expect(readStamp(row)).toEqual({ epoch: 2, n: 0 });
  });

  it('that was cut or overwritten at any place is damaged, never a bug', () => {
    const row = encodeItem(small, { epoch: 1, n: 7 });
    const kinds = [0, 1, 12, 13, 20, 40, row.length - 1].map((length) => row.subarray(0, length));
    for (const damaged of [...kinds, Buffer.alloc(200), Buffer.alloc(200, 0xff)]) {
      expect(isDone(damaged)).toBe(false);
      expect(failureFrom(() => decodeItem(slice, id, damaged)).code).toBe('record-damaged');
    }
  });

  it('that is done says so, and when', () => {
    const row = doneRow({ epoch: 3, n: 2 ** 40 });
    expect(isDone(row)).toBe(true);
    expect(readStamp(row)).toEqual({ epoch: 3, n: 2 ** 40 });
  });
});
