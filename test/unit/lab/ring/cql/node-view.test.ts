import { describe, expect, it } from '@jest/globals';
import {
  disagreement,
  parseSighting,
  type NodeView,
  type Sighting,
} from '../../../../../src/lab/ring/cql/node-view.js';

const NOBODY_QUIET = new Map<string, number>();

function sighting(address: string, changes: Partial<Sighting> = {}): Sighting {
  return {
    address,
    status: 'NORMAL',
    generation: 1,
    heartbeat: 10,
    isServing: true,
    schema: 'one',
    loadBytes: 0,
    ...changes,
  };
}

/** Two nodes; the first one sees the second as the changes say. */
function views(changes: Partial<Sighting>): readonly NodeView[] {
  const [a, b] = [sighting('a'), sighting('b')];
  return [
    { observer: 'a', sightings: [a, { ...b, ...changes }], peers: 1 },
    { observer: 'b', sightings: [a, b], peers: 1 },
  ];
}

describe('nodes of a ring', () => {
  it('agree when each sees each as it is', () => {
    expect(disagreement(views({}), { members: 2, heardSince: NOBODY_QUIET })).toBeUndefined();
  });

  it.each([
    ['joins still', { status: 'BOOT' }, 'a sees b as BOOT, not as NORMAL'],
    ['is unknown', { status: '' }, 'a sees b as unknown, not as NORMAL'],
    ['has restarted', { generation: 0 }, 'a has not noticed the restart of b'],
    ['takes no clients yet', { isServing: false }, 'a does not know yet that b takes clients'],
    ['has another schema', { schema: 'two' }, 'a and b do not have the same schema yet'],
    ['is not there', { address: 'c' }, 'a does not see b'],
  ])('disagree while one believes that another %s', (_what, changes, reason) => {
    expect(disagreement(views(changes), { members: 2, heardSince: NOBODY_QUIET })).toBe(reason);
  });

  it('disagree while one has not heard anew from another that was silent', () => {
    const agreement = { members: 2, heardSince: new Map([['b', 12]]) };
    expect(disagreement(views({ heartbeat: 11 }), agreement)).toBe('a has not heard from b again');
  });

  it('disagree while drivers would not be told of all', () => {
    expect(disagreement(views({}), { members: 3, heardSince: NOBODY_QUIET })).toBe(
      'a knows 1 of 2 other nodes',
    );
  });
});

describe('a row of gossip', () => {
  it('is read as Cassandra 5.0 writes it', () => {
    const row = {
      address: '127.0.0.1',
      status_with_port: 'NORMAL,-9223372036854775808',
      generation: 1795252059,
      heartbeat: 222,
      rpc_ready: 'true',
      schema: '4b40b49e-cb2a-38ad-b935-1e5ad6c61b53',
      load: '119438.0',
    };
    expect(parseSighting(row)).toEqual({
      address: '127.0.0.1',
      status: 'NORMAL',
      generation: 1795252059,
      heartbeat: 222,
      isServing: true,
      schema: '4b40b49e-cb2a-38ad-b935-1e5ad6c61b53',
      loadBytes: 119438,
    });
  });

  it('may know next to nothing of a node yet', () => {
    const row = {
      address: '127.0.0.2',
      status_with_port: null,
      generation: 1,
      heartbeat: 0,
      rpc_ready: null,
    };
    expect(parseSighting(row)).toMatchObject({ status: '', isServing: false, schema: '' });
  });
});
