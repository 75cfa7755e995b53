import { describe, expect, it } from '@jest/globals';
import type { NewItem } from '../../../src/queue/relay-queue.js';
import { failureOfPromise } from '../../failure-from.js';
import { heldBody, QueueStage } from './queue-stage.js';

describe('what the relay takes', () => {
  it('comes in order of acceptance for each destination, even when the clock is set back', async () => {
    const stage = new QueueStage();
    const items: NewItem[] = [];
    for (let count = 0; count < 20; count += 1) {
      if (count === 10) stage.time.setWall(stage.time.wallMs() - 3_600_000);
      const item = stage.item(count % 2 === 0 ? 'a.example' : 'b.example');
      items.push(item);
      await stage.accepted([item]);
    }
    await stage.time.advance(3_000); // after such a jump the lease is renewed first
    const ids = (destination: string): unknown[] =>
      items.filter(({ envelope }) => envelope.destination === destination).map(({ id }) => id);
    expect(stage.takeAll('a.example').map(({ id }) => id)).toEqual(ids('a.example'));
    expect(stage.takeAll('b.example').map(({ id }) => id)).toEqual(ids('b.example'));
  });

  it('is announced once when there was nothing before', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item('a.example'), stage.item('a.example'), stage.item('b.example')]);
    expect(stage.due).toEqual(['a.example', 'b.example']);
  });

  it('comes back in its old place when it was put back', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 4; count += 1) await stage.accepted([stage.item()]);
    const [first, second, third] = [stage.take(), stage.take(), stage.take()];
    stage.due.length = 0;
    stage.queue.putBack(third);
    stage.queue.putBack(first);
    expect(stage.take().id).toBe(first.id);
    stage.queue.putBack(second);
    expect(stage.take().id).toBe(second.id);
    expect(stage.take().id).toBe(third.id);
    expect(stage.due).toEqual([]);
  });

  it('comes again when it is due, earliest first, and is announced then', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 3; count += 1) await stage.accepted([stage.item()]);
    const [late, early, between] = [stage.take(), stage.take(), stage.take()];
    stage.queue.defer(late, stage.deferred(late, 300_000));
    stage.queue.defer(early, stage.deferred(early, 60_000));
    stage.queue.defer(between, stage.deferred(between, 120_000));
    stage.due.length = 0;
    expect(stage.queue.take('a.example')).toBeUndefined();
    await stage.time.advance(60_000);
    expect(stage.due).toEqual(['a.example']);
    expect(stage.take().id).toBe(early.id);
    expect(stage.queue.take('a.example')).toBeUndefined();
    await stage.time.advance(60_000);
    expect(stage.due).toEqual(['a.example', 'a.example']);
    await stage.time.advance(180_000);
    expect(stage.takeAll().map(({ id }) => id)).toEqual([between.id, late.id]);
    expect(stage.store.items.map(({ state }) => state.attempts)).toEqual([1, 1, 1]);
  });

  it('is due when the clock is set forward, within half a minute', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const item = stage.take();
    stage.queue.defer(item, stage.deferred(item, 3_600_000));
    await stage.time.advance(3_000);
    stage.time.setWall(stage.time.wallMs() + 3_600_000);
    stage.due.length = 0;
    await stage.time.advance(30_000);
    expect(stage.due).toContain('a.example');
    expect(stage.take().id).toBe(item.id);
  });

  it('is what was due for longer, of retries and first attempts', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const retried = stage.take();
    stage.queue.defer(retried, stage.deferred(retried, 1_000));
    await stage.accepted([stage.item()]);
    await stage.time.advance(2_000);
    await stage.accepted([stage.item()]);
    const order = stage.takeAll().map(({ state }) => state.attempts);
    expect(order).toEqual([0, 1, 0]);
  });

  it('has its body from memory the first time and from the store after a deferral', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const item = stage.take();
    const first = await stage.queue.content(item, stage.budget());
    expect(stage.store.countOf('queue.read-body')).toBe(0);
    stage.queue.defer(item, stage.deferred(item, 10));
    await stage.time.advance(100);
    expect(await stage.queue.content(stage.take(), stage.budget())).toEqual(first);
    expect(stage.store.countOf('queue.read-body')).toBe(1);
  });

  it('has a large body in chunks, which is let go of when the store knows that the item is done', async () => {
    const stage = new QueueStage();
    const made = stage.item('a.example', heldBody(stage.item().id));
    await stage.accepted([made]);
    const item = stage.take();
    const content = await stage.queue.content(item, stage.budget());
    expect(content.kind).toBe('large');
    stage.store.hold('queue.settle');
    stage.queue.done(item);
    await stage.time.advance(1_000);
    expect(stage.released).toEqual([]);
    stage.store.letGo('queue.settle');
    await stage.time.advance(10);
    expect(stage.released).toEqual([made.id]);
  });

  it('may be delivered for eight seconds from before the last renewal that was applied', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item(), stage.item()]);
    const item = stage.take();
    await stage.time.advance(3_000); // renewed
    stage.store.failAll('leases.renew', 'store-unavailable');
    await stage.time.advance(7_900);
    expect(stage.queue.mayDeliver(item)).toBe(true);
    await stage.time.advance(200);
    expect(stage.queue.mayDeliver(item)).toBe(false);
    expect(stage.queue.take('a.example')).toBeUndefined();
    stage.due.length = 0;
    stage.store.failAll('leases.renew', undefined);
    await stage.time.advance(1_000);
    expect(stage.queue.mayDeliver(item)).toBe(true);
    expect(stage.due).toEqual(['a.example']);
    expect(stage.takeAll()).toHaveLength(1);
  });

  it('is held back by a clock that jumped, until the lease was renewed again', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const item = stage.take();
    stage.time.setWall(stage.time.wallMs() + 1_500);
    expect(stage.queue.mayDeliver(item)).toBe(false);
    await stage.time.advance(3_000);
    expect(stage.queue.mayDeliver(item)).toBe(true);
    stage.time.setWall(stage.time.wallMs() - 500);
    expect(stage.queue.mayDeliver(item)).toBe(true);
  });

  it('has no effect any more when the lease was lost', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item(), stage.item(), stage.item(), stage.item()]);
    const [done, deferred, back] = [stage.take(), stage.take(), stage.take()];
    const [lease] = stage.store.allLeases;
    if (lease !== undefined) stage.store.snatch(lease.queue);
    await stage.time.advance(3_000);
    expect(stage.queue.mayDeliver(done)).toBe(false);
    stage.queue.done(done);
    stage.queue.defer(deferred, stage.deferred(deferred, 1_000));
    stage.queue.putBack(back);
    await stage.time.advance(5_000);
    expect(stage.store.countOf('queue.settle')).toBe(0);
    expect([...stage.queue.destinations()]).toEqual([]);
    expect(stage.time.pending).toBe(0);
  });
});

