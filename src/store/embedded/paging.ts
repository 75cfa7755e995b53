// Walks through a range page by page. Each page is a statement of its own on the state of that moment: no snapshot is
// held while the reader of the pages takes its time, since that would keep every page freed meanwhile from being used
// again and let the file grow.
import type { Budget } from '../../base/budget.js';
import type { Environment } from './environment.js';
import { after } from './keys.js';
import type { KeyRange, Table, TableEntry } from './table.js';

export interface Walk<T> {
  readonly statement: string;
  readonly table: Table;
  readonly range: KeyRange;
  readonly pageSize: number;
  /** Nothing for entries that are none to the reader. */
  readonly read: (entry: TableEntry) => T | undefined;
}

/** Pages with nothing to show are not shown. */
export async function* pages<T>(
  environment: Environment,
  walk: Walk<T>,
  budget: Budget,
): AsyncGenerator<readonly T[]> {
  const { statement, table, pageSize, read } = walk;
  let range = walk.range;
  for (;;) {
    const at = range;
    const { shown, last } = await environment.read(statement, budget, () => {
      const entries = table.entries(at, pageSize);
      const items = entries.map(read).filter((item) => item !== undefined);
      return { shown: items, last: entries.length < pageSize ? undefined : entries.at(-1)?.key };
    });
    if (shown.length > 0) yield shown;
    if (last === undefined) return;
    range = after(last, range);
  }
}
