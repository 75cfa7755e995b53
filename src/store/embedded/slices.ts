// The directory of slices: a row for each that is open or closed, a mark for each that was dropped, so that a write to
// it that comes late finds it gone. The mark bears the drop's stamp: a write made before that is a late one and changes
// nothing, one made after it is a mistake that would lose mail and is refused. Marks go when the lease says that nothing below is alive, or when the queue ends.
import { Failure } from '../../base/failure.js';
import type { Lease, QueueId, Slice, Stamp } from '../types.js';
import { NUMBER_BYTES, queueKey, rangeOf, readNumber, sliceKey } from './keys.js';
import { isAfter, readStamp, STAMP_BYTES, writeStamp } from './stamps.js';
import type { KeyRange, Table } from './table.js';

const LIVE = Buffer.of(1);
const DROPPED = 0;
const DROPPED_AT = 1;
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

  /**
   * Makes its row where there is none: what is appended must be found. False when the slice was dropped since the
   * stamp was made; *slice-dropped* when it was before.
   */
  open(slice: Slice, lease: Lease, stamp: Stamp): boolean {
    this.#assertNotDroppedBefore(slice, stamp);
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

  drop(slice: Slice, stamp: Stamp): void {
    const mark = Buffer.alloc(DROPPED_AT + STAMP_BYTES, DROPPED);
    writeStamp(stamp, mark, DROPPED_AT);
    this.#table.put(sliceKey(slice), mark);
  }

  /** The marks of those of its epoch below this one. */
  forgetBelow(slice: Slice): void {
    this.#forgetIn({ start: sliceKey({ ...slice, number: 0 }), end: sliceKey(slice) });
  }

  /** All marks of a queue that ends. */
  forgetQueue(queue: QueueId): void {
    this.#forgetIn(rangeOf(queueKey(queue)));
  }

  #assertNotDroppedBefore(slice: Slice, stamp: Stamp): void {
    const row = this.#table.get(sliceKey(slice));
    if (row === undefined || !isDropped(row) || !isAfter(stamp, readStamp(row, DROPPED_AT))) return;
    const name = `slice ${slice.number} of epoch ${slice.epoch} of queue ${slice.queue}`;
    throw new Failure('slice-dropped', `${name} was dropped before this was to go into it`);
  }

  #forgetIn(range: KeyRange): void {
    for (const { key, value } of this.#table.entries(range, MOST)) {
      if (isDropped(value)) this.#table.remove(key);
    }
  }
}

function isDropped(row: Uint8Array): boolean {
  return row[0] === DROPPED;
}
