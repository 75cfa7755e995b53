// What a start makes sure of before it trusts a ring: that every node is new enough, and that clocks agree, since the
// time of a message id decides which write wins.
import type { Clock } from '../../../base/clock.js';
import { Failure } from '../../../base/failure.js';
import type { Log } from '../../../base/log.js';
import { isTimeUuid, timeOfIdMs } from '../../../base/time-uuid.js';
import type { DriverClient, RingHost } from './driver-client.js';

/**
 * ALTER TABLE … ADD IF NOT EXISTS, without which a schema change could not be repeated, and Paxos v2 with its safe
 * answers to undecided lightweight transactions came with 4.1.
 */
const OLDEST_VERSION = [4, 1] as const;

const SKEW_WARNED_MS = 1_000;
/** From here on a message accepted by one clock is "from the future" by another. */
const SKEW_REFUSED_MS = 5 * 60_000;

export function assertNewEnough(hosts: readonly RingHost[]): void {
  const old = hosts.find((host) => isTooOld(host.version));
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

/** Fails with *ring-clock-skew* where a clock is minutes off, warns of one that is seconds off. */
export function judgeClocks(readings: readonly ClockReading[], log: Log): void {
  for (const reading of readings) {
    const skewMs = skewOf(reading);
    if (Math.abs(skewMs) <= SKEW_WARNED_MS) continue;
    const says = `the clock of ring node ${reading.address} is ${Math.abs(skewMs) / 1000} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`;
    if (Math.abs(skewMs) > SKEW_REFUSED_MS) {
      throw new Failure('ring-clock-skew', `${says}: set both by NTP, then start again`);
    }
    log.write('ring.clock-skew', { node: reading.address, skewMs, says });
  }
}

export async function readClocks(
  client: Pick<DriverClient, 'run' | 'hosts'>,
  clock: Clock,
): Promise<readonly ClockReading[]> {
  const readings: ClockReading[] = [];
  for (const host of client.hosts()) {
    const askedAtMs = clock.wallMs();
    const [row] = await client.run('SELECT now() AS id FROM system.local', host);
    const answeredAtMs = clock.wallMs();
    const id = String(row?.['id']);
    if (isTimeUuid(id))
      readings.push({ address: host.address, askedAtMs, answeredAtMs, nodeMs: timeOfIdMs(id) });
  }
  return readings;
}
