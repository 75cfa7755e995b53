import { describe, expect, it } from '@jest/globals';
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

function stateOf(history: readonly AppliedFile[], tablesThere: ReadonlySet<string> = tables) {
  return schemaStateOf(files, { name: 'mail', history, tables: tablesThere });
}

const allApplied = files.map((_, number) => applied({}, number));

describe('the state of a keyspace', () => {
  it('is current when every file was applied and every table is there', () => {
    expect(stateOf(allApplied)).toEqual({ kind: 'current' });
  });

  it('is behind when files were never begun', () => {
    expect(stateOf([], new Set())).toEqual({ kind: 'behind', missing: files });
    expect(stateOf(allApplied.slice(0, 1))).toMatchObject({ kind: 'behind', missing: files.slice(1) });
  });

  it('is partial when a file was begun and not finished, and says who began it and how to finish', () => {
    const state = stateOf([...allApplied.slice(0, -1), applied({ finishedAtMs: undefined })]);
    expect(state).toMatchObject({ kind: 'partial', begunBy: 'node-a', refusal: { code: 'schema-partial' } });
    expect(state).toMatchObject({ missing: files.slice(-1) });
    expect(messageOf(state)).toMatch(/begun 1970-01-01T00:00:00.000Z by node-a .* `cassmail schema apply`/);
  });

  it('is partial when tables of an applied file are gone', () => {
    const robbed = new Set(tables);
    robbed.delete('users');
    const state = stateOf(allApplied, robbed);
    expect(state).toMatchObject({ kind: 'partial', refusal: { code: 'schema-partial' } });
    expect(messageOf(state)).toContain('its tables users are gone');
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
