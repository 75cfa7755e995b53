import { domainToASCII } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseDomain } from '../../../src/mail/domain-name.js';
import { failureFrom } from '../../failure-from.js';

const LABEL_63 = 'a'.repeat(63);

describe('a domain name', () => {
  it('is kept in lower case without its trailing dot', () => {
    expect(parseDomain('Example.COM.')).toBe('example.com');
  });

  it('is kept as A-labels, however it was typed (RFC 5890)', () => {
    expect(parseDomain('Bücher.example')).toBe('xn--bcher-kva.example');
    expect(parseDomain('bu\u0308cher.example')).toBe('xn--bcher-kva.example');
    expect(parseDomain('XN--bcher-KVA.example')).toBe('xn--bcher-kva.example');
  });

  it.each(['Example.COM', 'localhost', '_dmarc.a-b.Example', '4.x2', 'a_b.c1-d', 'R3---sn.example', 'a.b1'])(
    'is spelled as node spells it, common or not: %s',
    (text) => {
      expect(parseDomain(text)).toBe(domainToASCII(text));
    },
  );

  it('may have 253 octets and no more (RFC 1035 section 2.3.4)', () => {
    const longest = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'b'.repeat(59)}.c`;
    expect(longest).toHaveLength(253);
    expect(parseDomain(longest)).toBe(longest);
    expect(failureFrom(() => parseDomain(`b${longest}`)).code).toBe('name-invalid');
    expect(failureFrom(() => parseDomain(longest.replace(/c$/, 'cc'))).code).toBe('name-invalid');
  });

  it('may have labels of 63 octets and no more', () => {
    expect(parseDomain(`${LABEL_63}.example`)).toBe(`${LABEL_63}.example`);
    expect(failureFrom(() => parseDomain(`${LABEL_63}a.example`)).code).toBe('name-invalid');
  });

  it.each(['', '.', 'a..b', '.a', 'a..', '-a.example', 'a-.example', 'a b.example', ' a', 'a\n'])(
    'is refused where it has an impossible label: %j',
    (text) => {
      expect(failureFrom(() => parseDomain(text)).code).toBe('name-invalid');
    },
  );

  it.each([
    'a|b.example',
    'a\0.example',
    'a/b',
    'a\\b',
    'a?b',
    'a#b',
    'a@b',
    'a:25',
    'ex%61mple.com',
    'a／b',
  ])('is refused rather than cut short where it has foreign characters: %j', (text) => {
    expect(failureFrom(() => parseDomain(text)).code).toBe('name-invalid');
  });

  it.each(['127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::1]', '::1', '１２７.0.0.1'])(
    'is refused where it is an address: %j',
    (text) => {
      expect(failureFrom(() => parseDomain(text)).code).toBe('name-invalid');
    },
  );

  it('is refused in a message of bounded length that no terminal acts on', () => {
    const { message } = failureFrom(() => parseDomain(`\u001B[2J${'x'.repeat(1000)}`));
    expect(message.length).toBeLessThan(120);
    expect(message).not.toContain('\u001B');
  });
});
