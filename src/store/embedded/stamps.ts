// Stamps as bytes, and their order.
import type { Stamp } from '../types.js';
import { NUMBER_BYTES, readNumber, writeNumber } from './keys.js';

export const STAMP_BYTES = 2 * NUMBER_BYTES;

export function writeStamp({ epoch, n }: Stamp, row: Uint8Array, at = 0): void {
  writeNumber(epoch, row, at);
  writeNumber(n, row, at + NUMBER_BYTES);
}

export function readStamp(row: Uint8Array, at = 0): Stamp {
  return { epoch: readNumber(row, at), n: readNumber(row, at + NUMBER_BYTES) };
}

export function isAfter(a: Stamp, b: Stamp): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.n > b.n);
}
