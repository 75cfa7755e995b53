import { describe, expect, it } from '@jest/globals';
import { DotStuffing } from '../../../../src/mail/content/dot-stuffing.js';

function stuffed(chunks: readonly Uint8Array[]): string {
  const stuffing = new DotStuffing();
  const pieces = chunks.map((chunk) => Buffer.from(stuffing.stuff(chunk)).toString('latin1'));
  return `${pieces.join('')}${stuffing.end()}`;
}

function octets(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** What a client makes of it (RFC 1939 section 3). */
function unstuffed(reply: string): string {
  expect(reply).toMatch(/(^|\r\n)\.\r\n$/);
  return reply.slice(0, -3).replace(/(^|\r\n)\./g, '$1');
}

const MESSAGES = [
  '',
  '.',
  '.\r\n',
  '..\r\n',
  '\r\n',
  '\r\n.\r\n',
  'a\r\n.\r\n.b\r\n...\r\n',
  'no end',
  'ends in CR\r',
  'a\r\n\0.\r\n.\0\xff\r\n',
  '.\r\n'.repeat(100),
  `${'x'.repeat(40)}\r\n.${'y'.repeat(40)}\r\n.z\r\n`,
];

describe('dot-stuffing (RFC 1939 section 3)', () => {
  it.each(MESSAGES)('of %j can be undone, wherever the message is cut', (message) => {
    const whole = message.endsWith('\r\n') || message === '' ? message : `${message}\r\n`;
    for (let cut = 0; cut <= Math.min(message.length, 50); cut += 1) {
      const reply = stuffed([octets(message.slice(0, cut)), octets(message.slice(cut))]);
      expect(unstuffed(reply)).toBe(whole);
      expect(reply.slice(0, -3)).not.toMatch(/(^|\r\n)\.\r\n/);
    }
    expect(unstuffed(stuffed([...octets(message)].map((octet) => Buffer.of(octet))))).toBe(whole);
  });

  it('ends a message that has no CRLF at its end with one', () => {
    expect(stuffed([octets('x')])).toBe('x\r\n.\r\n');
    expect(stuffed([octets('x\r\n')])).toBe('x\r\n.\r\n');
    expect(stuffed([])).toBe('.\r\n');
  });

  it('does not copy what has no line of a dot', () => {
    const chunk = octets('a. b\r\nc.\r\n');
    expect(new DotStuffing().stuff(chunk)).toBe(chunk);
  });

  it('lets no line of a bare LF end the reply for a lenient client', () => {
    expect(stuffed([octets('a\n.\nb\r\n')])).toBe('a\n..\nb\r\n.\r\n');
  });
});
