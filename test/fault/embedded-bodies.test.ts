// Large bodies of the embedded store when the clock is set or the time is up while they are written.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Budget } from '../../src/base/budget.js';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import type { EmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import { CHUNK_BYTES } from '../../src/store/types.js';
import { failureOfPromise } from '../failure-from.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { ample, ids, openTestStore } from './embedded-test-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a large body of the embedded store', () => {
  let folder: TemporaryFolder;
  let store: EmbeddedStore;
  let aheadMs = 0;
  /** Statements that the engine has acknowledged. */
  let done: string[];

  beforeEach(async () => {
    folder = new TemporaryFolder();
    done = [];
    store = await openTestStore({
      folder: folder.path,
      clock: { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs },
      tap: {
        around: async (statement, send) => {
          const answer = await send();
          done.push(statement);
          return answer;
        },
      },
    });
  });

  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const untilDone = async (statement: string): Promise<void> => {
    for (let times = 0; times < 500 && !done.includes(statement); times += 1) await systemTimers.sleep(10);
    expect(done).toContain(statement);
  };

  it('is not held without the chunks that a sweep took while the clock was a day ahead', async () => {
    const stream = (async function* () {
      yield Buffer.alloc(CHUNK_BYTES);
      yield Buffer.alloc(CHUNK_BYTES);
      await untilDone('bodies.write');
      aheadMs = 2 * DAY_MS;
      await store.bodies.sweep(ample());
      aheadMs = 0;
      yield Buffer.alloc(CHUNK_BYTES);
    })();
    const body = await store.bodies.write(ids.next(), stream, ample());
    const holding = store.bodies.hold(body, [{ kind: 'queue', item: ids.next() }], ample());
    expect(done).toContain('bodies.sweep');
    expect((await failureOfPromise(holding)).code).toBe('body-missing');
  });

  it('that was not finished in time is taken back, though the time is up', async () => {
    const stream = (async function* () {
      yield Buffer.alloc(2 * CHUNK_BYTES);
      await untilDone('bodies.write');
      await new Promise(() => undefined); // the sender says no more
    })();
    const writing = store.bodies.write(ids.next(), stream, Budget.of(systemClock, 300));
    expect((await failureOfPromise(writing)).code).toBe('deadline-passed');
    expect(done).toContain('bodies.take-back');
  });
});
