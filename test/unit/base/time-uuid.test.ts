import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.js';
import { systemRandom, type Random } from '../../../src/base/random.js';
import {
  compareTimeUuids,
  isTimeUuid,
  timeOfIdMicros,
  timeOfIdMs,
  TimeUuidSource,
  type TimeUuid,
} from '../../../src/base/time-uuid.js';
import { projectRoot } from '../../project-root.js';
import { VirtualTime } from '../../virtual-time.js';

const TICKS_1582_TO_1970 = 122_192_928_000_000_000n;
/** The end of 2254: later times in microseconds are no longer whole in a double. */
const LAST_EXACT_TICKS = TICKS_1582_TO_1970 + BigInt(Number.MAX_SAFE_INTEGER) * 10n;

function take(source: TimeUuidSource, count: number): TimeUuid[] {
  return Array.from({ length: count }, () => source.next());
}

function expectStrictlyIncreasing(ids: readonly TimeUuid[]): void {
  for (const [at, id] of ids.slice(1).entries()) {
    const before = ids[at];
    if (before === undefined || compareTimeUuids(before, id) >= 0 || timeTicks(before) >= timeTicks(id)) {
      throw new Error(`${id} does not come after ${before}`);
    }
  }
}

/** RFC 9562 section 5.1, the plain way: the 60 bits of time as one number. */
function timeTicks(id: string): bigint {
  return BigInt(`0x${id.slice(15, 18)}${id.slice(9, 13)}${id.slice(0, 8)}`);
}

function idAt(ticks: bigint, clockSequenceAndNode = '8000-000000000000'): TimeUuid {
  const hex = ticks.toString(16).padStart(15, '0');
  const id = `${hex.slice(7)}-${hex.slice(3, 7)}-1${hex.slice(0, 3)}-${clockSequenceAndNode}`;
  if (!isTimeUuid(id)) throw new Error(`${id} is not a version 1 UUID`);
  return id;
}

function randomBigInt(bytes: number): bigint {
  return BigInt(`0x${Buffer.from(systemRandom.bytes(bytes)).toString('hex')}`);
}

/** The variant's two bits, then fourteen of clock sequence, then the node. */
function randomTail(): string {
  const bytes = Buffer.from(systemRandom.bytes(8));
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x80, 0);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

describe('a source of message ids', () => {
  it('gives version 1 UUIDs in lower case that carry the time they were made at (RFC 9562 section 5.1)', () => {
    const time = new VirtualTime(Date.UTC(2026, 10, 21, 12));
    const id = new TimeUuidSource(time, systemRandom).next();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOfIdMs(id)).toBe(time.wallMs());
  });

  it('marks its node as no network card (RFC 9562 section 6.10)', () => {
    const zeros: Random = { bytes: (count) => new Uint8Array(count), fraction: () => 0 };
    expect(new TimeUuidSource(new VirtualTime(), zeros).next()).toMatch(/-8000-010000000000$/);
  });

  it('rises strictly while the clock goes on', async () => {
    const time = new VirtualTime();
    const source = new TimeUuidSource(time, systemRandom);
    const ids: TimeUuid[] = [];
    for (let ms = 0; ms < 50; ms += 1) {
      ids.push(...take(source, 3));
      await time.advance(1);
    }
    expectStrictlyIncreasing(ids);
  });

  it('rises strictly through 20,000 ids in one millisecond, and runs at most two ahead of the clock', () => {
    const time = new VirtualTime();
    const ids = take(new TimeUuidSource(time, systemRandom), 20_000);
    expectStrictlyIncreasing(ids);
    expect(timeOfIdMs(ids[19_999] ?? idAt(0n))).toBe(time.wallMs() + 1);
  });

  it('rises strictly when the clock is set back by an hour, and follows it again once it has caught up', async () => {
    const time = new VirtualTime();
    const source = new TimeUuidSource(time, systemRandom);
    const startMs = time.wallMs();
    const before = take(source, 10);
    time.setWall(startMs - 3_600_000);
    const during = take(source, 10);
    expectStrictlyIncreasing([...before, ...during]);
    await time.advance(3_600_005);
    const after = source.next();
    expectStrictlyIncreasing([...during, after]);
    expect(timeOfIdMs(after)).toBe(startMs + 5);
  });

  it('gives ids that two sources never share, even at the same moment', () => {
    const time = new VirtualTime();
    const sources = Array.from({ length: 50 }, () => new TimeUuidSource(time, systemRandom));
    const ids = sources.flatMap((source) => take(source, 200));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives ids that eight processes never share', async () => {
    const lists = await Promise.all(Array.from({ length: 8 }, () => idsOfAnotherProcess(5_000)));
    const all = lists.flat();
    expect(all).toHaveLength(40_000);
    expect(new Set(all).size).toBe(40_000);
    for (const ids of lists) expectStrictlyIncreasing(ids);
  });
});

