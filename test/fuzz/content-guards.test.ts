// Any octets, cut anywhere: refused or let through as a plain reading of the rule says, and the same for every cut.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/base/failure.js';
import { ContentGuards, type ContentRules } from '../../src/mail/content/content-guards.js';
import { randoms } from '../randoms.js';

const ROUNDS = 3_000;
const PIECES = ['\r\n', '\r', '\n', 'a', ' ', ':', 'a: b\r\n', '.\r\n', '\0', 'Date: x\r\n', 'x'.repeat(40)];
const rules: ContentRules = {
  bareNewlines: 'normalise',
  messageSize: 100_000,
  headerSize: 100_000,
  receivedHeaders: 100,
};

function through(text: string, special: Partial<ContentRules>, cut: () => number): string {
  const guards = new ContentGuards({ ...rules, ...special });
  const out: Uint8Array[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + cut();
    out.push(...guards.feed(Buffer.from(text.slice(at, end), 'latin1')));
    at = end;
  }
  out.push(...guards.end());
  return Buffer.concat(out).toString('latin1');
}

function verdict(text: string, special: Partial<ContentRules>, cut: () => number): string {
  try {
    return through(text, special, cut);
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

describe('content guards', () => {
  it('agree with the rule, however the content is cut', () => {
    const chance = randoms(7);
    const below = (end: number): number => Math.floor((chance.next().value ?? 0) * end);
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = Array.from({ length: below(30) }, () => PIECES[below(PIECES.length)]).join('');
      const cut = (): number => 1 + below(9);
      const lines = text.replace(/\r\n|\r|\n/g, '\r\n').replace(/(?<=[^\n])$/, '\r\n');
      expect(through(text, {}, cut)).toBe(lines);
      const isBare = /\r(?!\n)|(?<!\r)\n/.test(text);
      expect(verdict(text, { bareNewlines: 'refuse' }, cut)).toBe(isBare ? 'bare-newline' : lines);
      const missing = { date: 'd', messageId: 'm' };
      expect(through(text, { missing }, cut)).toBe(through(text, { missing }, () => text.length));
    }
  });
});
