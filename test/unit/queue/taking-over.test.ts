import { describe, expect, it } from '@jest/globals';
import { LeaseObserver } from '../../../src/queue/lease-observer.js';
import { TakeOver } from '../../../src/queue/take-over.js';
import { failureOfPromise } from '../../failure-from.js';
import { VirtualTime } from '../../virtual-time.js';
import { MemoryQueueStore } from './memory-queue-store.js';
import { QueueStage } from './queue-stage.js';

/** Several gateways on one store. */
class Gateways {
  readonly time = new VirtualTime();
  readonly store = new MemoryQueueStore();

  gateway(owner: string): Gateway {
    return new Gateway(owner, this.time, this.store);
  }
}

class Gateway extends QueueStage {
  readonly observer: LeaseObserver;

  constructor(owner: string, time: VirtualTime, store: MemoryQueueStore) {
    super({ owner, time, store });
    const takeOver = new TakeOver({
      leases: this.seen.leases,
      owner,
      ownerUrl: `http://${owner}`,
      clock: time,
    });
    const { log, metrics, random } = this;
    this.observer = new LeaseObserver({
      leases: store.leases,
      takeOver,
      adopter: this.queue,
      clock: time,
      timers: time,
      random,
      log,
      metrics,
    });
  }

  /** As a killed process: none of its statements gets an answer any more. */
  die(): void {
    this.seen.cut();
    this.observer.stop();
  }
}

describe('a gateway that falls silent', () => {
  it('is succeeded after ten seconds without a heartbeat, and its mail delivered in order', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    other.observer.start();
    for (let count = 0; count < 5; count += 1) await one.accepted([one.item()]);
    const first = one.take();
    one.queue.done(first);
    await gateways.time.advance(20_000);
    expect(other.due).toEqual([]);
    one.die();
    await gateways.time.advance(6_500); // its last renewal may be three seconds old
    expect(other.due).toEqual([]);
    await gateways.time.advance(8_500);
    expect(other.due).toEqual(['a.example']);
    const taken = other.takeAll();
    expect(taken).toHaveLength(4);
    expect(taken.map(({ id }) => id)).toEqual(taken.map(({ id }) => id).toSorted());
    expect(taken.map(({ id }) => id)).not.toContain(first.id);
    const contents = await Promise.all(taken.map((item) => other.queue.content(item, other.budget())));
    expect(contents.map(({ kind }) => kind)).toEqual(['small', 'small', 'small', 'small']);
    for (const item of taken) other.queue.done(item);
    await gateways.time.advance(1_000);
    expect(gateways.store.allLeases).toEqual([]);
    expect(gateways.store.openSlices).toEqual([]);
    expect(other.log.events).toEqual(['queue.taken-over', 'queue.begun', 'queue.recovered', 'queue.ended']);
  });

  it('and only sleeps, drops its queue when it wakes: nothing of it is delivered twice after that', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    other.observer.start();
    await one.accepted([one.item(), one.item()]);
    const begun = one.take();
    one.seen.cut(); // as far as the store can tell
    await gateways.time.advance(20_000);
    expect(other.takeAll()).toHaveLength(2);
    one.seen.mend();
    expect(one.queue.mayDeliver(begun)).toBe(false);
    await gateways.time.advance(10_000);
    expect(one.log.events).toContain('queue.lease-lost');
    expect(one.queue.take('a.example')).toBeUndefined();
    one.queue.done(begun);
    await gateways.time.advance(1_000);
    expect(gateways.store.items).toHaveLength(2);
  });

  it('is delivered from its first page, while the others are being read', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    await one.accepted(Array.from({ length: 6 }, () => one.item()));
    one.die();
    other.observer.start();
    let isHeld = false;
    other.queue.onDue(() => {
      if (!isHeld) gateways.store.hold('queue.recover');
      isHeld = true;
    });
    await gateways.time.advance(15_000);
    expect(other.takeAll()).toHaveLength(2);
    gateways.store.letGo('queue.recover');
    await gateways.time.advance(1_000);
    expect(other.takeAll()).toHaveLength(4);
  });

  it('is read again from the start when the store fails, and no item comes twice', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    await one.accepted(Array.from({ length: 6 }, () => one.item()));
    one.die();
    other.observer.start();
    gateways.store.failNext('queue.slices', 'store-read-failed');
    let pages = 0;
    gateways.store.before('queue.recover', () => {
      pages += 1;
      if (pages === 2) gateways.store.failNext('queue.recover', 'store-read-failed');
    });
    await gateways.time.advance(16_000);
    expect(pages).toBeGreaterThan(3);
    const items = other.takeAll();
    expect(items).toHaveLength(6);
    for (const item of items) other.queue.done(item);
    await gateways.time.advance(1_000);
    expect(gateways.store.allLeases).toEqual([]);
  });

  it('leaves what it had finished without saying so: such an item is dropped and logged', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    await one.accepted([one.item()]);
    one.die();
    other.observer.start();
    await gateways.time.advance(15_000);
    const item = other.take();
    gateways.store.loseBody(item.id);
    expect((await failureOfPromise(other.queue.content(item, other.budget()))).code).toBe('item-finished');
    other.queue.defer(item, other.deferred(item, 1_000)); // has no effect
    await gateways.time.advance(1_000);
    expect(other.log.events).toContain('queue.item-finished');
    expect(gateways.store.items).toEqual([]);
    expect(gateways.store.allLeases).toEqual([]);
  });

  it('and leaves a damaged item: the others are delivered, and its slice and queue stay', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    const [damaged, sound] = [one.item(), one.item()];
    await one.accepted([damaged, sound]);
    gateways.store.damaged.add(damaged.id);
    one.die();
    other.observer.start();
    await gateways.time.advance(15_000);
    const items = other.takeAll();
    expect(items.map(({ id }) => id)).toEqual([sound.id]);
    for (const item of items) other.queue.done(item);
    await gateways.time.advance(120_000);
    expect(gateways.store.items.map(({ id }) => id)).toEqual([damaged.id]);
    expect(gateways.store.countOf('queue.drop-slice')).toBe(0);
    expect(gateways.store.allLeases.map(({ owner }) => owner)).toEqual(['other']);
  });
});

