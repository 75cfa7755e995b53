// Who is tried when: order, limits, the slow beside the fast, the dead and their return, reports that cannot be stored.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../src/base/failure.js';
import { Metrics } from '../../../../src/base/metrics.js';
import type { AttemptResult, DeliveryOrder, RecipientOutcome } from '../../../../src/relay/attempt.js';
import { Dispatcher } from '../../../../src/relay/dispatch/dispatcher.js';
import type { LaneSettings } from '../../../../src/relay/dispatch/lane.js';
import type { ReportedRecipient } from '../../../../src/relay/dispatch/settlement.js';
import { MemoryLog } from '../../../memory-log.js';
import { VirtualTime } from '../../../virtual-time.js';
import { MemoryQueue } from './memory-queue.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Behaviour = (order: DeliveryOrder) => Promise<AttemptResult>;

class Bench {
  readonly time = new VirtualTime();
  readonly queue = new MemoryQueue(this.time);
  readonly log = new MemoryLog();
  readonly tried: { readonly destination: string; readonly atMs: number; readonly to: string }[] = [];
  readonly reports: string[] = [];
  readonly limits = new Map<string, Partial<LaneSettings>>();
  readonly behaviour = new Map<string, Behaviour>();
  underWay = 0;
  mostUnderWay = 0;
  canReport = true;
  readonly dispatcher: Dispatcher;

  constructor() {
    const { time, queue, log } = this;
    this.dispatcher = new Dispatcher({
      queue,
      log,
      clock: time,
      timers: time,
      random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
      metrics: new Metrics(),
      deliverer: { attempt: (order) => this.#attempt(order) },
      reporter: { report: async (_, recipients) => this.#report(recipients) },
      retry: () => ({
        firstMs: 5 * MINUTE,
        factor: 2,
        maxMs: 4 * HOUR,
        warnAfterMs: 4 * HOUR,
        giveUpAfterMs: 24 * HOUR,
      }),
      lane: (destination) => ({
        connections: 20,
        messagesPerSecond: Number.POSITIVE_INFINITY,
        isSuspended: false,
        longestPauseMs: 4 * HOUR,
        ...this.limits.get(destination),
      }),
    });
    this.dispatcher.start();
  }

  triedAt(destination: string): number[] {
    return this.tried.filter((attempt) => attempt.destination === destination).map(({ atMs }) => atMs);
  }

  async #attempt(order: DeliveryOrder): Promise<AttemptResult> {
    const { destination } = order.envelope;
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    const to = order.recipients.map(({ address }) => address).join(' ');
    this.tried.push({ destination, atMs: this.time.monotonicMs(), to });
    const result = await (this.behaviour.get(destination) ?? taken)(order);
    this.underWay -= 1;
    return result;
  }

  #report(recipients: readonly ReportedRecipient[]): void {
    if (!this.canReport) throw new Failure('store-unavailable', 'no ring');
    for (const { recipient, action } of recipients) this.reports.push(`${recipient.address} ${action}`);
  }
}

function ended(outcome: RecipientOutcome, isDestinationAlive = true): Behaviour {
  return async ({ recipients }) => ({
    kind: 'attempted',
    outcomes: recipients.map(() => outcome),
    isDestinationAlive,
  });
}

const taken = ended({ kind: 'delivered', status: '2.0.0', says: '250 ok', isReportHandedOn: false });
const busy = ended({ kind: 'deferred', status: '4.3.2', says: '451 later' });
const refused = ended({ kind: 'failed', status: '5.1.1', says: '550 no such user' });
const dead = ended({ kind: 'deferred', status: '4.4.1', says: 'connection refused' }, false);
const hanging: Behaviour = () => new Promise(() => undefined);

