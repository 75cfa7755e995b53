// Rows of a slice as recovered items. A row that lacks its envelope, its state or its body's size is what a late write
// of a former owner leaves after that owner, or its successor, has deleted the item: the item is finished, and the
// remnant is left out and logged. A row whose columns hold what we cannot read is mail all the same: it comes as a
// damaged item, and the others with it. (A body that is missing shows when the item's turn comes: `readBody` says so.)
import { failureOf } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import { decodeEnvelope, decodeState } from '../relay-codec.js';
import type { DamagedItem, HeldBody, RecoveredItem, Slice } from '../types.js';
import { optionalNumberColumn, optionalTextColumn, textColumn } from './columns.js';
import type { Row } from './ring.js';

export class RecoveredRows {
  /** An id that comes as text saves the driver's UUID object per row: a sixth of the time of recovery. */
  static readonly columns = 'CAST(item AS text) AS item, envelope, state, large_body, body_size_bytes';

  readonly #slice: Slice;
  readonly #log: Log;

  constructor(slice: Slice, log: Log) {
    this.#slice = slice;
    this.#log = log;
  }

  items(rows: readonly Row[]): readonly (RecoveredItem | DamagedItem)[] {
    const items: (RecoveredItem | DamagedItem)[] = [];
    for (const row of rows) {
      const id = textColumn(row, 'item') as TimeUuid; // the column's type is timeuuid
      const item = this.#itemOrDamage(id, row);
      if (item === undefined) this.#log.write('queue.remnant-dropped', { ...this.#slice, item: id });
      else items.push(item);
    }
    return items;
  }

  #itemOrDamage(id: TimeUuid, row: Row): RecoveredItem | DamagedItem | undefined {
    try {
      return this.#item(id, row);
    } catch (error) {
      const damage = failureOf(error);
      if (damage.code !== 'record-damaged') throw damage;
      this.#log.write('queue.item-damaged', { ...this.#slice, item: id, says: damage.message });
      return { id, slice: this.#slice, damage };
    }
  }

  #item(id: TimeUuid, row: Row): RecoveredItem | undefined {
    const envelope = optionalTextColumn(row, 'envelope');
    const state = optionalTextColumn(row, 'state');
    const sizeBytes = optionalNumberColumn(row, 'body_size_bytes');
    if (envelope === undefined || state === undefined || sizeBytes === undefined) return undefined;
    const record = `item ${id} of queue ${this.#slice.queue}`;
    return {
      id,
      slice: this.#slice,
      envelope: decodeEnvelope(envelope, record),
      state: decodeState(state, record),
      body: bodyOf(optionalTextColumn(row, 'large_body'), sizeBytes),
    };
  }
}

function bodyOf(largeBody: string | undefined, sizeBytes: number): RecoveredItem['body'] {
  if (largeBody === undefined) return { kind: 'small', sizeBytes };
  // Only held bodies are ever queued.
  return { kind: 'large', id: largeBody as TimeUuid, sizeBytes } as HeldBody;
}
