import { beforeEach, describe, expect, it } from '@jest/globals';
import { Upkeep } from '../../../src/app/upkeep.js';
import { Failure } from '../../../src/base/failure.js';
import type { Log, LogFields } from '../../../src/base/log.js';
import type { LogEvent } from '../../../src/base/log-events.js';
import type { SweepReport } from '../../../src/store/api/bodies.js';
import type { NodeRecord } from '../../../src/store/types.js';
import { VirtualTime } from '../../virtual-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const report: SweepReport = { removed: 3, skipped: 1, isComplete: true };

describe('the upkeep of a store', () => {
  let time: VirtualTime;
  let lines: (readonly [LogEvent, LogFields | undefined])[];
  let sweep: () => Promise<SweepReport>;
  let upkeep: Upkeep;
  /** Names of the nodes that announced themselves, and how long ago. */
  let announced: Readonly<Record<string, number>>;

  beforeEach(() => {
    time = new VirtualTime();
    lines = [];
    sweep = async () => report;
    const log: Log = { write: (event, fields) => lines.push([event, fields]), with: () => log };
    announced = { 'mail2/x': 1_000 };
    const nodes = {
      list: async () => Object.entries(announced).map(([name, agoMs]) => record(name, time.wallMs() - agoMs)),
    };
    const bodies = { sweep: () => sweep() };
    const random = { bytes: () => new Uint8Array(), fraction: () => 0.25 };
    upkeep = new Upkeep({ bodies, nodes, nodeName: 'mail2/x', clock: time, timers: time, random, log });
    upkeep.start();
  });

  it('sweeps for the first time at a random moment of the first day, then daily', async () => {
    await time.advance(DAY_MS / 4 - 1);
    expect(lines).toEqual([]);
    await time.advance(1);
    expect(lines).toEqual([['body.swept', report]]);
    await time.advance(2 * DAY_MS);
    expect(lines).toHaveLength(3);
  });

  it('goes on the next day when a sweep fails', async () => {
    sweep = async () => {
      throw new Failure('store-unavailable', 'a replica is down');
    };
    await time.advance(DAY_MS / 4);
    sweep = async () => report;
    await time.advance(DAY_MS);
    expect(lines.map(([event]) => event)).toEqual(['body.sweep-failed', 'body.swept']);
  });

  it('sweeps no more when the node stops', async () => {
    await upkeep.stop();
    await time.advance(3 * DAY_MS);
    expect(lines).toEqual([]);
    expect(time.pending).toBe(0);
  });

  it('leaves the sweep to the first of the nodes that are there', async () => {
    announced = { 'mail1/x': 4_000, 'mail2/x': 1_000, 'mail3/x': 2_000 };
    await time.advance(DAY_MS);
    expect(lines).toEqual([]);
  });

  it('is the first when the one before it is gone, or its own record is', async () => {
    announced = { 'mail1/x': HOUR_MS, 'mail3/x': 2_000 };
    await time.advance(DAY_MS);
    expect(lines).toEqual([['body.swept', report]]);
  });
});

function record(name: string, heartbeatAtMs: number): NodeRecord {
  return { name, url: 'http://10.0.0.1:8080', roles: [], version: '1', startedAtMs: 0, heartbeatAtMs };
}
