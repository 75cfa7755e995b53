// Passwords that the service makes up: guessed by nobody, read off a screen by anybody.
import type { Random } from '../../base/random.js';

/** Crockford's base 32: no i, l, o that look like digits, no u. Five bits each. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUPS = 4;
const GROUP_LETTERS = 5;

/** 100 bits, as `k7mpx-2qd0a-9wtrh-h4czv`. */
export function makePassword(random: Random): string {
  const letters = Array.from(random.bytes(GROUPS * GROUP_LETTERS), (byte) => LETTERS.charAt(byte % 32)); // 256 is 8 x 32
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * GROUP_LETTERS, (group + 1) * GROUP_LETTERS).join(''),
  ).join('-');
}
