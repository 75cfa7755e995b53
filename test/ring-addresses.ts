// Where the two rings of a test run answer. The ring project's global setup starts them (test/ring-setup.ts) and says so
// in the environment, as `address:port,address:port`; whoever sets a variable beforehand has the tests run on a ring
// that is there already. A suite makes a keyspace of its own: `keyspaceName` gives it one that nobody has.
import { randomBytes } from 'node:crypto';

export interface RingAddress {
  readonly contactPoints: readonly string[];
  readonly port: number;
  readonly localDataCenter: string;
}

export const ringVariables = {
  oneNode: 'CASSMAIL_TEST_ONE_NODE_RING',
  threeNodes: 'CASSMAIL_TEST_THREE_NODE_RING',
} as const;

export function oneNodeRing(): RingAddress {
  return addressIn(ringVariables.oneNode);
}

export function threeNodeRing(): RingAddress {
  return addressIn(ringVariables.threeNodes);
}

export function ringText({ contactPoints, port }: Omit<RingAddress, 'localDataCenter'>): string {
  return contactPoints.map((address) => `${address}:${port}`).join(',');
}

/** Starts with the suite's name, so that one who looks at the ring knows whose it is. */
export function keyspaceName(suite: string): string {
  return `${suite}_${randomBytes(6).toString('hex')}`;
}

/** For a node (test/mail-node.ts) that keeps its mail on the ring of one node, in a keyspace of the suite's own. */
export function oneNodeRingSettings(suite: string): readonly string[] {
  return ringNodeSettings(oneNodeRing(), keyspaceName(suite));
}

/** For one of several nodes that keep their mail in the same keyspace, three times. */
export function threeNodeRingSettings(keyspace: string): readonly string[] {
  return ringNodeSettings(threeNodeRing(), keyspace, 3);
}

export function ringNodeSettings(
  { contactPoints, port }: Omit<RingAddress, 'localDataCenter'>,
  keyspace: string,
  replicationFactor = 1,
): readonly string[] {
  return [
    'store.kind=cassandra',
    `store.cassandra.contactPoints=${JSON.stringify(contactPoints)}`,
    `store.cassandra.port=${port}`,
    `store.cassandra.keyspace=${keyspace}`,
    `store.cassandra.replicationFactor=${replicationFactor}`,
  ];
}

function addressIn(variable: string): RingAddress {
  const text = process.env[variable];
  if (text === undefined) {
    throw new Error(`${variable} is not set: a test that needs a ring is in a file *.ring.test.ts`);
  }
  const nodes = text.split(',').map((node) => node.split(':'));
  return {
    contactPoints: nodes.map(([address = '']) => address),
    port: Number(nodes[0]?.[1]),
    localDataCenter: 'datacenter1',
  };
}
