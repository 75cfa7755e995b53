import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import type { NewItem } from '../../../src/queue/relay-queue.js';
import { APPEND_BYTES, SMALL_BODY_BYTES } from '../../../src/store/types.js';
import { failureFrom, failureOfPromise } from '../../failure-from.js';
import { QueueStage } from './queue-stage.js';

describe('accepting mail for relaying', () => {
  it('costs nothing before the first message', async () => {
    const stage = new QueueStage();
    await stage.time.advance(60_000);
    expect(stage.store.statements).toEqual([]);
    expect(stage.time.pending).toBe(0);
  });

  it('makes a lease and a slice with the first message, and stores that after both', async () => {
    const stage = new QueueStage();
    await stage.stored([stage.item()]);
    expect(stage.store.statements).toEqual([
      'leases.create',
      'queue.open-slice',
      'queue.append',
      'leases.current',
    ]);
    expect(stage.store.items).toHaveLength(1);
  });

  it('delivers nothing before the message is released, and nothing of one that is withdrawn', async () => {
    const stage = new QueueStage();
    const [kept, withdrawn] = [await stage.stored([stage.item()]), await stage.stored([stage.item()])];
    expect(stage.queue.take('a.example')).toBeUndefined();
    kept.release();
    withdrawn.withdraw();
    expect(stage.due).toEqual(['a.example']);
    const item = stage.take();
    expect(stage.queue.take('a.example')).toBeUndefined();
    await stage.time.advance(60);
    expect(stage.store.items.map(({ id }) => id)).toEqual([item.id]);
    expect(() => kept.withdraw()).toThrow('released or withdrawn before');
  });

  it('puts what arrives within two milliseconds, or during a write, into one write', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.statements.length = 0;
    stage.store.hold('queue.append');
    const first = [stage.item(), stage.item()].map((item) => stage.queue.store([item], stage.budget()));
    await stage.time.advance(2);
    expect(stage.store.statements).toEqual(['queue.append']);
    const second: Promise<unknown>[] = [];
    for (let count = 0; count < 5; count += 1) {
      second.push(stage.queue.store([stage.item()], stage.budget()));
      await stage.time.advance(5);
    }
    expect(stage.store.statements).toEqual(['queue.append']);
    stage.store.letGo('queue.append');
    await stage.time.advance(1);
    await Promise.all([...first, ...second]);
    expect(stage.store.countOf('queue.append')).toBe(2);
    expect(stage.store.countOf('leases.current')).toBe(2);
    expect(stage.store.items).toHaveLength(8);
  });

  it('begins another write beside a slow one when it is worth it, and no more than four', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.statements.length = 0;
    stage.store.hold('queue.append');
    const storing: Promise<unknown>[] = [];
    for (let count = 0; count < 600; count += 1) {
      storing.push(stage.queue.store([stage.item()], stage.budget()));
      if (count % 50 === 0) await stage.time.advance(3);
    }
    expect(stage.store.countOf('queue.append')).toBe(4);
    stage.store.letGo('queue.append');
    await stage.time.advance(10);
    await Promise.all(storing);
    expect(stage.store.items).toHaveLength(601);
    expect(stage.store.countOf('queue.append')).toBeLessThan(8);
  }, 60_000);

  it('refuses what would be too much in memory as too busy', async () => {
    const stage = new QueueStage();
    stage.store.hold('queue.append');
    const body = { kind: 'small', bytes: Buffer.alloc(SMALL_BODY_BYTES) } as const;
    const message = (): NewItem[] => Array.from({ length: 400 }, () => ({ ...stage.item(), body }));
    const storing = Array.from({ length: 20 }, () =>
      stage.queue.store(message(), stage.budget()).catch((error: unknown) => error),
    );
    await stage.time.advance(5);
    stage.store.letGo('queue.append');
    await stage.time.advance(100);
    const refused = (await Promise.all(storing)).filter((outcome) => outcome instanceof Failure);
    expect(refused.length).toBeLessThan(20);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['too-busy']));
    stage.queue.assertOpen();
  }, 60_000);

  it('stores a message that is too large for one write in several, and takes all back when one fails', async () => {
    const stage = new QueueStage();
    const body = { kind: 'small', bytes: Buffer.alloc(SMALL_BODY_BYTES) } as const;
    const items = Array.from({ length: APPEND_BYTES / SMALL_BODY_BYTES + 10 }, (_, at) => ({
      ...stage.item(`d${at}.example`),
      body,
    }));
    await stage.accepted(items);
    expect(stage.store.countOf('queue.append')).toBe(2);
    expect(stage.store.items).toHaveLength(items.length);
    stage.store.failNext('queue.append', 'store-unavailable');
    const again = items.map((item) => ({ ...item, id: stage.item().id }));
    const failing = failureOfPromise(stage.queue.store(again, stage.budget()));
    await stage.time.advance(100);
    expect((await failing).kind).toBe('uncertain'); // one of its two parts was stored, and is taken back
    expect(stage.store.items).toHaveLength(items.length);
  });

  it('repeats an uncertain write with its stamp, within the time of who waits', async () => {
    const stage = new QueueStage();
    stage.store.failNext('queue.append', 'store-write-uncertain', true);
    stage.store.failNext('queue.append', 'store-write-uncertain');
    stage.store.failNext('queue.append', 'store-unavailable');
    await stage.stored([stage.item()], 1_000);
    expect(stage.store.items).toHaveLength(1);
    expect(stage.store.countOf('queue.append')).toBe(4);
    const appends = stage.store.written.filter(({ statement }) => statement === 'queue.append');
    expect(new Set(appends.map(({ stamp }) => stamp.n)).size).toBe(1);
  });

  it('takes back what stays uncertain, with a later stamp', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.failAll('queue.append', 'store-write-uncertain');
    const failing = failureOfPromise(stage.queue.store([stage.item()], stage.budget(2_000)));
    await stage.time.advance(2_100);
    expect((await failing).kind).toBe('uncertain');
    const settled = stage.store.written.filter(({ statement }) => statement === 'queue.settle');
    expect(settled).toHaveLength(1);
    expect(stage.queue.take('a.example')).toBeDefined();
    expect(stage.queue.take('a.example')).toBeUndefined();
  });

  it('answers each message within its own time, and takes back what is stored after that', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.hold('queue.append');
    const patient = stage.queue.store([stage.item()], stage.budget(20_000));
    const hasty = failureOfPromise(stage.queue.store([stage.item()], stage.budget(1_000)));
    await stage.time.advance(1_000);
    expect((await hasty).kind).toBe('uncertain');
    stage.store.letGo('queue.append');
    await stage.time.advance(100);
    (await patient).release();
    expect(stage.store.items).toHaveLength(2);
    expect(stage.takeAll()).toHaveLength(2);
  });

  it('opens the next slice before it is needed, and closes one that has lasted a minute', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 13; count += 1) {
      await stage.accepted([stage.item()]);
      await stage.time.advance(5_000);
    }
    const statements = stage.store.statements.filter((name) => name.startsWith('queue.'));
    const opened = statements.flatMap((name, at) => (name === 'queue.open-slice' ? [at] : []));
    expect(opened).toHaveLength(2);
    expect(opened[1]).toBeLessThan(10);
    expect(new Set(stage.store.written.map(({ slice }) => slice.number))).toEqual(new Set([0, 1]));
  });

  it('closes a slice of ten thousand items', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 21; count += 1) {
      await stage.accepted(Array.from({ length: 500 }, () => stage.item()));
    }
    const appends = stage.store.written.filter(({ statement }) => statement === 'queue.append');
    expect(appends.filter(({ slice }) => slice.number === 0)).toHaveLength(20);
    expect(appends.filter(({ slice }) => slice.number === 1)).toHaveLength(1);
  }, 60_000);

  it('uses each stamp once, counting from 0', async () => {
    const stage = new QueueStage();
    for (let count = 0; count < 5; count += 1) await stage.accepted([stage.item()]);
    for (const item of stage.takeAll()) stage.queue.done(item);
    await stage.time.advance(70_000);
    const stamps = stage.store.written.map(({ stamp }) => stamp.n);
    expect(stamps).toEqual(stamps.map((_, at) => at));
    expect(stage.store.written.every(({ stamp }) => stamp.epoch === 1)).toBe(true);
  });
});

