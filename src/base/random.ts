// Randomness as an argument, so that a seed can replay what happened.
import { randomBytes } from 'node:crypto';

export interface Random {
  bytes(count: number): Uint8Array;
  /** A number in [0, 1). */
  fraction(): number;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};
