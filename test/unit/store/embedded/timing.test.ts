import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import { DeadlineWatch } from '../../../../src/store/embedded/deadline-watch.js';
import { Fullness } from '../../../../src/store/embedded/fullness.js';
import { failureOfPromise } from '../../../failure-from.js';
import { EventLog } from '../../../fault/embedded-test-store.js';
import { VirtualTime } from '../../../virtual-time.js';

describe('a commit that takes longer than its budget', () => {
  it('is uncertain once it was begun, while it goes on and is waited for at the end', async () => {
    const time = new VirtualTime();
    const watch = new DeadlineWatch(time);
    let commit: (() => void) | undefined;
    const guarded = watch.guard('x', Budget.of(time, 50), (begun) => {
      begun();
      return new Promise<void>((resolve) => (commit = resolve));
    });
    const failure = failureOfPromise(guarded);
    await time.advance(100);
    expect((await failure).code).toBe('store-write-uncertain');
    const settled = watch.settled();
    commit?.();
    await settled;
  });

  it('that was not begun is left to itself', async () => {
    const time = new VirtualTime();
    const watch = new DeadlineWatch(time);
    const guarded = watch.guard('x', Budget.of(time, 50), async () => {
      await time.sleep(100);
      return 'answer';
    });
    await time.advance(200);
    expect(await guarded).toBe('answer');
  });
});

describe('a full disk', () => {
  it('is said once, probed now and then, and said to be over once', async () => {
    const time = new VirtualTime();
    const log = new EventLog();
    const fullness = new Fullness(time, log);
    let tries = 0;
    const attempt = (commit: () => Promise<unknown>): Promise<unknown> =>
      fullness.attempt(() => {
        tries += 1;
        return commit();
      });
    for (let times = 0; times < 5; times += 1) {
      expect((await failureOfPromise(attempt(full))).code).toBe('store-full');
    }
    expect(tries).toBe(1);
    await time.advance(1_000);
    await failureOfPromise(attempt(full));
    expect(tries).toBe(2);
    await time.advance(1_000);
    await attempt(() => Promise.resolve());
    await attempt(() => Promise.resolve());
    expect(log.events).toEqual(['store.full', 'store.room-again']);
  });
});

function full(): Promise<never> {
  return Promise.reject(new Failure('store-full', 'no space left'));
}
