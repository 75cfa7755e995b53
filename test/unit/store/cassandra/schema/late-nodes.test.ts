// A start on a ring whose nodes hear of a change one after the other.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../src/base/failure.js';
import type { Log } from '../../../../../src/base/log.js';
import type { Row } from '../../../../../src/store/cassandra/ring.js';
import { columnsOf } from '../../../../../src/store/cassandra/schema/schema-columns.js';
import { readSchemaFiles } from '../../../../../src/store/cassandra/schema/schema-files.js';
import { SchemaKeeper } from '../../../../../src/store/cassandra/schema/schema-keeper.js';
import { failureOfPromise } from '../../../../failure-from.js';
import { ScriptedRing, type RingScript } from '../../../../scripted-ring.js';
import { VirtualTime } from '../../../../virtual-time.js';

const silent: Log = { write: () => undefined, with: () => silent };
const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };
const files = readSchemaFiles();
const applied = { isApplied: true, found: undefined };

const columns: readonly Row[] = files.flatMap(columnsOf).map(({ table, name, type }) => ({
  table_name: table,
  column_name: name,
  type: type.replace(' static', ''),
  kind: type.endsWith(' static') ? 'static' : 'regular',
}));

const finished: readonly Row[] = files.map(({ number, name, checksum }) => ({
  number,
  file: name,
  checksum,
  begun_at_ms: 1,
  begun_by: 'another',
  finished_at_ms: 2,
}));

function keyspaceOf(count: number): readonly Row[] {
  return [{ replication: { class: 'NetworkTopologyStrategy', datacenter1: String(count) } }];
}

/** What each of the nodes says, at the first look and at the next ones; the last is said for ever. */
interface NodesSay {
  readonly keyspaces: readonly (readonly (readonly Row[])[])[];
  readonly columns: readonly (readonly (readonly Row[])[])[];
}

function next<T>(answers: T[]): T {
  const [first] = answers.length > 1 ? answers.splice(0, 1) : answers;
  if (first === undefined) throw new TypeError('no answer was scripted');
  return first;
}

function start(say: NodesSay, script: RingScript, run: (cql: string) => void = () => undefined) {
  const time = new VirtualTime();
  const [keyspaces, tables] = [[...say.keyspaces], [...say.columns]];
  const keeper = new SchemaKeeper({
    client: {
      run: async (cql) => {
        run(cql);
        return [];
      },
      runOnEach: async (cql) => next(cql.includes('.keyspaces') ? keyspaces : tables),
      agreesOnSchema: async () => true,
    },
    ring: new ScriptedRing(script),
    clock: time,
    timers: time,
    random,
    log: silent,
    processName: 'us',
    keyspace: 'mail',
    replication: { datacenter1: 3 },
    localDataCenter: 'datacenter1',
  });
  return { time, keeper };
}

describe('a start on a ring whose nodes hear of a change one after the other', () => {
  it('takes for there what one of them knows', async () => {
    const { keeper } = start(
      { keyspaces: [[[], keyspaceOf(3), []]], columns: [[[], columns, []]] },
      { reads: [finished] },
    );
    expect(await keeper.create()).toEqual({ keyspace: 'as it was', applied: [] });
  });

  it('takes for gone what none of them knows', async () => {
    const without = columns.filter((row) => row['table_name'] !== 'aliases');
    const { keeper } = start(
      { keyspaces: [[keyspaceOf(3), keyspaceOf(3)]], columns: [[without, without]] },
      { reads: [finished, finished], changes: [applied, applied] },
    );
    expect((await failureOfPromise(keeper.create())).message).toContain('aliases are gone');
  });

  it('waits for those that still say the replication of before', async () => {
    const { time, keeper } = start(
      {
        keyspaces: [
          [keyspaceOf(1), keyspaceOf(3)],
          [keyspaceOf(3), keyspaceOf(3)],
        ],
        columns: [[columns, columns]],
      },
      { reads: [finished] },
    );
    const creating = keeper.create();
    await time.advance(1_000);
    expect((await creating).keyspace).toBe('as it was');
  });

  it('refuses a keyspace that another process made at the same moment with another replication', async () => {
    const { keeper } = start(
      {
        keyspaces: [
          [[], []],
          [keyspaceOf(1), []],
        ],
        columns: [[[]]],
      },
      {},
    );
    expect((await failureOfPromise(keeper.create())).code).toBe('schema-replication');
  });

  it('says a statement again to a node that has not heard of the keyspace, the lock still held', async () => {
    const said: string[] = [];
    let refusals = 3;
    const { time, keeper } = start(
      { keyspaces: [[keyspaceOf(3)]], columns: [[columns.filter(isOfHistory)], [columns]] },
      { reads: [[], [], finished], changes: Array.from({ length: 100 }, () => applied) },
      (cql) => {
        if (!cql.includes('mail.mailboxes ')) return;
        said.push(cql);
        refusals -= 1;
        if (refusals >= 0) throw new Failure('schema-unknown', "keyspace 'mail' does not exist");
      },
    );
    const creating = keeper.create();
    await time.advance(10_000);
    expect((await creating).applied).toEqual(files.map(({ name }) => name));
    expect(said).toHaveLength(4);
  });
});

function isOfHistory(row: Row): boolean {
  return String(row['table_name']).startsWith('schema_');
}
