import { beforeEach, describe, expect, it } from '@jest/globals';
import { Upkeep } from '../../../src/app/upkeep.js';
import { Failure } from '../../../src/base/failure.js';
import type { Log, LogFields } from '../../../src/base/log.js';
import type { LogEvent } from '../../../src/base/log-events.js';
import type { BodyStore, SweepReport } from '../../../src/store/api/bodies.js';
import { VirtualTime } from '../../virtual-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const report: SweepReport = { removed: 3, skipped: 1, isComplete: true };

describe('the upkeep of a store', () => {
  let time: VirtualTime;
  let lines: (readonly [LogEvent, LogFields | undefined])[];
  let sweep: () => Promise<SweepReport>;
  let upkeep: Upkeep;

  beforeEach(() => {
    time = new VirtualTime();
    lines = [];
    sweep = async () => report;
    const log: Log = { write: (event, fields) => lines.push([event, fields]), with: () => log };
    const bodies = { sweep: () => sweep() } as Partial<BodyStore> as BodyStore;
    const random = { bytes: () => new Uint8Array(), fraction: () => 0.25 };
    upkeep = new Upkeep({ bodies, clock: time, timers: time, random, log });
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
});