describe('taking over', () => {
  it('waits ten seconds from when it first heard of a lease, however old that is', async () => {
    const gateways = new Gateways();
    const one = gateways.gateway('one');
    await one.accepted([one.item()]);
    one.die();
    await gateways.time.advance(60_000);
    const other = gateways.gateway('other');
    other.observer.start();
    await gateways.time.advance(9_900);
    expect(gateways.store.countOf('leases.take-over')).toBe(0);
    await gateways.time.advance(5_000);
    expect(other.takeAll()).toHaveLength(1);
  });

  it('is not put off by a look that shows an older heartbeat than one before', async () => {
    const gateways = new Gateways();
    const one = gateways.gateway('one');
    await one.accepted([one.item()]);
    await gateways.time.advance(9_500);
    one.die();
    const [newest] = gateways.store.allLeases;
    if (newest === undefined) throw new Error('there is a lease');
    const { leases } = gateways.store;
    let looks = 0;
    leases.list = () => {
      looks += 1;
      const heartbeat = looks % 2 === 0 ? newest.heartbeat : newest.heartbeat - 1;
      return Promise.resolve([{ ...newest, heartbeat }]);
    };
    const other = gateways.gateway('other');
    other.observer.start();
    await gateways.time.advance(15_000);
    expect(other.takeAll()).toHaveLength(1);
  });

  it('that is uncertain counts only after a renewal was applied', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    await one.accepted([one.item()]);
    one.die();
    gateways.store.failNext('leases.take-over', 'store-cas-uncertain', true);
    other.observer.start();
    gateways.store.statements.length = 0;
    await gateways.time.advance(15_000);
    const statements = gateways.store.statements.filter((name) => name !== 'leases.list');
    expect(statements.slice(0, 4)).toEqual([
      'leases.take-over',
      'leases.current',
      'leases.renew',
      'queue.slices',
    ]);
    expect(other.takeAll()).toHaveLength(1);
  });

  it('that failed is tried again', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    await one.accepted([one.item()]);
    one.die();
    gateways.store.failNext('leases.take-over', 'store-unavailable');
    other.observer.start();
    await gateways.time.advance(15_000);
    expect(other.log.events).toContain('queue.not-taken-over');
    await gateways.time.advance(15_000);
    expect(other.takeAll()).toHaveLength(1);
  });

  it('gives each orphan one new owner, and shares them out over several gateways', async () => {
    const gateways = new Gateways();
    const dead = Array.from({ length: 12 }, (_, at) => gateways.gateway(`dead${at}`));
    for (const one of dead) {
      await one.accepted([one.item()]);
      one.die();
    }
    const living = ['a', 'b', 'c'].map((owner) => gateways.gateway(owner));
    for (const one of living) one.observer.start();
    await gateways.time.advance(25_000);
    const taken = living.map((one) => one.takeAll().length);
    expect(taken.reduce((sum, count) => sum + count)).toBe(12);
    expect(Math.min(...taken)).toBeGreaterThan(0);
  });
});

