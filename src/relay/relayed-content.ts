// A queued message as it goes on to other hosts: without the Return-Path that we put before every message, since it is
// the last host's to write (RFC 5321 section 4.4).
import type { MessageBody } from '../store/types.js';

const NAME = 'Return-Path:';
/** Ours is one line: an address of at most 256 octets. */
const LINE_OCTETS = 512;
const LF = 0x0a;

export function relayedContent(body: MessageBody): MessageBody {
  if (body.kind === 'small') return { kind: 'small', bytes: withoutLine(body.bytes) };
  return { kind: 'large', chunks: chunksWithoutLine(body.chunks) };
}

async function* chunksWithoutLine(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let beginning: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of chunks) {
    if (beginning === undefined) {
      yield chunk;
      continue;
    }
    beginning = Buffer.concat([beginning, chunk]);
    if (beginning.length < LINE_OCTETS) continue;
    yield withoutLine(beginning);
    beginning = undefined;
  }
  if (beginning !== undefined) yield withoutLine(beginning);
}

function withoutLine(bytes: Uint8Array): Uint8Array {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(LINE_OCTETS, bytes.length));
  if (line.toString('latin1', 0, NAME.length) !== NAME) return bytes;
  return bytes.subarray(line.indexOf(LF) + 1);
}
