import { describe, expect, it } from '@jest/globals';
import { CommandLines, type CommandLine } from '../../../../src/pop3/protocol/command-lines.js';

function linesOf(...pieces: readonly (string | Uint8Array)[]): readonly (CommandLine | undefined)[] {
  const lines = new CommandLines();
  const found: CommandLine[] = [];
  for (const piece of pieces) {
    lines.feed(typeof piece === 'string' ? Buffer.from(piece) : piece);
    for (let line = lines.take(); line !== undefined; line = lines.take()) found.push(line);
  }
  return found;
}

const text = (line: string): CommandLine => ({ kind: 'text', text: line });

describe('lines of commands', () => {
  it('are cut at CRLF whatever pieces they come in (RFC 1939 section 3)', () => {
    const all = 'USER anne\r\nPASS p\r\n\r\nQUIT\r\n';
    const expected = [text('USER anne'), text('PASS p'), text(''), text('QUIT')];
    expect(linesOf(all)).toEqual(expected);
    expect(linesOf(...Array.from(all))).toEqual(expected);
  });

  it('end at a bare LF too', () => {
    expect(linesOf('STAT\nQUIT\n')).toEqual([text('STAT'), text('QUIT')]);
  });

  it('may have 255 octets with CRLF and no more (RFC 2449 section 4)', () => {
    const longest = `USER ${'x'.repeat(248)}`;
    expect(linesOf(`${longest}\r\nQUIT\r\n`)).toEqual([text(longest), text('QUIT')]);
    expect(linesOf(`${longest}x\r\nQUIT\r\n`)).toEqual([{ kind: 'too-long' }, text('QUIT')]);
  });

  it('are said to be too long once and at once, and the rest is skipped (RFC 2449 section 4)', () => {
    const lines = new CommandLines();
    lines.feed(Buffer.alloc(255, 'x'));
    expect(lines.take()).toEqual({ kind: 'too-long' });
    for (let piece = 0; piece < 100; piece += 1) {
      lines.feed(Buffer.alloc(1000, 'x'));
      expect(lines.take()).toBeUndefined();
      expect(lines.waitingOctets).toBe(0);
    }
    lines.feed(Buffer.from('x\r\nNOOP\r\n'));
    expect(lines.take()).toEqual(text('NOOP'));
  });

  it('may be longer where the caller says so (RFC 5034 section 4)', () => {
    const lines = new CommandLines();
    lines.feed(Buffer.from(`${'A'.repeat(1000)}\r\n`));
    expect(lines.take(2048)).toEqual(text('A'.repeat(1000)));
  });

  it('may have UTF-8 (RFC 6856 section 2.2), whole or in pieces', () => {
    const octets = Buffer.from('USER gr\u00fcn\u{1f600}\r\n');
    expect(linesOf(octets)).toEqual([text('USER gr\u00fcn\u{1f600}')]);
    expect(linesOf(octets.subarray(0, 8), octets.subarray(8))).toEqual([text('USER gr\u00fcn\u{1f600}')]);
  });

  it.each([
    ['what is no UTF-8 (RFC 6856 section 2.2)', [0x55, 0xfc, 0x0d, 0x0a]],
    ['an overlong form', [0xc0, 0xaf, 0x0d, 0x0a]],
    ['NUL', [0x41, 0x00, 0x0d, 0x0a]],
    ['a CR within', [0x41, 0x0d, 0x41, 0x0d, 0x0a]],
    ['a control character of the C1 set', [0xc2, 0x85, 0x0d, 0x0a]],
  ])('are no text with %s', (_what, octets) => {
    expect(linesOf(Buffer.from(octets), 'NOOP\r\n')).toEqual([{ kind: 'not-text' }, text('NOOP')]);
  });

  it('are known for binary before they end, as the hello of TLS is', () => {
    expect(linesOf(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))).toEqual([{ kind: 'not-text' }]);
  });

  it('can be looked at before they are taken', () => {
    const lines = new CommandLines();
    lines.feed(Buffer.from('RETR 1\r\nRETR 2\r\nRE'));
    expect(lines.peek(1)).toEqual(text('RETR 2'));
    expect(lines.peek(0)).toEqual(text('RETR 1'));
    expect(lines.peek(2)).toBeUndefined();
    expect([lines.take(), lines.take(), lines.take()]).toEqual([text('RETR 1'), text('RETR 2'), undefined]);
  });
});
