// Which ids may be stored: the partition of a message follows from its id's time, so an id from a broken clock or from
// long ago would put it where nobody looks any more.
import { Failure } from '../../base/failure.js';
import { timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import { FUTURE_ID_MS, OLDEST_ID_MS } from '../types.js';

/** Throws *id-too-old* or *id-from-future*. */
export function assertStorable(id: TimeUuid, nowMs: number): void {
  const ageMs = nowMs - timeOfIdMs(id);
  if (ageMs > OLDEST_ID_MS)
    throw new Failure('id-too-old', `${id} is ${Math.round(ageMs / 60_000)} minutes old`);
  if (ageMs < -FUTURE_ID_MS)
    throw new Failure('id-from-future', `${id} is ${Math.round(-ageMs / 60_000)} minutes ahead`);
}