function idsOfAnotherProcess(count: number): Promise<TimeUuid[]> {
  const program = join(projectRoot, 'dist/test/unit/base/time-uuid-printer.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', reject);
    child.on('close', () => resolve(text.trim().split('\n').filter(isTimeUuid)));
  });
}

/** Fails with an error of its own: expect() itself is too slow for tens of thousands. */
function expectExactTime(id: TimeUuid, ticks: bigint): void {
  const found = BigInt(timeOfIdMicros(id));
  const right = (ticks - TICKS_1582_TO_1970) / 10n;
  if (found !== right) throw new Error(`the time of ${id} is ${right}, not ${found}`);
}

describe('the time of an id', () => {
  it('is exact to the microsecond, as computed with big integers, for random ids from 1970 until 2255', () => {
    for (let round = 0; round < 20_000; round += 1) {
      const ticks = TICKS_1582_TO_1970 + (randomBigInt(8) % (LAST_EXACT_TICKS - TICKS_1582_TO_1970));
      expectExactTime(idAt(ticks, randomTail()), ticks);
    }
  });

  it.each([
    [
      'four hundred years ago, nearly',
      TICKS_1582_TO_1970 - BigInt(Number.MAX_SAFE_INTEGER) * 10n,
      Number.MIN_SAFE_INTEGER,
    ],
    ['the last tick before 1970', TICKS_1582_TO_1970 - 1n, -1],
    ['1970', TICKS_1582_TO_1970, 0],
    ['the last time that is exact', LAST_EXACT_TICKS, Number.MAX_SAFE_INTEGER],
  ])('is right at the edge: %s', (_name, ticks, micros) => {
    expect(timeOfIdMicros(idAt(ticks))).toBe(micros);
  });

  it('is that of the clock at every id of a burst, in milliseconds', () => {
    const source = new TimeUuidSource(systemClock, systemRandom);
    const fromMs = systemClock.wallMs();
    const times = take(source, 1_000).map(timeOfIdMs);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(fromMs);
    expect(Math.max(...times)).toBeLessThanOrEqual(systemClock.wallMs() + 1);
  });
});

function randomId(): TimeUuid {
  return idAt(randomBigInt(8) >> 4n, randomTail());
}

function lastBytes(id: TimeUuid): Int8Array {
  return new Int8Array(Buffer.from(id.slice(19).replace('-', ''), 'hex'));
}

/** Cassandra's TimeUUIDType, byte for byte: the time first, then the last eight bytes, each as a signed one. */
function cassandraOrder(a: TimeUuid, b: TimeUuid): number {
  const left = timeTicks(a);
  const right = timeTicks(b);
  if (left !== right) return left < right ? -1 : 1;
  const [one, other] = [lastBytes(a), lastBytes(b)];
  for (const [at, byte] of one.entries()) {
    const difference = byte - (other[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function expectCassandraOrder(a: TimeUuid, b: TimeUuid): void {
  const [there, back] = [compareTimeUuids(a, b), compareTimeUuids(b, a)];
  const isRight = there === cassandraOrder(a, b) && back === cassandraOrder(b, a);
  if (!isRight) throw new Error(`${a} and ${b} are compared as ${there} and ${back}`);
}

describe('the order of ids', () => {
  it('is the order of Cassandra, for any two random ids', () => {
    for (let round = 0; round < 10_000; round += 1) {
      expectCassandraOrder(randomId(), randomId());
    }
  });

  it('is the order of Cassandra for ids of the same moment, whose last bytes count as signed', () => {
    for (let round = 0; round < 10_000; round += 1) {
      expectCassandraOrder(idAt(5n, randomTail()), idAt(5n, randomTail()));
    }
  });

  it('finds an id equal to itself', () => {
    const id = randomId();
    expect(compareTimeUuids(id, id)).toBe(0);
  });
});

describe('a text', () => {
  it.each([
    ['', false],
    ['c232ab00-9414-11ec-b3c8-9f6bdeced846', true],
    ['C232AB00-9414-11EC-B3C8-9F6BDECED846', false],
    ['c232ab00-9414-41ec-b3c8-9f6bdeced846', false],
    ['c232ab00-9414-11ec-c3c8-9f6bdeced846', false],
    ['c232ab00-9414-11ec-b3c8-9f6bdeced846\n', false],
    ['{c232ab00-9414-11ec-b3c8-9f6bdeced846}', false],
    ['c232ab0094141 1ecb3c89f6bdeced846', false],
  ])('is an id only as we write them: %j', (text, expected) => {
    expect(isTimeUuid(text)).toBe(expected);
  });
});
