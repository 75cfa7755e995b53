// Opening the ring: a connection, the schema, and the Ring that the store's parts speak to.
import type { Clock, Timers } from '../../base/clock.js';
import { Gate } from '../../base/gate.js';
import type { Log } from '../../base/log.js';
import type { Metrics } from '../../base/metrics.js';
import type { Random } from '../../base/random.js';
import type { StatementTap } from '../api/statement-tap.js';
import { levelsOf, type ConsistencyChoice, type Levels } from './consistency.js';
import { DriverClient, type DriverSettings } from './driver-client.js';
import { DriverRing } from './driver-ring.js';
import type { Replication } from './replicas.js';
import type { Ring } from './ring.js';
import { applySchema } from './schema.js';

export interface RingSettings extends DriverSettings {
  readonly keyspace: string;
  /** A number is that many replicas in the local data centre. */
  readonly replicationFactor: number | Replication;
  readonly consistency: ConsistencyChoice;
  /** How many requests may wait for their turn when as many as allowed are in flight. */
  readonly waiting: number;
}

export interface RingSurroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tap: StatementTap;
}

export interface OpenRing {
  readonly ring: Ring;
  readonly levels: Levels;
  close(): Promise<void>;
}

export async function openRing(settings: RingSettings, surroundings: RingSurroundings): Promise<OpenRing> {
  const { keyspace, localDataCenter, inFlight, waiting, requestTimeoutMs } = settings;
  const replication = replicationOf(settings);
  const levels = levelsOf(settings.consistency, { replication, localDataCenter });
  const client = new DriverClient(settings);
  await client.connect();
  await applySchema(client, keyspace, replication);
  await client.useKeyspace(keyspace);
  const gate = new Gate({ name: 'cassandra', width: inFlight, waiting }, surroundings.timers);
  const ring = new DriverRing({
    client,
    gate,
    ...surroundings,
    controlLevel: levels.control,
    requestTimeoutMs,
  });
  return { ring, levels, close: () => client.close() };
}

function replicationOf({ replicationFactor, localDataCenter }: RingSettings): Replication {
  return typeof replicationFactor === 'number' ? { [localDataCenter]: replicationFactor } : replicationFactor;
}
