// The whole schema as text for one keyspace: what a first start would do, for reading or for `cqlsh`.
import type { Replication } from '../replicas.js';
import { replicationClause } from './replication-state.js';
import { readSchemaFiles, textOf } from './schema-files.js';

export interface PrintedSchema {
  /** The statement that creates the keyspace. */
  readonly keyspace: string;
  readonly files: readonly { readonly name: string; readonly cql: string }[];
}

export function schemaAsData(keyspace: string, replication: Replication): PrintedSchema {
  return {
    keyspace: `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH ${replicationClause(replication)};`,
    files: readSchemaFiles().map((file) => ({ name: file.name, cql: textOf(file, keyspace).trim() })),
  };
}

export function printSchema(name: string, replication: Replication): string {
  const { keyspace, files } = schemaAsData(name, replication);
  return [keyspace, ...files.map((file) => `-- ${file.name}\n\n${file.cql}`)].join('\n\n');
}
