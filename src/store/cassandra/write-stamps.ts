// The write timestamps of mail: a message (a body, its chunks, its holders) is written with the time of its own id, and
// removed with one that lies beyond all it can ever be written with. So whatever arrives twice or late, a retry, a hint,
// a repair, changes nothing, whichever process sent it and whatever its clock says.
//
// A write that was undone because its other half failed may be asked for again with the same id. It must then win over
// its own undoing, so this process remembers what it undid, and the next try is written two microseconds later.
import { Lru } from '../../base/lru.js';
import { timeOfIdMicros, type TimeUuid } from '../../base/time-uuid.js';

/** Room between the first try of a write and its removal, in microseconds; a retry takes two of them. */
const RETRIES_FIT_IN_MICROS = 1_000_000;
/** Undone writes are rare and asked for again within seconds, if at all. */
const UNDONE_REMEMBERED = 50_000;

export class WriteStamps {
  readonly #undone = new Lru<TimeUuid, number>(UNDONE_REMEMBERED);

  /** For what the next try writes. */
  writeMicros(id: TimeUuid): number {
    return timeOfIdMicros(id) + 2 * (this.#undone.get(id) ?? 0);
  }

  /** For undoing the last try: above what it wrote, below what the next one will write. */
  undoMicros(id: TimeUuid): number {
    const micros = this.writeMicros(id) + 1;
    this.#undone.set(id, (this.#undone.get(id) ?? 0) + 1);
    return micros;
  }
}

/** For removing for good. */
export function removalMicros(id: TimeUuid, nowMs: number): number {
  return Math.max(Math.floor(nowMs) * 1000, timeOfIdMicros(id) + RETRIES_FIT_IN_MICROS);
}
