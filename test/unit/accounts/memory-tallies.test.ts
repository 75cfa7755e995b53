import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryTallies } from '../../../src/accounts/memory-tallies.js';
import { VirtualTime } from '../../virtual-time.js';

const WINDOW_MS = 60_000;

describe('tallies in memory', () => {
  let time: VirtualTime;
  let tallies: MemoryTallies;

  beforeEach(() => {
    time = new VirtualTime();
    tallies = new MemoryTallies({ clock: time, mostNames: 3 });
  });

  function count(name: string, by = 1): Promise<number> {
    return tallies.add(name, by, WINDOW_MS);
  }

  it('give the sum with what was just added, each name for itself', async () => {
    expect(await count('a')).toBe(1);
    expect(await count('a', 5)).toBe(6);
    expect(await count('b')).toBe(1);
    expect(await count('a', 0)).toBe(6);
  });

  it('keep what was counted for its window, and forget it within a sixth more', async () => {
    for (const offsetMs of [0, 1, 9_999, 5_000]) {
      await time.advance(offsetMs);
      await count('a');
      await time.advance(WINDOW_MS - 1);
      expect(await count('a', 0)).toBe(1);
      await time.advance(WINDOW_MS / 6 + 1);
      expect(await count('a', 0)).toBe(0);
    }
  });

  it('fade bit by bit', async () => {
    for (let times = 0; times < 6; times += 1) {
      await count('a');
      await time.advance(10_000);
    }
    const seen: number[] = [];
    for (let times = 0; times < 7; times += 1) {
      seen.push(await count('a', 0));
      await time.advance(10_000);
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it('can be given back, and never fall below nothing', async () => {
    await count('a', 3);
    expect(await count('a', -2)).toBe(1);
    expect(await count('a', -5)).toBe(0);
  });

  it('forget a name on demand', async () => {
    await count('a');
    await tallies.forget('a');
    expect(await count('a', 0)).toBe(0);
  });

  it('keep what they counted when the window is changed', async () => {
    await count('a', 4);
    expect(await tallies.add('a', 1, 2 * WINDOW_MS)).toBe(5);
    await time.advance(2 * WINDOW_MS - 1);
    expect(await tallies.add('a', 0, 2 * WINDOW_MS)).toBe(5);
  });

  it('are bounded: of too many names the one longest untouched goes; looking touches nothing', async () => {
    for (const name of ['a', 'b', 'c', 'a', 'd']) await count(name);
    expect(await count('b', 0)).toBe(0);
    expect(await count('a', 0)).toBe(2);
    for (let n = 0; n < 100; n += 1) await count(`invented ${n}`, 0);
    expect(tallies.size).toBe(3);
  });

  it('let go of names that have faded', async () => {
    await count('a');
    await count('b');
    await time.advance(2 * WINDOW_MS);
    await count('c');
    expect(tallies.size).toBe(1);
  });
});
