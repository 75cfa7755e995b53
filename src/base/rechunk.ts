// Cuts a stream of any pieces into chunks of one size, the last one shorter. A piece that holds whole chunks is passed
// on without being copied, so a source must not write again into what it has given away.

export async function* rechunk(
  stream: AsyncIterable<Uint8Array>,
  chunkBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let chunk: Uint8Array | undefined; // being filled, made when it is needed
  let filled = 0;
  for await (const piece of stream) {
    let at = 0;
    while (at < piece.length) {
      if (filled === 0 && piece.length - at >= chunkBytes) {
        yield piece.subarray(at, at + chunkBytes);
        at += chunkBytes;
        continue;
      }
      chunk ??= Buffer.allocUnsafeSlow(chunkBytes);
      const taken = Math.min(chunkBytes - filled, piece.length - at);
      chunk.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === chunkBytes) {
        yield chunk;
        chunk = undefined;
        filled = 0;
      }
    }
  }
  if (chunk !== undefined) yield chunk.subarray(0, filled);
}
