import { describe, expect, it } from '@jest/globals';
import { traceHeader, type Passage } from '../../../../src/smtp/content/received-header.js';

const BOB = { localPart: 'bob', domain: 'example.com', text: 'bob@example.com' };

const PASSAGE: Passage = {
  sender: undefined,
  helo: 'client.test',
  client: '192.0.2.1',
  hostname: 'mx.test',
  isExtended: true,
  encryption: undefined,
  isLoggedIn: false,
  isUtf8: false,
  onlyRecipient: BOB,
};

function header(passage: Partial<Passage>): string {
  return traceHeader({ ...PASSAGE, ...passage }, 'id-1', Date.UTC(2026, 0, 2, 3, 4, 5));
}

describe('the trace lines (RFC 5321 section 4.4)', () => {
  it('name sender, client, ourselves, the id, the only recipient and the time', () => {
    expect(header({ sender: BOB })).toBe(
      'Return-Path: <bob@example.com>\r\n' +
        'Received: from client.test ([192.0.2.1])\r\n' +
        '\tby mx.test with ESMTP id id-1\r\n' +
        '\tfor <bob@example.com>;\r\n' +
        '\tFri, 2 Jan 2026 03:04:05 +0000\r\n',
    );
  });

  it('keep recipients from each other (section 7.2)', () => {
    expect(header({ onlyRecipient: undefined })).not.toContain('bob');
  });

  it('do not repeat a HELO that is no name', () => {
    expect(header({ helo: 'x) (y', client: '2001:db8::1' })).toContain(
      'from [IPv6:2001:db8::1] ([IPv6:2001:db8::1])\r\n',
    );
    expect(header({ helo: '[192.0.2.9]' })).toContain('from [192.0.2.9] ([192.0.2.1])\r\n');
  });

  it.each<[string, Partial<Passage>]>([
    ['SMTP', { isExtended: false }],
    ['ESMTPS (TLSv1.3 X)', { encryption: 'TLSv1.3 X' }],
    ['ESMTPA', { isLoggedIn: true }],
    ['ESMTPSA (T)', { isLoggedIn: true, encryption: 'T' }],
    ['UTF8SMTP', { isUtf8: true }],
    ['UTF8SMTPSA (T)', { isUtf8: true, isLoggedIn: true, encryption: 'T' }],
  ])('call the protocol %s (RFC 3848, RFC 6531 section 4.3)', (name, passage) => {
    expect(header(passage)).toContain(` with ${name} id id-1`);
  });
});
