import { describe, expect, it } from '@jest/globals';
import { readAhead, sideBySide } from '../../../src/base/side-by-side.js';

/** Counts how many run at once. */
class Load {
  #now = 0;
  most = 0;

  async carry(): Promise<void> {
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    await new Promise((resolve) => setImmediate(resolve));
    this.#now -= 1;
  }
}

function failTheSecond(item: number): Promise<number> {
  return item === 2 ? Promise.reject(new Error('second')) : Promise.resolve(item);
}

describe('sideBySide', () => {
  it('does everything, and no more at once than it may', async () => {
    const load = new Load();
    const done: number[] = [];
    await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      await load.carry();
      done.push(item);
    });
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(load.most).toBe(3);
  });

  it('begins nothing after a failure, and throws it when what was begun has ended', async () => {
    const ended: number[] = [];
    const all = sideBySide([1, 2, 3, 4], 2, async (item) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (item === 1) throw new Error('first');
      ended.push(item);
    });
    await expect(all).rejects.toThrow('first');
    expect(ended).toEqual([2]);
  });
});

describe('readAhead', () => {
  it('gives results in order and keeps a few more under way', async () => {
    const load = new Load();
    const results: number[] = [];
    const source = readAhead([1, 2, 3, 4, 5, 6], 3, async (item) => {
      await load.carry();
      return item * 10;
    });
    for await (const result of source) results.push(result);
    expect(results).toEqual([10, 20, 30, 40, 50, 60]);
    expect(load.most).toBe(3);
  });

  it('throws the failure of a fetch when its turn comes', async () => {
    const results: number[] = [];
    const readAll = async (): Promise<void> => {
      for await (const result of readAhead([1, 2, 3], 3, failTheSecond)) results.push(result);
    };
    await expect(readAll()).rejects.toThrow('second');
    expect(results).toEqual([1]);
  });
});
