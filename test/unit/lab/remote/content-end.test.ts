import { describe, expect, it } from '@jest/globals';
import { ContentEnd } from '../../../../src/lab/remote/content-end.js';

/** What one who reads whole messages would find: all up to the lone dot, and what follows. */
function read(pieces: readonly Buffer[]): { content: string; rest: string } | undefined {
  const end = new ContentEnd();
  let octets = 0;
  for (const [at, piece] of pieces.entries()) {
    const found = end.find(piece);
    octets += found?.contentOctets ?? piece.length;
    if (found === undefined) continue;
    const rest = Buffer.concat([piece.subarray(found.nextAt), ...pieces.slice(at + 1)]).toString();
    return { content: Buffer.concat(pieces).subarray(0, octets).toString(), rest };
  }
  return undefined;
}

describe('the end of a message', () => {
  it.each([
    ['.\r\nQUIT\r\n', { content: '', rest: 'QUIT\r\n' }],
    ['a\r\n.\r\n', { content: 'a\r\n', rest: '' }],
    ['a\r\n..\r\n\r\n.\r\nNOOP\r\n', { content: 'a\r\n..\r\n\r\n', rest: 'NOOP\r\n' }],
    ['a.\r\nb\n.\nc\r.\r\r\n.\r\nx', { content: 'a.\r\nb\n.\nc\r.\r\r\n', rest: 'x' }],
    ['a\r\n.b\r\n', undefined],
  ])('of %j is found however it is cut', (wire, expected) => {
    const octets = Buffer.from(wire);
    for (let first = 0; first <= octets.length; first += 1) {
      for (let second = first; second <= octets.length; second += 1) {
        const pieces = [octets.subarray(0, first), octets.subarray(first, second), octets.subarray(second)];
        expect(read(pieces)).toEqual(expected);
      }
    }
    expect(read(Array.from(octets, (octet) => Buffer.from([octet])))).toEqual(expected);
  });
});
