// Stamps as Cassandra's write timestamps: the epoch in the upper bits, the count of the lease's mutations in the lower
// 40. The offset lifts every stamp above any clock's microseconds (2^52 of them are reached in the year 2112), so that
// nothing written by a clock, in these tables by mistake, can win over a stamp. BigInt: a double is too short.
import { Failure } from '../../base/failure.js';
import type { Stamp } from '../types.js';

const EPOCH_OFFSET = 4096;
const COUNT_BITS = 40n;
const LARGEST_COUNT = 2 ** 40 - 1;
/** Timestamps are signed 64-bit numbers. */
const LARGEST_EPOCH = 2 ** 23 - 1 - EPOCH_OFFSET;

export function timestampOfStamp({ epoch, n }: Stamp): bigint {
  assertWithin('epoch', epoch, LARGEST_EPOCH);
  assertWithin('count', n, LARGEST_COUNT);
  return (BigInt(EPOCH_OFFSET + epoch) << COUNT_BITS) + BigInt(n);
}

function assertWithin(part: string, value: number, largest: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= largest) return;
  throw new Failure('stamp-exhausted', `${part} ${value} of a relay stamp is not between 0 and ${largest}`);
}
