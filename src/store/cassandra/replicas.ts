// The arithmetic of replicas: how many of them a consistency level waits for and where, and whether a read must meet
// an earlier write. Pure; the tests compare it with a model that tries every set of replicas.
import type { ConsistencyLevel } from './ring.js';

/** Replicas per data centre. */
export type Replication = Readonly<Record<string, number>>;

/** What a level waits for: so many replicas wherever they are, or so many in each of these data centres. */
export type Demand =
  | { readonly kind: 'anywhere'; readonly count: number }
  | { readonly kind: 'in'; readonly counts: Replication };

export function replicasIn(replication: Replication): number {
  return Object.values(replication).reduce((sum, count) => sum + count, 0);
}

export function quorumOf(replicas: number): number {
  return Math.floor(replicas / 2) + 1;
}

const anywhere = (count: number): Demand => ({ kind: 'anywhere', count });

const demands: Readonly<Record<ConsistencyLevel, (replication: Replication, local: string) => Demand>> = {
  ONE: () => anywhere(1),
  TWO: () => anywhere(2),
  THREE: () => anywhere(3),
  QUORUM: (replication) => anywhere(quorumOf(replicasIn(replication))),
  ALL: (replication) => anywhere(replicasIn(replication)),
  LOCAL_ONE: (_, local) => ({ kind: 'in', counts: { [local]: 1 } }),
  LOCAL_QUORUM: (replication, local) => ({
    kind: 'in',
    counts: { [local]: quorumOf(replication[local] ?? 0) },
  }),
  EACH_QUORUM: (replication) => ({
    kind: 'in',
    counts: Object.fromEntries(Object.entries(replication).map(([name, count]) => [name, quorumOf(count)])),
  }),
};

/** `local`: the data centre of whoever asks. */
export function demandOf(level: ConsistencyLevel, replication: Replication, local: string): Demand {
  return demands[level](replication, local);
}

/** The fewest replicas that hold a write once it is acknowledged. */
export function countOf(demand: Demand): number {
  return demand.kind === 'anywhere' ? demand.count : replicasIn(demand.counts);
}

export function canBeMet(demand: Demand, replication: Replication): boolean {
  if (demand.kind === 'anywhere') return demand.count <= replicasIn(replication);
  return Object.entries(demand.counts).every(([name, count]) => count <= (replication[name] ?? 0));
}

/** Whether every set of replicas that meets the one shares a replica with every set that meets the other. */
export function mustOverlap(one: Demand, other: Demand, replication: Replication): boolean {
  if (one.kind === 'anywhere' || other.kind === 'anywhere') {
    return countOf(one) + countOf(other) > replicasIn(replication);
  }
  return Object.entries(one.counts).some(
    ([name, count]) => count + (other.counts[name] ?? 0) > (replication[name] ?? 0),
  );
}
