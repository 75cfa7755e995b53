// The directory of slices: a row for each that is open or closed, a mark for each that was dropped, so that a write to
// it that comes late finds it gone. Marks go when the lease says that nothing below is alive, or when the queue ends.
import type { Lease, QueueId, Slice } from '../types.js';
import { NUMBER_BYTES, queueKey, rangeOf, readNumber, sliceKey } from './keys.js';
import type { KeyRange, Table } from './table.js';

const LIVE = Buffer.of(1);
const DROPPED = Buffer.of(0);
/** Far more than one queue has between two clean-ups. */
const MOST = 1_000_000;

/** All but `list` are parts of transactions. */
export class SliceTable {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  list(queue: QueueId): readonly Slice[] {
    const at = queueKey(queue).length;
    return this.#table
      .entries(rangeOf(queueKey(queue)), MOST)
      .filter(({ value }) => !isDropped(value))
      .map(({ key }) => ({ queue, epoch: readNumber(key, at), number: readNumber(key, at + NUMBER_BYTES) }));
  }

  /** Makes its row where there is none: what is appended must be found. False when the slice was dropped. */
  open(slice: Slice, lease: Lease): boolean {
    if (!this.takesWrites(slice, lease)) return false;
    if (!this.#table.has(sliceKey(slice))) this.#table.put(sliceKey(slice), LIVE);
    return true;
  }

  /** Not when it was dropped. */
  takesWrites(slice: Slice, lease: Lease): boolean {
    if (slice.epoch === lease.epoch && slice.number < lease.lowestLiveSlice) return false;
    const row = this.#table.get(sliceKey(slice));
    return row === undefined || !isDropped(row);
  }

  drop(slice: Slice): void {
    this.#table.put(sliceKey(slice), DROPPED);
  }

  /** The marks of those of its epoch below this one. */
  forgetBelow(slice: Slice): void {
    this.#forgetIn({ start: sliceKey({ ...slice, number: 0 }), end: sliceKey(slice) });
  }

  /** All marks of a queue that ends. */
  forgetQueue(queue: QueueId): void {
    this.#forgetIn(rangeOf(queueKey(queue)));
  }

  #forgetIn(range: KeyRange): void {
    for (const { key, value } of this.#table.entries(range, MOST)) {
      if (isDropped(value)) this.#table.remove(key);
    }
  }
}

function isDropped(row: Uint8Array): boolean {
  return row[0] === DROPPED[0];
}
