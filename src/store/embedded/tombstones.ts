// Messages that were removed or taken back leave a mark in the place of their row, so that a retry of their delivery
// that comes late finds the place taken. A delivery whose id is over a day old is refused, so a mark may go when its
// id is twice that old (the margin is for clocks that are set back). Each removal sweeps a few old marks beside its own
// work: there are never more of them than removals in two days, and no clean-up job.
import { timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import type { Clock } from '../../base/clock.js';
import { OLDEST_ID_MS } from '../types.js';
import { bodyKey, everything, ID_BYTES, messageKey, readId } from './keys.js';
import type { Table } from './table.js';

const LAST_MS = 2 * OLDEST_ID_MS;
/** More than one per mark made, so that the old ones run out. */
const SWEPT_PER_MARK = 2;
const NOTHING = Buffer.alloc(1);
const MARK = Buffer.of(0);

/** No row of a message is a single byte. */
export function isTombstone(row: Uint8Array): boolean {
  return row.length === 1;
}

export class Tombstones {
  readonly #rows: Table;
  /** Marks in the order of their ids, which is that of their ages. */
  readonly #byAge: Table;
  readonly #clock: Clock;

  constructor(tables: { readonly rows: Table; readonly byAge: Table }, clock: Clock) {
    this.#rows = tables.rows;
    this.#byAge = tables.byAge;
    this.#clock = clock;
  }

  /** Part of a transaction: from its commit on, this message is gone from this mailbox for good. */
  put(mailbox: Uint8Array, id: TimeUuid): void {
    if (this.#isOver(id)) {
      this.#rows.remove(messageKey(mailbox, id));
      return;
    }
    this.#rows.put(messageKey(mailbox, id), MARK);
    this.#byAge.put(bodyKey(mailbox, id), NOTHING);
  }

  /** Part of a transaction that made this many marks. */
  sweep(marksMade: number): void {
    for (const key of this.#byAge.keys(everything, marksMade * SWEPT_PER_MARK)) {
      const id = readId(key, 0);
      if (!this.#isOver(id)) return;
      this.#byAge.remove(key);
      this.#rows.remove(messageKey(key.subarray(ID_BYTES), id));
    }
  }

  #isOver(id: TimeUuid): boolean {
    return this.#clock.wallMs() - timeOfIdMs(id) > LAST_MS;
  }
}
