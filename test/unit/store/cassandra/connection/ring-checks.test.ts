import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../src/base/failure.js';
import type { Log } from '../../../../../src/base/log.js';
import { commitLogFrom } from '../../../../../src/store/cassandra/connection/commit-log.js';
import type { RingHost } from '../../../../../src/store/cassandra/connection/driver-client.js';
import {
  assertNewEnough,
  judgeClocks,
  readAnsweringClocks,
  readClocks,
  skewOf,
} from '../../../../../src/store/cassandra/connection/ring-checks.js';
import { failureFrom, failureOfPromise } from '../../../../failure-from.js';
import { VirtualTime } from '../../../../virtual-time.js';

function host(version: string | undefined): RingHost {
  return { address: '10.0.0.1:9042', dataCenter: 'dc1', version, isUp: true };
}

class RecordedLog implements Log {
  readonly lines: object[] = [];

  write(event: string, fields: object = {}): void {
    this.lines.push({ event, ...fields });
  }

  with(): Log {
    return this;
  }
}

function reading(nodeMs: number) {
  return { address: 'n', askedAtMs: 10_000, answeredAtMs: 10_400, nodeMs };
}

describe('the version of ring nodes', () => {
  it.each(['2.2.19', '3.11.16', '4.0.12'])('%s is too old', (version) => {
    const failure = failureFrom(() => assertNewEnough([host('5.0.8'), host(version)], new RecordedLog()));
    expect(failure.code).toBe('ring-too-old');
    expect(failure.message).toContain(`10.0.0.1:9042 runs Cassandra ${version}; CassMail needs 4.1 or later`);
  });

  it.each(['4.1.0', '4.1-rc1', '5.0.8', '5.1-SNAPSHOT', '10.0.0'])('%s is new enough', (version) => {
    expect(() => assertNewEnough([host(version)], new RecordedLog())).not.toThrow();
  });
});

describe('a ring node whose row in system.peers has no version', () => {
  it('is warned of and does not end the start', () => {
    const log = new RecordedLog();
    assertNewEnough([host('5.0.8'), host(undefined)], log);
    expect(log.lines).toEqual([{ event: 'ring.version-unknown', node: '10.0.0.1:9042' }]);
  });
});

describe('the clock of a ring node', () => {
  it('is off by what cannot be explained with the time the question took', () => {
    expect([9_500, 10_000, 10_200, 10_400, 12_400].map((nodeMs) => skewOf(reading(nodeMs)))).toEqual([
      -500, 0, 0, 0, 2_000,
    ]);
  });

  it('is not mentioned when it is off by less than a second', () => {
    const log = new RecordedLog();
    judgeClocks([reading(11_300), reading(9_100)], log);
    expect(log.lines).toEqual([]);
  });

  it('is warned of when it is off by seconds', () => {
    const log = new RecordedLog();
    judgeClocks([reading(7_000)], log);
    expect(log.lines).toMatchObject([{ event: 'ring.clock-skew', skewMs: -3_000 }]);
  });

  it('stops the start when it is off by minutes', () => {
    const failure = failureFrom(() => judgeClocks([reading(10_400 + 301_000)], new RecordedLog()));
    expect(failure.code).toBe('ring-clock-skew');
    expect(failure.message).toContain("is 301 s ahead of this machine's: set both by NTP");
  });
});

describe('the clocks of ring nodes', () => {
  const id = '13814000-1dd2-11b2-8080-808080808080';
  const [silent, answering] = [host('5.0.8'), { ...host('5.0.8'), address: '10.0.0.2:9042' }];
  const client = {
    hosts: () => [silent, answering],
    run: async (_cql: string, on?: RingHost) => {
      if (on === silent) throw new Failure('store-unavailable', 'no answer');
      return [{ id }];
    },
  };
  const clock = new VirtualTime(10_000);

  it('are read from the nodes that answer, once the ring is in use', async () => {
    const readings = await readAnsweringClocks(client, clock);
    expect(readings.map(({ address }) => address)).toEqual(['10.0.0.2:9042']);
  });

  it('are read from all nodes before that', async () => {
    expect((await failureOfPromise(readClocks(client, clock))).code).toBe('store-unavailable');
  });
});

describe('the commit log of ring nodes', () => {
  it.each([
    [
      { commitlog_sync: 'periodic', commitlog_sync_period: '10000ms' },
      { mode: 'periodic', periodMs: 10_000 },
    ],
    [
      { commitlog_sync: 'periodic', commitlog_sync_period: '2s' },
      { mode: 'periodic', periodMs: 2_000 },
    ],
    [
      { commitlog_sync: 'periodic', commitlog_sync_period_in_ms: '500' },
      { mode: 'periodic', periodMs: 500 },
    ],
    [{ commitlog_sync: 'group' }, { mode: 'group', periodMs: 0 }],
    [{ commitlog_sync: 'batch' }, { mode: 'batch', periodMs: 0 }],
    [{}, { mode: 'periodic', periodMs: 10_000 }],
  ])('is read from %j', (values, commitLog) => {
    expect(commitLogFrom(new Map(Object.entries(values)))).toEqual(commitLog);
  });
});
