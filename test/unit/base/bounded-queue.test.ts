import { describe, expect, it } from '@jest/globals';
import { BoundedQueue } from '../../../src/base/bounded-queue.js';
import { settled } from '../../virtual-time.js';

/** Whether the promise has been decided, without waiting for it. */
async function isDecided(promise: Promise<unknown>): Promise<boolean> {
  let decided = false;
  void promise.finally(() => (decided = true)).catch(() => undefined);
  await settled();
  return decided;
}

async function drain<T extends NonNullable<unknown>>(queue: BoundedQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('a bounded queue', () => {
  it('hands items on in the order they came, and ends when it was ended', async () => {
    const queue = new BoundedQueue<number>(10);
    for (const item of [1, 2, 3]) expect(await queue.push(item)).toBe(true);
    queue.end();
    expect(await drain(queue)).toEqual([1, 2, 3]);
  });

  it('makes producers wait while it is full', async () => {
    const queue = new BoundedQueue<number>(2);
    await queue.push(1);
    await queue.push(2);
    const third = queue.push(3);
    expect(await isDecided(third)).toBe(false);
    const items = queue[Symbol.asyncIterator]();
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(await third).toBe(true);
  });

  it('never holds more than its capacity, however many producers there are', async () => {
    const queue = new BoundedQueue<number>(3);
    let accepted = 0;
    const produce = async (): Promise<void> => {
      for (let item = 0; item < 10; item += 1) if (await queue.push(item)) accepted += 1;
    };
    const producers = Promise.all(Array.from({ length: 8 }, produce));
    let taken = 0;
    for await (const _item of queue) {
      taken += 1;
      await settled();
      expect(accepted - taken).toBeLessThanOrEqual(3);
      if (taken === 80) break;
    }
    await producers;
    expect(accepted).toBe(80);
  });

  it('makes the consumer wait while it is empty', async () => {
    const queue = new BoundedQueue<string>(1);
    const next = queue[Symbol.asyncIterator]().next();
    expect(await isDecided(next)).toBe(false);
    await queue.push('a');
    expect(await next).toEqual({ done: false, value: 'a' });
  });

  it('wakes a consumer that waits when it is ended or failed', async () => {
    const ended = new BoundedQueue<string>(1);
    const failed = new BoundedQueue<string>(1);
    const waiting = Promise.allSettled([drain(ended), drain(failed)]);
    const cause = new Error('the reader failed');
    await settled();
    ended.end();
    failed.fail(cause);
    expect(await waiting).toEqual([
      { status: 'fulfilled', value: [] },
      { status: 'rejected', reason: cause },
    ]);
  });

  it('hands on what came before a failure, then the failure', async () => {
    const queue = new BoundedQueue<number>(5);
    await queue.push(1);
    queue.fail(new Error('torn'));
    const items = queue[Symbol.asyncIterator]();
    expect(await items.next()).toEqual({ done: false, value: 1 });
    await expect(items.next()).rejects.toThrow('torn');
  });

  it('tells producers, waiting or new, that nobody wants more once the consumer has gone', async () => {
    const queue = new BoundedQueue<number>(1);
    await queue.push(1);
    void queue.push(2); // takes the place of the one item consumed
    const waiting = queue.push(3);
    for await (const _item of queue) break;
    expect(await waiting).toBe(false);
    expect(await queue.push(4)).toBe(false);
  });

  it('keeps to its first end: a failure after it changes nothing', async () => {
    const queue = new BoundedQueue<number>(1);
    queue.end();
    queue.fail(new Error('too late'));
    expect(await drain(queue)).toEqual([]);
  });
});