describe('the lease and the 250', () => {
  it('is read after the store has acknowledged: a queue that was taken over answers lease-lost', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const [lease] = stage.store.allLeases;
    stage.store.hold('queue.append');
    const failing = failureOfPromise(stage.queue.store([stage.item()], stage.budget()));
    await stage.time.advance(5);
    if (lease !== undefined) stage.store.snatch(lease.queue);
    stage.store.letGo('queue.append');
    await stage.time.advance(5);
    expect((await failing).code).toBe('lease-lost');
    expect([...stage.queue.destinations()]).toEqual([]);
    expect(stage.log.events).toContain('queue.lease-lost');
  });

  it('that are lost are not needed for the next message: it begins a fresh queue', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    const [lease] = stage.store.allLeases;
    if (lease !== undefined) stage.store.snatch(lease.queue);
    await stage.time.advance(3_000);
    expect(stage.log.events).toContain('queue.lease-lost');
    await stage.accepted([stage.item()]);
    expect(stage.store.allLeases).toHaveLength(2);
    expect(stage.takeAll()).toHaveLength(1);
  });

  it('a read that was sent before an acknowledgement does not serve it', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.statements.length = 0;
    stage.store.hold('leases.current');
    const storing: Promise<unknown>[] = [];
    for (let count = 0; count < 3; count += 1) {
      storing.push(stage.queue.store([stage.item()], stage.budget()));
      // enough at once to be written beside the group before
      for (let more = 0; more < 64; more += 1)
        storing.push(stage.queue.store([stage.item()], stage.budget()));
      await stage.time.advance(3);
    }
    expect(stage.store.countOf('queue.append')).toBeGreaterThan(2);
    expect(stage.store.countOf('leases.current')).toBe(1);
    stage.store.letGo('leases.current');
    await stage.time.advance(5);
    await Promise.all(storing);
    expect(stage.store.countOf('leases.current')).toBeGreaterThanOrEqual(2);
    expect(stage.store.countOf('leases.current')).toBeLessThan(stage.store.countOf('queue.append') + 1);
  });
});

