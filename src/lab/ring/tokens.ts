// Where on Cassandra's hash ring a node sits. One token per node: with so few nodes an even split is exact, and a node
// that joins later halves the largest range.

const LOWEST = -(2n ** 63n);
const SIZE = 2n ** 64n;

/** Tokens that give each of `count` nodes the same share. */
export function evenTokens(count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, index) => LOWEST + (BigInt(index) * SIZE) / BigInt(count));
}

/** The middle of the largest range between neighbours; the first such range where several are as large. */
export function tokenInLargestRange(tokens: readonly bigint[]): bigint {
  const sorted = tokens.toSorted((a, b) => (a < b ? -1 : 1));
  let widest = { start: LOWEST, width: 0n };
  sorted.forEach((start, index) => {
    const next = sorted[index + 1] ?? (sorted[0] ?? start) + SIZE;
    if (next - start > widest.width) widest = { start, width: next - start };
  });
  return wrapped(widest.start + widest.width / 2n);
}

function wrapped(token: bigint): bigint {
  return token < LOWEST + SIZE ? token : token - SIZE;
}
