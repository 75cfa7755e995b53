import { describe, expect, it } from '@jest/globals';
import { systemClock, systemTimers } from '../../../src/base/clock.js';

const AN_HOUR_MS = 3_600_000;

describe('the real clock', () => {
  it('tells the time of this machine', () => {
    expect(Math.abs(systemClock.wallMs() - Date.now())).toBeLessThan(1000);
  });

  it('never goes back on its monotonic side', () => {
    const times = Array.from({ length: 1000 }, () => systemClock.monotonicMs());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('the real timers', () => {
  it('end a sleep at once when its signal is aborted, before or meanwhile', async () => {
    await systemTimers.sleep(AN_HOUR_MS, AbortSignal.abort());
    const controller = new AbortController();
    const asleep = systemTimers.sleep(AN_HOUR_MS, controller.signal);
    controller.abort();
    expect(await asleep).toBeUndefined();
  });

  it('wake a sleeper, and call what was to be called', async () => {
    const called = new Promise((resolve) => systemTimers.after(0, () => resolve('called')));
    await systemTimers.sleep(1);
    expect(await called).toBe('called');
  });

  it('do not call what was cancelled', async () => {
    let calls = 0;
    const cancel = systemTimers.after(0, () => (calls += 1));
    cancel();
    await systemTimers.sleep(1);
    expect(calls).toBe(0);
  });
});
