// Typed access to the columns of a row. A column that does not hold what its table says is a damaged record, never a
// TypeError later on.
import { Failure } from '../../base/failure.js';
import type { Row } from './ring.js';

export function textColumn(row: Row, column: string): string {
  return optionalTextColumn(row, column) ?? damaged(row, column);
}

export function optionalTextColumn(row: Row, column: string): string | undefined {
  const value = row[column] ?? undefined;
  return value === undefined || typeof value === 'string' ? value : damaged(row, column);
}

export function numberColumn(row: Row, column: string): number {
  return optionalNumberColumn(row, column) ?? damaged(row, column);
}

export function optionalNumberColumn(row: Row, column: string): number | undefined {
  const value = row[column] ?? undefined;
  return value === undefined || typeof value === 'number' ? value : damaged(row, column);
}

export function booleanColumn(row: Row, column: string): boolean {
  const value = row[column];
  return typeof value === 'boolean' ? value : damaged(row, column);
}

export function bytesColumn(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : damaged(row, column);
}

/** A frozen list of text; cassandra-driver reads an empty one as null. */
export function textListColumn(row: Row, column: string): readonly string[] {
  const value = row[column] ?? [];
  if (!Array.isArray(value)) return damaged(row, column);
  return value.map((element: unknown) => (typeof element === 'string' ? element : damaged(row, column)));
}

function damaged(row: Row, column: string): never {
  const firstColumns = Object.entries(row).slice(0, 2); // the key, in our statements
  const name = firstColumns.map(([key, value]) => `${key} ${String(value).slice(0, 80)}`).join(', ');
  throw new Failure('record-damaged', `column ${column} of the row ${name} does not hold what it should`);
}
