import { describe, expect, it } from '@jest/globals';
import { rechunk } from '../../../src/base/rechunk.js';

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

async function chunksOf(pieces: readonly Uint8Array[], chunkBytes: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of rechunk(stream(pieces), chunkBytes)) chunks.push(chunk);
  return chunks;
}

function somePieces(...lengths: readonly number[]): Uint8Array[] {
  let next = 0;
  return lengths.map((length) => Uint8Array.from({ length }, () => next++ % 256));
}

describe('rechunk', () => {
  it.each([[[]], [[0]], [[10]], [[3, 3, 3]], [[1, 25, 1]], [[4, 6, 10, 1]], [[9, 2, 30, 0, 5]]])(
    'keeps the bytes of pieces of %p and their order, in chunks of ten and a shorter last one',
    async (lengths) => {
      const given = somePieces(...lengths);
      const chunks = await chunksOf(given, 10);
      expect(Buffer.concat(chunks)).toEqual(Buffer.concat(given));
      expect(chunks.slice(0, -1).every((chunk) => chunk.length === 10)).toBe(true);
      expect(chunks.at(-1)?.length).not.toBe(0);
    },
  );

  it('does not copy whole chunks of a large piece', async () => {
    const [large] = somePieces(25);
    const chunks = await chunksOf(large === undefined ? [] : [large], 10);
    expect(chunks.slice(0, 2).map((chunk) => chunk.buffer === large?.buffer)).toEqual([true, true]);
  });
});
