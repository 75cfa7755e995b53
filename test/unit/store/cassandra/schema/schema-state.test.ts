import { describe, expect, it } from '@jest/globals';
import {
  columnsOf,
  groupByTable,
  type Column,
} from '../../../../../src/store/cassandra/schema/schema-columns.js';
import {
  readSchemaFiles,
  statementsOf,
  tablesOf,
  textOf,
} from '../../../../../src/store/cassandra/schema/schema-files.js';
import { printSchema } from '../../../../../src/store/cassandra/schema/print-schema.js';
import {
  isSameReplication,
  replicationFailure,
  replicationFrom,
} from '../../../../../src/store/cassandra/schema/replication-state.js';
import { schemaStateOf, type AppliedFile } from '../../../../../src/store/cassandra/schema/schema-state.js';

const files = readSchemaFiles();
const tables = new Set(files.flatMap(tablesOf));

function applied(change: Partial<AppliedFile> = {}, number = files.length - 1): AppliedFile {
  const file = files[number];
  if (file === undefined) throw new RangeError(`no file ${number}`);
  return { ...file, begunAtMs: 0, begunBy: 'node-a', finishedAtMs: 1, ...change };
}

const columns = files.flatMap(columnsOf);

function stateOf(history: readonly AppliedFile[], columnsThere: readonly Column[] = columns) {
  return schemaStateOf(files, { name: 'mail', history, columns: groupByTable(columnsThere) });
}

const allApplied = files.map((_, number) => applied({}, number));

describe('the state of a keyspace', () => {
  it('is current when every file was applied and every table is there', () => {
    expect(stateOf(allApplied)).toEqual({ kind: 'current' });
  });

  it('is behind when files were never begun', () => {
    expect(stateOf([], [])).toEqual({ kind: 'behind', missing: files });
    expect(stateOf(allApplied.slice(0, 1))).toMatchObject({ kind: 'behind', missing: files.slice(1) });
  });

  it('is partial when a file was begun and not finished, and says who began it and how to finish', () => {
    const state = stateOf([...allApplied.slice(0, -1), applied({ finishedAtMs: undefined })]);
    expect(state).toMatchObject({ kind: 'partial', begunBy: 'node-a', refusal: { code: 'schema-partial' } });
    expect(state).toMatchObject({ missing: files.slice(-1) });
    expect(messageOf(state)).toMatch(/begun 1970-01-01T00:00:00.000Z by node-a .* `cassmail schema apply`/);
  });

  it('is partial when tables of an applied file are gone', () => {
    const state = stateOf(
      allApplied,
      columns.filter(({ table }) => table !== 'users'),
    );
    expect(state).toMatchObject({ kind: 'partial', refusal: { code: 'schema-partial' } });
    expect(messageOf(state)).toContain('its tables users are gone');
  });

  it('is refused when a column of an applied file is gone, which applying again would not bring back', () => {
    const state = stateOf(
      allApplied,
      columns.filter(({ table, name }) => !(table === 'bodies' && name === 'bytes')),
    );
    expect(state).toMatchObject({ kind: 'refused', refusal: { code: 'schema-partial' } });
    expect(messageOf(state)).toMatch(
      /its column bodies\.bytes is gone: restore bodies from a backup, or, .* drop it and run `cassmail schema apply`/,
    );
  });

  it('is refused when a column has another type', () => {
    const state = stateOf(
      allApplied,
      columns.map((column) => (column.name === 'envelope' ? { ...column, type: 'blob' } : column)),
    );
    expect(messageOf(state)).toContain('its column relay_items.envelope is blob instead of text');
  });

  it('is current with columns and tables that others added', () => {
    const added = { name: 'theirs', type: 'text' };
    const more = [...columns, { ...added, table: 'users' }, { ...added, table: 'reports' }];
    expect(stateOf(allApplied, more)).toEqual({ kind: 'current' });
  });

  it('is refused when a file was applied with another content', () => {
    const state = stateOf([...allApplied.slice(0, -1), applied({ checksum: 'other' })]);
    expect(state).toMatchObject({ kind: 'refused', refusal: { code: 'schema-partial' } });
    expect(messageOf(state)).toContain('run the release that applied it');
  });

  it('is refused when it has a file that this program does not know', () => {
    const newer = applied({ number: 9_000, name: '9000-later.cql' });
    const state = stateOf([...allApplied, newer]);
    expect(state).toMatchObject({ kind: 'refused', refusal: { code: 'schema-newer' } });
    expect(messageOf(state)).toContain('has 9000-later.cql, which this program does not know');
  });
});

