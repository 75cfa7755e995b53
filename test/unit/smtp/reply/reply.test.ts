import { describe, expect, it } from '@jest/globals';
import { replyText, signed } from '../../../../src/smtp/reply/reply.js';

describe('a reply on the wire', () => {
  it('has the status in each of its lines (RFC 2034 section 4)', () => {
    expect(replyText({ code: 214, status: '2.0.0', text: ['one', 'two'] })).toBe(
      '214-2.0.0 one\r\n214 2.0.0 two\r\n',
    );
  });

  it('cannot be ended or coloured by what a client said', () => {
    expect(replyText({ code: 550, text: 'a\r\n250 b\u001b[1m\u00e9' })).toBe('550 a??250 b?[1m?\r\n');
  });

  it('is at most 512 octets long (RFC 5321 section 4.5.3.1.5)', () => {
    const text = replyText({ code: 550, status: '5.1.1', text: 'x'.repeat(1000) });
    expect(text.length).toBeLessThanOrEqual(512);
  });

  it('says first who it is when it closes the connection (RFC 5321 section 4.2.3)', () => {
    expect(signed({ code: 421, status: '4.3.2', text: 'Too busy' }, 'mx.test').text).toBe('mx.test Too busy');
    expect(signed({ code: 221, text: 'Bye' }, 'mx.test').text).toBe('mx.test Bye');
    expect(signed({ code: 250, text: 'Ok' }, 'mx.test').text).toBe('Ok');
  });
});
