// Removes all of a range, page by page, within one transaction.
import type { KeyRange, Table } from './table.js';

const PAGE = 1000;

export function removeRange(table: Table, range: KeyRange): void {
  for (let keys = table.keys(range, PAGE); keys.length > 0; keys = table.keys(range, PAGE)) {
    for (const key of keys) table.remove(key);
  }
}
