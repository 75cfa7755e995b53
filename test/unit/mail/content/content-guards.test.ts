// What the guards let through, octet by octet, however the content is cut into chunks.
import { describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '../../../../src/base/failure.js';
import {
  ContentGuards,
  guardedContent,
  type ContentRules,
} from '../../../../src/mail/content/content-guards.js';

const rules: ContentRules = {
  bareNewlines: 'refuse',
  messageSize: 10_000_000,
  headerSize: 300_000,
  receivedHeaders: 100,
};
const missing = { date: 'Thu, 1 Jan 2026 00:00:00 +0000', messageId: '<1@mx.example.com>' };
const DATE = `Date: ${missing.date}\r\n`;
const MESSAGE_ID = `Message-ID: ${missing.messageId}\r\n`;

function guarded(text: string, pieceBytes: number, special: Partial<ContentRules> = {}): string {
  const guards = new ContentGuards({ ...rules, ...special });
  const bytes = Buffer.from(text, 'latin1');
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    out.push(...guards.feed(bytes.subarray(at, at + pieceBytes)));
  out.push(...guards.end());
  expect(out.every((piece) => piece.length > 0)).toBe(true);
  return Buffer.concat(out).toString('latin1');
}

function refusal(text: string, pieceBytes: number, special: Partial<ContentRules> = {}): FailureCode {
  try {
    guarded(text, pieceBytes, special);
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  throw new Error('it was let through');
}

/** Whole, in the usual pieces, and as the slowest client sends it. */
const PIECES = [1_000_000, 7, 2, 1];

describe.each(PIECES)('the content of a message in pieces of %d octets', (pieceBytes) => {
  it.each([
    ['a message', 'Subject: x\r\n\r\nHello\r\n'],
    ['nothing', ''],
    ['an empty line', '\r\n'],
    ['a body without a header', 'Hello world\r\n'],
    ['a folded header', 'Subject: x\r\n y\r\n\tz\r\n\r\nbody\r\n'],
    ['white space first', ' Subject: x\r\n\r\nbody\r\n'],
    ['NUL and all other octets', `a: b\r\n\r\n${allOctets()}\r\n`],
    ['dots', 'a: b\r\n\r\n.\r\n..\r\n.x\r\n'],
    ['only empty lines', '\r\n'.repeat(500)],
    ['a line of 10,000 octets', `a: b\r\n\r\n${'x'.repeat(10_000)}\r\n`],
    ['a field name of 10,000 octets', `${'x'.repeat(10_000)}: y\r\n\r\nbody\r\n`],
    ['CRLF after many very short lines', `a: b\r\n\r\n${'a\r\n'.repeat(200)}`],
  ])('leaves %s as it is', (_what, text) => {
    expect(guarded(text, pieceBytes)).toBe(text);
    expect(guarded(text, pieceBytes, { bareNewlines: 'normalise' })).toBe(text);
  });

  it('ends the last line where the sender did not', () => {
    expect(guarded('a: b\r\n\r\nHello', pieceBytes)).toBe('a: b\r\n\r\nHello\r\n');
    expect(guarded('a: b', pieceBytes)).toBe('a: b\r\n');
  });

  const bare: [what: string, text: string, normal: string][] = [
    ['LF alone', 'a: b\r\n\r\nx\ny\r\n', 'a: b\r\n\r\nx\r\ny\r\n'],
    ['CR alone', 'a: b\r\n\r\nx\ry\r\n', 'a: b\r\n\r\nx\r\ny\r\n'],
    ['LF first', '\na\r\n', '\r\na\r\n'],
    ['CR last', 'a: b\r\n\r\nx\r', 'a: b\r\n\r\nx\r\n'],
    ['LF last', 'a: b\r\n\r\nx\n', 'a: b\r\n\r\nx\r\n'],
    ['CR CR LF', 'x\r\r\ny\r\n', 'x\r\n\r\ny\r\n'],
    ['CR LF LF', 'x\r\n\ny\r\n', 'x\r\n\r\ny\r\n'],
    ['LF CR', 'x\n\ry\r\n', 'x\r\n\r\ny\r\n'],
    ['one after many very short lines', `${'a\r\n'.repeat(200)}\n`, `${'a\r\n'.repeat(200)}\r\n`],
    ['CR after many very short lines', `${'a\r\n'.repeat(200)}\rb`, `${'a\r\n'.repeat(200)}\r\nb\r\n`],
    [
      'a smuggled end of data',
      'a: b\r\n\r\nx\n.\r\nMAIL FROM:<>\r\n',
      'a: b\r\n\r\nx\r\n.\r\nMAIL FROM:<>\r\n',
    ],
  ];

  it.each(bare)('refuses %s', (_what, text, _normal) => {
    expect(refusal(text, pieceBytes)).toBe('bare-newline');
  });

  it.each(bare)('makes %s CRLF where it should', (_what, text, normal) => {
    expect(guarded(text, pieceBytes, { bareNewlines: 'normalise' })).toBe(normal);
  });

  it('takes a message as large as allowed, and none that is larger', () => {
    const text = 'a: b\r\n\r\n123\r\n';
    expect(guarded(text, pieceBytes, { messageSize: text.length })).toBe(text);
    expect(refusal(text, pieceBytes, { messageSize: text.length - 1 })).toBe('message-too-large');
  });

  it('takes a header as large as allowed, and none that is larger', () => {
    const header = 'a: b\r\nSubject: x\r\n';
    const text = `${header}\r\n${'x'.repeat(100)}\r\n`;
    expect(guarded(text, pieceBytes, { headerSize: header.length })).toBe(text);
    expect(refusal(text, pieceBytes, { headerSize: header.length - 1 })).toBe('header-too-large');
    expect(refusal(`a: ${'x'.repeat(1000)}`, pieceBytes, { headerSize: 500 })).toBe('header-too-large');
  });

  it('finds a loop by the Received lines of the header, whatever their case, and by no others', () => {
    const loop = 'Received: x\r\n by y\r\nRECEIVED : z\r\nreceived:\r\n';
    expect(refusal(`${loop}\r\n`, pieceBytes, { receivedHeaders: 3 })).toBe('mail-loop');
    expect(guarded(`${loop}\r\n`, pieceBytes, { receivedHeaders: 4 })).toBe(`${loop}\r\n`);
    const others = `Received-SPF: x\r\nX-Received: y\r\na:\r\n Received: z\r\n\r\n${loop}`;
    expect(guarded(others, pieceBytes, { receivedHeaders: 1 })).toBe(others);
  });

  it.each([
    ['has neither', 'a: b\r\n\r\nHi\r\n', `a: b\r\n${DATE}${MESSAGE_ID}\r\nHi\r\n`],
    ['has a date', 'DATE: x\r\n\r\nHi\r\n', `DATE: x\r\n${MESSAGE_ID}\r\nHi\r\n`],
    ['has a message id', 'message-id: x\r\n\r\nHi\r\n', `message-id: x\r\n${DATE}\r\nHi\r\n`],
    ['has both', 'Message-ID: x\r\nDate: y\r\n\r\nHi\r\n', 'Message-ID: x\r\nDate: y\r\n\r\nHi\r\n'],
    ['has a body only', 'Hello world\r\n', `${DATE}${MESSAGE_ID}\r\nHello world\r\n`],
    ['begins with an empty line', '\r\nDate: x\r\n', `${DATE}${MESSAGE_ID}\r\nDate: x\r\n`],
    ['is empty', '', `${DATE}${MESSAGE_ID}`],
    ['has a header only', 'a: b\r\n', `a: b\r\n${DATE}${MESSAGE_ID}`],
    ['has a header without an end', 'a: b', `a: b\r\n${DATE}${MESSAGE_ID}`],
    ['has text right after a field', 'a: b\r\nHi there\r\n', `a: b\r\n${DATE}${MESSAGE_ID}\r\nHi there\r\n`],
    ['has one word', 'Hello', `${DATE}${MESSAGE_ID}\r\nHello\r\n`],
    ['names them in its body', 'a: b\r\n\r\nDate: x\r\n', `a: b\r\n${DATE}${MESSAGE_ID}\r\nDate: x\r\n`],
  ])('adds what is missing to a submitted message that %s', (_what, text, completed) => {
    expect(guarded(text, pieceBytes, { missing })).toBe(completed);
  });
});

describe('guarded content', () => {
  it('reads to the end before it says what was wrong with the beginning', async () => {
    let read = 0;
    async function* content(): AsyncGenerator<Uint8Array> {
      for (; read < 5; read += 1) yield Buffer.from('a\nb');
    }
    const all = guardedContent(content(), new ContentGuards(rules));
    await expect(all.next()).rejects.toMatchObject({ code: 'bare-newline' });
    expect(read).toBe(5);
  });

  it('fails as the content fails', async () => {
    const all = guardedContent(brokenOff(), new ContentGuards(rules));
    await expect(all.next()).resolves.toMatchObject({ done: false });
    await expect(all.next()).rejects.toThrow('gone');
  });
});

async function* brokenOff(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a: b\r\n');
  throw new RangeError('gone');
}

function allOctets(): string {
  const octets = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet));
  return octets.filter((octet) => octet !== '\r' && octet !== '\n').join('');
}
