import { beforeEach, describe, expect, it } from '@jest/globals';
import { Endings } from '../../../src/app/endings.js';
import {
  BESIDE_MS,
  DRAIN_MS,
  HTTP_END_MS,
  LINGER_MS,
  SETTLE_MS,
  STORE_CLOSE_MS,
  WORKER_CLOSE_MS,
  WORKERS_END_MS,
} from '../../../src/app/stop-times.js';
import type { Log } from '../../../src/base/log.js';
import { VirtualTime } from '../../virtual-time.js';

function never(): Promise<void> {
  return new Promise(() => undefined);
}

it('a stop takes 20 seconds at worst, whatever hangs: not step by step 38', () => {
  expect(DRAIN_MS + SETTLE_MS + WORKER_CLOSE_MS).toBeLessThan(WORKERS_END_MS); // the pool has killed them by then
  expect(BESIDE_MS).toBeLessThan(WORKERS_END_MS);
  expect(WORKERS_END_MS + HTTP_END_MS + STORE_CLOSE_MS + LINGER_MS).toBeLessThanOrEqual(20_000);
});

describe('the endings of a node', () => {
  let time: VirtualTime;
  let lines: unknown[];
  let ended: string[];
  let endings: Endings;

  beforeEach(() => {
    time = new VirtualTime();
    lines = [];
    ended = [];
    const log: Log = { write: (event, fields) => lines.push([event, fields]), with: () => log };
    endings = new Endings({ timers: time, log });
  });

  it('come in the order opposite to the beginnings, and a failure is thrown after all of them', async () => {
    endings.add('one', () => void ended.push('one'), 5000);
    endings.add(
      'two',
      () => {
        throw new Error('no');
      },
      5000,
    );
    endings.add('three', () => void ended.push('three'), 5000);
    await expect(endings.run()).rejects.toThrow('no');
    expect(ended).toEqual(['three', 'one']);
    expect([lines, time.pending]).toEqual([[], 0]);
  });

  it('that take too long are left, each after its own bound, and said so', async () => {
    endings.add('one', () => void ended.push('one'), 5000);
    endings.add('two', never, 20_000);
    endings.add('three', never, 5000);
    endings.addBeside('four', never, 4000);
    const running = endings.run();
    await time.advance(24_999);
    expect(ended).toEqual([]);
    await time.advance(1);
    await running;
    expect(ended).toEqual(['one']);
    expect(lines).toEqual([
      ['node.left-unfinished', { what: 'four', withinMs: 4000 }],
      ['node.left-unfinished', { what: 'three', withinMs: 5000 }],
      ['node.left-unfinished', { what: 'two', withinMs: 20_000 }],
    ]);
  });
});
