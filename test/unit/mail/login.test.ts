import { describe, expect, it } from '@jest/globals';
import { domainOf, parseLogin } from '../../../src/mail/login.js';
import { failureFrom } from '../../failure-from.js';

describe('a login', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+mail@Example.COM', 'ada.lovelace+mail@example.com'],
    ['ada@example.com.', 'ada@example.com'],
    ['ada@Bücher.example', 'ada@xn--bcher-kva.example'],
    ['a@b@example.com', 'a@b@example.com'],
  ])('is kept in one spelling: %j', (text, login) => {
    expect(parseLogin(text)).toBe(login);
  });

  it.each(['тест@example.com', '用户@example.com', 'مستخدم@example.com', 'GROẞ@example.com'.toLowerCase()])(
    'may be in any script: %j',
    (text) => {
      expect(parseLogin(text)).toBe(text);
    },
  );

  it('is the same name however its letters were composed', () => {
    expect(parseLogin('jose\u0301@example.com')).toBe(parseLogin('jos\u00e9@example.com'));
  });

  it('folds ASCII only, so that no script is mangled', () => {
    expect(parseLogin('İZMİR@example.com')).toBe('İzmİr@example.com');
  });

  it('keeps the case of its local part, and of nothing else, where a site tells them apart', () => {
    expect(parseLogin('Anne@Example.COM', { isLocalPartFolded: false })).toBe('Anne@example.com');
  });

  it('is parsed to itself once it is parsed', () => {
    for (const text of ['Ada@Example.com', 'jose\u0301@bücher.example', 'İ@example.com']) {
      const login = parseLogin(text);
      expect(parseLogin(login)).toBe(login);
    }
  });

  it.each(['', '@', 'ada', 'ada@', '@example.com', 'ada@-x', 'ada@127.0.0.1', 'ada@[127.0.0.1]', 'ada@a/b'])(
    'is refused where it is not user@domain: %j',
    (text) => {
      expect(failureFrom(() => parseLogin(text))).toMatchObject({ code: 'name-invalid', kind: 'input' });
    },
  );

  it.each(['a|b@example.com', 'a\0b@example.com', 'a\nb@example.com', ' a@example.com', 'a @example.com'])(
    'is refused with a character that no login may have: %j',
    (text) => {
      expect(failureFrom(() => parseLogin(text)).code).toBe('name-invalid');
    },
  );

  it('may have a local part of 64 octets and no more (RFC 5321 section 4.5.3.1.1)', () => {
    const longest = `${'é'.repeat(32)}@example.com`;
    expect(parseLogin(longest)).toBe(longest);
    expect(failureFrom(() => parseLogin(`a${longest}`)).message).toContain('65 octets');
    expect(failureFrom(() => parseLogin(`${'a'.repeat(1000)}@example.com`)).message.length).toBeLessThan(150);
  });

  it('knows its domain', () => {
    expect(domainOf(parseLogin('a@b@Example.com'))).toBe('example.com');
  });
});
