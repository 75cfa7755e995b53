import { describe, expect, it } from '@jest/globals';
import type { NodeView } from '../../../src/admin/node-view.js';
import { Readiness } from '../../../src/admin/readiness.js';
import { Failure } from '../../../src/base/failure.js';
import { settled, VirtualTime } from '../../virtual-time.js';

describe('readiness', () => {
  it('does not wait for a store longer than a load balancer would, and asks it once for many', async () => {
    const time = new VirtualTime();
    let asked = 0;
    const view: Partial<NodeView> = {
      isStopping: () => false,
      workers: () => ({ configured: 1, listening: 1 }),
      askStore: () => {
        asked += 1;
        return asked === 1 ? new Promise(() => undefined) : Promise.resolve();
      },
    };
    const readiness = new Readiness({ node: view as NodeView, clock: time, timers: time });
    const answers = Promise.all([readiness.missing(), readiness.missing()]);
    await time.advance(2000);
    const reason = expect.stringContaining('deadline-passed');
    expect(await answers).toEqual([[reason], [reason]]);
    expect(asked).toBe(1);
    expect(await readiness.missing()).toEqual([]);
    await settled();
    expect(asked).toBe(2);
  });

  it('says what kind of failure the store has, and nothing of its text: anybody may ask', async () => {
    const failure = new Failure('store-unavailable', '10.0.0.1:9042 does not answer');
    const view: Partial<NodeView> = {
      isStopping: () => false,
      workers: () => ({ configured: 1, listening: 1 }),
      askStore: () => Promise.reject(failure),
    };
    const time = new VirtualTime();
    const readiness = new Readiness({ node: view as NodeView, clock: time, timers: time });
    expect(await readiness.missing()).toEqual(['the store does not answer: store-unavailable']);
  });

  it('ends as soon as the node is stopping, while workers still serve', async () => {
    let isStopping = false;
    const view: Partial<NodeView> = {
      isStopping: () => isStopping,
      workers: () => ({ configured: 1, listening: 1 }),
      askStore: async () => undefined,
    };
    const time = new VirtualTime();
    const readiness = new Readiness({ node: view as NodeView, clock: time, timers: time });
    expect(await readiness.missing()).toEqual([]);
    isStopping = true;
    expect(await readiness.missing()).toEqual(['the node is stopping']);
  });
});
