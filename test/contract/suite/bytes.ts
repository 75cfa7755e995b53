// Bodies whose every byte is known: they differ at each place, so that a lost, doubled or swapped chunk shows.

/** Pseudo-random but the same for the same size and seed. */
export function patterned(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  for (let at = 0; at < sizeBytes; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}

/** As a socket would bring it: in pieces that fit no chunk. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 50_021): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Breaks off after so many bytes, as a client that vanishes does. */
export async function* cutOff(bytes: Uint8Array, afterBytes: number): AsyncGenerator<Uint8Array> {
  yield* inPieces(bytes.subarray(0, afterBytes));
  throw new Error('the connection was reset');
}
