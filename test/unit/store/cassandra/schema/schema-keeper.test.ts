import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../src/base/failure.js';
import type { Log } from '../../../../../src/base/log.js';
import type { Row } from '../../../../../src/store/cassandra/ring.js';
import { columnsOf } from '../../../../../src/store/cassandra/schema/schema-columns.js';
import { readSchemaFiles } from '../../../../../src/store/cassandra/schema/schema-files.js';
import { SchemaKeeper } from '../../../../../src/store/cassandra/schema/schema-keeper.js';
import { SchemaTables } from '../../../../../src/store/cassandra/schema/schema-tables.js';
import { failureOfPromise } from '../../../../failure-from.js';
import { ScriptedRing, type RingScript } from '../../../../scripted-ring.js';
import { settled, VirtualTime } from '../../../../virtual-time.js';

const silent: Log = { write: () => undefined, with: () => silent };
const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };
const uncertain = new Failure('store-cas-uncertain', 'no answer');
const late = new Failure('schema-unknown', 'table mail.schema_lock does not exist');
const heldByAnother = { isApplied: false, found: { holder: 'another' } };

const historyColumns: readonly Row[] = readSchemaFiles()
  .slice(0, 1)
  .flatMap(columnsOf)
  .map(({ table, name, type }) => ({ table_name: table, column_name: name, type, kind: 'regular' }));

/** A keyspace in which the tables of history are, and nothing else. */
async function answer(cql: string): Promise<readonly Row[]> {
  if (cql.includes('system_schema.keyspaces'))
    return [{ replication: { class: 'SimpleStrategy', replication_factor: '1' } }];
  return cql.includes('system_schema.columns') ? historyColumns : [];
}

function starting(script: RingScript, agreesOnSchema: boolean) {
  const time = new VirtualTime();
  const stop = new AbortController();
  const keeper = new SchemaKeeper({
    client: {
      run: answer,
      runOnEach: async (cql) => [await answer(cql)],
      agreesOnSchema: async () => agreesOnSchema,
    },
    ring: new ScriptedRing(script),
    clock: time,
    timers: time,
    random,
    log: silent,
    processName: 'us',
    keyspace: 'mail',
    replication: { datacenter1: 1 },
    localDataCenter: 'datacenter1',
    stop: stop.signal,
  });
  return { time, stop, creating: failureOfPromise(keeper.create()) };
}

describe('a start that waits for the schema hears at once that it is to stop', () => {
  it('while another process is changing it', async () => {
    const { time, stop, creating } = starting(
      { reads: [[], []], changes: [heldByAnother, heldByAnother] },
      true,
    );
    await time.advance(500);
    stop.abort();
    expect((await creating).code).toBe('store-closed');
  });

  it('while the ring nodes do not agree on it', async () => {
    const { stop, creating } = starting({}, false);
    await settled();
    stop.abort();
    expect((await creating).code).toBe('store-closed');
  });
});

function tables(script: RingScript) {
  const time = new VirtualTime();
  const ring = new ScriptedRing(script);
  const said: string[] = [];
  const log: Log = { write: (event) => said.push(event), with: () => log };
  const parts = { ring, clock: time, timers: time, random, log, processName: 'us' };
  return { time, ring, said, tables: new SchemaTables(parts) };
}

describe('a transaction on the schema', () => {
  it('that is uncertain again and again is repeated with pauses, not as fast as the ring answers', async () => {
    const {
      time,
      ring,
      tables: schema,
    } = tables({ changes: Array.from({ length: 1_000 }, () => uncertain) });
    const locking = failureOfPromise(schema.lock());
    await time.advance(10_000);
    expect(ring.names.length).toBeGreaterThan(5);
    expect(ring.names.length).toBeLessThan(60);
    await time.advance(60_000);
    expect(await locking).toBe(uncertain);
  });

  it('is decided by the answer to its repetition', async () => {
    const { time, tables: schema } = tables({
      changes: [uncertain, { isApplied: false, found: { holder: 'us' } }],
    });
    const locking = schema.lock();
    await time.advance(1_000);
    expect(await locking).toBe(true);
  });

  it('meets a node that has not heard of the lock table yet, and waits until it has', async () => {
    const { time, tables: schema } = tables({ changes: [late, late, { isApplied: true, found: undefined }] });
    const locking = schema.lock();
    await time.advance(1_000);
    expect(await locking).toBe(true);
  });

  it('that cannot give the lock back says so', async () => {
    const { said, tables: schema } = tables({ changes: [new Failure('store-unavailable', 'two are down')] });
    await schema.unlock();
    expect(said).toEqual(['schema.unlock-failed']);
  });
});

describe('the history of the schema', () => {
  it('is asked for until the node asked has heard of it', async () => {
    const { time, tables: schema } = tables({ reads: [late, []] });
    const reading = schema.history();
    await time.advance(1_000);
    expect(await reading).toEqual([]);
  });
});
