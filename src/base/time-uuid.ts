// Message ids: version 1 UUIDs (RFC 9562 section 5.1). Strictly increasing within a process even when the clock is set
// back; unique over processes and machines by a random node and clock sequence per process. Their time decides which
// partition a message is in and the timestamp it is written with, so it can be read out exactly.
import { v1 as encodeV1, validate, version } from 'uuid';
import type { Clock } from './clock.js';
import type { Random } from './random.js';

export type TimeUuid = string & { readonly brand: 'TimeUuid' };

const GREGORIAN_TO_UNIX_MS = 12_219_292_800_000;
const TICKS_PER_MS = 10_000;
/** Handed to uuid so that it draws none itself: clock sequence and node are ours. */
const NO_RANDOMNESS = new Uint8Array(16);

export class TimeUuidSource {
  readonly #clock: Clock;
  readonly #node: Uint8Array;
  readonly #clockSequence: number;
  #ms = 0;
  #tick = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#node = random.bytes(6);
    this.#node[0] = (this.#node[0] ?? 0) | 0x01; // multicast bit: not a network card's address (RFC 9562 6.10)
    this.#clockSequence = Math.floor(random.fraction() * 0x4000);
  }

  next(): TimeUuid {
    const nowMs = Math.floor(this.#clock.wallMs());
    if (nowMs > this.#ms) {
      this.#ms = nowMs;
      this.#tick = 0;
    } else if (this.#tick < TICKS_PER_MS - 1) {
      this.#tick += 1;
    } else {
      this.#ms += 1; // ten thousand ids in one millisecond, or a clock set back: borrow from the next one
      this.#tick = 0;
    }
    const id = encodeV1({
      random: NO_RANDOMNESS,
      msecs: this.#ms,
      nsecs: this.#tick,
      clockseq: this.#clockSequence,
      node: this.#node,
    });
    return id as TimeUuid;
  }
}

export function isTimeUuid(text: string): text is TimeUuid {
  return validate(text) && version(text) === 1 && text === text.toLowerCase();
}

/** Unix time in milliseconds, whole. */
export function timeOfIdMs(id: TimeUuid): number {
  return Math.floor(timeOfIdMicros(id) / 1000);
}

/** Unix time in microseconds: what Cassandra calls a write timestamp. Exact from 1684 until 2255. */
export function timeOfIdMicros(id: TimeUuid): number {
  const low = Number.parseInt(id.slice(0, 8), 16);
  const middle = Number.parseInt(id.slice(9, 13), 16);
  const high = Number.parseInt(id.slice(15, 18), 16);
  // 60 bits of 100 ns do not fit a double, so: split, and take the Gregorian offset off before the halves meet.
  const upper = high * 2 ** 16 + middle; // units of 2^32 ticks
  const upperMicros = Math.floor(upper / 10) * 2 ** 32 - GREGORIAN_TO_UNIX_MS * 1000;
  return upperMicros + Math.floor(((upper % 10) * 2 ** 32 + low) / 10);
}

/** The order of Cassandra's timeuuid type: by time, then by the last eight bytes as signed numbers. */
export function compareTimeUuids(a: TimeUuid, b: TimeUuid): number {
  const left = sortKey(a);
  const right = sortKey(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortKey(id: TimeUuid): string {
  return id.slice(14, 18) + id.slice(9, 13) + id.slice(0, 8) + signedOrder(id.slice(19, 23) + id.slice(24));
}

/** Hexadecimal text whose plain order is that of its bytes taken as signed. */
function signedOrder(hexadecimal: string): string {
  let text = '';
  for (let at = 0; at < hexadecimal.length; at += 2) {
    text += (Number.parseInt(hexadecimal[at] ?? '0', 16) ^ 8).toString(16) + (hexadecimal[at + 1] ?? '0');
  }
  return text;
}
