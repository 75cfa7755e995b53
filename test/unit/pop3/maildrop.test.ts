import { beforeEach, describe, expect, it } from '@jest/globals';
import { Maildrop } from '../../../src/pop3/maildrop.js';
import { FakeMailbox } from './fake-mailbox.js';

describe('a maildrop (RFC 1939 section 5)', () => {
  let maildrop: Maildrop;

  beforeEach(() => {
    maildrop = new Maildrop(new FakeMailbox(['1', '22', '333']));
  });

  it('counts messages and octets without those marked as deleted', () => {
    expect([maildrop.count, maildrop.octets]).toEqual([3, 6]);
    maildrop.delete(2);
    expect([maildrop.count, maildrop.octets]).toEqual([2, 4]);
    expect(maildrop.deleted).toEqual([2]);
    maildrop.restore();
    expect([maildrop.count, maildrop.octets, maildrop.deleted]).toEqual([3, 6, []]);
  });

  it('knows which numbers are messages', () => {
    maildrop.delete(3);
    const states = [0, 1, 3, 4, 2 ** 40, Number.POSITIVE_INFINITY].map((number) => maildrop.state(number));
    expect(states).toEqual(['absent', 'there', 'deleted', 'absent', 'absent', 'absent']);
  });

  it('lists in pieces what is there, under the numbers that it had at login', () => {
    maildrop.delete(1);
    expect([...maildrop.listing((number) => maildrop.scanLine(number))].join('')).toBe('2 2\r\n3 3\r\n');
    const large = new Maildrop(new FakeMailbox(Array.from({ length: 1000 }, () => 'x')));
    const pieces = [...large.listing((number) => large.uidLine(number))];
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('').split('\r\n')).toHaveLength(1001);
  });
});
