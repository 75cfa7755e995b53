import { describe, expect, it } from '@jest/globals';
import { DotUnstuffing } from '../../../../src/smtp/content/dot-unstuffing.js';

interface Outcome {
  readonly content: string;
  readonly rest: string | undefined;
}

/** All of it through one reader, cut into pieces of these lengths, in turn. */
function unstuffed(text: string, lengths: readonly number[]): Outcome {
  const dots = new DotUnstuffing();
  const octets = Buffer.from(text, 'latin1');
  let content = '';
  for (let at = 0, piece = 0; at < octets.length; piece += 1) {
    const end = Math.min(octets.length, at + (lengths[piece % lengths.length] ?? 1));
    const { content: part, endsAt } = dots.feed(octets.subarray(0, end), at);
    content += part.toString('latin1');
    if (endsAt !== undefined) return { content, rest: octets.toString('latin1', endsAt) };
    at = end;
  }
  return { content, rest: undefined };
}

/** Park and Miller's generator: the same numbers with every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('the end of DATA and stuffed dots (RFC 5321 sections 4.1.1.4 and 4.5.2)', () => {
  const cases: readonly (readonly [name: string, input: string, outcome: Outcome])[] = [
    ['an empty message', '.\r\nQUIT', { content: '', rest: 'QUIT' }],
    ['one line', 'a\r\n.\r\n', { content: 'a\r\n', rest: '' }],
    ['a stuffed dot', '..\r\n.\r\n', { content: '.\r\n', rest: '' }],
    ['stuffed dots in the middle', 'a\r\n..b\r\n...\r\n.\r\nx', { content: 'a\r\n.b\r\n..\r\n', rest: 'x' }],
    ['a dot before text, unstuffed by its sender', '.a\r\n.\r\n', { content: 'a\r\n', rest: '' }],
    ['a dot within a line', 'a.b\r\n.\r\n', { content: 'a.b\r\n', rest: '' }],
    ['LF, dot, LF', 'a\n.\nb\r\n.\r\n', { content: 'a\n.\nb\r\n', rest: '' }],
    ['LF, dot, CRLF', 'a\n.\r\nb\r\n.\r\n', { content: 'a\n.\r\nb\r\n', rest: '' }],
    ['CRLF, dot, LF', 'a\r\n.\nb\r\n.\r\n', { content: 'a\r\n\nb\r\n', rest: '' }],
    ['CRLF, dot, CR', 'a\r\n.\rb\r\n.\r\n', { content: 'a\r\n\rb\r\n', rest: '' }],
    ['CRLF, dot, CR, CRLF', 'a\r\n.\r\r\n.\r\n', { content: 'a\r\n\r\r\n', rest: '' }],
    ['CR, dot, CR', 'a\r.\rb\r\n.\r\n', { content: 'a\r.\rb\r\n', rest: '' }],
    ['CR, CRLF, dot, CRLF', 'a\r\r\n.\r\n', { content: 'a\r\r\n', rest: '' }],
    ['no end', 'a\r\n.', { content: 'a\r\n', rest: undefined }],
    ['octets of any kind', '\0\xff\r\n.\r\n', { content: '\0\xff\r\n', rest: '' }],
  ];

  it.each(cases)('knows %s, however it is cut', (_, input, outcome) => {
    for (const lengths of [[1000], [1], [2], [3], [1, 2, 3], [4, 1], [5]]) {
      expect({ lengths, ...unstuffed(input, lengths) }).toEqual({ lengths, ...outcome });
    }
  });

  it('gives back what was stuffed, whatever it is and however it is cut', () => {
    const random = seeded(7);
    const words = ['\r', '\n', '\r\n', '.', '.', 'a', 'x'.repeat(200)];
    for (let round = 0; round < 300; round += 1) {
      const length = Math.floor(random() * 30);
      const message = `${Array.from({ length }, () => words[Math.floor(random() * words.length)]).join('')}\r\n`;
      const wire = `${message.replace(/(^|\r\n)\./g, '$1..')}.\r\nQUIT\r\n`;
      const lengths = [1 + Math.floor(random() * 300), 1 + Math.floor(random() * 10)];
      expect({ wire, ...unstuffed(wire, lengths) }).toEqual({ wire, content: message, rest: 'QUIT\r\n' });
    }
  });

  it('gives a chunk without stuffed dots on without a copy', () => {
    const chunk = Buffer.from('Subject: x\r\n\r\ntext\r\n');
    expect(new DotUnstuffing().feed(chunk, 0).content.buffer).toBe(chunk.buffer);
  });
});