describe('mail of several queues for one destination', () => {
  it('is not left behind when what stood before it goes with a lost lease', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    await one.accepted([one.item()]);
    one.die();
    other.observer.start();
    await gateways.time.advance(15_000);
    const adopted = other.take();
    other.queue.defer(adopted, other.deferred(adopted, 40_000));
    await other.accepted([other.item()]);
    const own = other.take();
    other.queue.defer(own, other.deferred(own, 1_000));
    await gateways.time.advance(2_000); // announced, and nobody comes for it
    const lease = gateways.store.allLeases.find(({ epoch }) => epoch === 1);
    if (lease === undefined) throw new Error('it has a queue of its own');
    other.observer.stop();
    gateways.store.snatch(lease.queue);
    await gateways.time.advance(10_000);
    expect(other.log.events).toContain('queue.lease-lost');
    other.due.length = 0;
    await gateways.time.advance(40_000);
    expect(other.due).toEqual(['a.example']);
    expect(other.take().id).toBe(adopted.id);
  });
});

describe('a planned stop', () => {
  it('hands a queue over at once, with all outcomes durable, and ends one that is empty', async () => {
    const gateways = new Gateways();
    const [one, other] = [gateways.gateway('one'), gateways.gateway('other')];
    other.observer.start();
    await one.accepted([one.item(), one.item()]);
    one.queue.done(one.take());
    const stopping = one.queue.stop(one.budget(5_000));
    await gateways.time.advance(100);
    await stopping;
    expect(gateways.store.items).toHaveLength(1);
    expect(gateways.store.allLeases.map(({ owner }) => owner)).toEqual(['']);
    expect(one.queue.take('a.example')).toBeUndefined();
    await gateways.time.advance(2_500);
    expect(other.takeAll()).toHaveLength(1);
    expect(one.time.pending).toBeLessThan(4); // the other's renewal and looks
  });

  it('leaves nothing of a queue with nothing in it', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.queue.done(stage.take());
    const stopping = stage.queue.stop(stage.budget(5_000));
    await stage.time.advance(200);
    await stopping;
    expect(stage.store.allLeases).toEqual([]);
    expect(stage.store.openSlices).toEqual([]);
    expect(stage.time.pending).toBe(0);
    expect(() => stage.queue.assertOpen()).toThrow('stopping');
  });

  it('waits for what is being stored, and takes nothing more', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.hold('queue.append');
    const storing = stage.queue.store([stage.item()], stage.budget());
    await stage.time.advance(5);
    const stopping = stage.queue.stop(stage.budget(5_000));
    expect((await failureOfPromise(stage.queue.store([stage.item()], stage.budget()))).code).toBe(
      'relay-closed',
    );
    await stage.time.advance(1_000);
    expect(stage.store.countOf('leases.take-over')).toBe(0);
    stage.store.letGo('queue.append');
    await stage.time.advance(100);
    (await storing).release();
    await stopping;
    expect(stage.store.items).toHaveLength(2);
    expect(stage.store.allLeases.map(({ owner }) => owner)).toEqual(['']);
  });

  it('ends in time when the store is away; the lease falls silent then', async () => {
    const stage = new QueueStage();
    await stage.accepted([stage.item()]);
    stage.store.failAll('leases.take-over', 'store-unavailable');
    stage.store.failAll('queue.settle', 'store-unavailable');
    stage.queue.done(stage.take());
    const stopping = stage.queue.stop(stage.budget(2_000));
    await stage.time.advance(2_100);
    await stopping;
    expect(stage.log.events).toContain('queue.trouble');
  });
});