describe('settling', () => {
  it('goes to the store in groups within fifty milliseconds', async () => {
    const stage = new QueueStage();
    await stage.accepted(Array.from({ length: 100 }, () => stage.item()));
    const items = stage.takeAll();
    for (const [at, item] of items.entries()) {
      if (at % 2 === 0) stage.queue.done(item);
      else stage.queue.defer(item, stage.deferred(item, 60_000));
    }
    await stage.time.advance(49);
    expect(stage.store.countOf('queue.settle')).toBe(0);
    await stage.time.advance(1);
    expect(stage.store.countOf('queue.settle')).toBe(1);
    expect(stage.store.items).toHaveLength(50);
    expect(stage.store.items.every(({ state }) => state.attempts === 1)).toBe(true);
  });

  it('sends only the last outcome of an item that was settled twice in the meantime', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const item = stage.take();
    stage.queue.defer(item, stage.deferred(item, 0));
    stage.queue.done(stage.take());
    await stage.time.advance(60);
    expect(stage.store.countOf('queue.settle')).toBe(1);
    expect(stage.store.items).toEqual([]);
  });

  it('is repeated with its stamp until it is known, and holds up what could become too many duplicates', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 41; count += 1) {
      await stage.accepted(Array.from({ length: 500 }, () => stage.item()));
    }
    stage.store.failAll('queue.settle', 'store-write-uncertain');
    const taken = stage.takeAll();
    expect(taken).toHaveLength(20_500);
    for (const item of taken) stage.queue.done(item);
    await stage.accepted([stage.item()]);
    expect(stage.queue.take('a.example')).toBeUndefined();
    await stage.time.advance(6_000);
    stage.due.length = 0;
    stage.store.failAll('queue.settle', undefined);
    await stage.time.advance(20_000);
    expect(stage.due).toContain('a.example');
    expect(stage.takeAll()).toHaveLength(1);
    expect(stage.store.items).toHaveLength(1);
  }, 60_000);

  it('drops a slice that is closed and has nothing left, and nothing before that', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item(), stage.item()]);
    const [one, other] = [stage.take(), stage.take()];
    stage.queue.done(one);
    await stage.time.advance(64_000);
    expect(stage.store.countOf('queue.drop-slice')).toBe(0);
    stage.queue.done(other);
    await stage.time.advance(60);
    expect(stage.store.countOf('queue.drop-slice')).toBe(1);
  });

  it('ends a queue that has been empty for a minute; the next message begins another', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.queue.done(stage.take());
    await stage.time.advance(66_000);
    expect(stage.store.allLeases).toEqual([]);
    expect(stage.store.openSlices).toEqual([]);
    expect(stage.log.events).toEqual(['queue.begun', 'queue.ended']);
    expect(stage.time.pending).toBe(0);
    await stage.accepted([stage.item()]);
    expect(stage.store.allLeases).toHaveLength(1);
    expect(stage.takeAll()).toHaveLength(1);
  });

  it('tells the store which slices are over', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 20; count += 1) {
      await stage.accepted([stage.item()]);
      stage.queue.done(stage.take());
      await stage.time.advance(6_000);
    }
    expect(stage.store.allLeases[0]?.lowestLiveSlice).toBeGreaterThan(0);
    expect(stage.store.openSlices.every(({ number }) => number >= 1)).toBe(true);
  });

  it('goes on after a body that is gone from the store: own items are kept, and their delivery tried again', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const item = stage.take();
    stage.queue.defer(item, stage.deferred(item, 10));
    await stage.time.advance(100);
    stage.store.loseBody(item.id);
    const again = stage.take();
    expect((await failureOfPromise(stage.queue.content(again, stage.budget()))).code).toBe('body-missing');
    stage.queue.putBack(again);
    expect(stage.take().id).toBe(item.id);
  });
});
