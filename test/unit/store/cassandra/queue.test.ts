import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../src/base/budget.js';
import type { Log } from '../../../../src/base/log.js';
import type { TimeUuid } from '../../../../src/base/time-uuid.js';
import { CassandraQueue } from '../../../../src/store/cassandra/queue.js';
import { timestampOfStamp } from '../../../../src/store/cassandra/relay-stamp.js';
import type { QueueId, RelayItem, RelayState } from '../../../../src/store/types.js';
import { failureOfPromise } from '../../../failure-from.js';
import { ScriptedRing } from '../../../scripted-ring.js';
import { VirtualTime } from '../../../virtual-time.js';

const slice = { queue: '6d61696c-0000-4000-8000-000000000001' as QueueId, epoch: 1, number: 0 };
const stamp = { epoch: 1, n: 7 };
const timestamp = timestampOfStamp(stamp);
const state: RelayState = { recipients: [], attempts: 0, nextAttemptAtMs: 5 };
const silent: Log = { write: () => undefined, with: () => silent };

function itemOf(sizeBytes: number): RelayItem {
  const id = '13814000-1dd2-11b2-8000-000000000000' as TimeUuid;
  const envelope = { message: id, destination: 'example.org', sender: '', acceptedAtMs: 1, parameters: {} };
  return { id, envelope, state, body: { kind: 'small', bytes: new Uint8Array(sizeBytes) } };
}

function queueOnScript() {
  const time = new VirtualTime();
  const ring = new ScriptedRing();
  const queue = new CassandraQueue({
    ring,
    levels: { control: 'ALL', controlRead: 'QUORUM' },
    clock: time,
    timers: time,
    random: { bytes: (count) => new Uint8Array(count), fraction: () => 0 },
    log: silent,
  });
  return { ring, queue, budget: Budget.of(time, 1000) };
}

describe('the relay queue on the ring', () => {
  it('writes a group as one mutation at the control level, each statement with the stamp', async () => {
    const { ring, queue, budget } = queueOnScript();
    await queue.append(slice, [itemOf(10), itemOf(20)], stamp, budget);
    expect(ring.writes).toHaveLength(1);
    const [write] = ring.writes;
    expect(write).toMatchObject({ name: 'queue.append', consistency: 'ALL', isIdempotent: true });
    expect(write?.queries).toHaveLength(4);
    for (const { cql, values } of write?.queries ?? []) {
      expect(cql).toMatch(/USING TIMESTAMP \?$/);
      expect(values.at(-1)).toBe(timestamp);
    }
  });

  it('settles what is done and what is deferred in one mutation with the stamp', async () => {
    const { ring, queue, budget } = queueOnScript();
    const { id } = itemOf(0);
    await queue.settle(slice, { done: [id], deferred: [{ id, state }] }, stamp, budget);
    expect(ring.names).toEqual(['queue.settle']);
    const queries = ring.writes[0]?.queries ?? [];
    expect(queries).toHaveLength(3);
    for (const { cql, values } of queries) {
      expect(cql).toContain('USING TIMESTAMP ?');
      expect(values[0]).toBe(timestamp);
    }
  });

  it('sends nothing for nothing', async () => {
    const { ring, queue, budget } = queueOnScript();
    await queue.append(slice, [], stamp, budget);
    await queue.settle(slice, { done: [], deferred: [] }, stamp, budget);
    expect(ring.names).toEqual([]);
  });

  it('refuses a group that does not fit one mutation, and sends nothing of it', async () => {
    const { ring, queue, budget } = queueOnScript();
    const items = Array.from({ length: 9 }, () => itemOf(1024 * 1024));
    expect((await failureOfPromise(queue.append(slice, items, stamp, budget))).code).toBe('group-too-large');
    expect(ring.names).toEqual([]);
  });

  it('empties a slice before it forgets it', async () => {
    const { ring, queue, budget } = queueOnScript();
    await queue.dropSlice(slice, stamp, budget);
    expect(ring.names).toEqual(['queue.drop-slice', 'queue.forget-slice']);
  });
});
