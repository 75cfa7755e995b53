import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../../src/admin/message-summary.js';

const nothing = { from: null, subject: null };

describe('what a message is about', () => {
  it.each([
    ['From: anne@example.com\r\nSubject: Hello\r\n\r\nFrom: nobody', 'anne@example.com', 'Hello'],
    ['Subject: only\n that\n\nbody', null, 'only that'],
    ['Subject: a\u0007b\r\n\r\n', null, 'a\u{fffd}b'],
    ['Subject: cut in the mid', null, 'cut in the mid'],
  ])('is read from %j', async (text, from, subject) => {
    expect(await summaryOf(Buffer.from(text))).toEqual({ from, subject });
  });

  it('is nothing where there is no header, or none that can be read', async () => {
    expect(await summaryOf(new Uint8Array())).toEqual(nothing);
    expect(await summaryOf(Buffer.from('\r\n\r\nSubject: no header\r\n'))).toEqual(nothing);
    expect(await summaryOf(Buffer.alloc(64 * 1024, 0xff))).toEqual(nothing);
  });

  it('is cut where it is long', async () => {
    const { subject } = await summaryOf(Buffer.from(`Subject: ${'x'.repeat(5000)}\r\n\r\n`));
    expect(subject).toBe(`${'x'.repeat(200)}…`);
  });
});
