// The numbered CQL files of `schema/`: what a keyspace of ours consists of, in the order in which it grew. A file that
// was released never changes; a new one says what is added to it. Every statement in them may be repeated (IF NOT
// EXISTS, and a fixed id for each table, so that nodes which create it at the same moment create the same one).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface SchemaFile {
  readonly number: number;
  readonly name: string;
  /** Of the file's bytes, SHA-256, hexadecimal. */
  readonly checksum: string;
  readonly text: string;
}

/** `schema/` stands beside `dist/` in a checkout and in a package. */
const folder = fileURLToPath(new URL('../../../../../schema/', import.meta.url));

const NUMBERED = /^(\d{4})-[a-z0-9-]+\.cql$/;

export function readSchemaFiles(): readonly SchemaFile[] {
  return readdirSync(folder)
    .filter((name) => NUMBERED.test(name))
    .toSorted()
    .map((name) => {
      const text = readFileSync(folder + name, 'utf8');
      return {
        number: Number.parseInt(name, 10),
        name,
        checksum: createHash('sha256').update(text).digest('hex'),
        text,
      };
    });
}

/** The file's text with its comments, for this keyspace. */
export function textOf(file: SchemaFile, keyspace: string): string {
  return file.text
    .replace(/\$\{keyspace\}\.(\w+)( \([^;]*?WITH id = )\$\{id\}/g, (_, table: string, between: string) =>
      [keyspace, '.', table, between, tableId(keyspace, table)].join(''),
    )
    .replaceAll('${keyspace}', keyspace);
}

/** The same wherever it is computed, and no other keyspace's of that ring: a version 8 UUID (RFC 9562 section 5.8). */
function tableId(keyspace: string, table: string): string {
  const bytes = createHash('sha256').update(`cassmail ${keyspace}.${table}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The statements alone. One ends with a `;` at the end of a line; a comment has its line to itself. */
export function statementsOf(file: SchemaFile, keyspace: string): readonly string[] {
  return textOf(file, keyspace)
    .replace(/^--.*$/gm, '')
    .split(/;$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** The names of the tables that the file creates. */
export function tablesOf(file: SchemaFile): readonly string[] {
  return [...file.text.matchAll(/^CREATE TABLE IF NOT EXISTS \$\{keyspace\}\.(\w+)/gm)].map(
    ([, table = '']) => table,
  );
}
