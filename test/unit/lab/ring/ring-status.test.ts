import { describe, expect, it } from '@jest/globals';
import { statusTable } from '../../../../src/lab/ring/ring-status.js';

describe('the status of a ring', () => {
  it('is a table of what each node does and sees', () => {
    const base = { address: '127.0.0.1', port: 9042 };
    const sees = [
      { number: 1, status: 'NORMAL' },
      { number: 2, status: 'LEAVING' },
      { number: 3, status: 'NORMAL' },
    ];
    const table = statusTable([
      { ...base, number: 1, pid: 12345, state: 'up', sees, loadBytes: 2_621_440 },
      { ...base, number: 2, pid: 7, state: 'paused', sees: [] },
      { ...base, number: 3, state: 'down', sees: [] },
    ]);
    expect(table).toEqual([
      'node  address         pid    state   load     sees',
      '1     127.0.0.1:9042  12345  up      2.5 MiB  1 3 NORMAL, 2 LEAVING',
      '2     127.0.0.1:9042  7      paused  -        -',
      '3     127.0.0.1:9042  -      down    -        -',
    ]);
  });
});
