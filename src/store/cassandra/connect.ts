// Opening the ring: a connection, the schema, and the Ring that the store's parts speak to.
import type { Clock, Timers } from '../../base/clock.js';
import { Gate } from '../../base/gate.js';
import type { Log } from '../../base/log.js';
import type { Metrics } from '../../base/metrics.js';
import type { Random } from '../../base/random.js';
import type { StatementTap } from '../api/statement-tap.js';
import { DriverClient, type DriverSettings } from './driver-client.js';
import { DriverRing } from './driver-ring.js';
import type { Ring } from './ring.js';
import { applySchema } from './schema.js';

export interface RingSettings extends DriverSettings {
  readonly keyspace: string;
  /** A number is that many replicas in the local data centre. */
  readonly replicationFactor: number | Readonly<Record<string, number>>;
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
  close(): Promise<void>;
}

/** As many more may wait their turn as may be in flight. */
const WAITING_PER_IN_FLIGHT = 4;

export async function openRing(settings: RingSettings, surroundings: RingSurroundings): Promise<OpenRing> {
  const client = new DriverClient(settings);
  await client.connect();
  const { keyspace, replicationFactor, localDataCenter, inFlight, requestTimeoutMs } = settings;
  const replication =
    typeof replicationFactor === 'number' ? { [localDataCenter]: replicationFactor } : replicationFactor;
  await applySchema(client, keyspace, replication);
  await client.useKeyspace(keyspace);
  const gate = new Gate(
    { name: 'cassandra', width: inFlight, waiting: inFlight * WAITING_PER_IN_FLIGHT },
    surroundings.timers,
  );
  const ring = new DriverRing({ client, gate, ...surroundings, controlLevel: 'QUORUM', requestTimeoutMs });
  return { ring, close: () => client.close() };
}
