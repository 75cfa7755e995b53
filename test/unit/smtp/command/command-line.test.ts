import { describe, expect, it } from '@jest/globals';
import { isTooLong, parseCommandLine } from '../../../../src/smtp/command/command-line.js';

describe('a command line', () => {
  it('has a verb in any case, and an argument', () => {
    expect(parseCommandLine(Buffer.from('mail FROM:<A@b.test>  '))).toEqual({
      verb: 'MAIL',
      argument: 'FROM:<A@b.test>',
    });
    expect(parseCommandLine(Buffer.from('NOOP'))).toEqual({ verb: 'NOOP', argument: '' });
  });

  it('is text in UTF-8 (RFC 6531 section 3.3)', () => {
    expect(parseCommandLine(Buffer.from('VRFY jörg'))).toEqual({ verb: 'VRFY', argument: 'jörg' });
    expect(parseCommandLine(Buffer.from([0x4e, 0xff]))).toBe('not-utf8');
  });

  it.each([
    ['NOOP', 512], // RFC 5321 section 4.5.3.1.4
    ['RCPT', 1012], // RFC 3461 section 5.1
    ['MAIL', 1183], // RFC 1870, 6152, 4954, 3461, 6531, 8689
    ['AUTH', 12_288], // RFC 4954 section 4
  ])('%s has at most %i octets with its end', (verb, octets) => {
    expect(isTooLong(verb, octets - 2)).toBe(false);
    expect(isTooLong(verb, octets - 1)).toBe(true);
  });
});
