// How many replicas keyspaces ask for, and so with how few nodes a ring can serve them.

export interface KeyspaceReplication {
  readonly keyspace: string;
  /** 0 where a keyspace is each node's own. */
  readonly factor: number;
}

/** A row of `SELECT JSON keyspace_name, replication FROM system_schema.keyspaces`. */
export function parseReplication(row: unknown): KeyspaceReplication {
  const field = (name: string): unknown =>
    typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;
  const replication = field('replication');
  const options = typeof replication === 'object' && replication !== null ? Object.entries(replication) : [];
  const factors = options
    .filter(([name]) => name !== 'class')
    .map(([, value]) => Number.parseInt(String(value), 10));
  return {
    keyspace: String(field('keyspace_name')),
    factor: Math.max(0, ...factors.filter(Number.isInteger)),
  };
}

/** Why a ring cannot do with this many nodes; undefined where it can. */
export function refusalToShrink(
  keyspaces: readonly KeyspaceReplication[],
  nodesLeft: number,
): string | undefined {
  const greedy = keyspaces.filter(({ factor }) => factor > nodesLeft);
  if (greedy.length === 0) return undefined;
  const named = greedy.map(({ keyspace, factor }) => `${keyspace} wants ${factor}`).join(', ');
  const nodes = nodesLeft === 1 ? '1 node' : `${nodesLeft} nodes`;
  return (
    `with ${nodes} left no row could have as many replicas as its keyspace wants (${named}): ` +
    'add a node first, or alter the keyspace to fewer replicas'
  );
}
