import { describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '../../../../../src/base/failure.js';
import type { Log } from '../../../../../src/base/log.js';
import { Metrics } from '../../../../../src/base/metrics.js';
import type { RingHost } from '../../../../../src/store/cassandra/connection/driver-client.js';
import { RingWatch } from '../../../../../src/store/cassandra/connection/ring-watch.js';
import { waitForRing } from '../../../../../src/store/cassandra/connection/wait-for-ring.js';
import { failureOfPromise } from '../../../../failure-from.js';
import { VirtualTime } from '../../../../virtual-time.js';

class EventLog implements Log {
  readonly events: string[] = [];

  write(event: string): void {
    this.events.push(event);
  }

  with(): Log {
    return this;
  }
}

/** A ring that refuses with these, one after the other, and then opens. */
function ringThatRefuses(refusals: readonly (readonly [FailureCode, string])[]) {
  let attempts = 0;
  const attempt = async (): Promise<string> => {
    const refusal = refusals[attempts];
    attempts += 1;
    if (refusal !== undefined) throw new Failure(...refusal);
    return 'open';
  };
  return { attempt, attempts: () => attempts };
}

function bench() {
  const time = new VirtualTime();
  const log = new EventLog();
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };
  return { time, log, options: { clock: time, timers: time, random, log } };
}

const down = ['ring-unreachable', 'nobody there'] as const;

function ringThatIsDown(attempts: number) {
  return ringThatRefuses(Array.from({ length: attempts }, () => down));
}

function hosts(...addresses: string[]): readonly RingHost[] {
  return addresses.map((address) => ({ address, dataCenter: 'dc1', version: '5.0.8', isUp: true }));
}

describe('waiting for the ring', () => {
  it('goes on until it opens, and says so once', async () => {
    const { time, log, options } = bench();
    const ring = ringThatIsDown(20);
    const opening = waitForRing(ring.attempt, options);
    await time.advance(100_000);
    expect(await opening).toBe('open');
    expect(log.events).toEqual(['ring.waiting']);
  });

  it('says it again when the reason changes', async () => {
    const { time, log, options } = bench();
    const other = ['store-unavailable', 'one of three'] as const;
    const opening = waitForRing(ringThatRefuses([down, down, other, other, down]).attempt, options);
    await time.advance(60_000);
    await opening;
    expect(log.events).toEqual(['ring.waiting', 'ring.waiting', 'ring.waiting']);
  });

  it.each([
    'ring-not-cassandra',
    'ring-login-refused',
    'ring-tls-failed',
    'ring-datacenter-unknown',
    'ring-too-old',
    'ring-clock-skew',
    'schema-newer',
    'schema-partial',
    'schema-replication',
    'config-invalid',
  ] as const)('ends at once with %s, which waiting does not mend', async (code) => {
    const { log, options } = bench();
    const failure = await failureOfPromise(waitForRing(ringThatRefuses([[code, '']]).attempt, options));
    expect(failure.code).toBe(code);
    expect(log.events).toEqual([]);
  });

  it('ends with the last reason when patience does', async () => {
    const { time, options } = bench();
    const ring = ringThatIsDown(99);
    const opening = failureOfPromise(waitForRing(ring.attempt, { ...options, patienceMs: 10_000 }));
    await time.advance(20_000);
    expect((await opening).code).toBe('ring-unreachable');
    expect(time.pending).toBe(0);
  });

  it('ends when the process is to stop', async () => {
    const { time, options } = bench();
    const controller = new AbortController();
    const ring = ringThatIsDown(99);
    const opening = failureOfPromise(waitForRing(ring.attempt, { ...options, stop: controller.signal }));
    await time.advance(1_000);
    controller.abort();
    expect((await opening).code).toBe('ring-unreachable');
  });
});

describe('watching the ring nodes', () => {
  it('says once per change which node answers and whether any does', () => {
    const log = new EventLog();
    const watch = new RingWatch(log, new Metrics(), hosts('a', 'b'));
    watch.look(hosts('a', 'b'));
    watch.look(hosts('a'));
    watch.look(hosts('a'));
    watch.look([]);
    watch.look([]);
    watch.look(hosts('b'));
    expect(log.events).toEqual([
      'ring.node-down',
      'ring.node-down',
      'ring.lost',
      'ring.node-up',
      'ring.connected',
    ]);
  });
});
