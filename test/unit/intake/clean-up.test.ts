import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import type { Log, LogFields } from '../../../src/base/log.js';
import { Metrics } from '../../../src/base/metrics.js';
import { TimeUuidSource } from '../../../src/base/time-uuid.js';
import { CleanUp } from '../../../src/intake/clean-up.js';
import { VirtualTime } from '../../virtual-time.js';

const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };

class Bench {
  readonly time = new VirtualTime();
  readonly metrics = new Metrics();
  readonly lines: [event: string, fields: LogFields | undefined][] = [];
  readonly message = new TimeUuidSource(this.time, random).next();
  readonly cleanUp: CleanUp;
  attempts = 0;
  failures = 0;

  constructor() {
    const log: Log = { write: (event, fields) => this.lines.push([event, fields]), with: () => log };
    const { time, metrics } = this;
    this.cleanUp = new CleanUp({ clock: time, timers: time, random, log, metrics });
  }

  begin(failures: number): void {
    this.failures = failures;
    const attempt = async (): Promise<void> => {
      this.attempts += 1;
      if (this.attempts <= this.failures) throw new Failure('store-unavailable', 'scripted');
    };
    this.cleanUp.begin({ what: 'take-back', message: this.message, attempt });
  }
}

describe('cleaning up', () => {
  it('tries again, with longer and longer pauses, until it succeeds', async () => {
    const bench = new Bench();
    bench.begin(3);
    expect(bench.cleanUp.pending).toBe(1);
    await bench.time.advance(6_900);
    expect(bench.attempts).toBe(3);
    await bench.time.advance(200);
    expect(bench.attempts).toBe(4);
    expect(bench.cleanUp.pending).toBe(0);
    expect(bench.lines).toEqual([]);
    const counted = await bench.metrics.exposition();
    expect(counted).toContain('cassmail_clean_ups_total{what="take-back",outcome="done"} 1');
    expect(counted).toMatch(/^cassmail_clean_ups_pending 0$/m);
  });

  it('gives up after an hour and says which message is left', async () => {
    const bench = new Bench();
    bench.begin(Number.POSITIVE_INFINITY);
    await bench.time.advance(61 * 60_000);
    expect(bench.cleanUp.pending).toBe(0);
    expect(bench.attempts).toBeGreaterThan(50);
    expect(bench.lines).toMatchObject([['message.left-behind', { id: bench.message, what: 'take-back' }]]);
  });

  it('hurries when the process is about to end', async () => {
    const bench = new Bench();
    bench.begin(10);
    await bench.time.advance(500);
    const settling = bench.cleanUp.settle(10_000);
    await bench.time.advance(3_000);
    expect(await settling).toBe(0);
    expect(bench.time.pending).toBe(0);
  });

  it('says what is left when there is no time any more', async () => {
    const bench = new Bench();
    bench.begin(Number.POSITIVE_INFINITY);
    const settling = bench.cleanUp.settle(10_000);
    await bench.time.advance(10_000);
    expect(await settling).toBe(1);
    expect(bench.lines).toMatchObject([['message.left-behind', { id: bench.message, what: 'take-back' }]]);
  });

  it('is over at once when there is nothing to do', async () => {
    const bench = new Bench();
    expect(await bench.cleanUp.settle(10_000)).toBe(0);
    expect(bench.time.pending).toBe(0);
  });
});
