import { describe, expect, it } from '@jest/globals';
import { refusalOf, type Visitor } from '../../../src/admin/access.js';

const TOKEN = 'the-token';
const neighbour: Visitor = {
  address: '127.0.0.1',
  host: '127.0.0.1:8080',
  authorization: undefined,
  isForwarded: false,
};
const codeFor = (access: 'anyone' | 'nearby' | 'operator', visitor: Partial<Visitor>) =>
  refusalOf(access, { ...neighbour, ...visitor }, TOKEN)?.code;

describe('access over HTTP', () => {
  it.each([
    { address: '127.0.0.1', host: 'localhost:8080' },
    { address: '127.5.0.1', host: '127.5.0.1' },
    { address: '::1', host: '[::1]:8080' },
    { address: '::ffff:127.0.0.1', host: 'LOCALHOST' },
  ])('is open for looking from the machine itself: $address at $host', (visitor) => {
    expect(codeFor('nearby', visitor)).toBeUndefined();
    expect(codeFor('operator', visitor)).toBe('token-needed');
  });

  it.each([
    { address: '192.0.2.1' },
    { address: '::ffff:192.0.2.1' },
    { address: '2001:db8::1' },
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host: '127.0.0.1.evil.example:8080' },
    { host: undefined },
    { isForwarded: true },
  ])('needs the token for looking as %j', (visitor) => {
    expect(codeFor('nearby', visitor)).toBe('token-needed');
    expect(codeFor('nearby', { ...visitor, authorization: `Bearer ${TOKEN}` })).toBeUndefined();
    expect(codeFor('operator', { ...visitor, authorization: `bearer ${TOKEN}` })).toBeUndefined();
    expect(codeFor('anyone', visitor)).toBeUndefined();
  });

  it.each(['Bearer the-toke', 'Bearer the-token2', 'Bearer', '', 'Basic dGhlLXRva2Vu', TOKEN])(
    'is refused with the header %j, wherever from',
    (authorization) => {
      expect(codeFor('operator', { authorization })).toBe('token-wrong');
      expect(codeFor('nearby', { authorization })).toBe('token-wrong');
    },
  );
});
