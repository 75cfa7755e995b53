// Where a keyspace stands, judged from our files, from what it remembers of the files applied to it, and from the
// tables and columns it has. Pure. What a start must refuse comes with the words that tell the operator what to do.
import { Failure } from '../../../base/failure.js';
import { alteredColumns, type AlteredColumn, type Columns } from './schema-columns.js';
import { tablesOf, type SchemaFile } from './schema-files.js';

/** A row of `schema_history`. */
export interface AppliedFile {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly begunAtMs: number;
  readonly begunBy: string;
  readonly finishedAtMs: number | undefined;
}

export type SchemaState =
  | { readonly kind: 'current' }
  /** Files that were never begun: to be applied. */
  | { readonly kind: 'behind'; readonly missing: readonly SchemaFile[] }
  /** Files begun and not finished, or whose tables are gone: can be applied again, but somebody should look first. */
  | {
      readonly kind: 'partial';
      readonly missing: readonly SchemaFile[];
      /** The process that left a file unfinished, where that is the matter. */
      readonly begunBy?: string;
      readonly refusal: Failure;
    }
  /** Nothing we may touch. */
  | { readonly kind: 'refused'; readonly refusal: Failure };

export interface Keyspace {
  readonly name: string;
  readonly history: readonly AppliedFile[];
  readonly columns: Columns;
}

export function schemaStateOf(files: readonly SchemaFile[], keyspace: Keyspace): SchemaState {
  const begun = new Map(keyspace.history.map((row) => [row.number, row]));
  const missing = files.filter((file) => begun.get(file.number)?.finishedAtMs === undefined);
  const finished = files.filter((file) => !missing.includes(file));
  const notOurs =
    newerThan(files, keyspace) ?? alteredSince(files, keyspace) ?? columnsFailure(finished, keyspace);
  if (notOurs !== undefined) return { kind: 'refused', refusal: notOurs };
  const bereft = finished.filter((file) => lostTables(file, keyspace).length > 0);
  const unfinished = missing.map((file) => begun.get(file.number)).find((row) => row !== undefined);
  if (unfinished !== undefined) {
    const refusal = unfinishedFailure(keyspace, unfinished);
    return { kind: 'partial', missing, begunBy: unfinished.begunBy, refusal };
  }
  const [robbed] = bereft;
  if (robbed !== undefined) {
    return { kind: 'partial', missing: [...bereft, ...missing], refusal: lostFailure(keyspace, robbed) };
  }
  return missing.length === 0 ? { kind: 'current' } : { kind: 'behind', missing };
}

function newerThan(files: readonly SchemaFile[], { name, history }: Keyspace): Failure | undefined {
  const known = new Set(files.map((file) => file.number));
  const unknown = history.find((row) => !known.has(row.number));
  if (unknown === undefined) return undefined;
  return new Failure(
    'schema-newer',
    `keyspace ${name} has ${unknown.name}, which this program does not know (its last file is ` +
      `${files.at(-1)?.name ?? 'none'}): run the newer CassMail that applied it, or restore an older backup`,
  );
}

function alteredSince(files: readonly SchemaFile[], { name, history }: Keyspace): Failure | undefined {
  const checksums = new Map(files.map((file) => [file.number, file.checksum]));
  const altered = history.find((row) => row.checksum !== checksums.get(row.number));
  if (altered === undefined) return undefined;
  return new Failure(
    'schema-partial',
    `keyspace ${name}: ${altered.name}, applied ${when(altered.begunAtMs)} by ${altered.begunBy}, is not the file of ` +
      'that name which this program has: run the release that applied it; a change to the schema is a new file',
  );
}

/** Applying the file again would not help: it creates tables, and leaves alone those which are there. */
export function columnsFailure(
  applied: readonly SchemaFile[],
  { name, columns }: Pick<Keyspace, 'name' | 'columns'>,
): Failure | undefined {
  for (const file of applied) {
    const altered = alteredColumns(file, columns);
    if (altered.length === 0) continue;
    const tables = [...new Set(altered.map(({ table }) => table))].join(', ');
    return new Failure(
      'schema-partial',
      `keyspace ${name}: ${file.name} was applied, but ${altered.map(sayAltered).join(', ')}: restore ${tables} from a ` +
        'backup, or, if what is in there may be lost, drop it and run `cassmail schema apply`, which creates it empty',
    );
  }
  return undefined;
}

function sayAltered({ table, name, type, found }: AlteredColumn): string {
  return `its column ${table}.${name} ${found === undefined ? 'is gone' : `is ${found} instead of ${type}`}`;
}

function lostTables(file: SchemaFile, { columns }: Keyspace): readonly string[] {
  return tablesOf(file).filter((table) => !columns.has(table));
}

function unfinishedFailure(keyspace: Keyspace, row: AppliedFile): Failure {
  return new Failure(
    'schema-partial',
    `keyspace ${keyspace.name}: ${row.name} was begun ${when(row.begunAtMs)} by ${row.begunBy} and not finished: ` +
      'run `cassmail schema apply`, which finishes it (every statement may be repeated)',
  );
}

function lostFailure(keyspace: Keyspace, file: SchemaFile): Failure {
  return new Failure(
    'schema-partial',
    `keyspace ${keyspace.name}: ${file.name} was applied, but its tables ${lostTables(file, keyspace).join(', ')} ` +
      'are gone: restore them from a backup, or run `cassmail schema apply`, which creates them empty',
  );
}

function when(ms: number): string {
  return new Date(ms).toISOString();
}