describe('the dispatcher', () => {
  it('delivers in order of acceptance', async () => {
    const bench = new Bench();
    bench.limits.set('x.example', { connections: 1 });
    const ids = ['a@x', 'b@x', 'c@x'].map((address) => bench.queue.add('x.example', [address]));
    await bench.time.advance(1);
    expect(bench.tried.map(({ to }) => to)).toEqual(['a@x', 'b@x', 'c@x']);
    expect(bench.queue.finished).toEqual(ids);
    expect(bench.queue.left).toBe(0);
  });

  it('tries what was deferred again at its time, for those it concerns', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', busy);
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(5 * MINUTE - 1);
    expect(bench.tried).toHaveLength(1);
    bench.behaviour.delete('x.example');
    await bench.time.advance(1);
    expect(bench.triedAt('x.example')).toEqual([0, 5 * MINUTE]);
    expect(bench.queue.left).toBe(0);
  });

  it('has as many attempts under way at a destination as it may, and begins with few', async () => {
    const bench = new Bench();
    bench.behaviour.set('slow.example', async (order) => {
      await bench.time.sleep(SECOND);
      return taken(order);
    });
    for (let count = 0; count < 100; count += 1) bench.queue.add('slow.example', ['a@slow']);
    await bench.time.advance(1);
    expect(bench.underWay).toBe(5);
    await bench.time.advance(SECOND);
    expect(bench.underWay).toBe(10);
    await bench.time.advance(10 * SECOND);
    expect(bench.mostUnderWay).toBe(20);
    expect(bench.queue.left).toBe(0);
  });

  it('lets nobody wait for a destination that hangs', async () => {
    const bench = new Bench();
    bench.behaviour.set('stuck.example', hanging);
    for (let count = 0; count < 50; count += 1) bench.queue.add('stuck.example', ['a@stuck']);
    for (let count = 0; count < 50; count += 1) bench.queue.add('quick.example', ['a@quick']);
    await bench.time.advance(1);
    expect(bench.triedAt('quick.example')).toHaveLength(50);
    expect(bench.triedAt('stuck.example')).toHaveLength(5);
  });

  it('gives the last places out in turn when too many destinations hang', async () => {
    const bench = new Bench();
    const held = new AbortController();
    const oneThatEnds: Behaviour = async (order) => {
      await bench.time.sleep(HOUR, held.signal);
      return taken(order);
    };
    for (let count = 0; count < 2000; count += 1) {
      const destination = `stuck-${count}.example`;
      bench.behaviour.set(destination, count === 0 ? oneThatEnds : hanging);
      bench.queue.add(destination, ['a@stuck']);
    }
    bench.queue.add('late.example', ['a@late']);
    bench.queue.add('later.example', ['a@later']);
    await bench.time.advance(1);
    expect(bench.triedAt('late.example')).toEqual([]);
    held.abort();
    await bench.time.advance(1);
    expect(bench.triedAt('late.example')).toHaveLength(1);
    expect(bench.triedAt('later.example')).toHaveLength(1);
  });
});

describe('a destination that is dead', () => {
  it('is left alone for longer each time, while its mail is put off without an attempt', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', dead);
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(1);
    const second = bench.queue.add('x.example', ['b@x']);
    await bench.time.advance(1);
    expect(bench.tried).toHaveLength(1);
    expect(bench.queue.stateOf(second)?.lastReply).toBe('connection refused');
    await bench.time.advance(2 * HOUR);
    const [, next] = bench.triedAt('x.example');
    expect(next).toBe(5 * MINUTE); // both were due then, and one of them tried it for both
    expect(bench.log.events.filter((event) => event === 'relay.destination-dead').length).toBeGreaterThan(2);
  });

  it('is tried by one message when its time comes, and opens up again gradually', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', dead);
    for (let count = 0; count < 40; count += 1) bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(1);
    expect(bench.tried).toHaveLength(5); // those that began together
    bench.behaviour.set('x.example', async (order) => {
      await bench.time.sleep(SECOND);
      return taken(order);
    });
    bench.mostUnderWay = 0;
    await bench.time.advance(5 * MINUTE + 500);
    expect(bench.mostUnderWay).toBe(1);
    await bench.time.advance(SECOND);
    expect(bench.underWay).toBe(2);
    await bench.time.advance(SECOND);
    expect(bench.underWay).toBe(4);
    await bench.time.advance(30 * SECOND);
    expect(bench.queue.left).toBe(0);
    expect(bench.log.events).toContain('relay.destination-back');
  });

  it('is tried at once when an operator says so', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', dead);
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(1);
    bench.behaviour.delete('x.example');
    bench.dispatcher.reopen('x.example');
    bench.queue.add('x.example', ['b@x']);
    await bench.time.advance(1);
    expect(bench.tried.map(({ to }) => to)).toEqual(['a@x', 'b@x']);
  });

  it('still gives its mail back when the time is up', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', dead);
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(25 * HOUR);
    expect(bench.reports).toEqual(['a@x delayed', 'a@x failed']);
    expect(bench.queue.left).toBe(0);
  });
});

