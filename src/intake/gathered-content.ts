// The beginning of a message: all of it where it is small enough to travel in one piece, else as much as showed that it
// is not. A few pieces are held, never as many as a client that sends single octets could make of them.
import { SMALL_BODY_BYTES } from '../store/types.js';

const MOST_PIECES = 64;

export interface GatheredContent {
  readonly bytes: Uint8Array;
  /** Nothing follows. */
  readonly isWhole: boolean;
}

/** `header` comes first. Reads no further than it must. */
export async function gatherContent(
  header: Uint8Array,
  content: AsyncIterator<Uint8Array>,
): Promise<GatheredContent> {
  let pieces = [header];
  let sizeBytes = header.length;
  while (sizeBytes <= SMALL_BODY_BYTES) {
    const next = await content.next();
    if (next.done === true) return { bytes: Buffer.concat(pieces, sizeBytes), isWhole: true };
    pieces.push(next.value);
    sizeBytes += next.value.length;
    if (pieces.length >= MOST_PIECES) pieces = [Buffer.concat(pieces, sizeBytes)];
  }
  return { bytes: Buffer.concat(pieces, sizeBytes), isWhole: false };
}
