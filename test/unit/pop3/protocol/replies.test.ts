import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes, failureKinds, type FailureCode } from '../../../../src/base/failure.js';
import { capabilityReply } from '../../../../src/pop3/protocol/capabilities.js';
import { failureReply } from '../../../../src/pop3/protocol/failure-replies.js';
import { languageReply } from '../../../../src/pop3/protocol/languages.js';
import { partlyRemovedReply, replies, slowedReply } from '../../../../src/pop3/protocol/replies.js';

const everyReply = [
  ...Object.values(replies),
  ...Object.keys(failureCodes).map((code) => failureReply(new Failure(code as FailureCode, 'x'))),
  slowedReply(3.6e6),
  partlyRemovedReply(100_000),
];

describe('POP3 replies', () => {
  it.each(everyReply)('%j is one line of at most 512 octets of ASCII (RFC 2449 section 4)', (reply) => {
    expect(reply).toMatch(/^(\+OK [\x20-\x7E]+|-ERR [\x20-\x7E]+|\+ )\r\n$/);
    expect(reply.length).toBeLessThanOrEqual(512);
  });

  it.each(Object.keys(failureCodes) as FailureCode[])(
    'say of %s whether it will pass by itself (RFC 3206 section 4)',
    (code) => {
      const { kind } = failureCodes[code];
      const passes = ['conflict', 'temporary', 'overloaded', 'uncertain'].includes(kind);
      expect(Object.keys(failureKinds)).toContain(kind);
      expect(failureReply(new Failure(code, 'x'))).toMatch(
        passes ? /^-ERR \[SYS\/TEMP\]/ : /^-ERR \[SYS\/PERM\]/,
      );
    },
  );

  it('say nothing of what exactly failed', () => {
    expect(failureReply(new Failure('store-damaged', '/var/lib/secret'))).not.toContain('secret');
  });
});

function linesOf(terms: Parameters<typeof capabilityReply>[0]): readonly string[] {
  return capabilityReply(terms).split('\r\n');
}

describe('the capabilities (RFC 2449 section 5)', () => {
  it('are what the server can do', () => {
    expect(linesOf({ mayLogIn: true, mayStartTls: true, loginDelayMs: 0 })).toEqual([
      '+OK capabilities',
      'TOP',
      'UIDL',
      'USER',
      'SASL PLAIN',
      'STLS',
      'PIPELINING',
      'RESP-CODES',
      'AUTH-RESP-CODE',
      'EXPIRE NEVER',
      'UTF8 USER',
      'LANG',
      'IMPLEMENTATION CassMail',
      '.',
      '',
    ]);
  });

  it('invite no password that may not be sent (RFC 2449 section 6.3)', () => {
    const lines = linesOf({ mayLogIn: false, mayStartTls: true, loginDelayMs: 0 });
    expect(lines).not.toContain('USER');
    expect(lines).not.toContain('SASL PLAIN');
    expect(lines).toContain('STLS');
  });

  it('offer TLS only where there is any left to begin (RFC 2595 section 4)', () => {
    expect(linesOf({ mayLogIn: true, mayStartTls: false, loginDelayMs: 0 })).not.toContain('STLS');
  });

  it('announce the delay between logins in seconds (RFC 2449 section 6.5)', () => {
    const lines = linesOf({ mayLogIn: true, mayStartTls: true, loginDelayMs: 90_500 });
    expect(lines).toContain('LOGIN-DELAY 91');
  });
});

describe('LANG (RFC 6856 section 3)', () => {
  it('lists the languages', () => {
    expect(languageReply(undefined)).toBe('+OK languages\r\nen English\r\n.\r\n');
  });

  it.each(['en', 'EN', 'en-GB', '*', 'i-default'])('finds English for %j', (range) => {
    expect(languageReply(range)).toMatch(/^\+OK en /);
  });

  it.each(['MUL', 'de', 'english', 'e', 'en-'])('knows no %j', (range) => {
    expect(languageReply(range)).toMatch(/^-ERR /);
  });
});
