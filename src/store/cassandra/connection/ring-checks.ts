// What a start makes sure of before it trusts a ring: that every node is new enough, and that clocks agree, since the
// time of a message id decides which write wins.
import type { Clock } from '../../../base/clock.js';
import { Failure, failureOf } from '../../../base/failure.js';
import type { Log } from '../../../base/log.js';
import { isTimeUuid, timeOfIdMs } from '../../../base/time-uuid.js';
import { FUTURE_ID_MS } from '../../types.js';
import type { DriverClient, RingHost } from './driver-client.js';

/**
 * ALTER TABLE … ADD IF NOT EXISTS, without which a schema change could not be repeated, and Paxos v2 with its safe
 * answers to undecided lightweight transactions came with 4.1.
 */
const OLDEST_VERSION = [4, 1] as const;

const SKEW_WARNED_MS = 1_000;

/** A node whose version is not known is warned of, not refused: the others' are no reason to doubt it. */
export function assertNewEnough(hosts: readonly RingHost[], log: Log): void {
  for (const { address, version } of hosts) {
    if (version === undefined) log.write('ring.version-unknown', { node: address });
  }
  const old = hosts.find(({ version }) => version !== undefined && isTooOld(version));
  if (old === undefined) return;
  throw new Failure(
    'ring-too-old',
    `ring node ${old.address} runs Cassandra ${old.version}; CassMail needs ${OLDEST_VERSION.join('.')} or later: upgrade it`,
  );
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
}

export interface ClockReading {
  readonly address: string;
  /** Our clock before asking and after the answer, and what the node said in between. */
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  readonly nodeMs: number;
}

/** By how much the node's clock is certainly ahead of ours; negative: behind. */
export function skewOf({ askedAtMs, answeredAtMs, nodeMs }: ClockReading): number {
  if (nodeMs < askedAtMs) return nodeMs - askedAtMs;
  return nodeMs > answeredAtMs ? nodeMs - answeredAtMs : 0;
}

export function describeSkew(reading: ClockReading): string {
  const skewMs = skewOf(reading);
  return `the clock of ring node ${reading.address} is ${Math.abs(skewMs) / 1000} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`;
}

/** Fails with *ring-clock-skew* where a clock is minutes off, warns of one that is seconds off. */
export function judgeClocks(readings: readonly ClockReading[], log: Log): void {
  for (const reading of readings) {
    const skewMs = skewOf(reading);
    if (Math.abs(skewMs) <= SKEW_WARNED_MS) continue;
    const says = describeSkew(reading);
    if (Math.abs(skewMs) > FUTURE_ID_MS) {
      throw new Failure('ring-clock-skew', `${says}: set both by NTP, then start again`);
    }
    log.write('ring.clock-skew', { node: reading.address, skewMs, says });
  }
}

type Asked = Pick<DriverClient, 'run' | 'hosts'>;

export async function readClocks(client: Asked, clock: Clock): Promise<readonly ClockReading[]> {
  const readings = await Promise.all(client.hosts().map((host) => readClock(client, host, clock)));
  return readings.flat();
}

/** The same of a ring that is in use: nodes that do not answer are passed over. */
export async function readAnsweringClocks(client: Asked, clock: Clock): Promise<readonly ClockReading[]> {
  const readings = await Promise.allSettled(client.hosts().map((host) => readClock(client, host, clock)));
  return readings.flatMap((reading) => {
    if (reading.status === 'fulfilled') return reading.value;
    failureOf(reading.reason); // passes bugs on
    return [];
  });
}

/** None where the node answers with something else than an id. */
async function readClock(client: Asked, host: RingHost, clock: Clock): Promise<readonly ClockReading[]> {
  const askedAtMs = clock.wallMs();
  const [row] = await client.run('SELECT now() AS id FROM system.local', host);
  const answeredAtMs = clock.wallMs();
  const id = String(row?.['id']);
  if (!isTimeUuid(id)) return [];
  return [{ address: host.address, askedAtMs, answeredAtMs, nodeMs: timeOfIdMs(id) }];
}
