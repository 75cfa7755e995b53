// How a keyspace replicates, as Cassandra says it and as the configuration says it. Pure.
import { Failure } from '../../../base/failure.js';
import type { Replication } from '../replicas.js';

/** From `system_schema.keyspaces`: a class, and its options as text. */
export function replicationFrom(options: Readonly<Record<string, string>>, local: string): Replication {
  const { class: strategy = '', replication_factor: everywhere, ...perDataCenter } = options;
  const counts = strategy.endsWith('SimpleStrategy') ? { [local]: everywhere } : perDataCenter;
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)]));
}

export function isSameReplication(one: Replication, other: Replication): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? 0) === (other[name] ?? 0));
}

export function replicationFailure(keyspace: string, found: Replication, wanted: Replication): Failure {
  return new Failure(
    'schema-replication',
    `keyspace ${keyspace} keeps ${inYaml(found)} replicas, store.cassandra.replicationFactor says ${inYaml(wanted)}: ` +
      'correct the configuration, or run `cassmail schema apply`, which alters the keyspace; a repair is due then',
  );
}

/** As the configuration would write it: `{ dc1: 3 }`. */
export function inYaml(replication: Replication): string {
  const pairs = Object.entries(replication).map(([name, count]) => `${name}: ${count}`);
  return `{ ${pairs.join(', ')} }`;
}

/** The clause of CREATE and ALTER KEYSPACE. */
export function replicationClause(replication: Replication): string {
  const pairs = Object.entries(replication).map(([name, count]) => `, '${name}': ${count}`);
  return `replication = {'class': 'NetworkTopologyStrategy'${pairs.join('')}}`;
}