describe('no backup, no service', () => {
  it('is said at once after a store failure, and taken back when the store is well', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    for (const statement of ['queue.append', 'leases.renew', 'queue.open-slice']) {
      stage.store.failAll(statement, 'store-unavailable');
    }
    const failing = failureOfPromise(stage.queue.store([stage.item()], stage.budget()));
    await stage.time.advance(10);
    expect((await failing).code).toBe('store-unavailable');
    expect(failureFrom(() => stage.queue.assertOpen()).code).toBe('relay-closed');
    const appends = stage.store.countOf('queue.append');
    expect((await failureOfPromise(stage.queue.store([stage.item()], stage.budget()))).code).toBe(
      'relay-closed',
    );
    expect(stage.store.countOf('queue.append')).toBe(appends);
    await stage.time.advance(30_000);
    expect(() => stage.queue.assertOpen()).toThrow('the store failed');
    for (const statement of ['queue.append', 'leases.renew', 'queue.open-slice']) {
      stage.store.failAll(statement, undefined);
    }
    await stage.time.advance(2_000);
    stage.queue.assertOpen();
    await stage.accepted([stage.item()]);
    expect(stage.log.events.filter((event) => event.startsWith('relay.'))).toEqual([
      'relay.closed',
      'relay.open-again',
    ]);
    expect(stage.takeAll()).toHaveLength(2);
  });

  it('closes when no queue can be begun, and opens when one could', async () => {
    const stage = new QueueStage();
    stage.store.failAll('leases.create', 'store-unavailable');
    const failing = failureOfPromise(stage.queue.store([stage.item()], stage.budget()));
    await stage.time.advance(10);
    expect((await failing).code).toBe('store-unavailable');
    expect(() => stage.queue.assertOpen()).toThrow('the store failed');
    await stage.time.advance(5_000);
    stage.store.failAll('leases.create', undefined);
    await stage.time.advance(1_000);
    stage.queue.assertOpen();
  });
});
