// From the levels of the configuration to the level of each operation. The configuration's choice is for mail only;
// what the ring's processes agree on (accounts, claims, leases, directories, references, the relay queue) is written
// and read so that a read always meets an acknowledged write, in every data centre. Pure.
import { Failure } from '../../base/failure.js';
import type { LogEvent } from '../../base/log-events.js';
import {
  canBeMet,
  countOf,
  demandOf,
  mustOverlap,
  quorumOf,
  replicasIn,
  type Replication,
} from './replicas.js';
import type { ConsistencyLevel } from './ring.js';

type MailOperation = 'deliver' | 'list' | 'retrieve' | 'remove';

export interface ConsistencyChoice {
  readonly write: ConsistencyLevel;
  readonly read: ConsistencyLevel;
  readonly overrides: Readonly<Partial<Record<MailOperation, ConsistencyLevel | undefined>>>;
}

export interface Levels extends Readonly<Record<MailOperation, ConsistencyLevel>> {
  /** For what the processes agree on: writes, and the commit of lightweight transactions. */
  readonly control: 'QUORUM' | 'ALL';
  /** For reading it; a quorum always meets a write at `control`. */
  readonly controlRead: 'QUORUM' | 'ALL';
}

export type ControlLevels = Pick<Levels, 'control' | 'controlRead'>;

export interface RingShape {
  readonly replication: Replication;
  readonly localDataCenter: string;
}

/** Something the operator should know about the choice made: an event and its sentence. */
export interface Doubt {
  readonly event: LogEvent;
  readonly says: string;
}

const operations = ['deliver', 'list', 'retrieve', 'remove', 'control', 'controlRead'] as const;

/** Fails with *config-invalid* where a level waits for more replicas than there are. */
export function levelsOf(choice: ConsistencyChoice, shape: RingShape): Levels {
  const { write, read, overrides } = choice;
  const levels: Levels = {
    deliver: overrides.deliver ?? write,
    list: overrides.list ?? read,
    retrieve: overrides.retrieve ?? read,
    remove: overrides.remove ?? write,
    control: write === 'ALL' ? 'ALL' : 'QUORUM',
    controlRead: read === 'ALL' ? 'ALL' : 'QUORUM',
  };
  for (const operation of operations) assertCanBeMet(operation, levels[operation], shape);
  return levels;
}

function assertCanBeMet(operation: string, level: ConsistencyLevel, shape: RingShape): void {
  const { replication, localDataCenter } = shape;
  const demand = demandOf(level, replication, localDataCenter);
  if (canBeMet(demand, replication)) return;
  throw new Failure(
    'config-invalid',
    `store.cassandra.consistency: "${operation}" at ${level} waits for ${countOf(demand)} replicas ` +
      `(from data centre ${localDataCenter}), but there are ${spelt(replication)}`,
  );
}

export function doubtsAbout(levels: Levels, shape: RingShape): readonly Doubt[] {
  return [
    ...weakReads('a delivered message may not be listed yet', levels.deliver, levels.list, shape),
    ...weakReads('a removed message may be listed again', levels.remove, levels.list, shape),
    ...quorumIsEverybody(levels, shape),
  ];
}

/**
 * A read of one message is not among the pairs: where its level misses the body, the store looks again at a higher one
 * before it says anything. Listing cannot notice what it misses.
 */
function weakReads(
  consequence: string,
  write: ConsistencyLevel,
  read: ConsistencyLevel,
  { replication, localDataCenter }: RingShape,
): readonly Doubt[] {
  const meets = (writer: string, reader: string): boolean =>
    mustOverlap(demandOf(write, replication, writer), demandOf(read, replication, reader), replication);
  if (!meets(localDataCenter, localDataCenter)) {
    return [
      {
        event: 'store.weak-reads',
        says: `${consequence}: writing at ${write} and reading at ${read} need not meet on one of ${spelt(replication)}`,
      },
    ];
  }
  const elsewhere = Object.keys(replication).find(
    (name) => !meets(localDataCenter, name) || !meets(name, localDataCenter),
  );
  if (elsewhere === undefined) return [];
  return [
    {
      event: 'store.weak-reads',
      says: `${consequence} between data centres ${localDataCenter} and ${elsewhere}: ${write} and ${read} meet within one data centre only`,
    },
  ];
}

function quorumIsEverybody(levels: Levels, { replication }: RingShape): readonly Doubt[] {
  const total = replicasIn(replication);
  const needed = levels.control === 'ALL' ? total : quorumOf(total);
  if (total === 1 || needed < total) return [];
  const why = levels.control === 'ALL' ? 'consistency.write is ALL' : `a quorum of ${total} is ${needed}`;
  return [
    {
      event: 'ring.relay-needs-all-replicas',
      says: `accounts and relaying stop while one replica is down: ${why}`,
    },
  ];
}

/** `nodesUp`: ring nodes that answer, per data centre. */
export function doubtsAboutNodes({ replication }: RingShape, nodesUp: Replication): readonly Doubt[] {
  return Object.entries(replication)
    .filter(([name, replicas]) => (nodesUp[name] ?? 0) < replicas)
    .map(([name, replicas]) => ({
      event: 'ring.fewer-nodes-than-replicas',
      says: `data centre ${name} should keep ${replicas} replicas and has ${nodesUp[name] ?? 0} ring nodes up`,
    }));
}

/** `3 replicas in dc1, 2 in dc2` */
function spelt(replication: Replication): string {
  return Object.entries(replication)
    .map(
      ([name, count], index) =>
        `${count}${index === 0 ? (count === 1 ? ' replica' : ' replicas') : ''} in ${name}`,
    )
    .join(', ');
}
