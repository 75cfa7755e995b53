import { describe, expect, it } from '@jest/globals';
import { nearestName } from '../../../src/base/nearest-name.js';

<<<<<<< HEAD
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
=======
const KNOWN = ['hostname', 'listen', 'relay', 'retry', 'routes', 'limits'];

describe('the nearest name', () => {
  it.each([
    ['hostnam', 'hostname'],
    ['hsotname', 'hostname'],
    ['HOSTNAME', 'hostname'],
    ['lisen', 'listen'],
    ['limit', 'limits'],
    ['rellay', 'relay'],
  ])('to %s is %s', (misspelt, meant) => {
    expect(nearestName(misspelt, KNOWN)).toBe(meant);
  });

  it.each(['', 'colour', 'x', 'y'.repeat(100_000)])('to something else is none', (text) => {
    expect(nearestName(text, KNOWN)).toBeUndefined();
>>>>>>> 2755236 (config, cli: tests of every kind of error, and of the command as a process)
  });
});
