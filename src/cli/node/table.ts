// Answers for people: columns that stand under each other, sizes that can be read.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const GAP = '  ';

/** Numbers to the right, text to the left. */
export function* tableLines(
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Iterable<string> {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const isNumber = heads.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  for (const row of [heads, ...rows]) {
    const cells = row.map((cell, column) => {
      const text = String(cell);
      const width = widths[column] ?? 0;
      return isNumber[column] === true ? text.padStart(width) : text.padEnd(width);
    });
    yield cells.join(GAP).trimEnd();
  }
}

/** Names and what is said of them, one a line. */
export function* factLines(facts: readonly (readonly [string, string])[]): Iterable<string> {
  const width = Math.max(...facts.map(([name]) => name.length));
  for (const [name, text] of facts) yield `${name.padEnd(width)}${GAP}${text}`;
}

/** `1.5 MiB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power] ?? ''}`;
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
