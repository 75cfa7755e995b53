// Which of the known names a misspelt one was meant to be.

/** The known name with the fewest slips of the finger between them, if there are few enough to be a slip. */
export function nearestName(misspelt: string, known: Iterable<string>): string | undefined {
  const typed = misspelt.slice(0, 100).toLowerCase();
  let nearest: string | undefined;
  let fewest = 1 + Math.max(1, Math.floor(typed.length / 3));
  for (const name of known) {
    const slips = slipsBetween(typed, name.toLowerCase());
    if (slips < fewest) {
      fewest = slips;
      nearest = name;
    }
  }
  return nearest;
}

/** Letters added, left out, mistaken, or swapped with their neighbour (optimal string alignment distance). */
function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let slips = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
      );
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) slips = Math.min(slips, at(beforeLast, column - 2) + 1);
      current.push(slips);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
