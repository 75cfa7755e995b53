import { describe, expect, it } from '@jest/globals';
import type { LogFields, Log } from '../../../../src/base/log.js';
import { RecoveredRows } from '../../../../src/store/cassandra/recovered-rows.js';
import type { QueueId } from '../../../../src/store/types.js';

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
    const body = { kind: 'large', id: large.large_body, sizeBytes: 1024 };
    expect(decoder().rows.items([large])).toMatchObject([{ id: row.item, body }]);
  });

  it.each(['envelope', 'state', 'body_size_bytes'])(
    'without their %s are what a late write left: they are dropped and logged',
    (column) => {
      const { rows, lines } = decoder();
      expect(rows.items([{ ...row, [column]: null }, row])).toHaveLength(1);
      expect(lines).toEqual([['queue.remnant-dropped', { ...slice, item: row.item }]]);
    },
  );

  it.each([
    ['state', '{"attempts":'],
    ['envelope', '{}'],
    ['body_size_bytes', 'many'],
    ['large_body', 7],
  ])(
    'that hold something else as %s are damaged items, logged with their slice, and stop no others',
    (column, value) => {
      const { rows, lines } = decoder();
      const found = rows.items([row, { ...row, [column]: value }, row]);
      expect(found).toMatchObject([
        { body: { kind: 'small' } },
        { id: row.item, slice, damage: { code: 'record-damaged' } },
        { body: { kind: 'small' } },
      ]);
      expect(lines).toEqual([['queue.item-damaged', { ...slice, item: row.item, says: expect.any(String) }]]);
    },
  );
});
