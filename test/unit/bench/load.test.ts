// The arithmetic of the benches, without a server.
import { describe, expect, it } from '@jest/globals';
import { Answer } from '../../../bench/load/answer.js';
import { percentile } from '../../../bench/load/latencies.js';
import { appointedAtMs, dueBy, runOpenLoop } from '../../../bench/load/open-loop.js';
import { postalTotals } from '../../../bench/load/postal-report.js';
import { messageOf } from '../../../bench/load/smtp-exchange.js';

describe('a percentile', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);

  it('is the smallest value that this share of all does not exceed', () => {
    expect(percentile(values, 0.5)).toBe(100);
    expect(percentile(values, 0.99)).toBe(198);
    expect(percentile(values, 1)).toBe(200);
  });

  it('of a single value is that value, of none is no number', () => {
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('an open loop', () => {
  const load = { perSecond: 1000, count: 5, mostOpen: 5 };

  it('appoints one start every thousandth of a second at 1,000 per second', () => {
    expect(appointedAtMs(0, 1000)).toBe(0);
    expect(appointedAtMs(2500, 1000)).toBe(2500);
    expect(appointedAtMs(3, 250)).toBe(12);
  });

  it('owes by any moment all tasks appointed until then, and no more than there are', () => {
    expect(dueBy(0, load)).toBe(1);
    expect(dueBy(2.9, load)).toBe(3);
    expect(dueBy(60_000, load)).toBe(5);
  });

  it('returns a waiting time for each task', async () => {
    const waits = await runOpenLoop(load, () => Promise.resolve());
    expect(waits).toHaveLength(5);
  });

  it('charges a task for the time it had to wait for its start', async () => {
    let isStalled = false;
    const waits = await runOpenLoop({ perSecond: 1000, count: 30, mostOpen: 30 }, () => {
      const until = performance.now() + (isStalled ? 0 : 30);
      isStalled = true;
      while (performance.now() < until); // nothing else can start meanwhile
      return Promise.resolve();
    });
    // the second was due one millisecond after the first, and could start 30 after it
    expect(waits[1]).toBeGreaterThanOrEqual(28);
  });

  it('fails when a task fails', async () => {
    const broken = runOpenLoop(load, () => Promise.reject(new Error('refused')));
    await expect(broken).rejects.toThrow('refused');
  });

  it('fails when the server does not keep up', async () => {
    const stuck = runOpenLoop(
      { perSecond: 1000, count: 100, mostOpen: 3 },
      () => new Promise(() => undefined),
    );
    await expect(stuck).rejects.toThrow('wait for an answer');
  });
});

describe("Postal's report", () => {
  it('is summed up over its minutes', () => {
    const printed =
      'time,messages,data(K),errors,connections,SSL connections\n12:15,1066,295550,1,547,0\n12:16,4,900,2,3,0\n';
    expect(postalTotals(printed)).toEqual({ messages: 1070, errors: 3 });
  });

  it('without a minute says nothing that could be relied on', () => {
    expect(() => postalTotals('time,messages,data(K),errors,connections,SSL connections\n')).toThrow(
      'nothing',
    );
  });
});

describe('an answer', () => {
  it.each([1, 2, 3, 5, 100])('that comes in pieces of %i octets ends where it ends', (size) => {
    const bytes = Buffer.from('+OK\r\na\r\n..\r\n.\r\n+OK\r\n.\r\n');
    const answer = new Answer();
    for (let at = 0; at < bytes.length; at += size) answer.take(bytes.subarray(at, at + size));
    expect(answer.dotLines).toBe(2);
    expect(answer.bytes).toBe(bytes.length);
    expect(answer.endsLine()).toBe(true);
    expect(answer.head).toBe(bytes.toString('latin1'));
  });
});

describe('a message to send', () => {
  it('has about the size asked for, header included', () => {
    expect(messageOf(10_240).length).toBeGreaterThanOrEqual(10_240);
    expect(messageOf(10_240).length).toBeLessThan(10_240 + 64);
  });
});
