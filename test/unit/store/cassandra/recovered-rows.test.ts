import { describe, expect, it } from '@jest/globals';
import type { LogFields, Log } from '../../../../src/base/log.js';
import { RecoveredRows } from '../../../../src/store/cassandra/recovered-rows.js';
import type { QueueId } from '../../../../src/store/types.js';
import { failureFrom } from '../../../failure-from.js';

const slice = { queue: '6d61696c-0000-4000-8000-000000000001' as QueueId, epoch: 2, number: 7 };
const envelope = { message: 'm', destination: 'example.org', sender: '', acceptedAtMs: 1, parameters: {} };
const state = { recipients: [], attempts: 0, nextAttemptAtMs: 5 };
const row = {
  item: '13814000-1dd2-11b2-8000-000000000000',
  envelope: JSON.stringify(envelope),
  state: JSON.stringify(state),
  large_body: null,
  body_size_bytes: 1024,
};

function decoder() {
  const lines: [string, LogFields | undefined][] = [];
  const log: Log = { write: (event, fields) => void lines.push([event, fields]), with: () => log };
  return { rows: new RecoveredRows(slice, log), lines };
}

describe('rows of a slice', () => {
  it('become items that say where they are and how large their small body is', () => {
    const { rows, lines } = decoder();
    expect(rows.items([row])).toEqual([
      { id: row.item, slice, envelope, state, body: { kind: 'small', sizeBytes: 1024 } },
    ]);
    expect(lines).toEqual([]);
  });

  it('become items with the large body they name', () => {
    const large = { ...row, large_body: '13814000-1dd2-11b2-8000-000000000001' };
    const [item] = decoder().rows.items([large]);
    expect(item?.body).toEqual({ kind: 'large', id: large.large_body, sizeBytes: 1024 });
  });

  it.each(['envelope', 'state', 'body_size_bytes'])(
    'without their %s are what a late write left: they are dropped and logged',
    (column) => {
      const { rows, lines } = decoder();
      expect(rows.items([{ ...row, [column]: null }, row])).toHaveLength(1);
      expect(lines).toEqual([['queue.remnant-dropped', { ...slice, item: row.item }]]);
    },
  );

  it('that hold something else are damaged, and the item is named', () => {
    const failure = failureFrom(() => decoder().rows.items([{ ...row, state: '{"attempts":' }]));
    expect(failure.code).toBe('record-damaged');
    expect(failure.message).toContain(row.item);
  });
});
