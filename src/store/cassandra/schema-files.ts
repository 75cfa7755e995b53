// The numbered CQL files of `schema/`: what a keyspace of ours consists of, in the order in which it grew. A file that
// was released never changes; a new one says what is added to it.
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
const folder = fileURLToPath(new URL('../../../../schema/', import.meta.url));

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

/**
 * The statements of a file for this keyspace, without comments. A statement ends with a `;` at the end of a
 * line, a comment has its line to itself.
 */
export function statementsOf(file: SchemaFile, keyspace: string): readonly string[] {
  return file.text
    .replace(/^--.*$/gm, '')
    .replaceAll('${keyspace}', `"${keyspace}"`)
    .split(/;$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
