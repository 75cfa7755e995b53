// `cassmail schema …` as an operator types it, against a real ring.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connectRing, type ConnectedRing } from '../../src/store/cassandra/connection/connect-ring.js';
import type { Query } from '../../src/store/cassandra/ring.js';
import { replicationClause } from '../../src/store/cassandra/schema/replication-state.js';
import { readSchemaFiles, tablesOf } from '../../src/store/cassandra/schema/schema-files.js';
import { RecordedLog, ringSettings, ringSurroundings } from '../fault/ring-opening.js';
import { projectRoot } from '../project-root.js';
import { keyspaceName, oneNodeRing } from '../ring-addresses.js';

const LAUNCHER = join(projectRoot, 'bin/cassmail.js');
const NOWHERE = 'store.cassandra.contactPoints=[192.0.2.1]';
const files = readSchemaFiles();

/** Making a keyspace takes seconds, and a process on a busy machine some more. */
jest.setTimeout(120_000);

interface Outcome {
  readonly exitCode: number | null;
  readonly printed: string;
  readonly noted: string;
}

function cassmail(words: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...words], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { exitCode: status, printed: stdout.trimEnd(), noted: stderr.trimEnd() };
}

function asData({ printed }: Outcome): unknown {
  return JSON.parse(printed);
}

function setting(key: string, value: string | number): readonly string[] {
  return ['--set', `store.${key}=${value}`];
}

/** A keyspace of its own, as its operator has configured it. */
function operatorOf(keyspace: string) {
  const { contactPoints, port } = oneNodeRing();
  const words = [
    ...setting('kind', 'cassandra'),
    ...setting('cassandra.contactPoints', `[${contactPoints.join(',')}]`),
    ...setting('cassandra.port', port),
    ...setting('cassandra.keyspace', keyspace),
  ];
  return (verb: readonly string[], replicationFactor = 1): Outcome =>
    cassmail([...verb, ...words, ...setting('cassandra.replicationFactor', replicationFactor)]);
}

