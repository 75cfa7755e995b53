import { beforeEach, describe, expect, it } from '@jest/globals';
import { Endings } from '../../../src/app/endings.js';
import type { Log } from '../../../src/base/log.js';
import { VirtualTime } from '../../virtual-time.js';

function never(): Promise<void> {
  return new Promise(() => undefined);
}

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
    endings.add('one', () => void ended.push('one'));
    endings.add('two', () => {
      throw new Error('no');
    });
    endings.add('three', () => void ended.push('three'));
    await expect(endings.run()).rejects.toThrow('no');
    expect(ended).toEqual(['three', 'one']);
    expect([lines, time.pending]).toEqual([[], 0]);
  });

  it('that take too long are left, each after its own bound, and said so', async () => {
    endings.add('one', () => void ended.push('one'));
    endings.add('two', never, 20_000);
    endings.add('three', never);
    const running = endings.run();
    await time.advance(24_999);
    expect(ended).toEqual([]);
    await time.advance(1);
    await running;
    expect(ended).toEqual(['one']);
    expect(lines).toEqual([
      ['node.left-unfinished', { what: 'three', withinMs: 5000 }],
      ['node.left-unfinished', { what: 'two', withinMs: 20_000 }],
    ]);
  });
});
