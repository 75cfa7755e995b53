// Chance that is the same on each run.
import type { Random } from '../src/base/random.js';
import { randoms } from './randoms.js';

export function seededRandom(seed: number): Random {
  const numbers = randoms(seed);
  const fraction = (): number => {
    return numbers.next().value as number; // there is always one
  };
  return {
    fraction,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(fraction() * 256)),
  };
}
