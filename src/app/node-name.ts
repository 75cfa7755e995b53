// What a running node is called in its ring: where it runs, and a part that is new at each start, so that a restarted
// node is not taken for the one before.
import type { Random } from '../base/random.js';

const PART_OCTETS = 4;

export function nodeName(hostname: string, random: Random): string {
  return `${hostname}/${Buffer.from(random.bytes(PART_OCTETS)).toString('hex')}`;
}
