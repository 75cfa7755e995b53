// A first connection to the ring, and the checks that need no table of ours: that contact points speak CQL, that the
// login and the data centre are right, that the nodes are new enough and clocks agree. One attempt; see wait-for-ring.
import type { Clock, Timers } from '../../../base/clock.js';
import { Failure } from '../../../base/failure.js';
import { Gate } from '../../../base/gate.js';
import type { Log } from '../../../base/log.js';
import type { Metrics } from '../../../base/metrics.js';
import type { Random } from '../../../base/random.js';
import type { StatementTap } from '../../api/statement-tap.js';
import { levelsOf, type ConsistencyChoice, type Levels, type RingShape } from '../consistency.js';
import type { Replication } from '../replicas.js';
import { probeContactPoint } from './contact-probe.js';
import { DriverClient, type DriverSettings } from './driver-client.js';
import { DriverRing } from './driver-ring.js';
import { assertNewEnough, judgeClocks, readClocks } from './ring-checks.js';

export interface RingSettings extends DriverSettings {
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
  /** Names this process to others, in the lock and the history of the schema. */
  readonly processName: string;
}

export interface ConnectedRing {
  readonly client: DriverClient;
  readonly ring: DriverRing;
  readonly levels: Levels;
  readonly shape: RingShape;
}

export async function connectRing(
  settings: RingSettings,
  surroundings: RingSurroundings,
): Promise<ConnectedRing> {
  const { localDataCenter, inFlight, waiting, requestTimeoutMs } = settings;
  const shape: RingShape = { replication: replicationOf(settings), localDataCenter };
  const levels = levelsOf(settings.consistency, shape);
  const answering = await answeringContactPoints(settings, surroundings);
  // One is enough to learn the others from; a random one, so that not all processes lean on the same.
  const first = answering.at(Math.floor(surroundings.random.fraction() * answering.length));
  const client = new DriverClient({ ...settings, contactPoints: first === undefined ? [] : [first] });
  try {
    await client.connect();
    assertNewEnough(client.allHosts(), surroundings.log);
    judgeClocks(await readClocks(client, surroundings.clock), surroundings.log);
  } catch (error) {
    await client.close();
    throw error;
  }
  const gate = new Gate({ name: 'cassandra', width: inFlight, waiting }, surroundings.timers);
  const controlLevel = levels.control;
  const ring = new DriverRing({ client, gate, ...surroundings, controlLevel, requestTimeoutMs });
  return { client, ring, levels, shape };
}

export function replicationOf({ replicationFactor, localDataCenter }: RingSettings): Replication {
  return typeof replicationFactor === 'number' ? { [localDataCenter]: replicationFactor } : replicationFactor;
}

/** Those that speak CQL. Where some do, the others are complained about; where none does, that is the Failure. */
async function answeringContactPoints(
  { contactPoints, port, tls }: RingSettings,
  { log, timers }: RingSurroundings,
): Promise<readonly string[]> {
  const findings = await Promise.all(
    contactPoints.map(async (host) => ({
      host,
      failure: await probeContactPoint({ host, port }, tls, timers),
    })),
  );
  const answering = findings.filter(({ failure }) => failure === undefined).map(({ host }) => host);
  const failures = findings.flatMap(({ failure }) => failure ?? []);
  if (answering.length === 0) throw failureOfAll(failures);
  for (const failure of failures.filter(({ kind }) => kind === 'permanent')) {
    log.write('ring.contact-point-wrong', { says: failure.message });
  }
  return answering;
}

/** As long as one of them may only be down, it is worth waiting. */
function failureOfAll(failures: readonly Failure[]): Failure {
  const code =
    failures.find(({ kind }) => kind === 'temporary')?.code ?? failures[0]?.code ?? 'ring-unreachable';
  return new Failure(code, failures.map(({ message }) => message).join('; '));
}
