import { describe, expect, it } from '@jest/globals';
import { headerEnd, needsUtf8Mode } from '../../../../src/pop3/protocol/header-charset.js';

describe('the header of a message', () => {
  it('ends before the empty line', () => {
    expect(headerEnd(Buffer.from('a: b\r\nc: d\r\n\r\nbody\r\n\r\n'))).toBe(12);
    expect(headerEnd(Buffer.from('\r\nbody'))).toBe(0);
    expect(headerEnd(Buffer.from('a: b\r\n'))).toBeUndefined();
  });

  it('needs UTF-8 mode where it has UTF-8 beyond ASCII (RFC 6856 section 2.1)', () => {
    expect(needsUtf8Mode(Buffer.from('Subject: gr\u00fcn\r\n'))).toBe(true);
    expect(needsUtf8Mode(Buffer.from('Subject: green\r\n'))).toBe(false);
  });

  it('needs none where it has octets of an older character set, which were never UTF-8', () => {
    expect(needsUtf8Mode(Buffer.from('Subject: gr\u00fcn\r\n', 'latin1'))).toBe(false);
  });
});
