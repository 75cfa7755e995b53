import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import type { Clock, Timers } from '../../../../src/base/clock.js';
import { Failure } from '../../../../src/base/failure.js';
import {
  ConditionalWriter,
  type ConditionalWrite,
} from '../../../../src/store/cassandra/conditional-write.js';
import { failureOfPromise } from '../../../failure-from.js';
import { ScriptedRing, type RingScript } from '../../../scripted-ring.js';

const uncertain = new Failure('store-cas-uncertain', 'no answer');
const unavailable = new Failure('store-unavailable', 'one node of three');
const applied = { isApplied: true, found: undefined };
const refused = (owner: string) => ({ isApplied: false, found: { owner } });

/** Writes `mine` where `before` is. */
const write: ConditionalWrite = {
  request: { name: 'things.write', queries: [{ cql: 'UPDATE …', values: [] }] },
  look: { name: 'things.look', query: { cql: 'SELECT …', values: [] } },
  judge: (row) => (row?.['owner'] === 'mine' ? 'ours' : row?.['owner'] === 'before' ? 'before' : 'other'),
};

function writing(script: RingScript, budgetMs = 1000) {
  let nowMs = 0;
  const clock: Clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
  const timers: Pick<Timers, 'sleep'> = { sleep: async (ms) => void (nowMs += ms) };
  const random = { bytes: () => new Uint8Array(), fraction: () => 0.5 };
  const ring = new ScriptedRing(script);
  const writer = new ConditionalWriter({ ring, timers, random });
  return { ring, outcome: writer.write(write, Budget.of(clock, budgetMs)) };
}

describe('a conditional write', () => {
  it('is one statement when the ring answers', async () => {
    const { ring, outcome } = writing({ changes: [applied] });
    expect(await outcome).toBe('applied');
    expect(ring.names).toEqual(['things.write']);
  });

  it('is a conflict when the ring says that its condition does not hold', async () => {
    const { ring, outcome } = writing({ changes: [refused('theirs')] });
    expect(await outcome).toBe('conflict');
    expect(ring.names).toEqual(['things.write']);
  });

  it('whose answer got lost is applied when a serial read finds it', async () => {
    const { ring, outcome } = writing({ changes: [uncertain], serialReads: [[{ owner: 'mine' }]] });
    expect(await outcome).toBe('applied');
    expect(ring.names).toEqual(['things.write', 'things.look']);
  });

  it('whose answer got lost is sent again when the old state still stands', async () => {
    const { ring, outcome } = writing({
      changes: [uncertain, uncertain, applied],
      serialReads: [[{ owner: 'before' }], [{ owner: 'before' }]],
    });
    expect(await outcome).toBe('applied');
    expect(ring.changes).toHaveLength(3);
  });

  it('whose answer got lost is a conflict when somebody else was first', async () => {
    const { outcome } = writing({ changes: [uncertain], serialReads: [[{ owner: 'theirs' }]] });
    expect(await outcome).toBe('conflict');
  });

  it('whose answer got lost is a conflict when the row has gone', async () => {
    const { outcome } = writing({ changes: [uncertain], serialReads: [[]] });
    expect(await outcome).toBe('conflict');
  });

  it('is applied when it meets itself: the first request came through after the look', async () => {
    const { outcome } = writing({
      changes: [uncertain, refused('mine')],
      serialReads: [[{ owner: 'before' }]],
    });
    expect(await outcome).toBe('applied');
  });

  it('looks again when looking fails, and decides then', async () => {
    const { ring, outcome } = writing({
      changes: [uncertain],
      serialReads: [unavailable, unavailable, [{ owner: 'mine' }]],
    });
    expect(await outcome).toBe('applied');
    expect(ring.names.filter((name) => name === 'things.look')).toHaveLength(3);
  });

  it('stays uncertain when no look succeeds within the budget', async () => {
    const { ring, outcome } = writing(
      { changes: [uncertain], serialReads: Array.from({ length: 50 }, () => unavailable) },
      500,
    );
    const failure = await failureOfPromise(outcome);
    expect(failure.code).toBe('store-cas-uncertain');
    expect(failure.cause).toBe(unavailable);
    expect(ring.names.length).toBeLessThan(10);
  });

  it('stays uncertain when it cannot be sent again', async () => {
    const spent = new Failure('deadline-passed', 'no time left');
    const { outcome } = writing({ changes: [uncertain, spent], serialReads: [[{ owner: 'before' }]] });
    expect((await failureOfPromise(outcome)).code).toBe('store-cas-uncertain');
  });

  it('fails as it is when the ring did nothing', async () => {
    const { ring, outcome } = writing({ changes: [unavailable] });
    expect(await failureOfPromise(outcome)).toBe(unavailable);
    expect(ring.names).toEqual(['things.write']);
  });

  it('lets a bug crash', async () => {
    const { outcome } = writing({ changes: [new TypeError('a bug')] });
    await expect(outcome).rejects.toThrow(TypeError);
  });
});
