import { describe, expect, it } from '@jest/globals';
import { INBOX, OUTBOX, parseMailboxName } from '../../../src/mail/mailbox-name.js';
import { failureFrom } from '../../failure-from.js';

describe('a mailbox name', () => {
  it.each([
    'work',
    'Work',
    'Rechnungen 2026',
    'архив',
    '受信箱',
    'أرشيف',
    'a.b',
    '...',
    '👩‍👩‍👧'.replaceAll('\u200D', ''),
  ])('is kept as the user calls it, in any script: %j', (text) => {
    expect(parseMailboxName(text)).toBe(text);
  });

  it('is the same name however its letters were composed', () => {
    expect(parseMailboxName('Entwu\u0308rfe')).toBe('Entw\u00fcrfe');
  });

  it('is that of the inbox or the outbox in any case', () => {
    expect(parseMailboxName('INBOX')).toBe(INBOX);
    expect(parseMailboxName('Inbox')).toBe(INBOX);
    expect(parseMailboxName('OutBox')).toBe(OUTBOX);
  });

  it.each([
    ['', 'empty'],
    ['a|b', 'separates user and mailbox'],
    ['a/b', 'slash'],
    ['.', 'folder'],
    ['..', 'folder'],
    [' a', 'white space'],
    ['a\u00a0', 'white space'],
    ['a\0b', 'control'],
    ['a\r\nb', 'control'],
    ['\u001B[31mred', 'control'],
    ['a\u007Fb', 'control'],
    ['a\u200Bb', 'invisible'],
    ['\u202Egnp.exe', 'invisible'],
    ['\uFEFFa', 'invisible'],
    ['a\u2028b', 'invisible'],
    ['a\uD800b', 'invisible'],
  ])('is refused, with the reason, when it is %j', (text, reason) => {
    const failure = failureFrom(() => parseMailboxName(text));
    expect(failure).toMatchObject({ code: 'name-invalid', kind: 'input' });
    expect(failure.message).toContain(reason);
  });

  it('may have 200 octets and no more, counted as they are stored', () => {
    const longest = '箱'.repeat(66) + 'ab';
    expect(parseMailboxName(longest)).toBe(longest);
    expect(failureFrom(() => parseMailboxName(`${longest}c`)).message).toContain('201 octets');
  });

  it('is refused at 1,000 characters, in a message that stays short', () => {
    const { message } = failureFrom(() => parseMailboxName('x'.repeat(1000)));
    expect(message).toContain('1000 octets; at most 200');
    expect(message.length).toBeLessThan(150);
  });

  it('is refused in a message that shows no character a terminal would act on', () => {
    expect(failureFrom(() => parseMailboxName('a\u001B[2J\u202E/b')).message).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
  });
});
