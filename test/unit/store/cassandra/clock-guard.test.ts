import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '../../../../src/base/log.js';
import { ClockGuard } from '../../../../src/store/cassandra/clock-guard.js';
import { FUTURE_ID_MS } from '../../../../src/store/types.js';
import { failureFrom } from '../../../failure-from.js';
import { VirtualTime } from '../../../virtual-time.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('a guard of the clock', () => {
  let time: VirtualTime;
  let events: string[];
  /** By how much the clock of each ring node that answers is ahead of ours. */
  let skewsMs: readonly number[];
  let comparisons: number;
  let bug: Error | undefined;
  let guard: ClockGuard;

  beforeEach(() => {
    time = new VirtualTime();
    events = [];
    skewsMs = [0, 0, 0];
    comparisons = 0;
    bug = undefined;
    const log: Log = { write: (event) => events.push(event), with: () => log };
    const readClocks = async () => {
      comparisons += 1;
      if (bug !== undefined) throw bug;
      const [askedAtMs, answeredAtMs] = [time.wallMs(), time.wallMs()];
      return skewsMs.map((skewMs, n) => ({
        address: `n${n}`,
        askedAtMs,
        answeredAtMs,
        nodeMs: askedAtMs + skewMs,
      }));
    };
    guard = new ClockGuard({ readClocks, clock: time, timers: time, log });
  });

  it('tells the time, compares it once a minute and says nothing while it is right', async () => {
    await time.advance(10 * MINUTE_MS);
    expect(comparisons).toBe(10);
    expect(guard.nowMs()).toBe(time.wallMs());
    expect(events).toEqual([]);
  });

  it('refuses as temporary when a machine wakes up with a clock that is days behind the ring', async () => {
    skewsMs = [9 * DAY_MS, 9 * DAY_MS, 9 * DAY_MS];
    await time.advance(5 * MINUTE_MS);
    expect(failureFrom(() => guard.nowMs())).toMatchObject({ code: 'clock-untrusted', kind: 'temporary' });
    expect(events).toEqual(['clock.untrusted']);
    skewsMs = [FUTURE_ID_MS, 0, 0];
    await time.advance(MINUTE_MS);
    expect(guard.nowMs()).toBe(time.wallMs());
    expect(events).toEqual(['clock.untrusted', 'clock.trusted-again']);
  });

  it('refuses at once when the clock is set by days, and asks the ring which one is right', async () => {
    time.setWall(time.wallMs() - 9 * DAY_MS);
    expect(failureFrom(() => guard.nowMs()).code).toBe('clock-untrusted');
    await time.advance(0); // the ring was set too: it agrees
    expect(guard.nowMs()).toBe(time.wallMs());
    expect(events).toEqual(['clock.untrusted', 'clock.trusted-again']);
  });

  it('does not take one wrong node of three for a wrong clock of ours, and one of two for a doubt', async () => {
    skewsMs = [9 * DAY_MS, 0, 0];
    await time.advance(MINUTE_MS);
    expect(guard.nowMs()).toBe(time.wallMs());
    skewsMs = [9 * DAY_MS, 0];
    await time.advance(MINUTE_MS);
    expect(failureFrom(() => guard.nowMs()).message).toContain('ring node n0 is 777600 s ahead');
  });

  it('stays with what it found while no node answers', async () => {
    skewsMs = [];
    await time.advance(5 * MINUTE_MS);
    expect(guard.nowMs()).toBe(time.wallMs());
    skewsMs = [-DAY_MS];
    await time.advance(MINUTE_MS);
    skewsMs = [];
    await time.advance(5 * MINUTE_MS);
    expect(failureFrom(() => guard.nowMs()).code).toBe('clock-untrusted');
  });

  it('goes on, and says so, when a comparison ends in a bug', async () => {
    bug = new TypeError('not a Failure');
    await time.advance(MINUTE_MS);
    [bug, skewsMs] = [undefined, [DAY_MS]];
    await time.advance(MINUTE_MS);
    expect(events).toEqual(['clock.not-compared', 'clock.untrusted']);
  });

  it('compares no more when it is stopped', async () => {
    guard.stop();
    await time.advance(5 * MINUTE_MS);
    expect(comparisons).toBe(0);
    expect(time.pending).toBe(0);
  });
});
