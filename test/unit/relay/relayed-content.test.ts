// What goes on to other hosts is the message without our Return-Path, however it is cut into chunks.
import { describe, expect, it } from '@jest/globals';
import { relayedContent } from '../../../src/relay/relayed-content.js';
import type { MessageBody } from '../../../src/store/types.js';

const REST = 'Received: from x\r\nReturn-Path: <not@ours>\r\n\r\nHello\r\n';
const OURS = `Return-Path: <anne@example.com>\r\n${REST}`;

async function text(body: MessageBody): Promise<string> {
  if (body.kind === 'small') return Buffer.from(body.bytes).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* cut(whole: string, octets: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(whole);
  for (let at = 0; at < bytes.length; at += octets) yield bytes.subarray(at, at + octets);
}

describe('a message that is relayed', () => {
  it('has lost our Return-Path and nothing else', async () => {
    expect(await text(relayedContent({ kind: 'small', bytes: Buffer.from(OURS) }))).toBe(REST);
    expect(await text(relayedContent({ kind: 'small', bytes: Buffer.from(REST) }))).toBe(REST);
    expect(await text(relayedContent({ kind: 'small', bytes: Buffer.alloc(0) }))).toBe('');
  });

  it.each([1, 7, 100, 513, 5000])('is the same in chunks of %d octets', async (octets) => {
    const long = REST + 'All work and no play\r\n'.repeat(100);
    const whole = `Return-Path: <>\r\n${long}`;
    expect(await text(relayedContent({ kind: 'large', chunks: cut(whole, octets) }))).toBe(long);
    expect(await text(relayedContent({ kind: 'large', chunks: cut(OURS, octets) }))).toBe(REST);
  });
});
