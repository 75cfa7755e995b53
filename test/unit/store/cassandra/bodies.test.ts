import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import { Failure } from '../../../../src/base/failure.js';
import type { Log } from '../../../../src/base/log.js';
import { systemRandom } from '../../../../src/base/random.js';
import { TimeUuidSource } from '../../../../src/base/time-uuid.js';
import { CassandraBodies } from '../../../../src/store/cassandra/bodies.js';
import { CHUNK_BYTES } from '../../../../src/store/types.js';
import { outcomeOf } from '../../../contract/suite/reading.js';
import { failureOfPromise } from '../../../failure-from.js';
import { ScriptedRing, type RingScript } from '../../../scripted-ring.js';
import { VirtualTime } from '../../../virtual-time.js';

const levels = {
  deliver: 'QUORUM',
  list: 'QUORUM',
  retrieve: 'QUORUM',
  remove: 'QUORUM',
  control: 'QUORUM',
  controlRead: 'QUORUM',
} as const;
const silentLog: Log = { write: () => undefined, with: () => silentLog };

function bodiesOn(time: VirtualTime, script: RingScript) {
  const ring = new ScriptedRing(script);
  const bodies = new CassandraBodies({
    ring,
    levels,
    clock: time,
    trustedClock: { nowMs: () => time.wallMs() },
    timers: time,
    random: systemRandom,
    log: silentLog,
  });
  return { ring, bodies, id: new TimeUuidSource(time, systemRandom).next() };
}

describe('a large body on the ring', () => {
  it('whose time ran out while it was written is taken back all the same', async () => {
    const time = new VirtualTime();
    const { bodies, ring, id } = bodiesOn(time, {
      onWrite: async ({ name }, budget) => budget.assertRemains(name),
    });
    const writing = outcomeOf(bodies.write(id, stalledAfterOneChunk(), Budget.of(time, 150)));
    await time.advance(150);
    expect(await writing).toMatchObject({ kind: 'refused', failure: { code: 'deadline-passed' } });
    expect(ring.names).toEqual(['bodies.chunk', 'bodies.drop']);
    expect(ring.writableMs).toEqual([150, 5_000]);
  });

  it('that is discarded loses its holders first, lest those of an uncertain hold keep it for ever', async () => {
    const time = new VirtualTime();
    const { bodies, ring, id } = bodiesOn(time, {});
    await bodies.discard({ kind: 'large', id, sizeBytes: 1 }, Budget.of(time, 1_000));
    expect(ring.names).toEqual(['bodies.discard', 'bodies.drop']);
  });

  it('keeps its chunks, and says so, when its holders cannot be removed now', async () => {
    const time = new VirtualTime();
    const unavailable = new Failure('store-unavailable', 'no quorum');
    const { bodies, ring, id } = bodiesOn(time, {
      onWrite: async () => {
        throw unavailable;
      },
    });
    const discarding = bodies.discard({ kind: 'large', id, sizeBytes: 1 }, Budget.of(time, 1_000));
    expect(await failureOfPromise(discarding)).toBe(unavailable);
    expect(ring.names).toEqual(['bodies.discard']);
  });
});

async function* stalledAfterOneChunk(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(CHUNK_BYTES);
  await new Promise(() => undefined); // for ever
}
