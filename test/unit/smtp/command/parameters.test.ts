import { describe, expect, it } from '@jest/globals';
import { mailParameterChecks } from '../../../../src/smtp/command/mail-parameters.js';
import { parseParameters } from '../../../../src/smtp/command/parameters.js';
import { rcptParameterChecks } from '../../../../src/smtp/command/rcpt-parameters.js';

const FACTS = { messageSizeBytes: 1000, isSecure: true, offersLogin: true };

function mail(...words: string[]): unknown {
  const parsed = parseParameters(words, mailParameterChecks(FACTS));
  return parsed.kind === 'parsed' ? parsed.values : parsed.reply.code;
}

function rcpt(...words: string[]): unknown {
  const parsed = parseParameters(words, rcptParameterChecks());
  return parsed.kind === 'parsed' ? parsed.values : parsed.reply.code;
}

describe('parameters of MAIL', () => {
  it('are kept as given, by their names in capitals', () => {
    expect(mail('size=1000', 'Body=8bitMIME', 'smtputf8', 'RequireTLS', 'AUTH=<>', 'ENVID=x+2B')).toEqual({
      SIZE: '1000',
      BODY: '8bitMIME',
      SMTPUTF8: '',
      REQUIRETLS: '',
      AUTH: '<>',
      ENVID: 'x+2B',
    });
  });

  it.each([
    ['SIZE=1001', 552], // RFC 1870 section 6.1
    ['SIZE=123456789012345678901', 501],
    ['SIZE', 501],
    ['BODY=', 501],
    ['ENVID=', 501],
    ['AUTH=a=b', 501], // RFC 4954 section 5: xtext
    ['AUTH=', 501],
    ['REQUIRETLS=1', 501],
    ['__proto__=1', 501],
    ['constructor=1', 555],
  ])('refuse %s', (word, code) => {
    expect(mail(word)).toBe(code);
  });
});

describe('parameters of RCPT', () => {
  it('take lists and addresses of delivery reports (RFC 3461 section 4, RFC 6533 section 3)', () => {
    const words = ['NOTIFY=Success,failure', 'ORCPT=utf-8;jörg@example.com'];
    expect(rcpt(...words)).toEqual({ NOTIFY: 'Success,failure', ORCPT: 'utf-8;jörg@example.com' });
    expect(rcpt('ORCPT=utf-8;j\\x{F6}rg@example.com')).toBeInstanceOf(Object);
  });

  it.each([
    'NOTIFY=',
    'NOTIFY=NEVER,DELAY',
    'NOTIFY=SOON',
    'ORCPT=rfc822',
    'ORCPT=rfc822;a b',
    'ORCPT=rfc822;jörg',
  ])('refuse %s', (word) => {
    expect(rcpt(word)).toBe(501);
  });
});
