// The columns that our files give to the tables, and which of them a keyspace lacks. Pure. Columns that others added
// are no matter: no statement of ours speaks of them.
import type { SchemaFile } from './schema-files.js';

/** By table and column: its type as `system_schema.columns` says it, with `static` behind it where it is. */
export type Columns = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

const CREATION = /^CREATE TABLE IF NOT EXISTS \$\{keyspace\}\.(\w+) \(\n(.*?)\n\)/gms;
const ADDITION = /^ALTER TABLE \$\{keyspace\}\.(\w+) ADD IF NOT EXISTS ([^;]+);$/gm;
/** A column has its line to itself. */
const DECLARATION = /^(\w+) (\w+(?:<[\w<>, ]+>)?(?: static)?)(?: PRIMARY KEY)?,?$/;

/** What the file declares, in its order. */
export function columnsOf(file: SchemaFile): readonly Column[] {
  const created = [...file.text.matchAll(CREATION)].flatMap(([, table = '', lines = '']) =>
    lines
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !line.startsWith('PRIMARY KEY ('))
      .map((line) => columnOf(table, line)),
  );
  const added = [...file.text.matchAll(ADDITION)].map(([, table = '', line = '']) => columnOf(table, line));
  return [...created, ...added];
}

/** From `name type`. */
function columnOf(table: string, line: string): Column {
  const [, name, type] = DECLARATION.exec(line) ?? [];
  if (name === undefined || type === undefined)
    throw new RangeError(`${table}: "${line}" declares no column`);
  return { table, name, type };
}

export function groupByTable(columns: readonly Column[]): Columns {
  const tables = new Map<string, Map<string, string>>();
  for (const { table, name, type } of columns) {
    tables.set(table, (tables.get(table) ?? new Map<string, string>()).set(name, type));
  }
  return tables;
}

export interface AlteredColumn extends Column {
  /** The type it has; undefined: there is no such column. */
  readonly found: string | undefined;
}

/** The file's columns that are gone or of another type, in tables that are there. */
export function alteredColumns(file: SchemaFile, keyspace: Columns): readonly AlteredColumn[] {
  return columnsOf(file)
    .filter(({ table }) => keyspace.has(table))
    .map(({ table, name, type }) => ({ table, name, type, found: keyspace.get(table)?.get(name) }))
    .filter(({ type, found }) => found !== type);
}