describe('cassmail schema', () => {
  let ring: ConnectedRing;
  beforeAll(async () => {
    ring = await connectRing(ringSettings(oneNodeRing()), ringSurroundings(new RecordedLog()));
  });
  afterAll(async () => {
    await ring.ring.close();
    await ring.client.close();
  });

  it('print needs no ring, and prints CQL that makes all tables', async () => {
    const keyspace = keyspaceName('print');
    const settings = ['--set', `store.cassandra.keyspace=${keyspace}`, '--set', NOWHERE];
    const { exitCode, printed, noted } = cassmail(['schema', 'print', ...settings]);
    expect([exitCode, noted]).toEqual([0, '']);
    const statements = printed.replaceAll(/^--.*$/gm, '').split(/;$/m);
    for (const statement of statements.map((text) => text.trim())) {
      if (statement !== '') await ring.client.run(statement);
    }
    const tables = await ring.client.run(
      `SELECT table_name FROM system_schema.tables WHERE keyspace_name = '${keyspace}'`,
    );
    expect(new Set(tables.map((row) => row['table_name']))).toEqual(new Set(files.flatMap(tablesOf)));
  });

  it('print --json says the same as data', () => {
    const keyspace = keyspaceName('print');
    const settings = ['--set', `store.cassandra.keyspace=${keyspace}`, '--set', NOWHERE];
    expect(asData(cassmail(['schema', 'print', '--json', ...settings]))).toEqual({
      keyspace: expect.stringContaining(`CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH`),
      files: files.map(({ name }) => ({ name, cql: expect.stringContaining(`${keyspace}.`) })),
    });
  });

  it('apply makes what is missing, and has nothing to do the second time; status says where it stands', () => {
    const operator = operatorOf(keyspaceName('apply'));
    const before = operator(['schema', 'status']);
    expect(before.exitCode).toBe(0);
    expect(before.printed).toContain('not there; the first start of a node creates it');

    const first = operator(['schema', 'apply']);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.printed.split('\n')).toEqual([
      'keyspace: created',
      ...files.map(({ name }) => `${name}: applied`),
    ]);
    expect(operator(['schema', 'apply'])).toMatchObject({ exitCode: 0, printed: 'nothing to do' });
    expect(asData(operator(['schema', 'apply', '--json']))).toEqual({
      keyspace: 'as it was',
      applied: [],
    });

    const status = operator(['schema', 'status', '--json']);
    expect(status.exitCode).toBe(0);
    expect(asData(status)).toMatchObject({
      replication: { datacenter1: 1 },
      state: 'current',
      files: files.map(({ name }) => ({ name })),
      lockHolder: null,
      refusal: null,
    });
  });

  it('another replication factor stops start and status, and apply alters it and says that a repair is due', async () => {
    const keyspace = keyspaceName('factor');
    const operator = operatorOf(keyspace);
    await ring.client.run(`CREATE KEYSPACE ${keyspace} WITH ${replicationClause({ datacenter1: 2 })}`);
    const status = operator(['schema', 'status']);
    expect(status.exitCode).toBe(1);
    expect(status.printed).toContain('a node would not start');
    expect(status.printed).toContain('replicationFactor says { datacenter1: 1 }');
    const start = operator(['start', '--set', 'log.format=json']);
    expect(start.exitCode).toBe(1);
    expect(start.noted).toContain('"code":"schema-replication"');

    const applied = operator(['schema', 'apply']);
    expect(applied.exitCode).toBe(0);
    expect(applied.printed).toContain('keyspace: replication altered');
    expect(applied.printed).toContain('a repair is due');
    expect(asData(operator(['schema', 'status', '--json']))).toMatchObject({
      replication: { datacenter1: 1 },
      refusal: null,
    });
  });

  it.each([
    {
      what: 'a newer schema',
      tampering: {
        cql: 'INSERT INTO schema_history (file, checksum, number, begun_at_ms, begun_by) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS',
        values: ['0099-later.cql', 'c', 99, 1, 'a later release'],
      },
      code: 'schema-newer',
      advice: 'run the newer CassMail that applied it',
    },
    {
      what: 'a schema altered by hand',
      tampering: {
        cql: 'UPDATE schema_history SET checksum = ? WHERE number = ? IF EXISTS',
        values: ['by hand', 1],
      },
      code: 'schema-partial',
      advice: 'run the release that applied it',
    },
  ])('$what is refused by status and apply, which say what to do', async ({ tampering, code, advice }) => {
    const keyspace = keyspaceName('refused');
    const operator = operatorOf(keyspace);
    operator(['schema', 'apply']);
    await tamper(keyspace, tampering);
    const status = operator(['schema', 'status', '--json']);
    expect(status.exitCode).toBe(1);
    expect(asData(status)).toMatchObject({ refusal: { code, says: expect.stringContaining(advice) } });
    const applied = operator(['schema', 'apply']);
    expect(applied.exitCode).toBe(1);
    expect(applied.noted).toContain(code);
    expect(applied.noted).toContain(advice);
  });

  it.each([
    { table: 'bodies', column: 'bytes' },
    { table: 'schema_history', column: 'begun_by' },
  ])(
    '$table that lost its column $column is refused by status, apply and start, which name it',
    async ({ table, column }) => {
      const keyspace = keyspaceName('column');
      const operator = operatorOf(keyspace);
      operator(['schema', 'apply']);
      await ring.client.run(`ALTER TABLE ${keyspace}.${table} ADD theirs text`);
      expect(operator(['schema', 'status'])).toMatchObject({ exitCode: 0 });
      await ring.client.run(`ALTER TABLE ${keyspace}.${table} DROP ${column}`);
      const says = `its column ${table}.${column} is gone: restore ${table} from a backup`;
      const status = operator(['schema', 'status', '--json']);
      expect(status.exitCode).toBe(1);
      expect(asData(status)).toMatchObject({
        refusal: { code: 'schema-partial', says: expect.stringContaining(says) },
      });
      for (const verb of [['schema', 'apply'], ['start']]) {
        const { exitCode, noted } = operator(verb);
        expect(exitCode).toBe(1);
        expect(noted).toContain(says);
      }
    },
  );

  /** The history is read and written by lightweight transactions only. */
  async function tamper(keyspace: string, { cql, values }: Query): Promise<void> {
    const query = { cql: cql.replace('schema_history', `${keyspace}.schema_history`), values };
    await ring.client.execute(query, { consistency: 'QUORUM', isConditional: true, timeoutMs: 10_000 });
  }
});
