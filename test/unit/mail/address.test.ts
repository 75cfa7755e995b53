import { describe, expect, it } from '@jest/globals';
import { addressOfLogin, loginOfAddress, parseMailAddress } from '../../../src/mail/address.js';
import { failureFrom } from '../../failure-from.js';

const ASCII = { isUtf8Allowed: false };
const UTF8 = { isUtf8Allowed: true };

function canonical(text: string, syntax = ASCII): string {
  return parseMailAddress(text, syntax).text;
}

function codeOf(text: string, syntax = ASCII): string {
  return failureFrom(() => parseMailAddress(text, syntax)).code;
}

describe('a mail address', () => {
  it.each([
    ['anne@example.com', 'anne', 'example.com'],
    ['Anne.Marie+box@Example.COM', 'Anne.Marie+box', 'example.com'],
    ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~", 'example.com'],
    ['a@b', 'a', 'b'],
    ['a@1.example', 'a', '1.example'],
    ['a@my_host.example', 'a', 'my_host.example'],
    ['a@xn--bcher-kva.example', 'a', 'xn--bcher-kva.example'],
    ['a@XN--BCHER-KVA.example', 'a', 'xn--bcher-kva.example'],
  ])('of atoms is taken apart; the case of the local part is kept (RFC 5321 section 2.4): %j', (...row) => {
    const [text, localPart, domain] = row;
    expect(parseMailAddress(text, ASCII)).toEqual({ localPart, domain, text: `${localPart}@${domain}` });
  });

  it.each([
    ['"a b"@example.com', 'a b', '"a b"@example.com'],
    ['"anne"@example.com', 'anne', 'anne@example.com'],
    [String.raw`"\a\n\n\e"@example.com`, 'anne', 'anne@example.com'],
    [String.raw`"a\"b\\c"@example.com`, String.raw`a"b\c`, String.raw`"a\"b\\c"@example.com`],
    ['"a@b"@example.com', 'a@b', '"a@b"@example.com'],
    ['"a..b"@example.com', 'a..b', '"a..b"@example.com'],
    ['".a"@example.com', '.a', '".a"@example.com'],
    ['"<>,:;()[]"@example.com', '<>,:;()[]', '"<>,:;()[]"@example.com'],
    ['""@example.com', '', '""@example.com'],
    ['"postmaster"@example.com', 'postmaster', 'postmaster@example.com'],
  ])(
    'with quotes is the text within; it is quoted where it must be (RFC 5321 section 4.1.2): %j',
    (...row) => {
      const [given, localPart, text] = row;
      expect(parseMailAddress(given, ASCII)).toEqual({ localPart, domain: 'example.com', text });
    },
  );

  it.each([
    ['a@[192.0.2.1]', 'a@[192.0.2.1]'],
    ['a@[IPv6:2001:DB8::1]', 'a@[IPv6:2001:db8::1]'],
    ['a@[ipv6:::ffff:192.0.2.1]', 'a@[IPv6:::ffff:192.0.2.1]'],
  ])('may be at an address literal (RFC 5321 section 4.1.3): %j', (given, text) => {
    expect(canonical(given)).toBe(text);
  });

  it.each([
    '[]',
    '[192.0.2]',
    '[192.0.2.256]',
    '[192.0.2.01]',
    '[2001:db8::1]',
    '[IPv6:192.0.2.1]',
    '[IPv6:fe80::1%0]',
  ])('is refused at what is no address literal: %j', (literal) => {
    expect(codeOf(`a@${literal}`)).toBe('address-invalid');
    expect(codeOf(`a@${literal}x`)).toBe('address-invalid');
  });

  it.each([
    ['@relay.example:anne@example.com', 'anne@example.com'],
    ['@a.example,@b.example:anne@example.com', 'anne@example.com'],
    ['@[192.0.2.1],@[IPv6:::1]:"a b"@example.com', '"a b"@example.com'],
  ])('loses its source route (RFC 5321 section 4.1.1.3): %j', (given, text) => {
    expect(canonical(given)).toBe(text);
  });

  it.each([
    '@a.example:',
    '@a.example',
    '@:anne@example.com',
    '@a.example,b.example:anne@example.com',
    '@a,@:a@b',
  ])('is refused with a source route that is none: %j', (text) => {
    expect(codeOf(text)).toBe('address-invalid');
  });

  it.each(['postmaster', 'Postmaster', 'POSTMASTER'])(
    'may be the bare postmaster in any case (RFC 5321 section 4.1.1.3): %j',
    (text) => {
      expect(parseMailAddress(text, ASCII)).toEqual({ localPart: text, domain: '', text });
    },
  );

  it.each([
    ['', '@', 'anne', 'anne@', '@example.com', 'a@b@c', 'anne@example.com ', ' anne@example.com'],
    ['a b@example.com', '.a@example.com', 'a.@example.com', 'a..b@example.com', 'a(b)@example.com'],
    ['a@example.com.', 'a@example..com', 'a@-example.com', 'a@example-.com', 'a@exa mple.com', 'a@a/b'],
    ['a@127.0.0.1', 'a@1', 'a@0x7f', 'a@example.com\0', 'a\0@example.com', 'a\r\nb@example.com', 'a\tb@x'],
    [
      '"a@example.com',
      '"a"b@example.com',
      'a"b"@example.com',
      '"a\\"@example.com',
      '"a\u007f"@x',
      '"a\nb"@x',
    ],
    ['"a\\\u0001"@x', 'a@xn--\u00e9', 'a@xn--a', '<a@b>', 'a@b>', 'a,b@example.com', 'a:b@example.com'],
  ])('is refused where it is none', (...texts) => {
    for (const text of texts) expect([text, codeOf(text, UTF8)]).toEqual([text, 'address-invalid']);
  });

  it('may have a local part of 64 octets, quotes included, and no more (RFC 5321 section 4.5.3.1.1)', () => {
    for (const longest of ['a'.repeat(64), `"${' '.repeat(62)}"`]) {
      expect(canonical(`${longest}@example.com`)).toBe(`${longest}@example.com`);
    }
    for (const longer of ['a'.repeat(65), `"${' '.repeat(63)}"`]) {
      expect(codeOf(`${longer}@example.com`)).toBe('address-invalid');
    }
    expect(codeOf(`${'é'.repeat(33)}@example.com`, UTF8)).toBe('address-invalid');
  });

  it('may have 254 octets, so that its path has 256, and no more (RFC 5321 section 4.5.3.1.3)', () => {
    const domain = Array.from({ length: 4 }, () => 'd'.repeat(59)).join('.');
    const longest = `${'a'.repeat(254 - 1 - domain.length)}@${domain}`;
    expect(canonical(longest)).toHaveLength(254);
    expect(canonical(`@relay.example:${longest}`)).toBe(longest);
    expect(codeOf(`a${longest}`)).toBe('address-invalid');
    expect(codeOf(`"a\\b${'x'.repeat(2000)}"@example.com`)).toBe('address-invalid');
  });

  it('has labels of 63 octets and no more (RFC 1035 section 2.3.4)', () => {
    expect(canonical(`a@${'d'.repeat(63)}.example`)).toContain('d');
    expect(codeOf(`a@${'d'.repeat(64)}.example`)).toBe('address-invalid');
  });

  it('is refused beyond ASCII where SMTPUTF8 was not announced (RFC 6531 section 3.4)', () => {
    for (const text of ['jos\u00e9@example.com', 'a@b\u00fccher.example', '"\u00e9 b"@example.com']) {
      expect(codeOf(text)).toBe('address-not-ascii');
    }
  });

  it('is kept as it was given with SMTPUTF8; its domain becomes A-labels (RFC 6531 section 3.2)', () => {
    expect(canonical('\u7528\u6237@B\u00fccher.example', UTF8)).toBe('\u7528\u6237@xn--bcher-kva.example');
    expect(parseMailAddress('jose\u0301@example.com', UTF8).localPart).toBe('jose\u0301');
    expect(canonical('"\u00e9 b"@example.com', UTF8)).toBe('"\u00e9 b"@example.com');
  });

  it.each(['a\u0085b@x', 'a\u2028b@x', 'a\ud800b@x', 'a\ufffdb@x', 'a\u00a0b@x', 'a\u3000b@x'])(
    'is refused with what is unseen or no UTF-8, also with SMTPUTF8: %j',
    (text) => {
      expect(codeOf(text, UTF8)).toBe('address-invalid');
    },
  );

  it('is parsed to itself once it is parsed', () => {
    for (const text of [
      '"a\\"b"@X',
      '@r:a@[IPv6:::1]',
      'Anne@Example.com',
      'jose\u0301@b\u00fccher.example',
    ]) {
      const address = parseMailAddress(text, UTF8);
      expect(parseMailAddress(address.text, UTF8)).toEqual(address);
    }
  });

  it('that is hostile takes no longer than its length', () => {
    const hostile = [
      'a'.repeat(510),
      '"\\'.repeat(255),
      '@a,'.repeat(170),
      `${'a.'.repeat(30)}@${'a-'.repeat(200)}`,
    ];
    for (let times = 0; times < 1000; times += 1) {
      for (const text of hostile) expect(codeOf(text)).toBe('address-invalid');
    }
  }, 10_000);

  it('says in few words what is wrong', () => {
    const { message } = failureFrom(() => parseMailAddress(`\u001b[31m${'a'.repeat(10_000)}`, ASCII));
    expect(message.length).toBeLessThan(200);
    expect(message).not.toContain('\u001b');
  });
});

describe('the address of a login', () => {
  it.each(['anne@example.com', '"a b"@example.com', String.raw`"a\"\\b"@example.com`, '"a@b"@example.com'])(
    '%s has its quotes, so that mail can be sent to it',
    (text) => {
      const login = loginOfAddress(parseMailAddress(text, { isUtf8Allowed: false }), {
        isLocalPartFolded: true,
      });
      expect(login && addressOfLogin(login)).toBe(text);
    },
  );
});

describe('the login of an address', () => {
  const folded = { isLocalPartFolded: true };

  it('is composed and folded, however the address was spelt', () => {
    const address = parseMailAddress('"JOSE\u0301"@Example.com', UTF8);
    expect(loginOfAddress(address, folded)).toBe('jos\u00c9@example.com');
    expect(loginOfAddress(parseMailAddress('Anne@x', ASCII), { isLocalPartFolded: false })).toBe('Anne@x');
  });

  it.each(['postmaster', 'a@[192.0.2.1]', '"a|b"@example.com', '""@example.com', '" a"@example.com'])(
    'is none where no user can have that address: %j',
    (text) => {
      expect(loginOfAddress(parseMailAddress(text, ASCII), folded)).toBeUndefined();
    },
  );
});
