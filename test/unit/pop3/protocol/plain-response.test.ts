import { describe, expect, it } from '@jest/globals';
import { parsePlainResponse } from '../../../../src/pop3/protocol/plain-response.js';

const encoded = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

describe('a response of SASL PLAIN (RFC 4616 section 2)', () => {
  it.each([
    ['\0anne\0secret', { user: 'anne', password: 'secret' }],
    ['anne\0anne\0secret', { user: 'anne', password: 'secret' }],
    ['\0anne@example.com|outbox\0p w', { user: 'anne@example.com|outbox', password: 'p w' }],
    ['\0gr\u00fcn\0\u{1f511}', { user: 'gr\u00fcn', password: '\u{1f511}' }],
  ])('%j is understood', (text, credentials) => {
    expect(parsePlainResponse(encoded(text))).toEqual(credentials);
  });

  it('asks for nobody else to be acted for', () => {
    expect(parsePlainResponse(encoded('bob\0anne\0secret'))).toBe('not-authorized');
  });

  it.each([
    '',
    '=',
    '!',
    'AGEA',
    'AGE AYg==',
    'AGEAYg=',
    'AGEAYg',
    'AGEAYg==x',
    encoded('anne\0secret'),
    encoded('\0anne\0secret\0'),
    encoded('\0\0secret'),
    encoded('\0anne\0'),
    encoded(Buffer.from([0, 0xff, 0, 0x61])),
  ])('%j is malformed (RFC 5034 section 4)', (line) => {
    expect(parsePlainResponse(line)).toBe('malformed');
  });
});
