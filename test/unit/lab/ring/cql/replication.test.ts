import { describe, expect, it } from '@jest/globals';
import { parseReplication, refusalToShrink } from '../../../../../src/lab/ring/cql/replication.js';

describe('the replication of a keyspace', () => {
  it.each([
    [{ class: 'org.apache.cassandra.locator.SimpleStrategy', replication_factor: '3' }, 3],
    [{ class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', datacenter1: '2', other: '1' }, 2],
    [{ class: 'org.apache.cassandra.locator.LocalStrategy' }, 0],
  ])('%j asks for as many nodes in one data centre', (replication, factor) => {
    expect(parseReplication({ keyspace_name: 'mail', replication })).toEqual({ keyspace: 'mail', factor });
  });
});

describe('a ring that is to lose a node', () => {
  const keyspaces = [
    { keyspace: 'mail', factor: 3 },
    { keyspace: 'system', factor: 0 },
  ];

  it('says which keyspaces would not fit any more, and what to do', () => {
    const refusal = refusalToShrink(keyspaces, 2);
    expect(refusal).toContain('mail wants 3');
    expect(refusal).toContain('add a node first, or alter the keyspace');
    expect(refusal).not.toContain('system wants');
  });

  it('may do so while enough are left', () => {
    expect(refusalToShrink(keyspaces, 3)).toBeUndefined();
  });
});
