// What is said about a Cassandra ring.
import { choice, textMatching, type Kind } from './kind.js';
import { wholeNumber } from './quantity-kinds.js';

/** One number for the data centre we are in, or one for each data centre by name. */
export type ReplicationFactor = number | Readonly<Record<string, number>>;

export type ConsistencyLevel = (typeof CONSISTENCY_LEVELS)[number];

const CONSISTENCY_LEVELS = [
  'ONE',
  'TWO',
  'THREE',
  'QUORUM',
  'ALL',
  'LOCAL_ONE',
  'LOCAL_QUORUM',
  'EACH_QUORUM',
] as const;

/** More copies than this help nobody. */
const replicas = wholeNumber({ from: 1, to: 15 });

export const consistencyLevel = choice(CONSISTENCY_LEVELS);

/** Lower case: the name is never quoted in CQL, so that it is the same in every tool. */
export const keyspace = textMatching(
  'a lower case name of letters, digits and underscores, at most 48, beginning with a letter',
  /^[a-z][a-z0-9_]{0,47}$/,
);

export const dataCenter = textMatching('the name of a data centre', /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/);

export const replicationFactor: Kind<ReplicationFactor> = {
  allowed: `${replicas.allowed}, or one for each data centre such as { dc1: 3, dc2: 2 }`,
  decode: (plain) => {
    if (plain === null || typeof plain !== 'object') return replicas.decode(plain);
    const pairs = Object.entries(plain);
    const isOnePerDataCenter =
      pairs.length > 0 &&
      !Array.isArray(plain) &&
      pairs.every(
        ([name, count]) => dataCenter.decode(name) !== undefined && replicas.decode(count) !== undefined,
      );
    return isOnePerDataCenter
      ? Object.fromEntries(pairs.map(([name, count]) => [name, Number(count)]))
      : undefined;
  },
};

/** All copies of a row. */
export function replicaCount(factor: ReplicationFactor): number {
  return typeof factor === 'number' ? factor : Object.values(factor).reduce((sum, count) => sum + count, 0);
}
