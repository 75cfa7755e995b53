// The ring's tokens (Murmur3: 64 bits with a sign) cut into ranges, for walks over a whole table that nobody waits for:
// a range that cannot be read now is passed over, and a walk that runs out of time began somewhere else the day before.

export interface TokenRange {
  /** Not itself part of the range. */
  readonly after: bigint;
  readonly upTo: bigint;
}

const FIRST = -(2n ** 63n); // no row has this one
const LAST = 2n ** 63n - 1n;
/** 64 ranges in all: few statements where the table is empty, little lost where one fails. */
const RANGE = 2n ** 58n;

/** All of them, from `start` on and round to it again. */
export function* tokenRangesFrom(start: bigint): Generator<TokenRange, void, undefined> {
  yield* rangesBetween(start, LAST);
  yield* rangesBetween(FIRST, start);
}

function* rangesBetween(first: bigint, last: bigint): Generator<TokenRange, void, undefined> {
  for (let after = first; after < last; after += RANGE) {
    yield { after, upTo: after + RANGE < last ? after + RANGE : last };
  }
}
