// Rows of a slice as recovered items. One that is damaged hinders none of the others: it is logged, handed out as what it
// is, and left where it is.
import { failureOf } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { DamagedItem, RecoveredItem, Slice } from '../types.js';
import { decodeItem, isDone } from './item-row.js';
import { readId, sliceKey } from './keys.js';
import type { TableEntry } from './table.js';

export class RecoveredRows {
  readonly #slice: Slice;
  readonly #idAt: number;
  readonly #log: Log;

  constructor(slice: Slice, log: Log) {
    this.#slice = slice;
    this.#idAt = sliceKey(slice).length;
    this.#log = log;
  }

  /** Nothing for an item that is done. */
  read({ key, value }: TableEntry): RecoveredItem | DamagedItem | undefined {
    if (isDone(value)) return undefined;
    const id = readId(key, this.#idAt);
    try {
      return decodeItem(this.#slice, id, value);
    } catch (error) {
      return this.#damaged(id, error);
    }
  }

  #damaged(id: TimeUuid, error: unknown): DamagedItem {
    const damage = failureOf(error);
    this.#log.write('queue.item-damaged', { ...this.#slice, item: id, says: damage.message });
    return { id, slice: this.#slice, damage };
  }
}
