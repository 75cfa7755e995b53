// The keyspace and its tables: created where they are missing.
import type { DriverClient } from './driver-client.js';
import type { Replication } from './replicas.js';
import { readSchemaFiles, statementsOf } from './schema-files.js';

export async function applySchema(
  client: Pick<DriverClient, 'run'>,
  keyspace: string,
  replication: Replication,
): Promise<void> {
  await client.run(createKeyspace(keyspace, replication));
  for (const file of readSchemaFiles()) {
    for (const statement of statementsOf(file, keyspace)) await client.run(statement);
  }
}

function createKeyspace(keyspace: string, replication: Replication): string {
  const perDataCenter = Object.entries(replication).map(([name, factor]) => `, '${name}': ${factor}`);
  return `CREATE KEYSPACE IF NOT EXISTS "${keyspace}" WITH replication = {'class': 'NetworkTopologyStrategy'${perDataCenter.join('')}}`;
}
