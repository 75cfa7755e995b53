import { describe, expect, it } from '@jest/globals';
import { failureOfTrouble, requestKindOf } from '../../../../../src/store/cassandra/connection/trouble.js';

describe('a statement of administration without an answer', () => {
  it.each([
    ['SELECT now() AS id FROM system.local', 'store-read-failed'],
    [' select replication from system_schema.keyspaces', 'store-read-failed'],
    ['CREATE TABLE IF NOT EXISTS mail.selected (a int PRIMARY KEY)', 'store-write-uncertain'],
    ['ALTER KEYSPACE mail WITH replication = {}', 'store-write-uncertain'],
  ])('%s fails as %s', (cql, code) => {
    expect(failureOfTrouble('no-answer', requestKindOf(cql), cql, new Error('late')).code).toBe(code);
  });
});
