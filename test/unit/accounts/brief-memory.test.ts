import { beforeEach, describe, expect, it } from '@jest/globals';
import { BriefMemory } from '../../../src/accounts/brief-memory.js';
import { Budget } from '../../../src/base/budget.js';
import { Failure } from '../../../src/base/failure.js';
import { failureOfPromise } from '../../failure-from.js';
import { VirtualTime } from '../../virtual-time.js';

describe('what was looked up a moment ago', () => {
  let time: VirtualTime;
  let memory: BriefMemory<string>;
  let looks: string[];

  beforeEach(() => {
    time = new VirtualTime();
    memory = new BriefMemory({ most: 2, knownMs: 3000, unknownMs: 1000 }, { clock: time, timers: time });
    looks = [];
  });

  function get(key: string, value: string | undefined, budgetMs = 10_000): Promise<string | undefined> {
    return memory.get(key, Budget.of(time, budgetMs), async () => {
      looks.push(key);
      await time.sleep(500);
      if (value === 'broken') throw new Failure('store-read-failed', 'scripted');
      return value;
    });
  }

  async function looked(key: string, value: string | undefined): Promise<string | undefined> {
    const getting = get(key, value);
    getting.catch(() => undefined);
    await time.advance(500);
    return getting;
  }

  it('serves for three seconds from when it was asked for, nothing for one', async () => {
    expect(await looked('a', 'A')).toBe('A');
    expect(await looked('b', undefined)).toBeUndefined();
    await time.advance(499); // 1499 ms and 999 ms old
    expect(await get('a', 'new')).toBe('A');
    expect(await get('b', 'new')).toBeUndefined();
    await time.advance(1);
    expect(await looked('b', 'new')).toBe('new');
    await time.advance(1000);
    expect(await looked('a', 'new')).toBe('new');
    expect(looks).toEqual(['a', 'b', 'b', 'a']);
  });

  it('is recalled without a look for as long', async () => {
    expect(memory.recall('a')).toBeUndefined();
    expect(await looked('a', 'A')).toBe('A');
    await time.advance(2499);
    expect(memory.recall('a')).toBe('A');
    await time.advance(1);
    expect(memory.recall('a')).toBeUndefined();
    expect(looks).toEqual(['a']);
  });

  it('is looked up once, however many ask at the same time', async () => {
    const all = Array.from({ length: 100 }, () => get('a', 'A'));
    await time.advance(500);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['A']));
    expect(looks).toEqual(['a']);
  });

  it('that failed is remembered by nobody: who waited looks himself', async () => {
    const first = failureOfPromise(get('a', 'broken'));
    const second = get('a', 'A');
    await time.advance(1000);
    expect((await first).code).toBe('store-read-failed');
    expect(await second).toBe('A');
  });

  it('is not waited for longer than one’s own budget lasts', async () => {
    const first = get('a', 'A');
    const second = failureOfPromise(get('a', 'A', 100));
    await time.advance(100);
    expect((await second).code).toBe('deadline-passed');
    await time.advance(400);
    expect(await first).toBe('A');
  });

  it('can be forgotten, and is bounded', async () => {
    await looked('a', 'A');
    memory.forget('a');
    await looked('a', 'B');
    await looked('b', 'B');
    await looked('c', 'C');
    await looked('a', 'D');
    expect(looks).toEqual(['a', 'a', 'b', 'c', 'a']);
  });
});
