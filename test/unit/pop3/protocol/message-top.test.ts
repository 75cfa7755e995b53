import { describe, expect, it } from '@jest/globals';
import { MessageTop } from '../../../../src/pop3/protocol/message-top.js';

const HEADER = 'Subject: a\r\nTo: b\r\n\r\n';
const MESSAGE = `${HEADER}1\r\n\r\n3\r\n4`;

function topOf(message: string, lines: number, cut: number): string {
  const top = new MessageTop(lines);
  const pieces = [message.slice(0, cut), message.slice(cut)].map((piece) => top.cut(Buffer.from(piece)));
  return Buffer.concat(pieces).toString();
}

describe('the top of a message (RFC 1939 section 7)', () => {
  it.each([
    [0, HEADER],
    [1, `${HEADER}1\r\n`],
    [2, `${HEADER}1\r\n\r\n`],
    [3, `${HEADER}1\r\n\r\n3\r\n`],
    [4, MESSAGE],
    [2 ** 40, MESSAGE],
  ])('with %d lines of the body, wherever the message is cut', (lines, expected) => {
    for (let cut = 0; cut <= MESSAGE.length; cut += 1) expect(topOf(MESSAGE, lines, cut)).toBe(expected);
  });

  it('is all of a message without an empty line', () => {
    expect(topOf('Subject: a\r\nb\r\n', 0, 5)).toBe('Subject: a\r\nb\r\n');
  });

  it('begins with the body where there is no header', () => {
    expect(topOf('\r\na\r\nb\r\n', 1, 1)).toBe('\r\na\r\n');
  });

  it('says when it is complete, so that nobody reads further', () => {
    const top = new MessageTop(1);
    top.cut(Buffer.from(HEADER));
    expect(top.isComplete).toBe(false);
    top.cut(Buffer.from('1\r\n2'));
    expect(top.isComplete).toBe(true);
    expect(top.cut(Buffer.from('more'))).toHaveLength(0);
  });
});
