// The whole schema as text for one keyspace: what a first start would do, for reading or for `cqlsh`.
import type { Replication } from '../replicas.js';
import { replicationClause } from './replication-state.js';
import { readSchemaFiles, textOf } from './schema-files.js';

export function printSchema(keyspace: string, replication: Replication): string {
  const creation = `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH ${replicationClause(replication)};`;
  const files = readSchemaFiles().map((file) => `-- ${file.name}\n\n${textOf(file, keyspace).trim()}`);
  return [creation, ...files].join('\n\n');
}
