import { describe, expect, it } from '@jest/globals';
import { readTogether } from '../../../src/base/read-together.js';

/** A few turns of the event loop. */
async function moments(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function* countTo(last: number, tag: string, log: string[] = []): AsyncGenerator<string> {
  try {
    for (let n = 1; n <= last; n += 1) {
      await moments(1);
      yield `${tag}${n}`;
    }
  } finally {
    log.push(`${tag} closed`);
  }
}

async function* failing(tag: string): AsyncGenerator<string> {
  yield* countTo(2, tag);
  if (tag === 'b') throw new RangeError('b is broken');
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

describe('reading together', () => {
  it('brings every page of every source, in order within a source', async () => {
    const tags = ['a', 'b', 'c', 'd', 'e'];
    const all = await collect(readTogether(tags, (tag) => countTo(4, tag), { readers: 2, ahead: 3 }));
    expect(all).toHaveLength(20);
    for (const tag of tags) {
      const own = [1, 2, 3, 4].map((n) => `${tag}${n}`);
      expect(all.filter((page) => page.startsWith(tag))).toEqual(own);
    }
  });

  it('reads as many sources at once as it was given readers, and no more', async () => {
    let open = 0;
    let most = 0;
    async function* counted(tag: string): AsyncGenerator<string> {
      most = Math.max(most, ++open);
      yield* countTo(3, tag);
      open -= 1;
    }
    await collect(readTogether(['a', 'b', 'c', 'd', 'e'], counted, { readers: 3, ahead: 1 }));
    expect(most).toBe(3);
  });

  it('ends at once when there is nothing to read', async () => {
    expect(
      await collect(readTogether([], (tag: string) => countTo(1, tag), { readers: 4, ahead: 1 })),
    ).toEqual([]);
  });

  it('runs ahead of its consumer by a bounded number of pages', async () => {
    let read = 0;
    async function* counted(): AsyncGenerator<number> {
      for (;;) yield ++read;
    }
    const pages = readTogether(['a'], counted, { readers: 1, ahead: 3 });
    await pages.next();
    await moments(50);
    expect(read).toBeLessThanOrEqual(6);
    await pages.return(undefined);
  });

  it('closes its sources when the consumer stops', async () => {
    const log: string[] = [];
    for await (const page of readTogether(['a', 'b'], (tag) => countTo(100, tag, log), {
      readers: 2,
      ahead: 1,
    })) {
      expect(page).toMatch(/^[ab]1$/);
      break;
    }
    expect(log.toSorted()).toEqual(['a closed', 'b closed']);
  });

  it('fails with the failure of a source', async () => {
    const all = collect(readTogether(['a', 'b', 'c'], failing, { readers: 2, ahead: 2 }));
    await expect(all).rejects.toThrow('b is broken');
  });
});
