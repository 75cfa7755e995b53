import { describe, expect, it } from '@jest/globals';
import { nearestName } from '../../../src/base/nearest-name.js';

const KNOWN = ['replicationFactor', 'contactPoints', 'keyspace', 'port', 'tls'];

describe('the nearest name', () => {
  it.each([
    ['replicationfactor', 'replicationFactor'],
    ['replicatonFactor', 'replicationFactor'],
    ['replicationFactors', 'replicationFactor'],
    ['conatctPoints', 'contactPoints'],
    ['keypsace', 'keyspace'],
    ['prot', 'port'],
    ['tsl', 'tls'],
  ])('to %s is %s', (misspelt, known) => {
    expect(nearestName(misspelt, KNOWN)).toBe(known);
  });

  it.each(['', 'x', 'password', 'портъ', 'factor'])(
    'is none where %j is no slip of the finger',
    (misspelt) => {
      expect(nearestName(misspelt, KNOWN)).toBeUndefined();
    },
  );

  it('is found in bounded time, however long the input', () => {
    expect(nearestName('x'.repeat(1_000_000), KNOWN)).toBeUndefined();
  });

  it('is the first of equals, and none among none', () => {
    expect(nearestName('cat', ['bat', 'rat'])).toBe('bat');
    expect(nearestName('cat', [])).toBeUndefined();
  });
});