function ids(keyspace: string): readonly string[] {
  return files.flatMap((file) => textOf(file, keyspace).match(/[0-9a-f-]{36}/g) ?? []);
}

function messageOf(state: ReturnType<typeof stateOf>): string {
  return 'refusal' in state ? state.refusal.message : '';
}

describe('the files of schema/', () => {
  it('are numbered without a gap', () => {
    expect(files.map(({ number }) => number)).toEqual(files.map((_, index) => index));
  });

  it.each(
    files
      .flatMap((file) => statementsOf(file, 'mail'))
      .map((statement) => [statement.split('(')[0], statement]),
  )('may be applied twice: %s', (_, statement) => {
    expect(statement).toMatch(
      /^CREATE TABLE IF NOT EXISTS mail\.\w+ \(.*WITH id = [0-9a-f-]{36}|^ALTER TABLE mail\.\w+ ADD IF NOT EXISTS/s,
    );
  });

  it('leave no placeholder unfilled', () => {
    expect(files.map((file) => textOf(file, 'mail').replace(/^--.*$/gm, '')).join('')).not.toContain('${');
  });

  it('give the tables of two keyspaces different ids, and the same keyspace always the same', () => {
    expect(ids('one')).toEqual(ids('one'));
    expect(new Set([...ids('one'), ...ids('two')]).size).toBe(2 * tables.size);
  });

  it('declare columns in every table', () => {
    expect(new Set(columns.map(({ table }) => table))).toEqual(tables);
    expect(columns).toContainEqual({ table: 'domains', name: 'name', type: 'text' });
    expect(columns).toContainEqual({ table: 'aliases', name: 'targets', type: 'frozen<list<text>>' });
    expect(columns).toContainEqual({ table: 'users', name: 'quota_bytes', type: 'bigint static' });
    expect(columns.filter(({ table }) => table === 'bodies').map(({ name }) => name)).toEqual([
      'login',
      'mailbox',
      'period',
      'part',
      'id',
      'bytes',
    ]);
  });

  it('may add columns later', () => {
    const text = 'ALTER TABLE ${keyspace}.users ADD IF NOT EXISTS theme map<text, text>;\n';
    const later = { number: 9, name: '0009-later.cql', checksum: '', text };
    expect(columnsOf(later)).toEqual([{ table: 'users', name: 'theme', type: 'map<text, text>' }]);
  });

  it('with a line that is no column are not understood, and that is said', () => {
    const text = 'CREATE TABLE IF NOT EXISTS ${keyspace}.odd (\n  a text, b text\n);\n';
    const odd = { number: 9, name: '0009-odd.cql', checksum: '', text };
    expect(() => columnsOf(odd)).toThrow('odd: "a text, b text" declares no column');
  });

  it('are printed behind the keyspace that they need', () => {
    const printed = printSchema('mail', { dc1: 3, dc2: 2 });
    expect(printed).toMatch(
      /^CREATE KEYSPACE IF NOT EXISTS mail WITH replication = \{'class': 'NetworkTopologyStrategy', 'dc1': 3, 'dc2': 2\};/,
    );
    for (const table of tables) expect(printed).toContain(`mail.${table} (`);
  });
});

describe('the replication of a keyspace', () => {
  it('is read from both strategies', () => {
    const network = { class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', dc1: '3', dc2: '2' };
    expect(replicationFrom(network, 'dc1')).toEqual({ dc1: 3, dc2: 2 });
    const simple = { class: 'org.apache.cassandra.locator.SimpleStrategy', replication_factor: '3' };
    expect(replicationFrom(simple, 'dc1')).toEqual({ dc1: 3 });
  });

  it('is the same where each data centre keeps as many', () => {
    expect(isSameReplication({ dc1: 3 }, { dc1: 3, dc2: 0 })).toBe(true);
    expect(isSameReplication({ dc1: 3 }, { dc1: 3, dc2: 1 })).toBe(false);
    expect(isSameReplication({ dc1: 3 }, { dc1: 2 })).toBe(false);
  });

  it('that differs is refused with both values and both ways out', () => {
    const failure = replicationFailure('mail', { dc1: 1 }, { dc1: 3 });
    expect(failure.code).toBe('schema-replication');
    expect(failure.message).toMatch(
      /\{ dc1: 1 \}.*\{ dc1: 3 \}.*correct the configuration.*`cassmail schema apply`/,
    );
  });
});