describe('what operators set', () => {
  it('suspends a destination and resumes it', async () => {
    const bench = new Bench();
    bench.limits.set('x.example', { isSuspended: true });
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(HOUR);
    expect(bench.tried).toEqual([]);
    bench.limits.delete('x.example');
    bench.dispatcher.runAll();
    await bench.time.advance(1);
    expect(bench.triedAt('x.example')).toEqual([HOUR]);
  });

  it('keeps to messages per second, even where the queue was empty in between', async () => {
    const bench = new Bench();
    bench.limits.set('x.example', { messagesPerSecond: 0.5 });
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(500);
    bench.queue.add('x.example', ['b@x']);
    bench.queue.add('x.example', ['c@x']);
    await bench.time.advance(10 * SECOND);
    expect(bench.triedAt('x.example')).toEqual([0, 2 * SECOND, 4 * SECOND]);
  });

  it('reaches a high rate', async () => {
    const bench = new Bench();
    bench.limits.set('x.example', { messagesPerSecond: 100 });
    for (let count = 0; count < 1000; count += 1) bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(5 * SECOND);
    expect(bench.tried.length).toBeGreaterThanOrEqual(490);
    expect(bench.tried.length).toBeLessThanOrEqual(510);
  });
});

describe('a report that cannot be stored', () => {
  it('is tried again, and the delivery is not', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', refused);
    bench.canReport = false;
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(5 * MINUTE + 1);
    expect(bench.tried).toHaveLength(1);
    expect(bench.queue.left).toBe(1);
    bench.canReport = true;
    await bench.time.advance(MINUTE);
    expect(bench.tried).toHaveLength(1);
    expect(bench.reports).toEqual(['a@x failed']);
    expect(bench.queue.left).toBe(0);
  });

  it('does not keep those who were deferred from being tried', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', async ({ recipients }) => ({
      kind: 'attempted',
      isDestinationAlive: true,
      outcomes: recipients.map(({ address }) =>
        address === 'a@x'
          ? { kind: 'failed', status: '5.1.1', says: '550 no' }
          : { kind: 'deferred', status: '4.2.2', says: '452 full' },
      ),
    }));
    bench.canReport = false;
    bench.queue.add('x.example', ['a@x', 'b@x']);
    await bench.time.advance(1);
    bench.canReport = true;
    await bench.time.advance(MINUTE);
    expect(bench.tried.map(({ to }) => to)).toEqual(['a@x b@x', 'b@x']);
    expect(bench.reports).toEqual(['a@x failed']);
  });
});

describe('a queue that is not ours any more', () => {
  it('has nothing begun', async () => {
    const bench = new Bench();
    bench.queue.isOurs = false;
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(MINUTE);
    expect(bench.tried).toEqual([]);
    expect(bench.queue.left).toBe(1);
  });
});

describe('a stop', () => {
  it('begins nothing more and waits for what is under way', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', async (order) => {
      await bench.time.sleep(SECOND);
      return taken(order);
    });
    bench.limits.set('x.example', { connections: 1 });
    bench.queue.add('x.example', ['a@x']);
    bench.queue.add('x.example', ['b@x']);
    await bench.time.advance(1);
    const stopping = bench.dispatcher.stop(10 * SECOND);
    await bench.time.advance(2 * SECOND);
    expect(await stopping).toBe(0);
    expect(bench.tried).toHaveLength(1);
    expect(bench.queue.left).toBe(1);
  });

  it('tells what it had to leave', async () => {
    const bench = new Bench();
    bench.behaviour.set('x.example', hanging);
    bench.queue.add('x.example', ['a@x']);
    await bench.time.advance(1);
    const stopping = bench.dispatcher.stop(SECOND);
    await bench.time.advance(2 * SECOND);
    expect(await stopping).toBe(1);
  });
});
